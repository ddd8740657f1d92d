import { concat, dataLength, dataSlice, keccak256, toBeHex } from "ethers";

/** No array or struct reaches so far. [slots] */
const REACH = 1n << 80n;

/** What was hashed, by hash: where mappings and arrays keep what they hold follows from it. Only ever grows. */
export class Preimages {
  readonly #known = new Map<bigint, string>();
  /** All hashes in order. */
  readonly #sorted: bigint[] = [];

  /** @returns The hash. */
  add(preimage: string): bigint {
    const hash = BigInt(keccak256(preimage));
    if (!this.#known.has(hash)) {
      this.#known.set(hash, preimage);
      this.#sorted.splice(this.#countThrough(hash), 0, hash);
    }
    return hash;
  }

  /**
   * The nearest hash at `slot` or before it, unless it is out of reach: what was hashed holds what lies there, if
   * anything does.
   */
  before(slot: bigint): { readonly hash: bigint; readonly preimage: string } | undefined {
    const hash = this.#sorted[this.#countThrough(slot) - 1];
    if (hash === undefined || slot - hash >= REACH) return undefined;
    const preimage = this.#known.get(hash);
    return preimage === undefined ? undefined : { hash, preimage };
  }

  /** How many hashes are at `slot` or before it. */
  #countThrough(slot: bigint): number {
    let [low, high] = [0, this.#sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? 0n) <= slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What is hashed to find the entry of a mapping. `key` in 32 bytes, or a text as it is. [hex] */
export const entryPreimage = (key: string, slot: bigint): string => concat([key, toBeHex(slot, 32)]);

/** What is hashed to find the elements of an array, or what a text holds. */
export const contentsPreimage = (slot: bigint): string => toBeHex(slot, 32);

/** The slot of the mapping, array or text, and the key; undefined if nothing like it was hashed. */
export function splitPreimage(preimage: string): { readonly key: string; readonly slot: bigint } | undefined {
  const length = dataLength(preimage);
  if (length < 32) return undefined;
  return { key: dataSlice(preimage, 0, length - 32), slot: BigInt(dataSlice(preimage, length - 32)) };
}
