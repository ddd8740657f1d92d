import type { Gindex, Subtree } from "./layouts.js";

/** The node at `place` of the level `height` above the leaves of a subtree. */
const nodeOf = ({ root, depth }: Subtree, height: number, place: number): Gindex =>
  (root << BigInt(depth - height)) + BigInt(place);

/** The leaf at `place` of a list that is split into subtrees. */
export function leafOf(subtrees: readonly Subtree[], place: number): Gindex {
  const subtree = subtrees.find(({ first, size }) => place >= first && place < first + size);
  if (subtree === undefined) throw new RangeError(`the list has no leaf ${place}`);
  return nodeOf(subtree, 0, place - subtree.first);
}

/**
 * Nodes that must be brought beside the leaves at `places` (ascending, none twice, at least one), in the order in which
 * contracts/staking/MerkleBatch.sol reads them.
 */
export function listBatchNodes(subtrees: readonly Subtree[], places: readonly number[]): Gindex[] {
  const nodes: Gindex[] = [];
  const last = places.at(-1) ?? -1;
  for (const subtree of subtrees) {
    const { root, first, size, depth } = subtree;
    const inside = places.filter((place) => place >= first && place < first + size).map((place) => place - first);
    if (inside.length > 0) collect(subtree, depth, 0, inside, nodes);
    else if (first < last) nodes.push(root);
    else {
      // Everything from here on hangs on the right of the subtree before.
      nodes.push(root / 2n);
      break;
    }
  }
  return nodes;
}

/** Left side, right side, then what neither gives: leaves climb to where they meet, and nodes over zeros are known. */
function collect(subtree: Subtree, height: number, place: number, inside: readonly number[], nodes: Gindex[]): void {
  if (height === 0) return;
  const [left, right] = [2 * place, 2 * place + 1];
  const middle = right * 2 ** (height - 1);
  const onLeft = inside.filter((leaf) => leaf < middle);
  const onRight = inside.filter((leaf) => leaf >= middle);
  if (onLeft.length > 0) collect(subtree, height - 1, left, onLeft, nodes);
  if (onRight.length > 0) collect(subtree, height - 1, right, onRight, nodes);
  if (onLeft.length === 0) nodes.push(nodeOf(subtree, height - 1, left));
  if (onRight.length === 0 && middle < subtree.size) nodes.push(nodeOf(subtree, height - 1, right));
}
