import { listPatterns, MOST_PATTERNS, type Grouped, type Pattern, type Representative } from "./coalitions.js";
import type { Node } from "./diagram.js";
import type { Entity } from "./formula.js";

/** Coalitions of one kind: exact figures, and patterns where there are not too many. */
export interface Coalitions<P extends Pattern> {
  /** Entities in the smallest (the Nakamoto coefficient); absent if there is no coalition at all. */
  readonly smallest?: number;
  /** How many minimal coalitions there are. */
  readonly count: bigint;
  /** How many minimal ones of 0, 1, 2 … entities. */
  readonly countBySize: readonly bigint[];
  /** One of the smallest; absent if there is none. */
  readonly example?: readonly Entity[];
  /** Smallest first; absent if there are more than {@link MOST_PATTERNS}. */
  readonly patterns?: readonly P[];
  /** Why there are no patterns, as a sentence. */
  readonly message?: string;
}

/**
 * Coalitions as figures and patterns.
 *
 * @param can - who can: of it the minimal coalitions are counted
 * @param family - the sets that are listed, the minimal ones among them
 */
export function describe<P extends Pattern>(
  grouped: Grouped,
  can: Node,
  family: Node,
  enrich: (representative: Representative) => P,
): Coalitions<P> {
  const { families, groups } = grouped;
  const minimal = families.minimal(can);
  const countBySize = families.countBySize(minimal);
  const smallest = countBySize.findIndex((count) => count > 0n);
  const example = families.smallestSet(minimal);
  const entities = groups.flat();
  const listed = listPatterns(grouped, family);
  return {
    ...(smallest >= 0 && { smallest }),
    count: countBySize.reduce((sum, count) => sum + count, 0n),
    countBySize,
    ...(example && { example: example.map((level) => entities[level] ?? "") }),
    ...(typeof listed === "bigint"
      ? { message: `${listed} kinds of coalition are too many to list; ${MOST_PATTERNS} are listed at most` }
      : { patterns: listed.map(enrich) }),
  };
}

/** Who can alone. Where nobody is needed there is nobody in particular. */
export function solesOf({ families, groups }: Grouped, can: Node): Entity[] {
  const { operations } = families;
  if (operations.evaluate(can, () => false) === 1) return [];
  return groups.flat().filter((_, index) => operations.evaluate(can, (level) => level === index) === 1);
}
