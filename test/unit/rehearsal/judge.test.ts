import { expect } from "chai";

import { judge } from "../../../src/rehearsal/judge.js";
import {
  found,
  notTried,
  refused,
  type Facts,
  type Observations,
  type Refusal,
  type Verdict,
  type Walk,
} from "../../../src/rehearsal/rehearsalFacts.js";
import { ESCROW, FACTS, HOLDER, OBSERVED, VAULT, VESSEL, WALK } from "./facts.js";

const UNIT = 10n ** 18n;
const observed = (seen: Partial<Observations>): Partial<Facts> => ({ observed: { ...OBSERVED, ...seen } });
const direct = (seen: Partial<Observations["direct"]>): Partial<Observations> => ({
  direct: { ...OBSERVED.direct, ...seen },
});
const stopped = (step: Refusal["step"], error: string | null, why: string): Walk => ({
  ...WALK,
  reached: step === "begin-exit" ? "rage-quit" : "deployed",
  refusal: { step, error, why },
  exit: null,
});
const exit = (parts: Partial<NonNullable<Walk["exit"]>>, reached: Walk["reached"] = "begun"): Walk => ({
  ...WALK,
  reached,
  exit: WALK.exit === null ? null : { ...WALK.exit, ...parts },
});

const CASES: [what: string, facts: Partial<Facts>, verdict: Verdict, reason: string][] = [
  [
    "a vault with a handful of shares",
    { subject: { ...FACTS.subject, supply: 999_999_999n } },
    "does-not-fit",
    "seed it first",
  ],
  [
    "shares beyond 128 bits",
    { subject: { ...FACTS.subject, supply: 2n ** 128n } },
    "does-not-fit",
    "more than the escrow can count",
  ],
  ["the most shares that the escrow can count", { subject: { ...FACTS.subject, supply: 2n ** 128n - 1n } }, "fits", ""],
  [
    "a fee on transfers",
    observed({ transfers: { sent: UNIT, toHolder: found(UNIT - 1n), toStranger: found(UNIT - 1n) } }),
    "does-not-fit",
    "only shares that arrive whole",
  ],
  [
    "a lock that does not bring what was sent",
    { walk: stopped("lock", "SharesNotReceived", "SharesNotReceived(1, 2)") },
    "does-not-fit",
    "SharesNotReceived(1, 2)",
  ],
  [
    "addresses that must be admitted",
    {
      admission: {
        isNeeded: true,
        helped: true,
        refusal: "NotAdmitted()",
        addresses: [
          { name: "escrow", address: ESCROW },
          { name: "vessel 0", address: VESSEL },
        ],
      },
    },
    "fits-if",
    `escrow ${ESCROW}, vessel 0 ${VESSEL}; for every later epoch`,
  ],
  [
    "a list that could not be written into",
    {
      walk: stopped("lock", null, "NotAdmitted()"),
      admission: { isNeeded: true, helped: false, refusal: "NotAdmitted()", addresses: [] },
    },
    "unproven",
    "play the admission",
  ],
  ["no holder", { holders: [], observed: null }, "unproven", "name some with --holder"],
  [
    "holders with too little",
    {
      holders: [{ account: HOLDER, shares: UNIT / 2n }],
      walk: { ...stopped("rage-quit", null, "the gate is in Normal"), support: UNIT / 20n },
    },
    "unproven",
    "have 5 % of the supply, a rage quit takes 10 %",
  ],
  [
    "a cooldown that the standard vessel does not know",
    {
      ...observed(direct({ cooldown: found(604_800n), redeemed: refused("OperationNotAllowed()") })),
      walk: stopped("begin-exit", "ExitRefused", "ExitRefused(…)"),
    },
    "does-not-fit",
    'vault.kind "own"',
  ],
  [
    "a vault that lets nobody leave",
    {
      ...observed(direct({ redeemed: refused("Closed()"), requested: refused("AlsoClosed()") })),
      walk: stopped("begin-exit", "ExitRefused", "ExitRefused(…)"),
    },
    "does-not-fit",
    "it lets nobody leave, at once or on request (Closed(); AlsoClosed())",
  ],
  [
    "a vault that is paused",
    {
      ...observed({
        ...direct({ redeemed: refused("EnforcedPause()") }),
        control: [
          {
            address: VAULT,
            role: "vault",
            implementation: null,
            beacon: null,
            admin: null,
            isUups: false,
            owner: null,
            authority: null,
            hasRoles: false,
            roleAdmin: null,
            paused: true,
            powers: [],
          },
        ],
      }),
      walk: stopped("begin-exit", "ExitRefused", "ExitRefused(…)"),
    },
    "unproven",
    "says that it is paused",
  ],
  [
    "prices that fall silent while nobody updates an oracle",
    {
      ...observed({ time: { ...OBSERVED.time, previewAfter: refused("StalePrice()") } }),
      walk: stopped("begin-exit", "ExitRefused", "ExitRefused(…)"),
    },
    "unproven",
    "an oracle may have gone stale",
  ],
  [
    "less paid than previewed",
    {
      ...observed(direct({ redeemed: found({ shares: UNIT, paid: UNIT - 1n }) })),
      walk: stopped("begin-exit", "ExitRefused", "ExitRefused(…)"),
    },
    "does-not-fit",
    "it pays less than its previewRedeem says",
  ],
  [
    "a request that waits",
    { walk: exit({ atOnce: 0n, redeemed: 0n, waiting: UNIT, held: null }) },
    "unproven",
    "play it with --settle",
  ],
  [
    "a request that waits although somebody settled",
    { walk: exit({ atOnce: 0n, redeemed: 0n, waiting: UNIT, held: null }), hasSettlement: true },
    "unproven",
    "also after what --settle plays",
  ],
  [
    "liquidity for half",
    { walk: exit({ atOnce: UNIT / 2n, redeemed: UNIT / 2n, idle: UNIT / 2n, held: null }) },
    "unproven",
    "50 % was paid",
  ],
  [
    "a settlement that reverts",
    { walk: { ...WALK, settled: [{ after: "begin-exit", to: VAULT, done: false, told: "reverts: NotOwner()" }] } },
    "unproven",
    "--settle could not be played",
  ],
  [
    "a stranger's request that erases the vessel's",
    { walk: exit({ strangersRequest: found({ harm: "erases", told: "1 SHARE are gone" }) }, "withdrawn") },
    "does-not-fit",
    "anybody can erase an exit",
  ],
  ["a vessel that had to be fresh", { walk: exit({ isFresh: true }, "withdrawn") }, "fits-if", "fresh vessels allowed"],
  ["shares that rebase", observed({ time: { ...OBSERVED.time, shareDrift: 5n } }), "does-not-fit", "a wrapped share"],
  [
    "assets that rebase",
    observed({ time: { ...OBSERVED.time, assetDrift: -5n } }),
    "fits",
    "balances of the asset move by themselves",
  ],
  [
    "a price that a donation moves",
    observed({ price: { ...OBSERVED.price, donation: found({ before: UNIT, after: (UNIT * 11n) / 10n }) } }),
    "fits",
    "moved convertToAssets by 10 %",
  ],
  [
    "deposit and redemption in one transaction",
    observed({ price: { ...OBSERVED.price, roundTrip: found(true) } }),
    "fits",
    "a flash loan moves its supply",
  ],
  [
    "an exit fee",
    observed(
      direct({ preview: found((UNIT * 99n) / 100n), redeemed: found({ shares: UNIT, paid: (UNIT * 99n) / 100n }) }),
    ),
    "fits",
    "leaving costs 1 %",
  ],
  ["a least amount", observed({ least: { exit: found(1_000n) } }), "fits", "less than about 1000 units"],
  [
    "an escrow that is paid less than a holder",
    { comparison: found({ shares: UNIT, direct: UNIT, escrow: (UNIT * 9n) / 10n }) },
    "fits",
    "a holder would have been paid",
  ],
  ["nothing to compare with", { comparison: notTried("nothing was paid") }, "fits", ""],
];

