import { LAYOUTS, type Gindex, type LayoutName } from "../layouts.js";
import { readNumber, toHex } from "../leaves.js";
import type { StateTree } from "../proveState.js";
import { zeroNode } from "../ssz/hashing.js";
import { ListHasher, type ListPlace } from "../ssz/listHasher.js";
import { checkListSize, rootOf, splitFixedPart, SszError, structRoot, type VariablePart } from "../ssz/structs.js";
import { fixedPartOf, type ListType, type SszType } from "../ssz/types.js";
import { ByteReader } from "./byteReader.js";
import { Selection, type FoundValidator, type WantedValidators } from "./selection.js";
import { STATES, type ForkName } from "./stateTypes.js";

/** What is left of a state that went by. */
export interface ReadState {
  readonly layout: LayoutName;
  readonly root: string;
  readonly slot: number;
  /** How many validators the state has. */
  readonly length: number;
  /** Those that were wanted, by index. */
  readonly found: readonly FoundValidator[];
  /** Every node that proofs of fields or balances of those found need, and few others. */
  readonly tree: StateTree;
  /** How many nodes are kept. */
  readonly nodeCount: number;
}

export interface ReadOptions {
  /** Told how many bytes have come. */
  readonly onProgress?: (bytes: number) => void;
  /** Told the state's slot before anything long is read; may throw. */
  readonly checkSlot?: (slot: number) => void;
}

/** Elements are read so many at once. */
const BATCH = 2048;
/** What is read as a whole is small. [bytes] */
const MOST_AT_ONCE = 2 ** 20;

/**
 * Reads a state in SSZ as it goes by, once, and keeps what proofs of the wanted validators need. Memory grows with their
 * number, not with the state's size.
 * @throws SszError if the bytes are no state of this fork. Whether they are the right one, only `root` tells.
 */
export async function readState(
  fork: ForkName,
  chunks: AsyncIterable<Uint8Array>,
  wanted: WantedValidators,
  { onProgress, checkSlot }: ReadOptions = {},
): Promise<ReadState> {
  const reader = new ByteReader(chunks, onProgress);
  try {
    return await readFields(fork, reader, wanted, checkSlot);
  } finally {
    await reader.close();
  }
}

async function readFields(
  fork: ForkName,
  reader: ByteReader,
  wanted: WantedValidators,
  checkSlot: ReadOptions["checkSlot"],
): Promise<ReadState> {
  const { layout: layoutName, type } = STATES[fork];
  const layout = LAYOUTS[layoutName];
  const nodes = new Map<Gindex, Uint8Array>();
  const keep = (gindex: Gindex, node: Uint8Array): void => {
    nodes.set(gindex, node);
  };
  const selection = new Selection(wanted, layout, keep);
  const fields = new Map(Object.entries<SszType>(type.fields));
  const roots = new Map<string, Uint8Array>();
  const lengths = new Map<string, number>();

  const head = await take(reader, fixedPartOf(type), "its first part");
  const { values, parts } = splitFixedPart(type, head, undefined);
  const slot = Number(readNumber(values.get("slot") ?? zeroNode(0)));
  checkSlot?.(slot);

  const places: Readonly<Record<string, ListPlace>> = {
    validators: { gindex: layout.validators, keep, isWanted: (place) => selection.hasValidator(place) },
    balances: { gindex: layout.balances, keep, isWanted: (place) => selection.hasBalance(place) },
  };
  for (const part of parts) {
    const { name } = part;
    const field = fields.get(name);
    if (field?.kind !== "list") {
      const size = sizeOfPart(part);
      if (field !== undefined) roots.set(name, rootOf(field, await take(reader, size, name)));
      continue;
    }
    const look = (batch: Uint8Array, first: number, length: number | undefined): void => {
      if (name === "validators" && length !== undefined) selection.look(batch, first, length);
    };
    const hasher = new ListHasher(field, places[name]);
    await readList(reader, field, hasher, part, look);
    lengths.set(name, hasher.length);
    roots.set(name, hasher.finish());
  }
  if (!(await reader.isAtEnd())) throw new SszError("something follows where it must end");

  const [length = 0, balances = 0] = [lengths.get("validators"), lengths.get("balances")];
  if (length !== balances) throw new SszError(`it has ${length} validators and ${balances} balances`);
  for (const [name, field] of fields) {
    const value = values.get(name);
    if (value !== undefined) roots.set(name, rootOf(field, value));
  }
  const inOrder = [...fields.keys()].map((name) => roots.get(name) ?? zeroNode(0));
  const root = toHex(structRoot(type, inOrder, 1n, keep));
  return { layout: layoutName, root, slot, length, found: selection.found, tree: treeOf(nodes), nodeCount: nodes.size };
}

const treeOf =
  (nodes: ReadonlyMap<Gindex, Uint8Array>): StateTree =>
  (gindex) => {
    const node = nodes.get(gindex);
    if (node === undefined) throw new RangeError(`node ${gindex} was not kept: no wanted validator needs it`);
    return node;
  };

/** A list, batch by batch. One whose end nobody has told ends where the state does. */
async function readList(
  reader: ByteReader,
  { limit }: ListType,
  hasher: ListHasher,
  { name, start, end }: VariablePart,
  look: (batch: Uint8Array, first: number, length: number | undefined) => void,
): Promise<void> {
  const { elementSize } = hasher;
  const size = end === undefined ? undefined : end - start;
  try {
    if (size !== undefined) checkListSize(limit, elementSize, size);
    const batch = new Uint8Array(BATCH * elementSize);
    for (let left = size ?? Infinity; left > 0;) {
      const asked = batch.subarray(0, Math.min(left, batch.length));
      const values = asked.subarray(0, await reader.fill(asked));
      if (values.length < asked.length && size !== undefined) throw cutOff(reader, left - values.length);
      checkListSize(limit, elementSize, hasher.length * elementSize + values.length);
      look(values, hasher.length, size === undefined ? undefined : size / elementSize);
      hasher.add(values);
      left = values.length < asked.length ? 0 : left - values.length;
    }
  } catch (error) {
    if (error instanceof SszError) throw new SszError(`in ${name} ${error.message}`);
    throw error;
  }
}

function sizeOfPart({ name, start, end }: VariablePart): number {
  const size = end === undefined ? Infinity : end - start;
  if (size > MOST_AT_ONCE) throw new SszError(`${name} would have ${size} bytes`);
  return size;
}

async function take(reader: ByteReader, size: number, name: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  const filled = await reader.fill(bytes);
  if (filled < size) throw new SszError(`in ${name} ${cutOff(reader, size - filled).message}`);
  return bytes;
}

const cutOff = ({ position }: ByteReader, missing: number): SszError =>
  new SszError(`it ends after ${position} bytes, and at least ${missing} are missing`);
