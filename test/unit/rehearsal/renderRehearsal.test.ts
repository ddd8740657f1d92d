import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";

import { judge } from "../../../src/rehearsal/judge.js";
import { renderFacts, renderJudgement, renderRehearsal } from "../../../src/rehearsal/renderRehearsal.js";
import { found, refused, type Facts } from "../../../src/rehearsal/rehearsalFacts.js";
import { FACTS, OBSERVED, WALK } from "./facts.js";

const plain = (text: string): string => stripVTControlCharacters(text);
const render = (facts: Partial<Facts>): string => plain(renderFacts({ ...FACTS, ...facts }));

describe("the table of a rehearsal", () => {
  it("tells the play, the vault and the verdict", () => {
    const text = plain(renderRehearsal({ ...FACTS, ...judge(FACTS), dao: null }));
    expect(text).to.contain("1 ASSET to the staker").and.to.contain("all at once").and.to.contain("The vault fits.");
  });

  it("says what was not tried, and why", () => {
    expect(render({})).to.contain("not tried: no --drain was given");
  });

  it("says what was refused, in the vault's words", () => {
    const direct = { ...OBSERVED.direct, redeemed: refused<never>("EnforcedPause()") };
    expect(render({ observed: { ...OBSERVED, direct } })).to.contain("refused: EnforcedPause()");
  });

  it("says when shares are burnt", () => {
    const burnt = { request: 0n, settlement: 5n, claim: 0n };
    const exit = WALK.exit === null ? null : { ...WALK.exit, atOnce: 0n, burnt };
    expect(render({ walk: { ...WALK, exit } })).to.match(/burns shares\s+│ when settled/);
  });

  it("says by how much a price moves", () => {
    const price = { ...OBSERVED.price, donation: found({ before: 100n, after: 75n }) };
    expect(render({ observed: { ...OBSERVED, price } })).to.contain("moves the price down by 25 %");
  });

  it("says who rules a contract", () => {
    const owner = { address: FACTS.subject.vault, kind: "a Safe, 3 of 5" };
    const control = {
      address: FACTS.subject.vault,
      role: "asset",
      implementation: null,
      beacon: null,
      admin: null,
      isUups: false,
      owner,
      authority: null,
      hasRoles: true,
      roleAdmin: null,
      paused: true,
      powers: ["freeze(address)"],
    } as const;
    const text = render({ observed: { ...OBSERVED, control: [control] } });
    expect(text).to.contain("a Safe, 3 of 5; roles that it does not list").and.to.contain("freeze(address)");
    expect(text).to.match(/the asset is paused\s+│ yes/);
  });

  it("says what an exit waits for", () => {
    const exit =
      WALK.exit === null ? null : { ...WALK.exit, atOnce: 0n, redeemed: 0n, waiting: WALK.exit.total, held: null };
    expect(render({ walk: { ...WALK, exit } }))
      .to.contain("on request, and not yet")
      .and.to.contain("1 SHARE of 1 SHARE");
  });
});

describe("the verdict of a rehearsal", () => {
  it("tells reasons apart from what is only to be weighed", () => {
    const text = plain(
      renderJudgement({
        verdict: "fits-if",
        reasons: [
          { weight: "warning", text: "it can be paused" },
          { weight: "fits-if", text: "the escrow is admitted" },
        ],
      }),
    );
    expect(text).to.equal("The vault fits if:\n  - the escrow is admitted\nTo weigh:\n  - it can be paused");
  });
});
