import { concat, dataLength, encodeRlp, getBytes, keccak256, toBeArray, toBeHex, hexlify } from "ethers";

/** One slot and what it holds; slots that hold 0 do not exist. */
export type StorageEntry = readonly [slot: bigint, value: bigint];

/** A node of the tree: a list of byte strings and of nodes short enough to stand in their parent. */
type Node = (string | Node)[];

interface Leaf {
  /** What is left of the way to it, in half bytes. */
  readonly path: readonly number[];
  /** [hex, RLP] */
  readonly value: string;
}

const NOTHING = "0x";

/**
 * Root of the tree in which a chain keeps an account's storage, were it these entries and nothing else: compared with
 * what `eth_getProof` tells, it proves that there is nothing else.
 */
export function calcStorageRoot(entries: Iterable<StorageEntry>): string {
  const leaves: Leaf[] = [];
  for (const [slot, value] of new Map(entries)) {
    if (value === 0n) continue;
    const key = getBytes(keccak256(toBeHex(slot, 32)));
    leaves.push({
      path: [...key].flatMap((byte) => [byte >> 4, byte & 15]),
      value: encodeRlp(hexlify(toBeArray(value))),
    });
  }
  return keccak256(encodeRlp(leaves.length === 0 ? NOTHING : build(leaves)));
}

/** @param leaves At least one; no path twice. */
function build(leaves: readonly Leaf[]): Node {
  const [first] = leaves;
  if (first === undefined) throw new Error("a node of no leaves");
  if (leaves.length === 1) return [encodePath(first.path, true), first.value];
  const shared = first.path.findIndex((step, index) => leaves.some(({ path }) => path[index] !== step));
  if (shared > 0)
    return [encodePath(first.path.slice(0, shared), false), refer(build(leaves.map((leaf) => cut(leaf, shared))))];
  const children = Array.from({ length: 16 }, (_, step) => leaves.filter(({ path }) => path[0] === step));
  return [
    ...children.map((below) => (below.length === 0 ? NOTHING : refer(build(below.map((leaf) => cut(leaf, 1)))))),
    NOTHING,
  ];
}

const cut = ({ path, value }: Leaf, steps: number): Leaf => ({ path: path.slice(steps), value });

/** A short node stands in its parent itself, a longer one by its hash. */
function refer(node: Node): string | Node {
  const encoded = encodeRlp(node);
  return dataLength(encoded) < 32 ? node : keccak256(encoded);
}

/** Half bytes as bytes; the first one tells whether their number is odd, and whether the path ends here. */
function encodePath(path: readonly number[], isEnd: boolean): string {
  const isOdd = path.length % 2 === 1;
  const flag = (isEnd ? 2 : 0) + (isOdd ? 1 : 0);
  const steps = isOdd ? [flag, ...path] : [flag, 0, ...path];
  const bytes = Array.from({ length: steps.length / 2 }, (_, index) =>
    toBeHex((steps[2 * index] ?? 0) * 16 + (steps[2 * index + 1] ?? 0), 1),
  );
  return concat(bytes);
}
