import { expect } from "chai";
import { getAddress, toBeHex, ZeroAddress } from "ethers";

import standard from "../../../config/default.js";
import { checkLocality } from "../../../src/config/checks/chain.js";
import { checkDao, describeProblem } from "../../../src/config/checks/checkDao.js";
import { parseDao } from "../../../src/config/parse.js";
import type { DaoDefinition } from "../../../src/config/schema.js";

type Emergency = NonNullable<DaoDefinition["emergency"]>;
type CircuitBreaker = NonNullable<DaoDefinition["circuitBreaker"]>;
type Tiebreaker = NonNullable<DaoDefinition["tiebreaker"]>;
type Committee = Emergency["activationCommittee"];

const { emergency, circuitBreaker, tiebreaker } = standard;
if (!emergency || !circuitBreaker || !tiebreaker) throw new Error("the default configuration lacks a body");

/** Accounts without a known key. */
const account = (index: number): string => getAddress(toBeHex(0xa0000 + index, 20));
const A = account(1);
const committee = (first: number, count = 3, threshold = 2): Committee => ({
  owners: Array.from({ length: count }, (_, index) => account(first + index)),
  threshold,
});

const withEmergency = (values: Partial<Emergency>): Partial<DaoDefinition> => ({
  emergency: { ...emergency, ...values },
});
const activated = (values: Committee) => withEmergency({ activationCommittee: values });
const withBreaker = (values: Partial<CircuitBreaker>): Partial<DaoDefinition> => ({
  circuitBreaker: { ...circuitBreaker, ...values },
});
const withTiebreaker = (values: Partial<Tiebreaker>): Partial<DaoDefinition> => ({
  tiebreaker: { ...tiebreaker, ...values },
});
const withTimelock = (values: Partial<DaoDefinition["timelock"]>): Partial<DaoDefinition> => ({
  timelock: { ...standard.timelock, ...values },
});
const subCommittees = (count: number, quorum: number): Partial<DaoDefinition> =>
  withTiebreaker({ subCommittees: Array.from({ length: count }, (_, index) => committee(10 * index)), quorum });

const tell = (severity: "error" | "warning", overrides: Partial<DaoDefinition>): string[] =>
  checkDao(parseDao({ ...standard, ...overrides }, "test"))
    .filter((problem) => problem.severity === severity)
    .map(describeProblem);

/** A rule, what breaks it, what the sentence names, and the nearest that is accepted. */
type Case = readonly [
  rule: string,
  broken: Partial<DaoDefinition>,
  names: readonly string[],
  mended: Partial<DaoDefinition>,
];

const activation = "emergency.activationCommittee";

