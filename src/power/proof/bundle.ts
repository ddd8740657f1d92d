import { createHash } from "node:crypto";

import { toJson } from "../../terminal/output.js";

/** Raised when a bundle's form changes, so that no verifier reads it wrongly. */
export const BUNDLE_SCHEMA = 1;

/** A call; without `to` it creates a contract. */
export interface BundledCall {
  readonly from: string;
  readonly to?: string;
  /** [hex] */
  readonly data: string;
  /** [wei, hex] */
  readonly value?: string;
}

/**
 * All that a call leaves behind but balances and nonces: `0x<account> slot 0x1: 0x2 -> 0x3`, and `0x<account> code 0x…`
 * with the hash of code that it gives an account. Addresses in small letters, words without leading zeros.
 */
export type Effects = readonly string[];

/** A call that was made by many, each time in the same state. */
export interface BundledTry {
  readonly to: string;
  /** [hex] */
  readonly data: string;
  /** [wei, hex] */
  readonly value?: string;
  /** Whose works, and whose reverts: places in the bundle's list of accounts, `0 3 7`. */
  readonly pass: string;
  readonly fail: string;
}

/** What is said of one state of the chain: calls, each by itself, nothing of which stays. */
export interface Claims {
  readonly kind: "claims";
  readonly tries: readonly BundledTry[];
  /** What is answered to whoever asks; null: it reverts. [hex] */
  readonly views: readonly { readonly to: string; readonly data: string; readonly answer: string | null }[];
  readonly traces: readonly { readonly call: BundledCall; readonly effects: Effects }[];
}

/** What was executed, each step on what those before it left. */
export type BundledStep =
  /** A transaction in a block of its own; without effects it reverts. `at` is its block's time. [unix seconds] */
  | { readonly kind: "transaction"; readonly call: BundledCall; readonly at: number; readonly effects?: Effects }
  /** An empty block. [unix seconds] */
  | { readonly kind: "block"; readonly at: number }
  /** What no transaction does. [hex] */
  | {
      readonly kind: "set";
      readonly account: string;
      readonly balance?: string;
      readonly code?: string;
      readonly storage?: Readonly<Record<string, string>>;
    }
  | Claims
  /** Steps that are taken back afterwards. */
  | { readonly kind: "branch"; readonly name: string; readonly steps: readonly BundledStep[] };

/** An account before the first step. */
export interface GenesisAccount {
  /** [wei, hex] */
  readonly balance: string;
  readonly nonce: number;
  /** [hex] */
  readonly code?: string;
  /** [keccak256] */
  readonly codeHash?: string;
  /** Slots that are not zero. [hex, without leading zeros] */
  readonly storage?: Readonly<Record<string, string>>;
}

/** Everything that an audit executed, so that others can execute it on another engine. */
export interface ProofBundle {
  readonly schema: typeof BUNDLE_SCHEMA;
  readonly chain: number;
  /** The block that the state is of, and its time. [unix seconds] */
  readonly block: number;
  readonly time: number;
  /** What PREVRANDAO says in every block of the steps'. [hex, 32 bytes] */
  readonly random: string;
  /** Whom places in tries mean. */
  readonly accounts: readonly string[];
  readonly genesis: Readonly<Record<string, GenesisAccount>>;
  readonly steps: readonly BundledStep[];
}

/**
 * What is written, with a hash before it: over its JSON without white space, so that how it is laid out is free.
 * @returns Plain JSON. [sha256, hex]
 */
export function seal(content: object): { readonly hash: string } {
  const plain = JSON.parse(toJson(content)) as object;
  const hash = createHash("sha256").update(JSON.stringify(plain)).digest("hex");
  return { hash: `0x${hash}`, ...plain };
}
