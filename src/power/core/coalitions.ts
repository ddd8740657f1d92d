import { DiagramStore, type Node } from "./diagram.js";
import { Families } from "./families.js";
import { PowerError } from "./errors.js";
import type { Entity } from "./formula.js";
import { Operations } from "./operations.js";
import type { Solution } from "./solve.js";
import { findInterchangeable, keepRepresentatives, moveFunction } from "./symmetry.js";

/** Any `choose` of these entities, which are as good as each other. */
export interface Choice {
  readonly choose: number;
  readonly of: readonly Entity[];
}

/** All coalitions that take so many of each group: "A, and any 2 of B, C, D". Of no group: the empty one. */
export interface Pattern {
  readonly choices: readonly Choice[];
  /** Entities in each of them. */
  readonly size: number;
  /** How many coalitions these are. */
  readonly count: bigint;
}

/** So many patterns are listed. */
export const MOST_PATTERNS = 10_000;
/** So many coalitions are listed one by one. */
const MOST_COALITIONS = 10_000;

/** Functions of a solution, in an order in which entities that are as good as each other follow each other. */
export interface Grouped {
  readonly families: Families;
  readonly functions: readonly Node[];
  readonly groups: readonly (readonly Entity[])[];
}

/** Groups entities by what the functions say. In stores of its own: what is worked out on the way is let go. */
export function group(solution: Solution, functions: readonly Node[]): Grouped {
  const copy = new Operations(new DiagramStore());
  const copied = functions.map((node) => moveFunction(solution.operations, node, copy, (level) => level));
  const groups = findInterchangeable(copy, copied);
  const newLevels = new Map(groups.flat().map((level, index) => [level, index]));
  const operations = new Operations(new DiagramStore());
  return {
    families: new Families(operations),
    functions: functions.map((node) =>
      moveFunction(solution.operations, node, operations, (level) => newLevels.get(level) ?? Number.NaN),
    ),
    groups: groups.map((levels) => levels.map((level) => solution.entities[level] ?? "")),
  };
}

/** A set of levels and the pattern that it stands for. */
export interface Representative {
  readonly levels: readonly number[];
  readonly pattern: Pattern;
}

/** Every pattern of a family; or how many there are, if that is more than {@link MOST_PATTERNS}. */
export function listPatterns({ families, groups }: Grouped, family: Node): readonly Representative[] | bigint {
  const starts = startsOf(groups);
  const firsts = new Set(starts);
  const kept = keepRepresentatives(families, family, (level) => firsts.has(level));
  const count = families.countBySize(kept).reduce((sum, some) => sum + some, 0n);
  if (count > BigInt(MOST_PATTERNS)) return count;
  return Array.from(families.sets(kept), (levels) => {
    const choices = groups.flatMap((of, index): Choice[] => {
      const start = starts[index] ?? 0;
      const choose = levels.filter((level) => level >= start && level < start + of.length).length;
      return choose === 0 ? [] : [{ choose, of }];
    });
    const sets = choices.reduce((product, { choose, of }) => product * binomial(of.length, choose), 1n);
    return { levels, pattern: { choices, size: levels.length, count: sets } };
  }).sort((a, b) => a.pattern.size - b.pattern.size);
}

/** Every coalition of a pattern, each as a list of entities. */
export function* coalitionsOf({ choices }: Pick<Pattern, "choices">): Generator<Entity[], void> {
  const [first, ...rest] = choices;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const some of choose(first.of, first.choose)) {
    for (const others of coalitionsOf({ choices: rest })) yield [...some, ...others];
  }
}

/**
 * Every coalition of some patterns, each as a list of entities.
 *
 * @throws {@link PowerError} if there are more than {@link MOST_COALITIONS}.
 */
export function listCoalitions(patterns: readonly Pattern[]): Entity[][] {
  const count = patterns.reduce((sum, pattern) => sum + pattern.count, 0n);
  if (count > BigInt(MOST_COALITIONS)) {
    throw new PowerError(
      `${count} coalitions are too many to list one by one; ${MOST_COALITIONS} are at most. ` +
        `Patterns tell the same: ${patterns.length} here`,
    );
  }
  return patterns.flatMap((pattern) => [...coalitionsOf(pattern)]);
}

/** Ways to choose `k` of `n`. */
function binomial(n: number, k: number): bigint {
  let ways = 1n;
  for (let taken = 1; taken <= k; taken++) ways = (ways * BigInt(n - k + taken)) / BigInt(taken);
  return ways;
}

function* choose<T>(of: readonly T[], k: number): Generator<T[], void> {
  const [first, ...rest] = of;
  if (k === 0) yield [];
  if (k === 0 || first === undefined || of.length < k) return;
  for (const others of choose(rest, k - 1)) yield [first, ...others];
  yield* choose(rest, k);
}

function startsOf(groups: readonly (readonly Entity[])[]): number[] {
  const starts: number[] = [];
  groups.reduce((start, { length }) => {
    starts.push(start);
    return start + length;
  }, 0);
  return starts;
}