const ERRORS: readonly Case[] = [
  [
    "a committee of one",
    activated(committee(1, 1, 1)),
    [`${activation}.owners: name one key`, "right is at least two"],
    activated(committee(1, 2, 2)),
  ],
  [
    "a committee of nobody",
    activated({ owners: [], threshold: 1 }),
    [`${activation}.owners: name nobody`],
    activated(committee(1)),
  ],
  [
    "one signature",
    activated(committee(1, 3, 1)),
    [`${activation}.threshold: is 1 of 3`, "right is from 2, more than half, to 3"],
    activated(committee(1, 3, 2)),
  ],
  [
    "a threshold of half",
    activated(committee(1, 4, 2)),
    [`${activation}.threshold: is 2 of 4`, "right is from 3"],
    activated(committee(1, 4, 3)),
  ],
  [
    "a threshold nobody reaches",
    activated(committee(1, 2, 3)),
    [`${activation}.threshold: is 3 of 2: it could never be reached`, "right is 2"],
    activated(committee(1, 2, 2)),
  ],
  [
    "a key that counts twice",
    activated({ owners: [A, account(2), A], threshold: 2 }),
    [`${activation}.owners: name ${A} more than once`],
    activated({ owners: [A, account(2)], threshold: 2 }),
  ],
  [
    "a key of nobody",
    activated({ owners: [A, ZeroAddress], threshold: 2 }),
    [`${activation}.owners[1]: is the zero address`],
    activated(committee(1, 2, 2)),
  ],
  [
    "a Safe that owns itself",
    activated({ ...committee(1), safe: A }),
    [`${activation}.owners[0]: is the committee's own Safe`],
    activated({ ...committee(1), safe: account(9) }),
  ],
  [
    "one key in both emergency committees",
    withEmergency({ activationCommittee: committee(1), executionCommittee: committee(3) }),
    ["emergency.executionCommittee: shares the key", account(3), `with ${activation}`],
    withEmergency({ activationCommittee: committee(1), executionCommittee: committee(4) }),
  ],
  [
    "one Safe for both emergency committees",
    withEmergency({
      activationCommittee: { ...committee(1), safe: account(99) },
      executionCommittee: { ...committee(4), safe: account(99) },
    }),
    ["emergency.executionCommittee: shares the key", `with ${activation}`],
    withEmergency({
      activationCommittee: { ...committee(1), safe: account(98) },
      executionCommittee: { ...committee(4), safe: account(99) },
    }),
  ],
  [
    "a committee that owns a part of the one it is checked by",
    withEmergency({
      activationCommittee: { ...committee(1), safe: account(7) },
      executionCommittee: committee(6),
    }),
    ["emergency.executionCommittee: shares the key"],
    withEmergency({ activationCommittee: { ...committee(1), safe: account(9) }, executionCommittee: committee(6) }),
  ],
  [
    "one key in seal and reseal committee",
    withBreaker({ sealCommittee: committee(1), resealCommittee: committee(3) }),
    ["circuitBreaker.resealCommittee: shares the key", "with circuitBreaker.sealCommittee"],
    withBreaker({ sealCommittee: committee(1), resealCommittee: committee(4) }),
  ],
  [
    "one key in two sub-committees",
    withTiebreaker({ subCommittees: [committee(1), committee(3)], quorum: 2 }),
    ["tiebreaker.subCommittees[1]: shares the key", "with tiebreaker.subCommittees[0]"],
    withTiebreaker({ subCommittees: [committee(1), committee(4)], quorum: 2 }),
  ],
  [
    "one key in the tiebreaker and an emergency committee",
    { ...subCommittees(2, 2), ...withEmergency({ executionCommittee: committee(2) }) },
    ["tiebreaker.subCommittees[0]: shares the key", "with emergency.executionCommittee"],
    { ...subCommittees(2, 2), ...withEmergency({ executionCommittee: committee(3) }) },
  ],
  [
    "one key in the tiebreaker and a committee of the circuit breaker",
    { ...subCommittees(2, 2), ...withBreaker({ sealCommittee: committee(2) }) },
    ["tiebreaker.subCommittees[0]: shares the key", "with circuitBreaker.sealCommittee"],
    { ...subCommittees(2, 2), ...withBreaker({ sealCommittee: committee(3) }) },
  ],
  [
    "no protection",
    withEmergency({ protection: "0 s" }),
    ["emergency.protection: is 0 s", "right is from 1 s to timelock.protectionLimit, 1095 d"],
    withEmergency({ protection: "1 s" }),
  ],
  [
    "protection beyond its limit",
    withEmergency({ protection: "1095 d 1 s" }),
    ["emergency.protection: is 1095 d 1 s: no power may last longer"],
    withEmergency({ protection: "1095 d" }),
  ],
  [
    "an emergency of no length",
    withEmergency({ modeDuration: "0 s" }),
    ["emergency.modeDuration: is 0 s", "right is from 1 s"],
    withEmergency({ modeDuration: "1 s" }),
  ],
  [
    "an emergency beyond its limit",
    withEmergency({ modeDuration: "30 d 1 s" }),
    ["emergency.modeDuration: is 30 d 1 s", "to timelock.emergencyLimit, 30 d"],
    withEmergency({ modeDuration: "30 d" }),
  ],
  [
    "a seal of no length",
    withBreaker({ sealDuration: "0 s" }),
    ["circuitBreaker.sealDuration: is 0 s: it would pause nothing", "right is from 1 s to 30 d"],
    withBreaker({ sealDuration: "1 s" }),
  ],
  [
    "a seal beyond 30 days",
    withBreaker({ sealDuration: "30 d 1 s" }),
    ["circuitBreaker.sealDuration: is 30 d 1 s", "to 30 d"],
    withBreaker({ sealDuration: "30 d" }),
  ],
  [
    "a seal that expires at once",
    withBreaker({ sealTerm: "0 s" }),
    ["circuitBreaker.sealTerm: is 0 s", "right is from 1 s to 365 d"],
    withBreaker({ sealTerm: "1 s" }),
  ],
  [
    "a seal for more than a year",
    withBreaker({ sealTerm: "365 d 1 s" }),
    ["circuitBreaker.sealTerm: is 365 d 1 s", "to 365 d"],
    withBreaker({ sealTerm: "365 d" }),
  ],
  [
    "a breaker that can pause nothing",
    { ...withBreaker({}), vault: { kind: "erc7540", address: A } },
    ["circuitBreaker.pausables: name nothing that could be paused"],
    { ...withBreaker({ pausables: [A] }), vault: { kind: "erc7540", address: A } },
  ],
  [
    "more pausables than the breaker takes",
    withBreaker({ pausables: Array.from({ length: 8 }, (_, index) => account(index + 1)) }),
    ["circuitBreaker.pausables: are 9 with the example vault", "right is at most 8"],
    withBreaker({ pausables: Array.from({ length: 7 }, (_, index) => account(index + 1)) }),
  ],
  [
    "a pausable named twice",
    withBreaker({ pausables: [A, A] }),
    ["circuitBreaker.pausables: name a contract more than once"],
    withBreaker({ pausables: [A] }),
  ],
  [
    "a tiebreaker that acts too soon",
    withTiebreaker({ timeout: "181 d" }),
    ["tiebreaker.timeout: is 181 d", "right is from timelock.tiebreakerFloor, 182 d"],
    withTiebreaker({ timeout: "182 d" }),
  ],
  [
    "a tiebreaker that acts too late",
    withTiebreaker({ timeout: "731 d" }),
    ["tiebreaker.timeout: is 731 d", "to timelock.tiebreakerCeiling, 730 d"],
    withTiebreaker({ timeout: "730 d" }),
  ],
  [
    "a tiebreaker that does not wait",
    withTiebreaker({ delay: "0 s" }),
    ["tiebreaker.delay: is 0 s", "right is from 1 s to 365 d"],
    withTiebreaker({ delay: "1 s" }),
  ],
  [
    "a tiebreaker that outwaits every operation",
    withTiebreaker({ delay: "184 d" }),
    ["tiebreaker.delay: is 184 d", "right is less than timelock.delay + grace, 184 d"],
    withTiebreaker({ delay: "183 d" }),
  ],
  [
    "a single sub-committee",
    subCommittees(1, 1),
    ["tiebreaker.subCommittees: are 1", "right is at least two"],
    subCommittees(2, 2),
  ],
  [
    "more sub-committees than a motion counts",
    subCommittees(33, 17),
    ["tiebreaker.subCommittees: are 33; right is at most 32"],
    subCommittees(32, 17),
  ],
  [
    "a quorum of half",
    subCommittees(4, 2),
    ["tiebreaker.quorum: is 2 of 4 sub-committees: a minority would decide", "right is from 3"],
    subCommittees(4, 3),
  ],
  [
    "a quorum nobody reaches",
    subCommittees(2, 3),
    ["tiebreaker.quorum: is 3 of 2 sub-committees: it could never be reached", "right is 2"],
    subCommittees(2, 2),
  ],
  [
    "a grace that the fallback gate outlasts",
    withTimelock({ fallbackDelay: "91 d" }),
    ["timelock.grace: is 180 d", "right is at least 2 * fallbackDelay, 182 d"],
    withTimelock({ fallbackDelay: "90 d" }),
  ],
  [
    "a shortest timeout above the longest",
    { ...withTimelock({ tiebreakerCeiling: "181 d" }), tiebreaker: undefined },
    ["timelock.tiebreakerFloor: is 182 d", "right is at most tiebreakerCeiling, 181 d"],
    { ...withTimelock({ tiebreakerCeiling: "182 d" }), tiebreaker: undefined },
  ],
  [
    "a hard end of emergency protection too far ahead",
    withTimelock({ protectionLimit: "1460 d 1 s" }),
    ["timelock.protectionLimit: is 1460 d 1 s", "right is at most 1460 d"],
    withTimelock({ protectionLimit: "1460 d" }),
  ],
  ...(["protectionLimit", "emergencyLimit", "tiebreakerFloor"] as const).map((name): Case => [
    `a ${name} of nothing`,
    { ...withTimelock({ [name]: "0 s" }), emergency: undefined },
    [`timelock.${name}: is 0 s`, "right is at least 1 s"],
    { ...withTimelock({ [name]: "1 s" }), emergency: undefined },
  ]),
];

