import type { Node } from "./diagram.js";
import type { Operations } from "./operations.js";

/** One function, its nodes in order. */
export interface Shape {
  readonly root: Node;
  /** Every node, those of lower levels first: each after all that lead to it. Leaves last. */
  readonly nodes: readonly Node[];
  readonly atLevel: ReadonlyMap<number, readonly Node[]>;
  /** The lowest level from which an arrow leads to a node; below 0 for the root. */
  readonly cameFrom: ReadonlyMap<Node, number>;
}

/** Looks at a function as a whole. */
export function shapeOf(operations: Operations, root: Node): Shape {
  const { store } = operations;
  const nodes = operations.nodes(root).sort((a, b) => {
    const [one, other] = [store.level(a), store.level(b)];
    return one === other ? 0 : one - other; // of two leaves the difference is no number
  });
  const atLevel = new Map<number, Node[]>();
  const cameFrom = new Map<Node, number>([[root, -1]]);
  for (const node of nodes) {
    const level = store.level(node);
    const others = atLevel.get(level);
    if (others === undefined) atLevel.set(level, [node]);
    else others.push(node);
    if (store.isLeaf(node)) continue;
    // Lower levels come first: the first arrow comes from the lowest.
    for (const next of [store.low(node), store.high(node)]) if (!cameFrom.has(next)) cameFrom.set(next, level);
  }
  return { root, nodes, atLevel, cameFrom };
}

/** Whether swapping two levels changes nothing, where no level that makes a difference lies between them. */
export function isSwappedInPlace(operations: Operations, shape: Shape, upper: number, lower: number): boolean {
  const { store } = operations;
  // Where only one of both makes a difference, the other does not do as well.
  const isReachedPast = (shape.atLevel.get(lower) ?? []).some((node) => (shape.cameFrom.get(node) ?? -1) < upper);
  if (isReachedPast) return false;
  return (shape.atLevel.get(upper) ?? []).every((node) => {
    const [, onlyLower] = operations.branches(store.low(node), lower);
    const [onlyUpper] = operations.branches(store.high(node), lower);
    return onlyLower === onlyUpper;
  });
}

/** By how much each level changes what the function says, on average over all coalitions; leaves count by their rank. */
export function influenceOf(operations: Operations, { root, nodes }: Shape): ReadonlyMap<number, number> {
  const { store } = operations;
  const ranks = new Map(operations.values(root).map((value, rank) => [value, rank]));
  const means = new Map<Node, number>();
  for (const node of nodes.toReversed()) {
    const mean = store.isLeaf(node)
      ? (ranks.get(store.value(node)) ?? 0)
      : ((means.get(store.low(node)) ?? 0) + (means.get(store.high(node)) ?? 0)) / 2;
    means.set(node, mean);
  }
  const shares = new Map<Node, number>([[root, 1]]);
  const influences = new Map<number, number>();
  for (const node of nodes) {
    if (store.isLeaf(node)) continue;
    const share = shares.get(node) ?? 0;
    const [low, high] = [store.low(node), store.high(node)];
    for (const next of [low, high]) shares.set(next, (shares.get(next) ?? 0) + share / 2);
    const level = store.level(node);
    const difference = (means.get(high) ?? 0) - (means.get(low) ?? 0);
    influences.set(level, (influences.get(level) ?? 0) + share * difference);
  }
  return influences;
}
