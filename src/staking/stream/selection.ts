import { getBytes } from "ethers";

import { leafOf } from "../batchNodes.js";
import { BALANCES_PER_CHUNK, VALIDATOR_DEPTH, VALIDATORS_DEPTH, type Layout } from "../layouts.js";
import { toHex } from "../leaves.js";
import type { KeepNode } from "../ssz/contentsHasher.js";
import { leavesOf } from "../ssz/fixedRoots.js";
import { NODE } from "../ssz/hashing.js";
import { sizeOf } from "../ssz/types.js";
import { ByteSet } from "./byteSet.js";
import { Validator } from "./stateTypes.js";

/** Validators that something is to be proven of: all that any of the three names. */
export interface WantedValidators {
  /** [48 bytes, hex] */
  readonly pubkeys?: readonly string[];
  /** [32 bytes, hex] */
  readonly withdrawalCredentials?: readonly string[];
  readonly indices?: readonly number[];
}

export interface FoundValidator {
  readonly index: number;
  readonly pubkey: string;
  readonly withdrawalCredentials: string;
}

const PUBKEY = 48;
const CREDENTIALS = 32;
const VALIDATOR = sizeOf(Validator);

/** Finds wanted validators while the state's list goes by, and keeps their fields. */
export class Selection {
  readonly found: FoundValidator[] = [];
  private readonly foundIndices = new Set<number>();
  private readonly foundChunks = new Set<number>();
  private readonly pubkeys: ByteSet;
  private readonly credentials: ByteSet;
  private readonly indices: ReadonlySet<number>;

  constructor(
    wanted: WantedValidators,
    private readonly layout: Layout,
    private readonly keep: KeepNode,
  ) {
    this.pubkeys = new ByteSet(wanted.pubkeys?.map((hex) => getBytes(hex)) ?? [], PUBKEY);
    this.credentials = new ByteSet(wanted.withdrawalCredentials?.map((hex) => getBytes(hex)) ?? [], CREDENTIALS);
    this.indices = new Set(wanted.indices);
  }

  /**
   * @param values Whole validators that follow each other.
   * @param first The index of the first one.
   * @param length How many the state has.
   */
  look(values: Uint8Array, first: number, length: number): void {
    for (let start = 0, index = first; start < values.length; start += VALIDATOR, index++) {
      const isWanted =
        this.indices.has(index) || this.pubkeys.has(values, start) || this.credentials.has(values, start + PUBKEY);
      if (isWanted) this.take(values.slice(start, start + VALIDATOR), index, length);
    }
  }

  hasValidator(index: number): boolean {
    return this.foundIndices.has(index);
  }

  /** Whether a leaf of the list of balances holds one that is wanted. */
  hasBalance(place: number): boolean {
    return this.foundChunks.has(place);
  }

  private take(value: Uint8Array, index: number, length: number): void {
    this.found.push({
      index,
      pubkey: toHex(value.subarray(0, PUBKEY)),
      withdrawalCredentials: toHex(value.subarray(PUBKEY, PUBKEY + CREDENTIALS)),
    });
    this.foundIndices.add(index);
    this.foundChunks.add(Math.floor(index / BALANCES_PER_CHUNK));
    const subtrees = this.layout.split(2n * this.layout.validators, length, VALIDATORS_DEPTH);
    const root = leafOf(subtrees, index) << BigInt(VALIDATOR_DEPTH);
    const leaves = leavesOf(Validator, value, 1);
    for (let field = 0; field < 2 ** VALIDATOR_DEPTH; field++) {
      this.keep(root + BigInt(field), leaves.slice(field * NODE, (field + 1) * NODE));
    }
  }
}
