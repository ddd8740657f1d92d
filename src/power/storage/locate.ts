import { dataLength } from "ethers";

import { splitPreimage, type Preimages } from "./preimages.js";
import {
  bytesOf,
  elementsInSlot,
  slotsOf,
  valueType,
  type StorageLayout,
  type StorageType,
  type Variable,
} from "./types.js";
import { fieldIn, tellKey, tellShortText, tellValue, toWord } from "./words.js";

/** A slot that is not what it was. */
export interface ChangedSlot {
  /** [hex, 32 bytes] */
  readonly slot: string;
  readonly before: string;
  readonly after: string;
}

/** A variable that is not what it was, or a part of it. */
interface LocatedChange {
  readonly kind: "located";
  /** [hex, 32 bytes] */
  readonly slot: string;
  /** `"_roles"`, `"_ledger.gate"` */
  readonly variable: string;
  /** Keys of mappings and positions in arrays, the outermost first. */
  readonly keys: readonly string[];
  /** Members of structs that `variable` holds, joined by dots, and `length` or `data` at the end of arrays and texts. */
  readonly path: string | undefined;
  /** All of it: `"_roles[0x…].hasRole[0x…]"` */
  readonly place: string;
  /** As the compiler calls it. */
  readonly type: string;
  readonly before: string;
  readonly after: string;
}

/** A slot, or bytes of one, that no variable is known to take. */
interface UnknownChange extends ChangedSlot {
  readonly kind: "unknown";
}

export type SlotChange = LocatedChange | UnknownChange;

/** Where something is kept, as far as it has been followed. */
interface Place {
  readonly variable: string;
  readonly keys: readonly string[];
  readonly members: readonly string[];
  readonly written: string;
}

/** Something that lies in a slot. */
interface Piece {
  readonly place: Place;
  readonly type: StorageType;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * What has changed, by variable: of fields that share a slot, those whose bytes differ. What is nobody's is told as
 * unknown, never left out.
 */
export function locate(changed: ChangedSlot, layout: StorageLayout, preimages: Preimages): SlotChange[] {
  const { slot, before, after } = changed;
  const changes: SlotChange[] = [];
  let rest = BigInt(before) ^ BigInt(after);
  for (const piece of piecesAt(BigInt(slot), layout, preimages)) {
    const mask = ((1n << BigInt(piece.bytes * 8)) - 1n) << BigInt(piece.offset * 8);
    if ((rest & mask) === 0n) continue;
    // Nobody writes where a mapping begins.
    if (piece.type.kind === "mapping") continue;
    rest &= ~mask;
    changes.push(tell(piece, changed));
  }
  if (rest !== 0n) changes.push({ kind: "unknown", slot: toWord(slot), before: toWord(before), after: toWord(after) });
  return changes;
}

function tell({ place, type, offset, bytes }: Piece, { slot, before, after }: ChangedSlot): LocatedChange {
  const told = (word: string): string => {
    if (type.kind === "text") return tellShortText(type, toWord(word));
    const field = fieldIn(toWord(word), offset, bytes);
    return type.kind === "value" ? tellValue(type, field) : String(BigInt(field));
  };
  const isLength = type.kind === "array";
  const members = isLength ? [...place.members, "length"] : place.members;
  return {
    kind: "located",
    slot: toWord(slot),
    variable: place.variable,
    keys: place.keys,
    path: members.length === 0 ? undefined : members.join("."),
    place: isLength ? `${place.written}.length` : place.written,
    type: isLength ? "uint256" : type.label,
    before: told(before),
    after: told(after),
  };
}

/** All that lies in `slot`; nothing if it is unknown. */
function piecesAt(slot: bigint, layout: StorageLayout, preimages: Preimages): Piece[] {
  for (const root of layout) {
    const pieces = fieldsAt(root.variables, slot - root.slot, ({ name }) => beginning(name));
    if (pieces.length > 0) return pieces;
  }
  const hashed = preimages.before(slot);
  const parts = hashed && splitPreimage(hashed.preimage);
  if (hashed === undefined || parts === undefined) return [];
  // This ends: nobody finds a slot near the hash of itself.
  const [holder] = piecesAt(parts.slot, layout, preimages);
  return holder === undefined ? [] : heldAt(holder, parts.key, slot - hashed.hash);
}

/** What `holder` keeps elsewhere. */
function heldAt({ place, type }: Piece, key: string, distance: bigint): Piece[] {
  if (type.kind === "mapping") {
    const told = tellKey(type.key, key);
    return told === undefined ? [] : piecesIn(type.value, distance, at(place, told));
  }
  if (dataLength(key) > 0) return [];
  if (type.kind === "array") return elementsAt(type.element, distance, undefined, place);
  if (type.kind !== "text") return [];
  return [{ place: at(into(place, "data"), String(distance)), type: WORDS, offset: 0, bytes: 32 }];
}

/** What a long text is kept in. */
const WORDS = valueType("bytes32");

/** What of a `type` that begins a slot lies `distance` slots further on. */
function piecesIn(type: StorageType, distance: bigint, place: Place, offset = 0): Piece[] {
  if (distance < 0n || distance >= slotsOf(type)) return [];
  if (type.kind === "struct") return fieldsAt(type.members, distance, ({ name }) => into(place, name));
  if (type.kind === "array" && type.length !== undefined) return elementsAt(type.element, distance, type.length, place);
  return [{ place, type, offset, bytes: bytesOf(type) }];
}

function fieldsAt(variables: readonly Variable[], distance: bigint, placeOf: (variable: Variable) => Place): Piece[] {
  return variables.flatMap((variable) =>
    piecesIn(variable.type, distance - variable.slot, placeOf(variable), variable.offset),
  );
}

function elementsAt(element: StorageType, distance: bigint, length: bigint | undefined, place: Place): Piece[] {
  if (element.kind !== "value") {
    const position = distance / slotsOf(element);
    return piecesIn(element, distance % slotsOf(element), at(place, String(position)));
  }
  const shared = elementsInSlot(element);
  const first = distance * shared;
  const inSlot = length !== undefined && length - first < shared ? length - first : shared;
  return Array.from({ length: Number(inSlot) }, (_, index) => ({
    place: at(place, String(first + BigInt(index))),
    type: element,
    offset: index * element.bytes,
    bytes: element.bytes,
  }));
}

const beginning = (variable: string): Place => ({ variable, keys: [], members: [], written: variable });
const at = (place: Place, key: string): Place => ({
  ...place,
  keys: [...place.keys, key],
  written: `${place.written}[${key}]`,
});
const into = (place: Place, member: string): Place => ({
  ...place,
  members: [...place.members, member],
  written: `${place.written}.${member}`,
});
