import { contentsPreimage, entryPreimage, type Preimages } from "./preimages.js";
import { slotsOf, type StorageLayout, type StorageType } from "./types.js";
import { tellKey, toWord } from "./words.js";

/*
 * The compiler hashes itself what it knows: where an array that stands directly in storage keeps its elements, and the
 * entry of a constant key. No trace of a call tells these.
 */

/** Of arrays with a fixed length so many elements are looked at. */
const MOST_ELEMENTS = 64n;
const PUSH1 = 0x60;
const PUSH20 = 0x73;
const PUSH32 = 0x7f;

/** What keeps something elsewhere, and where it stands. */
interface Holder {
  readonly type: StorageType;
  readonly slot: bigint;
}

/** Adds where arrays and texts that stand directly in storage keep what they hold. */
export function addContents(layout: StorageLayout, preimages: Preimages): void {
  for (const { type, slot } of holdersOf(layout)) {
    if (type.kind !== "mapping") preimages.add(contentsPreimage(slot));
  }
}

/** Adds the entries that `keys` have, or would have, in mappings that stand directly in storage. */
export function addEntries(layout: StorageLayout, keys: Iterable<string>, preimages: Preimages): void {
  const words = [...new Set([...keys].map(toWord))];
  for (const { type, slot } of holdersOf(layout)) {
    if (type.kind !== "mapping") continue;
    for (const word of words) {
      // What cannot be a key need not be hashed.
      if (type.key.kind !== "value" || tellKey(type.key, word) === undefined) continue;
      const entry = preimages.add(entryPreimage(word, slot));
      for (const held of holdersIn(type.value, entry)) {
        if (held.type.kind !== "mapping") preimages.add(contentsPreimage(held.slot));
      }
    }
  }
}

const holdersOf = (layout: StorageLayout): Holder[] =>
  layout.flatMap(({ slot, variables }) =>
    variables.flatMap((variable) => holdersIn(variable.type, slot + variable.slot)),
  );

function holdersIn(type: StorageType, slot: bigint): Holder[] {
  if (type.kind === "value") return [];
  if (type.kind === "struct") return type.members.flatMap((member) => holdersIn(member.type, slot + member.slot));
  if (type.kind !== "array" || type.length === undefined) return [{ type, slot }];
  const length = type.length < MOST_ELEMENTS ? type.length : MOST_ELEMENTS;
  const { element } = type;
  if (element.kind === "value") return [];
  return Array.from({ length: Number(length) }, (_, index) =>
    holdersIn(element, slot + BigInt(index) * slotsOf(element)),
  ).flat();
}

/** Addresses and words that stand in `code`. [hex] */
export function constantsIn(code: string): string[] {
  const bytes = Buffer.from(code.slice(2), "hex");
  const constants = new Set<string>();
  for (let position = 0; position < bytes.length; position++) {
    const op = bytes[position] ?? 0;
    if (op < PUSH1 || op > PUSH32) continue;
    const size = op - PUSH1 + 1;
    if (op === PUSH20 || op === PUSH32) {
      const operand = bytes.subarray(position + 1, position + 1 + size).toString("hex");
      if (operand.length === size * 2) constants.add(`0x${operand}`);
    }
    position += size;
  }
  return [...constants];
}
