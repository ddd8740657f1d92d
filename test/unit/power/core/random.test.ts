import { expect } from "chai";

import {
  blockingOf,
  coalitionsOf,
  controlOf,
  leastTime,
  solve,
  wayOf,
  type Entity,
  type Pattern,
  type Way,
} from "../../../../src/power/core/index.js";
import { ask } from "../../../../src/power/core/solve.js";
import { arbitrarySystem, check, entitiesOf } from "./arbitrarySystem.js";
import { hittingSets, isSubset, minimalOf, truthsOf, written, type CoalitionTruth } from "./bruteForce.js";

const expand = (patterns: readonly Pattern[] = []): Entity[][] =>
  patterns.flatMap((pattern) => [...coalitionsOf(pattern)]);

const alone = (sets: readonly (readonly string[])[]): string[] =>
  sets
    .filter(({ length }) => length === 1)
    .flat()
    .sort();

describe("the power core, against brute force", () => {
  it("[PWR-1] gives every coalition the time and the ends that the definitions give it", () => {
    const seen = { reached: 0, delayed: 0, ended: 0, renewed: 0 };
    check(20_260_301, arbitrarySystem, (system) => {
      const solution = solve(system);
      const [expected, found]: number[][] = [[], []];
      for (const { coalition, truth } of truthsOf(system, entitiesOf(system))) {
        for (const [power, { time, end, renewedEnd }] of truth) {
          const figures = solution.figuresOf(power);
          expected?.push(time, end, renewedEnd);
          found?.push(
            leastTime(solution, power, coalition) ?? Infinity,
            ask(solution, figures.end, coalition),
            ask(solution, figures.renewedEnd, coalition),
          );
          if (time < Infinity) seen.reached++;
          if (time < Infinity && time > 0) seen.delayed++;
          if (Math.abs(end) < Infinity) seen.ended++;
          if (end !== renewedEnd) seen.renewed++;
        }
      }
      expect(String(found)).to.equal(String(expected));
    });
    for (const times of Object.values(seen)) expect(times).to.be.greaterThan(20);
  }).timeout(600_000);

  it("[PWR-2] lists exactly the coalitions of which some figure needs every member, and tells which are minimal", () => {
    check(20_260_302, arbitrarySystem, (system) => {
      const solution = solve(system);
      const truths = truthsOf(system, entitiesOf(system));
      for (const power of system.powers.keys()) {
        const figures = new Map<string, readonly number[]>();
        for (const { coalition, truth } of truths) {
          const { time = 0, end = 0, renewedEnd = 0 } = truth.get(power) ?? {};
          figures.set(written([coalition])[0] ?? "", [time, end, renewedEnd]);
        }
        const figuresOf = (set: readonly Entity[]): readonly number[] => figures.get(written([set])[0] ?? "") ?? [];
        const able = truths.map(({ coalition }) => coalition).filter((set) => figuresOf(set)[0] !== Infinity);
        const lean = able.filter((set) =>
          figuresOf(set).some((figure, index) =>
            set.every((member) => figuresOf(set.filter((other) => other !== member))[index] !== figure),
          ),
        );
        const minimal = minimalOf(able);

        const { coalitions, soleControllers } = controlOf(solution, power);
        const { patterns = [], smallest = Infinity } = coalitions;
        expect(written(expand(patterns))).to.deep.equal(written(lean));
        expect(written(expand(patterns.filter(({ isMinimal }) => isMinimal)))).to.deep.equal(written(minimal));
        expect(coalitions.count).to.equal(BigInt(minimal.length));
        expect(smallest).to.equal(Math.min(Infinity, ...minimal.map(({ length }) => length)));
        expect([...soleControllers].sort()).to.deep.equal(alone(minimal));
        expect(groupsIn(patterns)).to.deep.equal(interchangeable(lean.flat(), truths, figuresOf));
        for (const pattern of patterns) {
          const { seconds, end = Infinity, renewedEnd = Infinity, isHard, count } = pattern;
          const sets = [...coalitionsOf(pattern)];
          expect(BigInt(sets.length)).to.equal(count);
          expect(isHard).to.equal(end === renewedEnd);
          expect([...new Set(sets.map((set) => String(figuresOf(set))))]).to.deep.equal([
            String([seconds, end, renewedEnd]),
          ]);
        }
      }
    });
  }).timeout(600_000);

  it("[PWR-3] finds exactly the minimal sets that hit every coalition", () => {
    let several = 0;
    check(20_260_303, arbitrarySystem, (system) => {
      const solution = solve(system);
      const truths = truthsOf(system, entitiesOf(system));
      for (const power of system.powers.keys()) {
        const able = truths.filter(({ truth }) => (truth.get(power)?.time ?? 0) < Infinity);
        const expected = hittingSets(entitiesOf(system), minimalOf(able.map(({ coalition }) => coalition)));
        const { coalitions, soleBlockers } = blockingOf(solution, power);
        expect(written(expand(coalitions.patterns))).to.deep.equal(written(expected));
        expect(coalitions.count).to.equal(BigInt(expected.length));
        expect([...soleBlockers].sort()).to.deep.equal(alone(expected));
        if (expected.length > 1) several++;
      }
    });
    expect(several).to.be.greaterThan(100);
  }).timeout(600_000);

  it("[PWR-3] lets a guard block unless the others can remove it first", () => {
    let [kept, removed] = [0, 0];
    check(20_260_304, arbitrarySystem, (system) => {
      const solution = solve(system);
      const everybody = entitiesOf(system);
      const [power = "", cancel = "", removal = ""] = system.powers.keys();
      const can = (name: string, coalition: readonly Entity[]): boolean =>
        leastTime(solution, name, coalition) !== undefined;
      const blocks = truthsOf(system, everybody)
        .map(({ coalition }) => coalition)
        .filter((coalition) => {
          const others = everybody.filter((entity) => !coalition.includes(entity));
          if (!can(power, others)) return true;
          if (!can(cancel, coalition)) return false;
          if (can(removal, others)) removed++;
          else kept++;
          return !can(removal, others);
        });
      const { coalitions } = blockingOf(solution, power, [{ cancel, removal }]);
      expect(written(expand(coalitions.patterns))).to.deep.equal(written(minimalOf(blocks)));
    });
    expect([kept, removed].every((times) => times > 100)).to.equal(true);
  }).timeout(600_000);

  it("[PWR-4] finds a way that takes the least time, and whose members need nobody else", () => {
    let deepest = 0;
    check(20_260_305, arbitrarySystem, (system) => {
      const solution = solve(system);
      const coalition = entitiesOf(system).slice(0, 3);
      for (const power of system.powers.keys()) {
        const way = wayOf(system, power, coalition);
        expect(way?.seconds).to.equal(leastTime(solution, power, coalition));
        if (way === undefined) continue;
        const { members, seconds, depth } = follow(way);
        expect(isSubset(members, coalition)).to.equal(true);
        expect(seconds).to.equal(way.seconds);
        expect(leastTime(solution, power, members)).to.equal(way.seconds);
        deepest = Math.max(deepest, depth);
      }
    });
    expect(deepest).to.be.greaterThan(5);
  }).timeout(600_000);
});

