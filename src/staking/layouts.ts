/**
 * Where lists stand in the state of the beacon chain. A generalized index names a node of a tree: 1 is the root, and the
 * children of n are 2n and 2n + 1. contracts/staking/BeaconProofs.sol has the same facts.
 * https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/ssz/merkle-proofs.md
 */

export type Gindex = bigint;

/** A binary tree inside a list: of its leaves, `size` are set, and the first of them is leaf `first` of the list. */
export interface Subtree {
  readonly root: Gindex;
  readonly first: number;
  readonly size: number;
  readonly depth: number;
}

/** How the leaves of a list of `size` leaves are split up, below the node beside the list's length. */
type Split = (root: Gindex, size: number, depth: number) => readonly Subtree[];

export interface Layout {
  /** The member of `StateLayout` in contracts/types/Beacon.sol. */
  readonly id: bigint;
  readonly validators: Gindex;
  readonly balances: Gindex;
  /** Nodes beside the way from both lists to the root, from below. */
  readonly besides: readonly Gindex[];
  readonly split: Split;
  /** Whether lists are progressive: they are then brought subtree by subtree. */
  readonly isProgressive: boolean;
}

const splitFixed: Split = (root, size, depth) => [{ root, first: 0, size, depth }];

/** EIP-7916: subtrees of 1, 4, 16, … leaves, each to the left of all that follow. */
const splitProgressive: Split = (root, size) => {
  const subtrees: Subtree[] = [];
  let [rest, first, depth] = [root, 0, 0];
  while (first < size) {
    const capacity = 2 ** depth;
    subtrees.push({ root: 2n * rest, first, size: Math.min(size - first, capacity), depth });
    [rest, first, depth] = [2n * rest + 1n, first + capacity, depth + 2];
  }
  return subtrees;
};

export const LAYOUTS = {
  /** Electra and Fulu. */
  electra: {
    id: 0n,
    validators: 75n,
    balances: 76n,
    besides: [36n, 74n, 77n, 39n, 8n, 5n, 3n],
    split: splitFixed,
    isProgressive: false,
  },
  /** Gloas, and forks that keep to EIP-7688. */
  gloas: {
    id: 1n,
    validators: 358n,
    balances: 359n,
    besides: [178n, 88n, 45n, 23n, 10n, 4n, 3n],
    split: splitProgressive,
    isProgressive: true,
  },
} as const satisfies Record<string, Layout>;

export type LayoutName = keyof typeof LAYOUTS;

/** Depths that lists have in Electra. */
export const VALIDATORS_DEPTH = 40;
export const BALANCES_DEPTH = 38;
/** A leaf of the list of balances holds four. */
export const BALANCES_PER_CHUNK = 4;
/** A validator has eight fields. */
export const VALIDATOR_DEPTH = 3;
