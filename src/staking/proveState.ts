import { leafOf, listBatchNodes } from "./batchNodes.js";
import {
  BALANCES_DEPTH,
  BALANCES_PER_CHUNK,
  LAYOUTS,
  VALIDATOR_DEPTH,
  VALIDATORS_DEPTH,
  type Gindex,
  type Layout,
  type LayoutName,
} from "./layouts.js";
import { readNumber, readValidator, toHex, type ValidatorFields } from "./leaves.js";

/** Any node of a state's tree; leaves and roots alike. */
export type StateTree = (gindex: Gindex) => Uint8Array;

/** Whose fields and whose balances are to be proven: indices of validators, in any order. */
export interface Wanted {
  readonly fields: readonly number[];
  readonly balances: readonly number[];
}

/** `StateProof` of contracts/types/Beacon.sol, as ethers takes it: its types know no read-only arrays. */
export interface StateProof {
  readonly layout: bigint;
  readonly length: bigint;
  readonly stateNodes: string[];
  readonly fieldIndices: string;
  readonly fields: ValidatorFields[];
  readonly fieldNodes: string[];
  readonly balanceIndices: string;
  readonly balanceChunks: string[];
  readonly balanceNodes: string[];
}

export interface ProvenState {
  readonly proof: StateProof;
  /** Of the validators whose fields are proven; the contract is told by who asks it. */
  readonly withdrawalCredentials: readonly string[];
}

/** A proof of `wanted`, for the contract; it needs no more of the tree than {@link listNeededNodes} tells. */
export function proveState(tree: StateTree, name: LayoutName, wanted: Wanted): ProvenState {
  const layout: Layout = LAYOUTS[name];
  const length = readNumber(tree(lengthOf(layout.validators)));
  const places = placesOf(layout, Number(length), wanted);
  const validators = places.fields.map(({ root }) =>
    readValidator((field) => tree((root << BigInt(VALIDATOR_DEPTH)) + BigInt(field))),
  );
  const read = (nodes: readonly Gindex[]): string[] => nodes.map((node) => toHex(tree(node)));
  return {
    proof: {
      layout: layout.id,
      length,
      stateNodes: read(layout.besides),
      fieldIndices: packIndices(places.fields.map(({ index }) => index)),
      fields: validators.map(({ fields }) => fields),
      fieldNodes: read(places.fieldNodes),
      balanceIndices: packIndices(places.balances),
      balanceChunks: read(places.chunks),
      balanceNodes: read(places.balanceNodes),
    },
    withdrawalCredentials: validators.map(({ withdrawalCredentials }) => withdrawalCredentials),
  };
}

/** Every node that {@link proveState} reads, for one who keeps no tree and makes nodes as leaves go by. */
export function listNeededNodes(name: LayoutName, length: number, wanted: Wanted): Gindex[] {
  const layout: Layout = LAYOUTS[name];
  const { fields, fieldNodes, chunks, balanceNodes } = placesOf(layout, length, wanted);
  const leaves = fields.flatMap(({ root }) =>
    Array.from({ length: 2 ** VALIDATOR_DEPTH }, (_, field) => (root << BigInt(VALIDATOR_DEPTH)) + BigInt(field)),
  );
  return [lengthOf(layout.validators), ...layout.besides, ...leaves, ...fieldNodes, ...chunks, ...balanceNodes];
}

/** A list is its leaves' root beside its length. */
const leavesOf = (list: Gindex): Gindex => 2n * list;
const lengthOf = (list: Gindex): Gindex => 2n * list + 1n;

function placesOf(layout: Layout, length: number, wanted: Wanted) {
  const validators = layout.split(leavesOf(layout.validators), length, VALIDATORS_DEPTH);
  const chunks = layout.split(leavesOf(layout.balances), Math.ceil(length / BALANCES_PER_CHUNK), BALANCES_DEPTH);
  const fields = ascending(wanted.fields, length);
  const balances = ascending(wanted.balances, length);
  const chunkPlaces = [...new Set(balances.map((index) => Math.floor(index / BALANCES_PER_CHUNK)))];
  return {
    fields: fields.map((index) => ({ index, root: leafOf(validators, index) })),
    fieldNodes: fields.length === 0 ? [layout.validators] : listBatchNodes(validators, fields),
    balances,
    chunks: chunkPlaces.map((place) => leafOf(chunks, place)),
    balanceNodes: chunkPlaces.length === 0 ? [layout.balances] : listBatchNodes(chunks, chunkPlaces),
  };
}

function ascending(indices: readonly number[], length: number): number[] {
  for (const index of indices) {
    if (!Number.isSafeInteger(index) || index < 0 || index >= length) {
      throw new RangeError(`the state has ${length} validators, and none with the index ${index}`);
    }
  }
  return [...new Set(indices)].sort((a, b) => a - b);
}

/** Five bytes each, big-endian. */
export const packIndices = (indices: readonly number[]): string =>
  `0x${indices.map((index) => index.toString(16).padStart(10, "0")).join("")}`;
