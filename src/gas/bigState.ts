import { sha256 } from "ethers";

import { LAYOUTS, VALIDATOR_DEPTH, VALIDATORS_DEPTH, BALANCES_DEPTH, BALANCES_PER_CHUNK } from "../staking/layouts.js";
import type { Layout, LayoutName, Subtree } from "../staking/layouts.js";
import type { StateTree } from "../staking/proveState.js";

/** A tree that is worked out as far as it is walked. */
interface Branch {
  readonly root: Uint8Array;
  readonly left: Branch;
  readonly right: Branch;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.slice(2), "hex"));

const hashPair = (left: Uint8Array, right: Uint8Array): Uint8Array => bytesOf(sha256(Buffer.concat([left, right])));

const lazily = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

function branch(makeLeft: () => Branch, makeRight: () => Branch): Branch {
  const [left, right] = [lazily(makeLeft), lazily(makeRight)];
  const root = lazily(() => hashPair(left().root, right().root));
  return {
    get root() {
      return root();
    },
    get left() {
      return left();
    },
    get right() {
      return right();
    },
  };
}

const leaf = (root: Uint8Array): Branch => ({
  root,
  get left(): Branch {
    throw new RangeError("a leaf has no children");
  },
  get right(): Branch {
    throw new RangeError("a leaf has no children");
  },
});

/** Trees of equal leaves, by depth: each level is one node, used twice. */
function uniform(bottom: Branch, depth: number): Branch[] {
  const levels = [bottom];
  for (let height = 1; height <= depth; height++) {
    const below = levels[height - 1] ?? bottom;
    levels.push(
      branch(
        () => below,
        () => below,
      ),
    );
  }
  return levels;
}

/** `size` equal leaves, then zeros. */
function filled(bottom: Branch, size: number, depth: number): Branch {
  const full = uniform(bottom, depth);
  const empty = uniform(leaf(new Uint8Array(32)), depth);
  const at = (count: number, height: number): Branch => {
    const whole = count <= 0 ? empty[height] : count >= 2 ** height ? full[height] : undefined;
    if (whole !== undefined) return whole;
    const half = 2 ** (height - 1);
    return branch(
      () => at(Math.min(count, half), height - 1),
      () => at(count - half, height - 1),
    );
  };
  return at(size, depth);
}

function number(...values: readonly bigint[]): Branch {
  const bytes = new Uint8Array(32);
  values.forEach((value, lane) => {
    new DataView(bytes.buffer).setBigUint64(8 * lane, value, true);
  });
  return leaf(bytes);
}

/** Leaves of a node of which nothing else is known. */
const someRoot = (seed: bigint): Branch => leaf(bytesOf(sha256(`0x${seed.toString(16).padStart(64, "0")}`)));

function list(layout: Layout, bottom: Branch, size: number, depth: number, length: bigint): Branch {
  const subtrees: readonly Subtree[] = layout.split(1n, size, depth);
  const trees = subtrees.map((subtree) => filled(bottom, subtree.size, subtree.depth));
  const [only] = trees;
  const contents =
    layout.isProgressive || only === undefined
      ? trees.reduceRight(
          (rest, tree) =>
            branch(
              () => tree,
              () => rest,
            ),
          leaf(new Uint8Array(32)),
        )
      : only;
  return branch(
    () => contents,
    () => number(length),
  );
}

export const WITHDRAWAL_CREDENTIALS = `0x02${"00".repeat(11)}${"c0".repeat(20)}`;
const BALANCE = 32_012_345_678n;

function validator(): Branch {
  const { root } = someRoot(0n);
  const fields = [
    leaf(root),
    leaf(bytesOf(WITHDRAWAL_CREDENTIALS)),
    number(32_000_000_000n),
    number(0n),
    number(301_234n),
    number(312_345n),
    number(2n ** 64n - 1n),
    number(2n ** 64n - 1n),
  ];
  const at = (height: number, place: number): Branch =>
    height === 0
      ? (fields[place] ?? number(0n))
      : branch(
          () => at(height - 1, 2 * place),
          () => at(height - 1, 2 * place + 1),
        );
  return at(VALIDATOR_DEPTH, 0);
}

/**
 * The tree of a state with `length` equal validators, in next to no memory. Of the state's other fields only nodes beside
 * the way to the lists exist.
 */
export function bigState(name: LayoutName, length: number): StateTree {
  const layout: Layout = LAYOUTS[name];
  const count = BigInt(length);
  const known = new Map<bigint, Branch>([
    [layout.validators, list(layout, validator(), length, VALIDATORS_DEPTH, count)],
    [
      layout.balances,
      list(layout, number(BALANCE, BALANCE, BALANCE, BALANCE), length / BALANCES_PER_CHUNK, BALANCES_DEPTH, count),
    ],
  ]);
  for (const node of layout.besides) known.set(node, someRoot(node));
  const grow = (node: bigint): Branch =>
    known.get(node) ??
    branch(
      () => grow(2n * node),
      () => grow(2n * node + 1n),
    );
  const state = grow(1n);
  return (gindex) => {
    const turns = gindex.toString(2).slice(1).split("");
    return turns.reduce((at, turn) => (turn === "0" ? at.left : at.right), state).root;
  };
}
