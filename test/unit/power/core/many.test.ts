import { expect } from "chai";
import fc from "fast-check";

import {
  all,
  any,
  atLeast,
  blockingOf,
  controlOf,
  principal,
  solve,
  weighted,
  type Formula,
} from "../../../../src/power/core/index.js";
import { isDeep } from "../../../helpers/testProfile.js";

const ENTITIES = isDeep ? 18 : 12;
const RUNS = isDeep ? 100 : 20;

/** Committees that share members, and how many of them are enough; with the weights of all entities, and how much is. */
const arbitraryCommittees = fc.record({
  committees: fc.array(
    fc.record({ members: fc.integer({ min: 1, max: 2 ** ENTITIES - 1 }), threshold: fc.integer({ min: 1, max: 8 }) }),
    { minLength: 2, maxLength: 6 },
  ),
  enough: fc.integer({ min: 1, max: 3 }),
  weights: fc.array(fc.nat({ max: 9 }), { minLength: ENTITIES, maxLength: ENTITIES }),
  votes: fc.integer({ min: 1, max: 9 * ENTITIES }),
  needsBoth: fc.boolean(),
});

/** For every set, by its bits: what its members weigh together. */
function weighSets(weights: readonly number[]): Uint16Array {
  const sums = new Uint16Array(2 ** ENTITIES);
  for (let mask = 1; mask < sums.length; mask++) {
    const rest = mask & (mask - 1);
    sums[mask] = (sums[rest] ?? 0) + (weights[Math.log2(mask ^ rest)] ?? 0);
  }
  return sums;
}

/** For every set how many members it has. */
const SIZES = weighSets(Array.from({ length: ENTITIES }, () => 1));

const nameOf = (index: number): string => `e${index}`;
const membersOf = (mask: number): Formula[] =>
  Array.from({ length: ENTITIES }, (_, index) => index)
    .filter((index) => (mask >> index) & 1)
    .map((index) => principal(nameOf(index)));

/** How many minimal sets of each size a table of all sets has, and how many minimal sets that hit all of them. */
function countIn(can: Uint8Array): { readonly minimal: number[]; readonly blocking: number[] } {
  const everybody = can.length - 1;
  const [minimal, blocking]: [number[], number[]] = [[], []];
  for (let mask = 0; mask < can.length; mask++) {
    const isEvery = (test: (without: number) => boolean): boolean => {
      for (let index = 0; index < ENTITIES; index++)
        if ((mask >> index) & 1 && !test(mask ^ (1 << index))) return false;
      return true;
    };
    const size = SIZES[mask] ?? 0;
    if (can[mask] === 1 && isEvery((without) => can[without] === 0)) minimal[size] = (minimal[size] ?? 0) + 1;
    // They block if those outside cannot.
    if (can[everybody ^ mask] === 0 && isEvery((without) => can[everybody ^ without] === 1)) {
      blocking[size] = (blocking[size] ?? 0) + 1;
    }
  }
  return { minimal, blocking };
}

const written = (counts: readonly (bigint | number | undefined)[]): string =>
  Array.from(counts, (count, size) => [size, BigInt(count ?? 0)] as const)
    .filter(([, count]) => count > 0n)
    .join(" ");

describe("the power core, of many entities", () => {
  it(`[PWR-2] counts coalitions and blocking sets of ${ENTITIES} entities exactly`, () => {
    let most = 0n;
    fc.assert(
      fc.property(arbitraryCommittees, ({ committees, enough, weights, votes, needsBoth }) => {
        const sums = weighSets(weights);
        const can = new Uint8Array(2 ** ENTITIES);
        for (let mask = 0; mask < can.length; mask++) {
          let agreeing = 0;
          for (const { members, threshold } of committees) if ((SIZES[mask & members] ?? 0) >= threshold) agreeing++;
          const [isEnough, isMajority] = [agreeing >= enough, (sums[mask] ?? 0) >= votes];
          can[mask] = (needsBoth ? isEnough && isMajority : isEnough || isMajority) ? 1 : 0;
        }
        const { minimal, blocking } = countIn(can);

        const bodies = committees.map(({ members, threshold }) => atLeast(threshold, membersOf(members)));
        const vote = weighted(
          BigInt(votes),
          weights.map((weight, index) => ({ weight: BigInt(weight), of: principal(nameOf(index)) })),
        );
        const parts = [atLeast(enough, bodies), vote];
        const solution = solve({ powers: new Map([["x", needsBoth ? all(...parts) : any(...parts)]]) });
        const control = controlOf(solution, "x").coalitions;
        expect(written(control.countBySize)).to.equal(written(minimal));
        expect(written(blockingOf(solution, "x").coalitions.countBySize)).to.equal(written(blocking));
        expect(control.patterns?.reduce((sum, { count }) => sum + count, 0n) ?? control.count).to.equal(control.count);
        if (control.count > most) most = control.count;
      }),
      { seed: 20_260_331, numRuns: RUNS },
    );
    expect(most > 100n).to.equal(true);
  }).timeout(600_000);
});
