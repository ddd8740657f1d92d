import type { Node } from "./diagram.js";
import type { Families } from "./families.js";
import type { Operations } from "./operations.js";

/**
 * Groups the levels that make a difference to some of the functions: two are in one group if swapping them changes none
 * of the functions. Each group ascending, groups by their first level.
 */
export function findInterchangeable(operations: Operations, functions: readonly Node[]): number[][] {
  const groups: { readonly levels: number[]; readonly halves: readonly (readonly [Node, Node])[] }[] = [];
  for (const level of operations.support(...functions)) {
    // Both or neither of two are the same when they are swapped; one alone must be as good as the other alone.
    const group = groups.find(({ halves }) =>
      halves.every(
        ([without, withIt]) => operations.restrict(without, level, true) === operations.restrict(withIt, level, false),
      ),
    );
    if (group !== undefined) group.levels.push(level);
    else {
      const halves = functions.map(
        (node) => [operations.restrict(node, level, false), operations.restrict(node, level, true)] as const,
      );
      groups.push({ levels: [level], halves });
    }
  }
  return groups.map(({ levels }) => levels);
}

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
