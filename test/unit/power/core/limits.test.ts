import { expect } from "chai";

import {
  after,
  all,
  any,
  atLeast,
  blockingOf,
  coalitionsOf,
  controlOf,
  inMode,
  inOrder,
  leastTime,
  listCoalitions,
  LONGEST_DELAY,
  NEVER,
  NOBODY_NEEDED,
  power,
  PowerError,
  principal,
  solve,
  until,
  weighted,
  withBodies,
  type Formula,
  type PowerSystem,
} from "../../../../src/power/core/index.js";
import { written } from "./bruteForce.js";

const members = (count: number, name = "m"): Formula[] =>
  Array.from({ length: count }, (_, index) => principal(`${name}${index}`));
const solveFor = (formula: Formula, more: Partial<PowerSystem> = {}) =>
  solve({ powers: new Map([["x", formula]]), ...more });

describe("the power core, at its limits", () => {
  it("counts what it does not list, says so, and shows one", () => {
    // Hardly two of twenty weights are as good as each other.
    const weights = members(20).map((of, index) => ({ weight: 10_000n + BigInt(index) ** 3n, of }));
    const { coalitions } = controlOf(solveFor(weighted(118_000n, weights)), "x");
    expect(coalitions.patterns).to.equal(undefined);
    expect(coalitions.message).to.match(/^\d+ kinds of coalition are too many to list; 10000 are listed at most$/);
    expect(coalitions.smallest).to.equal(9);
    expect(coalitions.example).to.have.length(9);
    expect(coalitions.count > 10_000n).to.equal(true);
  });

  it("lists up to 10,000 coalitions one by one", () => {
    const patternsOf = (k: number, n: number) =>
      controlOf(solveFor(atLeast(k, members(n))), "x").coalitions.patterns ?? [];
    expect(listCoalitions(patternsOf(4, 20))).to.have.length(4_845);
    expect(() => listCoalitions(patternsOf(12, 24))).to.throw(PowerError, /2704156 coalitions are too many.*1 here/);
    expect(coalitionsOf(patternsOf(12, 24)[0] ?? { choices: [] }).next().value).to.have.length(12);
  });

  it("says where a system is too tangled, and what would help", () => {
    const weights = members(20).map((of, index) => ({ weight: 10_000n + BigInt(index) ** 3n, of }));
    const tangled: PowerSystem = { powers: new Map([["x", weighted(118_000n, weights)]]) };
    expect(() => leastTime(solve(tangled, 1_000), "x", [])).to.throw(
      PowerError,
      /more than 1000 steps\. Fewer entities/,
    );
  });

  it("takes many more entities where they are as good as each other", () => {
    const solution = solveFor(all(atLeast(51, members(100, "a")), atLeast(7, members(9, "b"))));
    const { coalitions } = controlOf(solution, "x");
    expect(coalitions).to.deep.include({ smallest: 58 });
    expect(coalitions.patterns).to.have.length(1);
    expect(blockingOf(solution, "x").coalitions).to.deep.include({ smallest: 3 });
  });

  it("knows what holds for nobody, and what for anybody", () => {
    const nobody = solveFor(any());
    expect(controlOf(nobody, "x")).to.deep.include({ access: "nobody", soleControllers: [] });
    expect(controlOf(nobody, "x").coalitions).to.deep.equal({ count: 0n, countBySize: [], patterns: [] });
    expect(blockingOf(nobody, "x").coalitions).to.deep.include({ smallest: 0, count: 1n, example: [] });
    const anybody = solveFor(after(7, all()));
    expect(controlOf(anybody, "x")).to.deep.include({ access: "anybody", soleControllers: [], fastest: 7 });
    expect(controlOf(anybody, "x").coalitions).to.deep.include({ smallest: 0, count: 1n, example: [] });
    expect(blockingOf(anybody, "x").coalitions.count).to.equal(0n);
    expect(blockingOf(anybody, "x").soleBlockers).to.deep.equal([]);
    expect(controlOf(solveFor(atLeast(3, members(2))), "x").access).to.equal("nobody");
    expect(controlOf(solveFor(atLeast(0, members(2))), "x").access).to.equal("anybody");
  });

  it("keeps times exact up to the longest delay, and never lets them overflow", () => {
    // Each power takes the one before twice.
    const powers = new Map([["p0", after(LONGEST_DELAY, principal("m0"))]]);
    for (let n = 1; n <= 24; n++) powers.set(`p${n}`, inOrder(power(`p${n - 1}`), power(`p${n - 1}`)));
    const solution = solve({ powers });
    expect(leastTime(solution, "p12", ["m0"])).to.equal(LONGEST_DELAY * 2 ** 12);
    expect(leastTime(solution, "p24", ["m0"])).to.equal(Number.MAX_SAFE_INTEGER);
  });

  it("forgets what has expired, unless somebody renews it", () => {
    const renewal = { by: principal("m1"), hardEnd: 300 };
    const formula = any(until({ at: 100 }, principal("m0")), until({ at: 200, renewal }, principal("m2")));
    const listed = (now: number): string[] =>
      written(listCoalitions(controlOf(solveFor(formula, { now }), "x").coalitions.patterns ?? []));
    // Whoever renews makes it last longer before, and makes it possible afterwards.
    expect(listed(99)).to.deep.equal(["m0", "m1+m2", "m2"]);
    expect(listed(100)).to.deep.equal(["m1+m2", "m2"]);
    expect(listed(200)).to.deep.equal(["m1+m2"]);
    expect(listed(300)).to.deep.equal([]);
  });

  it("sees a body as one where it is told to, and who can gain it still", () => {
    const system: PowerSystem = {
      powers: new Map([
        ["vote", atLeast(3, members(5))],
        ["x", all(power("vote"), principal("m0"))],
      ]),
      escalations: [{ gains: "vote", through: principal("owner") }],
    };
    const listed = written(
      listCoalitions(controlOf(solve(withBodies(system, ["vote"])), "x").coalitions.patterns ?? []),
    );
    expect(listed).to.deep.equal(["m0+owner", "m0+vote"]);
    expect(controlOf(solve(system), "x").coalitions.count).to.equal(7n);
    expect(() => withBodies(system, ["veto"])).to.throw(PowerError, /no power "veto"/);
  });

  it("tells what is wrong with a system", () => {
    const wrong: [Formula, Partial<PowerSystem>, RegExp][] = [
      [power("y"), {}, /^power "x": the system has no power "y"$/],
      [all(any(power("y"))), {}, /no power "y"/],
      [inMode("emergency", NOBODY_NEEDED), {}, /does not say who can make the mode "emergency"/],
      [after(-1, NEVER), {}, /a delay is a whole number of seconds from 0 to 1099511627776, not -1/],
      [after(LONGEST_DELAY + 1, NEVER), {}, /a delay/],
      [after(0.5, NEVER), {}, /a delay/],
      [atLeast(-1, []), {}, /a threshold is a whole number, 0 or more, not -1/],
      [atLeast(1.5, []), {}, /not 1\.5/],
      [weighted(1n, [{ weight: -1n, of: NEVER }]), {}, /a weight is 0 or more/],
      [until({ at: 1.5 }, NEVER), {}, /an expiry is a moment in whole unix seconds, not 1\.5/],
      [until({ at: 200, renewal: { by: NEVER, hardEnd: 100 } }, NEVER), {}, /renewals end at 100, .* expires at 200/],
      [until({ at: 200, renewal: { by: power("y") } }, NEVER), {}, /no power "y"/],
      [NEVER, { escalations: [{ gains: "y", through: NEVER }] }, /an escalation gains the power "y", which/],
      [NEVER, { escalations: [{ gains: "x", through: NEVER, seconds: -5 }] }, /a delay.*not -5/],
      [
        NEVER,
        {
          identities: new Map([
            ["a", "b"],
            ["b", "c"],
          ]),
        },
        /"a" is "b", which is itself listed as "c"; list "a" as "c"/,
      ],
    ];
    for (const [formula, more, message] of wrong) expect(() => solveFor(formula, more)).to.throw(PowerError, message);
    expect(() => leastTime(solveFor(NEVER), "y", [])).to.throw(PowerError, /no power "y"/);
    // A name for itself is no contradiction.
    expect(() =>
      solveFor(NEVER, {
        identities: new Map([
          ["a", "b"],
          ["b", "b"],
        ]),
      }),
    ).not.to.throw();
  });
});
