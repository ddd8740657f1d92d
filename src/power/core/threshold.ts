import type { Algebra } from "./algebra.js";
import type { Node } from "./diagram.js";
import type { Operations } from "./operations.js";

/** A part of a threshold, worked out. */
export interface WeightedNode {
  readonly weight: bigint;
  readonly node: Node;
}

/** The function for every need above `above`, up to `upTo`. */
interface Range {
  readonly above: bigint | undefined;
  readonly upTo: bigint | undefined;
  readonly node: Node;
}

/**
 * The function "parts that weigh `threshold` or more hold". What is still needed after some parts is worked out once
 * for a whole range of needs for which it is the same: k of n takes k × n steps, whatever the weights are called.
 */
export function thresholdOf(
  operations: Operations,
  { holds, fails, both, either }: Algebra,
  threshold: bigint,
  parts: readonly WeightedNode[],
): Node {
  // Heavy parts first: ranges are wide then.
  const sorted = [...parts].sort((a, b) => (a.weight > b.weight ? -1 : a.weight < b.weight ? 1 : a.node - b.node));
  const rest: bigint[] = [0n];
  for (const { weight } of sorted.toReversed()) rest.unshift((rest[0] ?? 0n) + weight);
  const known: Range[][] = rest.map(() => []);

  const build = (index: number, need: bigint): Range => {
    const found = known[index]?.find(
      ({ above, upTo }) => (above === undefined || need > above) && (upTo === undefined || need <= upTo),
    );
    if (found !== undefined) return found;
    const range = work(index, need);
    known[index]?.push(range);
    return range;
  };

  const work = (index: number, need: bigint): Range => {
    if (need <= 0n) return { above: undefined, upTo: 0n, node: operations.store.leaf(holds) };
    const left = rest[index] ?? 0n;
    if (need > left) return { above: left, upTo: undefined, node: operations.store.leaf(fails) };
    const part = sorted[index];
    if (part === undefined) throw new Error("nothing is left and something is needed");
    const without = build(index + 1, need);
    const withIt = build(index + 1, need - part.weight);
    return {
      above: greatest(without.above, shift(withIt.above, part.weight)),
      upTo: least(without.upTo, shift(withIt.upTo, part.weight)),
      node: operations.combine(either, without.node, operations.combine(both, part.node, withIt.node)),
    };
  };

  return build(0, threshold).node;
}

const shift = (bound: bigint | undefined, by: bigint): bigint | undefined =>
  bound === undefined ? undefined : bound + by;

const greatest = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined ? b : b === undefined || a > b ? a : b;

const least = (a: bigint | undefined, b: bigint | undefined): bigint | undefined =>
  a === undefined ? b : b === undefined || a < b ? a : b;