const WARNINGS: readonly Case[] = [
  [
    "a pause that ends before governance can answer",
    withBreaker({ sealDuration: "9 d 23 h" }),
    ["circuitBreaker.sealDuration: is 9 d 23 h", "before governance can answer, which takes 10 d"],
    withBreaker({ sealDuration: "10 d" }),
  ],
  [
    "pausables that must be told of the breaker",
    withBreaker({ pausables: [A] }),
    ["circuitBreaker.pausables: name contracts that know nothing of a breaker"],
    withBreaker({}),
  ],
  [
    "a tiebreaker that an operation can wait for",
    withTiebreaker({ timeout: "185 d" }),
    ["tiebreaker.timeout: is 185 d: an operation can live through it, 185 d (timelock.delayCeiling + grace)"],
    withTiebreaker({ timeout: "185 d 1 s" }),
  ],
];

describe("checkDao, of the bodies whose powers end", () => {
  for (const [severity, cases] of [
    ["error", ERRORS],
    ["warning", WARNINGS],
  ] as const) {
    for (const [rule, broken, names, mended] of cases) {
      it(`gives ${severity === "error" ? "an error" : "a warning"} for ${rule}`, () => {
        const path = names[0]?.split(": ")[0] ?? "";
        const about = (text: string) => text.startsWith(`${path}: `) && names.every((part) => text.includes(part));
        const sentences = tell(severity, broken);
        expect(sentences.filter(about), sentences.join("\n")).to.have.lengthOf(1);
        expect(tell(severity, mended).filter(about)).to.deep.equal([]);
        if (severity === "error") expect(tell(severity, mended)).to.deep.equal([]);
      });
    }
  }

  it("lets an emergency committee and one of the circuit breaker share their keys", () => {
    const shared = {
      ...withEmergency({ activationCommittee: committee(1) }),
      ...withBreaker({ sealCommittee: committee(1) }),
    };
    expect(tell("error", shared)).to.deep.equal([]);
  });

  it("needs none of the bodies", () => {
    const none = { emergency: undefined, circuitBreaker: undefined, tiebreaker: undefined };
    expect(tell("error", none)).to.deep.equal([]);
  });

  it("keeps keys that everybody has on local chains", () => {
    const dao = parseDao(standard, "test");
    const owners = checkLocality(dao, 1n)
      .map(describeProblem)
      .filter((text) => text.includes(".owners["));
    expect(owners).to.have.lengthOf(16);
    expect(owners[0]).to.contain(`${activation}.owners[0]: is 0x15d3`).and.to.contain("whose key everybody has");
    expect(checkLocality(dao, 31337n)).to.deep.equal([]);
  });
});
