import { expect } from "chai";

import {
  after,
  all,
  any,
  atLeast,
  blockingOf,
  canDo,
  coalitionsOf,
  controlOf,
  inMode,
  inOrder,
  leastTime,
  NEVER,
  NOBODY_NEEDED,
  power,
  principal,
  solve,
  until,
  type Formula,
  type PowerName,
  type PowerSystem,
} from "../../../../src/power/core/index.js";
import { written } from "./bruteForce.js";

const DAY = 86_400;
const [a, b, c, d] = ["a", "b", "c", "d"].map(principal) as [Formula, Formula, Formula, Formula];
const members = (count: number, from = 0): Formula[] =>
  Array.from({ length: count }, (_, index) => principal(`member ${from + index}`));

const solveFor = (powers: Record<PowerName, Formula>, more: Omit<PowerSystem, "powers"> = {}) =>
  solve({ powers: new Map(Object.entries(powers)), ...more });
const listed = (solution: ReturnType<typeof solveFor>, name: PowerName): string[] =>
  written((controlOf(solution, name).coalitions.patterns ?? []).flatMap((pattern) => [...coalitionsOf(pattern)]));

describe("the power core, by example", () => {
  it("keeps 12 of 24 one pattern, and counts its 2,704,156 coalitions", () => {
    const solution = solveFor({ vote: atLeast(12, members(24)) });
    const { coalitions } = controlOf(solution, "vote");
    expect(coalitions).to.deep.include({ smallest: 12, count: 2_704_156n });
    expect(coalitions.patterns).to.have.length(1);
    expect(coalitions.patterns?.[0]).to.deep.include({ size: 12, count: 2_704_156n, seconds: 0, isMinimal: true });
    expect(blockingOf(solution, "vote").coalitions).to.deep.include({ smallest: 13, count: 2_496_144n });
  });

  it("counts 6 of 12 in two committees that share four members", () => {
    const solution = solveFor({ both: all(atLeast(6, members(12)), atLeast(6, members(12, 8))) });
    const { coalitions } = controlOf(solution, "both");
    // All four shared ones, and two more of each side.
    expect(coalitions.smallest).to.equal(8);
    expect(coalitions.countBySize[8]).to.equal(28n * 28n);
    expect(
      coalitions.patterns?.map(({ choices }) => choices.map(({ choose, of }) => `${choose}/${of.length}`)),
    ).to.deep.equal([
      ["2/8", "4/4", "2/8"],
      ["3/8", "3/4", "3/8"],
      ["4/8", "2/4", "4/8"],
      ["5/8", "1/4", "5/8"],
      ["6/8", "6/8"],
    ]);
    expect(blockingOf(solution, "both").coalitions.smallest).to.equal(7);
  });

  it("sees that two are as good as each other though another stands between them", () => {
    const solution = solveFor({ both: any(all(a, b), all(c, b)) });
    const [pattern] = controlOf(solution, "both").coalitions.patterns ?? [];
    expect(pattern?.choices).to.deep.equal([
      { choose: 1, of: ["a", "c"] },
      { choose: 1, of: ["b"] },
    ]);
  });

  it("looks into a Safe that owns a seat of a Safe", () => {
    const solution = solveFor({ inner: atLeast(1, [a, b]), outer: atLeast(2, [power("inner"), c, d]) });
    expect(listed(solution, "outer")).to.deep.equal(["a+c", "a+d", "b+c", "b+d", "c+d"]);
    // Both owners of the inner Safe refuse, or they are no part of it.
    const blocking = blockingOf(solution, "outer").coalitions.patterns ?? [];
    expect(written(blocking.flatMap((pattern) => [...coalitionsOf(pattern)]))).to.deep.equal(["a+b+c", "a+b+d", "c+d"]);
  });

  it("counts entities, not keys", () => {
    const powers = { safe: atLeast(2, [a, b, c]) };
    const identities = new Map([
      ["a", "Alice"],
      ["b", "Alice"],
    ]);
    expect(controlOf(solveFor(powers), "safe").soleControllers).to.deep.equal([]);
    expect(controlOf(solveFor(powers, { identities }), "safe").soleControllers).to.deep.equal(["Alice"]);
    expect(listed(solveFor(powers, { identities }), "safe")).to.deep.equal(["Alice"]);
  });

  it("gives nobody new power by a role that is its own admin, and its holders by one that another role administers", () => {
    const escalations = [
      { gains: "hold ADMIN", through: power("hold ADMIN") },
      { gains: "hold MINTER", through: power("hold ADMIN"), seconds: DAY },
    ];
    const empty = solveFor({ "hold ADMIN": NEVER, "hold MINTER": a }, { escalations });
    expect(listed(empty, "hold MINTER")).to.deep.equal(["a"]);
    expect(controlOf(empty, "hold ADMIN")).to.include({ access: "nobody" });
    const held = solveFor({ "hold ADMIN": b, "hold MINTER": a }, { escalations });
    expect(listed(held, "hold MINTER")).to.deep.equal(["a", "b"]);
    expect(leastTime(held, "hold MINTER", ["b"])).to.equal(DAY);
  });

  it("adds times along a sequence, and takes the longest of what is prepared together", () => {
    const [slow, fast] = [after(5 * DAY, a), after(2 * DAY, b)];
    const solution = solveFor({
      "in order": inOrder(slow, fast),
      together: all(slow, fast),
      either: any(slow, fast),
      "two of three": atLeast(2, [slow, fast, after(3 * DAY, c)]),
      "then a day": after(DAY, power("together")),
    });
    const timeOf = (name: PowerName): number | undefined => leastTime(solution, name, ["a", "b", "c"]);
    expect(["in order", "together", "either", "two of three", "then a day"].map(timeOf)).to.deep.equal(
      [7, 5, 2, 3, 6].map((days) => days * DAY),
    );
    expect(leastTime(solution, "two of three", ["a", "b"])).to.equal(5 * DAY);
    expect(leastTime(solution, "two of three", ["a"])).to.equal(undefined);
  });

  it("lists whoever makes it faster or possible for longer beside the minimal coalitions", () => {
    const solution = solveFor({
      change: any(after(30 * DAY, a), all(a, b), until({ at: 2_000_000_000 }, c), all(c, d)),
    });
    const patterns = controlOf(solution, "change").coalitions.patterns ?? [];
    const lines = patterns.map(({ choices, seconds, end, isMinimal }) => ({
      who: choices.flatMap(({ of }) => of).join("+"),
      seconds,
      end,
      isMinimal,
    }));
    expect(lines).to.have.deep.members([
      { who: "a", seconds: 30 * DAY, end: undefined, isMinimal: true },
      { who: "c", seconds: 0, end: 2_000_000_000, isMinimal: true },
      { who: "a+b", seconds: 0, end: undefined, isMinimal: false },
      { who: "c+d", seconds: 0, end: undefined, isMinimal: false },
    ]);
  });

  it("charges what nobody is needed for to whoever makes its mode", () => {
    const solution = solveFor({
      emergency: a,
      deadlock: NOBODY_NEEDED,
      reset: inMode("emergency", NOBODY_NEEDED),
      "give up": inMode("deadlock", NOBODY_NEEDED),
      vote: inMode("emergency", b),
    });
    expect(controlOf(solution, "reset")).to.deep.include({ access: "anybody-in-a-mode", soleControllers: ["a"] });
    expect(controlOf(solution, "give up")).to.deep.include({ access: "anybody", soleControllers: [] });
    expect(controlOf(solution, "vote")).to.deep.include({ access: "coalitions", soleControllers: [] });
    expect(canDo(solution, "give up", [])).to.equal(true);
  });
});
