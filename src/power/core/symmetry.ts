import type { Node } from "./diagram.js";
import type { Families } from "./families.js";
import type { Operations } from "./operations.js";
import { influenceOf, isSwappedInPlace, shapeOf } from "./shape.js";

/**
 * Groups the levels that make a difference to some of the functions: two are in one group if swapping them changes none
 * of the functions. Each group ascending, groups by their first level.
 */
export function findInterchangeable(operations: Operations, functions: readonly Node[]): number[][] {
  const shapes = functions.map((node) => shapeOf(operations, node));
  const influences = shapes.map((shape) => influenceOf(operations, shape));
  const levels = operations.support(...functions);
  const groups: { readonly levels: number[]; halves?: Halves }[] = [];
  levels.forEach((level, index) => {
    const before = levels[index - 1];
    const group = groups.find((candidate) => {
      const [first = level] = candidate.levels;
      // Of two that can be swapped, one has as much influence as the other: this is cheap to see.
      if (!influences.every((influence) => isClose(influence.get(first), influence.get(level)))) return false;
      // So is whether neighbours can be swapped; and being as good as each other is passed on.
      if (before !== undefined && candidate.levels.at(-1) === before) {
        return shapes.every((shape) => isSwappedInPlace(operations, shape, before, level));
      }
      candidate.halves ??= functions.map((node) => [
        operations.restrict(node, first, false),
        operations.restrict(node, first, true),
      ]);
      // Both or neither of two are the same when they are swapped; one alone must be as good as the other alone.
      return candidate.halves.every(
        ([without, withIt]) => operations.restrict(without, level, true) === operations.restrict(withIt, level, false),
      );
    });
    if (group === undefined) groups.push({ levels: [level] });
    else group.levels.push(level);
  });
  return groups.map((group) => group.levels);
}

/** Functions without, and with, one level. */
type Halves = readonly (readonly [Node, Node])[];

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