/** Every entity with those that patterns name in one group with it. */
function groupsIn(patterns: readonly Pattern[]): string[] {
  const groups = patterns.flatMap(({ choices }) => choices.map(({ of }) => [...of].sort().join("+")));
  return [...new Set(groups)].sort();
}

/** The same from the definition: swapping two of a group changes no coalition's figures. */
function interchangeable(
  entities: readonly Entity[],
  truths: readonly CoalitionTruth[],
  figuresOf: (set: readonly Entity[]) => readonly number[],
): string[] {
  const canSwap = (one: Entity, other: Entity): boolean =>
    truths.every(({ coalition }) => {
      const swapped = coalition.map((member) => (member === one ? other : member === other ? one : member));
      return String(figuresOf(swapped)) === String(figuresOf(coalition));
    });
  const all = [...new Set(entities)].sort();
  return [...new Set(all.map((one) => all.filter((other) => canSwap(one, other)).join("+")))].sort();
}

/** Who takes part in a way, how long it takes by what its parts take, and how many steps lie inside each other. */
function follow(way: Way): { members: Entity[]; seconds: number; depth: number } {
  const inner = (parts: readonly Way[], own: (seconds: number[]) => number) => {
    const followed = parts.map(follow);
    return {
      members: [...new Set(followed.flatMap(({ members }) => members))],
      seconds: own(followed.map(({ seconds }) => seconds)),
      depth: 1 + Math.max(0, ...followed.map(({ depth }) => depth)),
    };
  };
  const slowest = (seconds: number[]): number => Math.max(0, ...seconds);
  switch (way.kind) {
    case "nobody-needed":
      return { members: [], seconds: 0, depth: 0 };
    case "principal":
      return { members: [way.entity], seconds: 0, depth: 0 };
    case "power":
      return inner([way.of], slowest);
    case "after":
      return inner([way.of], (seconds) => slowest(seconds) + way.wait);
    case "together":
      return inner(way.of, slowest);
    case "in-order":
      return inner(way.of, (seconds) => seconds.reduce((sum, some) => sum + some, 0));
    case "in-mode":
      return inner([way.mode, way.of], slowest);
    case "renewed":
      return inner([way.renewal, way.of], slowest);
  }
}
