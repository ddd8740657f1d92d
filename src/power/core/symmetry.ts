import type { Node } from "./diagram.js";
import type { Families } from "./families.js";
import type { Operations } from "./operations.js";

/**
 * Groups the levels that make a difference to some of the functions: two are in one group if swapping them changes none
 * of the functions. Each group ascending, groups by their first level.
 */
export function findInterchangeable(operations: Operations, functions: readonly Node[]): number[][] {
  const influences = functions.map((node) => influenceOf(operations, node));
  const groups: { readonly first: number; readonly levels: number[]; halves?: Halves }[] = [];
  for (const level of operations.support(...functions)) {
    const group = groups.find((candidate) => {
      // Looks cheaply first: of two that can be swapped, one has as much influence as the other.
      if (!influences.every((influence) => isClose(influence.get(candidate.first), influence.get(level)))) return false;
      candidate.halves ??= functions.map((node) => [
        operations.restrict(node, candidate.first, false),
        operations.restrict(node, candidate.first, true),
      ]);
      // Both or neither of two are the same when they are swapped; one alone must be as good as the other alone.
      return candidate.halves.every(
        ([without, withIt]) => operations.restrict(without, level, true) === operations.restrict(withIt, level, false),
      );
    });
    if (group === undefined) groups.push({ first: level, levels: [level] });
    else group.levels.push(level);
  }
  return groups.map(({ levels }) => levels);
}

/** Functions without, and with, one level. */
type Halves = readonly (readonly [Node, Node])[];

/** By how much each level changes what the function says, on average over all coalitions; leaves count by their rank. */
function influenceOf(operations: Operations, root: Node): ReadonlyMap<number, number> {
  const { store } = operations;
  const ranks = new Map(operations.values(root).map((value, rank) => [value, rank]));
  const means = new Map<Node, number>();
  const shares = new Map<Node, number>([[root, 1]]);
  const influences = new Map<number, number>();
  // From the root down: each node after all that lead to it.
  for (const node of operations.nodes(root).sort((a, b) => store.level(b) - store.level(a))) {
    const mean = store.isLeaf(node)
      ? (ranks.get(store.value(node)) ?? 0)
      : ((means.get(store.low(node)) ?? 0) + (means.get(store.high(node)) ?? 0)) / 2;
    means.set(node, mean);
  }
  for (const node of operations.nodes(root).sort((a, b) => store.level(a) - store.level(b))) {
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

const isClose = (a = 0, b = 0): boolean => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));

/** A function of another store as one of this one, its levels renamed: in any order. */
export function moveFunction(from: Operations, node: Node, to: Operations, rename: (level: number) => number): Node {
  const moved = new Map<Node, Node>();
  const walk = (at: Node): Node => {
    const known = moved.get(at);
    if (known !== undefined) return known;
    const made = from.store.isLeaf(at)
      ? to.store.leaf(from.store.value(at))
      : to.choose(rename(from.store.level(at)), walk(from.store.low(at)), walk(from.store.high(at)));
    moved.set(at, made);
    return made;
  };
  return walk(node);
}

/**
 * Of all sets that differ by interchangeable members only, the one that has the first members of each group.
 *
 * @param isFirst - whether a level is the first of its group; the levels of a group follow each other
 */
export function keepRepresentatives(families: Families, family: Node, isFirst: (level: number) => boolean): Node {
  const { store } = families.operations;
  const [open, closed] = [new Map<Node, Node>(), new Map<Node, Node>()];
  const walk = (at: Node, next: number): Node => {
    if (store.isLeaf(at)) return at;
    const level = store.level(at);
    const mayHave = level === next || isFirst(level);
    const memo = mayHave ? open : closed;
    const known = memo.get(at);
    if (known !== undefined) return known;
    const high = mayHave ? walk(store.high(at), level + 1) : families.none;
    const made = store.family(level, walk(store.low(at), -1), high);
    memo.set(at, made);
    return made;
  };
  return walk(family, -1);
}
