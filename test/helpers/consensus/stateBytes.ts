import { ssz } from "@lodestar/types";
import type { Node } from "@chainsafe/persistent-merkle-tree";

import {
  fixedPartOf,
  isFixed,
  OFFSET_SIZE,
  sizeOf,
  type FixedType,
  type SszType,
} from "../../../src/staking/ssz/types.js";
import { STATES, type ForkName } from "../../../src/staking/stream/stateTypes.js";
import { validatorValue } from "./ssz.js";
import type { ValidatorRecord } from "./state.js";

/** States as beacon nodes send them. */

/** The bytes of a state that Lodestar has made. */
export function serializeState(fork: ForkName, node: Node): Uint8Array {
  return ssz[fork].BeaconState.getViewDU(node).serialize();
}

/** The tree of the state in `bytes`, by Lodestar. */
export function deserializeState(fork: ForkName, bytes: Uint8Array): Node {
  return ssz[fork].BeaconState.deserializeToView(bytes).node;
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Four bytes a draw. */
function randomBytes(size: number, random: () => number): Uint8Array {
  const words = Uint32Array.from({ length: Math.ceil(size / 4) }, () => Math.floor(2 ** 32 * random()));
  return new Uint8Array(words.buffer, 0, size);
}

function randomFixed(type: FixedType, name: string, random: () => number): Uint8Array {
  if (type.kind === "container") {
    return concatBytes(Object.entries(type.fields).map(([field, of]) => randomFixed(of, field, random)));
  }
  if (type.kind === "vector" && type.element.kind !== "number" && type.element.kind !== "bytes") {
    return concatBytes(Array.from({ length: type.length }, () => randomFixed(type.element, name, random)));
  }
  const value = randomBytes(sizeOf(type), random);
  // Lodestar makes JavaScript's numbers of some, which are exact up to 2^53.
  const isOfNumbers = sizeOf(type.kind === "vector" ? type.element : type) === 8;
  // What can only be 0 or 1, and bits that there are none of.
  const mask = name === "slashed" ? 0x01 : name === "justificationBits" ? 0x0f : 0xff;
  return value.map((byte, place) => (isOfNumbers && place % 8 > 5 ? 0 : byte & mask));
}

function randomValue(type: SszType, name: string, lengths: (list: string) => number, random: () => number): Uint8Array {
  if (isFixed(type)) return randomFixed(type, name, random);
  if (type.kind === "list") {
    const { element } = type;
    return concatBytes(Array.from({ length: lengths(name) }, () => randomFixed(element, name, random)));
  }
  const values = Object.entries(type.fields).map(([field, of]) => ({
    of,
    value: randomValue(of, field, lengths, random),
  }));
  let offset = fixedPartOf(type);
  const head = values.map(({ of, value }) => {
    if (isFixed(of)) return value;
    const announced = offsetBytes(offset);
    offset += value.length;
    return announced;
  });
  return concatBytes([...head, ...values.filter(({ of }) => !isFixed(of)).map(({ value }) => value)]);
}

/** A state in which every byte is drawn by lot. @param lengths Of each list, by name. */
export const randomState = (fork: ForkName, lengths: (list: string) => number, random: () => number): Uint8Array =>
  randomValue(STATES[fork].type, "", lengths, random);

/** Where the offset of a field is announced in a state's first part. */
export function offsetPlace(fork: ForkName, name: string): number {
  let place = 0;
  for (const [field, type] of Object.entries<SszType>(STATES[fork].type.fields)) {
    if (field === name) return place;
    place += isFixed(type) ? sizeOf(type) : OFFSET_SIZE;
  }
  throw new Error(`the state of ${fork} has no field ${name}`);
}

const PIECE = 1000;

/**
 * The bytes of a state of many validators, piece by piece, so that nobody holds all of them.
 * @param base A state without validators, which gives everything else.
 */
export function* hugeStateBytes(
  fork: ForkName,
  base: Uint8Array,
  length: number,
  validatorAt: (index: number) => ValidatorRecord,
  balanceAt: (index: number) => bigint,
): Generator<Uint8Array> {
  const type = STATES[fork].type;
  const head = base.slice(0, fixedPartOf(type));
  const view = new DataView(head.buffer);
  const variable = Object.entries<SszType>(type.fields).filter(([, field]) => !isFixed(field));
  const starts = variable.map(([name]) => view.getUint32(offsetPlace(fork, name), true));
  let shift = 0;
  const parts = variable.map(([name], index) => {
    const start = starts[index] ?? 0;
    view.setUint32(offsetPlace(fork, name), start + shift, true);
    if (name === "validators") shift += length * ssz.phase0.Validator.minSize;
    if (name === "balances") shift += length * 8;
    return { name, bytes: base.subarray(start, starts[index + 1] ?? base.length) };
  });
  yield head;
  const known = new Map<ValidatorRecord, Uint8Array>();
  const bytesOf = (validator: ValidatorRecord): Uint8Array => {
    const made = known.get(validator) ?? ssz.phase0.Validator.serialize(validatorValue(validator));
    known.set(validator, made);
    return made;
  };
  for (const { name, bytes } of parts) {
    if (name === "validators") yield* pieces(length, (index) => bytesOf(validatorAt(index)));
    else if (name === "balances") {
      yield* pieces(length, (index) => new Uint8Array(BigUint64Array.of(balanceAt(index)).buffer));
    } else if (bytes.length > 0) yield bytes;
  }
}

function* pieces(length: number, bytesAt: (index: number) => Uint8Array): Generator<Uint8Array> {
  for (let first = 0; first < length; first += PIECE) {
    const count = Math.min(PIECE, length - first);
    yield concatBytes(Array.from({ length: count }, (_, place) => bytesAt(first + place)));
  }
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let filled = 0;
  for (const part of parts) {
    all.set(part, filled);
    filled += part.length;
  }
  return all;
}

function offsetBytes(offset: number): Uint8Array {
  const bytes = new Uint8Array(OFFSET_SIZE);
  new DataView(bytes.buffer).setUint32(0, offset, true);
  return bytes;
}

/** The same bytes in chunks whose sizes `next` tells. */
export async function* inChunks(bytes: Uint8Array, next: () => number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let start = 0; start < bytes.length;) {
    const end = Math.min(start + next(), bytes.length);
    yield bytes.slice(start, end);
    start = end;
  }
}