describe("judge", () => {
  it("finds nothing against an honest vault", () => {
    expect(judge(FACTS)).to.deep.equal({ verdict: "fits", reasons: [] });
  });

  for (const [what, facts, verdict, reason] of CASES) {
    it(`says ${verdict} for ${what}`, () => {
      const judgement = judge({ ...FACTS, ...facts });
      const texts = judgement.reasons.map(({ text }) => text).join("\n");
      expect(judgement.verdict, texts).to.equal(verdict);
      expect(texts).to.contain(reason);
    });
  }

  it("lets the heaviest reason decide, and keeps the others", () => {
    const { verdict, reasons } = judge({
      ...FACTS,
      ...observed({ time: { ...OBSERVED.time, shareDrift: 5n } }),
      walk: exit({ isFresh: true, atOnce: 0n, redeemed: 0n, waiting: UNIT, held: null }),
    });
    expect(verdict).to.equal("does-not-fit");
    expect(reasons.map(({ weight }) => weight)).to.have.members(["does-not-fit", "unproven", "fits-if"]);
  });

  it("names who may upgrade, and who may use powers over the share", () => {
    const ruler = { address: HOLDER, kind: "an account with one key" };
    const control = {
      address: VAULT,
      role: "vault",
      implementation: ESCROW,
      beacon: null,
      admin: ruler,
      isUups: false,
      owner: null,
      authority: null,
      hasRoles: false,
      roleAdmin: null,
      paused: false,
      powers: ["pause()"],
    } as const;
    const { verdict, reasons } = judge({ ...FACTS, ...observed({ control: [control] }) });
    const texts = reasons.map(({ text }) => text).join("\n");
    expect(verdict).to.equal("fits");
    expect(texts).to.contain(`the vault can be upgraded, by ${HOLDER} (an account with one key)`);
    expect(texts).to.contain("the vault has pause()");
  });
});
