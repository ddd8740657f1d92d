/** Sets of keys by their places in a vault, 0 to 255: a bit each. */

export const MOST_KEYS = 256;

export const hasPlace = (set: bigint, place: number): boolean => ((set >> BigInt(place)) & 1n) === 1n;

export const placesIn = (set: bigint): number[] =>
  Array.from({ length: MOST_KEYS }, (_, place) => place).filter((place) => hasPlace(set, place));

/** A byte each. */
export const packPlaces = (places: readonly number[]): string =>
  `0x${places.map((place) => place.toString(16).padStart(2, "0")).join("")}`;

/** Public keys one after another. */
export const packKeys = (pubkeys: readonly string[]): string =>
  `0x${pubkeys.map((pubkey) => pubkey.slice(2)).join("")}`;

/** Lists of at most `size` of them. */
export function inBatches<Item>(items: readonly Item[], size: number): Item[][] {
  const batches: Item[][] = [];
  for (let first = 0; first < items.length; first += size) batches.push(items.slice(first, first + size));
  return batches;
}
