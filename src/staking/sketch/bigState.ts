import { sha256 } from "ethers";

import { LAYOUTS, VALIDATOR_DEPTH, VALIDATORS_DEPTH, BALANCES_DEPTH, BALANCES_PER_CHUNK } from "../layouts.js";
import type { Layout, LayoutName, Subtree } from "../layouts.js";
import { toHex } from "../leaves.js";
import type { StateTree } from "../proveState.js";

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

type Leaf = readonly [position: number, leaf: Branch];

/** `size` equal leaves but for those that are `named`, then zeros. */
function filled(bottom: Branch, size: number, depth: number, named: readonly Leaf[]): Branch {
  const full = uniform(bottom, depth);
  const empty = uniform(leaf(new Uint8Array(32)), depth);
  const at = (start: number, height: number, inside: readonly Leaf[]): Branch => {
    const [only] = inside;
    if (only === undefined) {
      const whole = start >= size ? empty[height] : start + 2 ** height <= size ? full[height] : undefined;
      if (whole !== undefined) return whole;
    } else if (height === 0) return only[1];
    const middle = start + 2 ** (height - 1);
    return branch(
      () =>
        at(
          start,
          height - 1,
          inside.filter(([position]) => position < middle),
        ),
      () =>
        at(
          middle,
          height - 1,
          inside.filter(([position]) => position >= middle),
        ),
    );
  };
  return at(0, depth, named);
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

/** What a list is made of. */
interface Contents {
  readonly bottom: Branch;
  readonly size: number;
  readonly depth: number;
  readonly named: readonly Leaf[];
}

function list(layout: Layout, { bottom, size, depth, named }: Contents, length: bigint): Branch {
  const subtrees: readonly Subtree[] = layout.split(1n, size, depth);
  const trees = subtrees.map(({ first, size: inside, depth: height }) => {
    const own = named.filter(([position]) => position >= first && position < first + inside);
    return filled(
      bottom,
      inside,
      height,
      own.map(([position, root]) => [position - first, root]),
    );
  });
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

/** Of what has not been decided. */
export const FAR_FUTURE = 2n ** 64n - 1n;

/** When the beacon chain saw, will see, or has seen what it waits for. [epochs] */
export interface Course {
  readonly activationEligibilityEpoch: bigint;
  readonly activationEpoch: bigint;
  readonly exitEpoch: bigint;
  readonly withdrawableEpoch: bigint;
}

/** Of a validator that was never seen with 32 ETH. */
export const UNSEEN: Course = {
  activationEligibilityEpoch: FAR_FUTURE,
  activationEpoch: FAR_FUTURE,
  exitEpoch: FAR_FUTURE,
  withdrawableEpoch: FAR_FUTURE,
};

/** Of one that has been active for long. */
export const ACTIVE: Course = { ...UNSEEN, activationEligibilityEpoch: 301_234n, activationEpoch: 312_345n };

/** A validator that differs from all others. */
export interface NamedValidator extends Course {
  readonly pubkeyRoot: string;
  readonly withdrawalCredentials: string;
  /** [gwei] */
  readonly balance: bigint;
}

const USUAL: NamedValidator = {
  ...ACTIVE,
  pubkeyRoot: toHex(someRoot(0n).root),
  withdrawalCredentials: WITHDRAWAL_CREDENTIALS,
  balance: BALANCE,
};

function validator({ pubkeyRoot, withdrawalCredentials, balance, ...course }: NamedValidator): Branch {
  const fields = [
    leaf(bytesOf(pubkeyRoot)),
    leaf(bytesOf(withdrawalCredentials)),
    number(balance - (balance % 1_000_000_000n)),
    number(0n),
    number(course.activationEligibilityEpoch),
    number(course.activationEpoch),
    number(course.exitEpoch),
    number(course.withdrawableEpoch),
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

/** Leaves that hold the balance of a validator that is named. */
function balanceLeaves(named: ReadonlyMap<number, NamedValidator>): readonly Leaf[] {
  const positions = new Set([...named.keys()].map((index) => Math.floor(index / BALANCES_PER_CHUNK)));
  return [...positions].map((position) => {
    const lanes = [0, 1, 2, 3].map((lane) => named.get(position * BALANCES_PER_CHUNK + lane)?.balance ?? BALANCE);
    return [position, number(...lanes)];
  });
}

/**
 * The tree of a state with `length` validators, equal but for those that are named, in next to no memory. Of the state's
 * other fields only nodes beside the way to the lists exist.
 */
export function bigState(
  name: LayoutName,
  length: number,
  named: ReadonlyMap<number, NamedValidator> = new Map(),
): StateTree {
  const layout: Layout = LAYOUTS[name];
  const count = BigInt(length);
  const validators = {
    bottom: validator(USUAL),
    size: length,
    depth: VALIDATORS_DEPTH,
    named: [...named].map(([index, one]): Leaf => [index, validator(one)]),
  };
  const balances = {
    bottom: number(BALANCE, BALANCE, BALANCE, BALANCE),
    size: length / BALANCES_PER_CHUNK,
    depth: BALANCES_DEPTH,
    named: balanceLeaves(named),
  };
  const known = new Map<bigint, Branch>([
    [layout.validators, list(layout, validators, count)],
    [layout.balances, list(layout, balances, count)],
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
