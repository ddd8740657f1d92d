import { expect } from "chai";
import fc from "fast-check";

import { blockingOf, coalitionsOf, controlOf, leastTime, solve } from "../../../../src/power/core/index.js";
import { ask } from "../../../../src/power/core/solve.js";
import { arbitrarySystem, entitiesOf, OPTIONS } from "./arbitrarySystem.js";
import { hittingSets, isSubset, minimalOf, truthsOf, written } from "./bruteForce.js";

describe("the power core, against brute force", () => {
  it("gives every coalition the time and the ends that the definitions give it", () => {
    let [reached, delayed, ended, renewed] = [0, 0, 0, 0];
    fc.assert(
      fc.property(arbitrarySystem, (system) => {
        const solution = solve(system);
        for (const { coalition, truth } of truthsOf(system, entitiesOf(system))) {
          for (const [power, { time, end, renewedEnd }] of truth) {
            const figures = solution.figuresOf(power);
            expect(leastTime(solution, power, coalition) ?? Infinity).to.equal(time);
            expect(ask(solution, figures.end, coalition)).to.equal(end);
            expect(ask(solution, figures.renewedEnd, coalition)).to.equal(renewedEnd);
            if (time < Infinity) reached++;
            if (time < Infinity && time > 0) delayed++;
            if (Math.abs(end) < Infinity) ended++;
            if (end !== renewedEnd) renewed++;
          }
        }
      }),
      OPTIONS,
    );
    for (const figure of [reached, delayed, ended, renewed]) expect(figure).to.be.greaterThan(100);
  }).timeout(600_000);

  it("finds exactly the minimal coalitions, and whoever tells for time or end", () => {
    fc.assert(
      fc.property(arbitrarySystem, (system) => {
        const solution = solve(system);
        const truths = truthsOf(system, entitiesOf(system));
        for (const power of system.powers.keys()) {
          const of = truths.map(({ coalition, truth }) => ({ coalition, ...truth.get(power) }));
          const minimal = minimalOf(of.filter(({ time = 0 }) => time < Infinity).map(({ coalition }) => coalition));
          const { coalitions, soleControllers } = controlOf(solution, power);
          const patterns = coalitions.patterns ?? [];
          const listed = patterns.flatMap((pattern) =>
            [...coalitionsOf(pattern)].map((members) => ({ ...pattern, members })),
          );

          expect(written(listed.filter(({ isMinimal }) => isMinimal).map(({ members }) => members))).to.deep.equal(
            written(minimal),
          );
          expect(coalitions.count).to.equal(BigInt(minimal.length));
          expect(coalitions.smallest ?? Infinity).to.equal(Math.min(Infinity, ...minimal.map(({ length }) => length)));
          expect(written([soleControllers])).to.deep.equal(
            written([minimal.filter(({ length }) => length === 1).flat()]),
          );
          expect(new Set(written(listed.map(({ members }) => members))).size).to.equal(listed.length);
          expect(patterns.reduce((sum, { count }) => sum + count, 0n)).to.equal(BigInt(listed.length));

          // Nobody in them is idle, and nothing that any coalition can do is missing in them.
          const isIdle = ({ members }: { members: string[] }): boolean =>
            of.some(
              ({ coalition, time, end }) =>
                coalition.length === members.length - 1 &&
                isSubset(coalition, members) &&
                same({ time, end }, of, members),
            );
          expect(listed.filter(isIdle)).to.deep.equal([]);
          for (const { coalition, time = 0, end = 0 } of of) {
            const within = listed.filter(({ members }) => isSubset(members, coalition));
            expect(Math.min(Infinity, ...within.map(({ seconds }) => seconds))).to.equal(time);
            expect(Math.max(-Infinity, ...within.map((way) => way.end ?? Infinity))).to.equal(end);
          }
          for (const { members, isHard } of listed) {
            const truth = of.find(({ coalition }) => written([coalition])[0] === written([members])[0]);
            expect(isHard).to.equal(truth?.end === truth?.renewedEnd);
          }
        }
      }),
      OPTIONS,
    );
  }).timeout(600_000);

  it("finds exactly the minimal sets that hit every coalition", () => {
    let several = 0;
    fc.assert(
      fc.property(arbitrarySystem, (system) => {
        const solution = solve(system);
        const truths = truthsOf(system, entitiesOf(system));
        for (const power of system.powers.keys()) {
          const can = truths
            .filter(({ truth }) => (truth.get(power)?.time ?? 0) < Infinity)
            .map(({ coalition }) => coalition);
          const expected = hittingSets(entitiesOf(system), minimalOf(can));
          const { coalitions, soleBlockers } = blockingOf(solution, power);
          const found = (coalitions.patterns ?? []).flatMap((pattern) => [...coalitionsOf(pattern)]);
          expect(written(found)).to.deep.equal(written(expected));
          expect(coalitions.count).to.equal(BigInt(expected.length));
          expect(written([soleBlockers])).to.deep.equal(
            written([expected.filter(({ length }) => length === 1).flat()]),
          );
          if (expected.length > 1) several++;
        }
      }),
      OPTIONS,
    );
    expect(several).to.be.greaterThan(100);
  }).timeout(600_000);
});

function same(
  figures: { time: number | undefined; end: number | undefined },
  of: readonly { coalition: readonly string[]; time?: number; end?: number }[],
  members: string[],
): boolean {
  const own = of.find(({ coalition }) => coalition.length === members.length && isSubset(coalition, members));
  return own?.time === figures.time && own?.end === figures.end;
}
