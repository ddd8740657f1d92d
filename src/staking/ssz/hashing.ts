import { digest2Bytes32, hashInto } from "@chainsafe/as-sha256";

/** Bytes of a leaf, and of any other node. */
export const NODE = 32;

export const hashPair = (left: Uint8Array, right: Uint8Array): Uint8Array => digest2Bytes32(left, right);

/** Hashes nodes two by two; parents take the place of the first half. @param count Even. */
export function hashLevel(nodes: Uint8Array, count: number): void {
  hashInto(nodes.subarray(0, count * NODE), nodes.subarray(0, (count / 2) * NODE));
}

const zeros: Uint8Array[] = [new Uint8Array(NODE)];

/** Root of a tree of nothing. */
export function zeroNode(depth: number): Uint8Array {
  for (let height = zeros.length; height <= depth; height++) {
    const below = zeros[height - 1] ?? new Uint8Array(NODE);
    zeros.push(hashPair(below, below));
  }
  return zeros[depth] ?? new Uint8Array(NODE);
}

/** Depth of the smallest binary tree with so many leaves. */
export function depthFor(leaves: number): number {
  let depth = 0;
  while (2 ** depth < leaves) depth++;
  return depth;
}

/** A number of 8 bytes as a leaf: little-endian, then zeros. */
export function numberNode(value: number): Uint8Array {
  const node = new Uint8Array(NODE);
  new DataView(node.buffer).setBigUint64(0, BigInt(value), true);
  return node;
}
