import { fixedContents, ProgressiveContents, type KeepNode } from "./contentsHasher.js";
import { fixedRoot } from "./fixedRoots.js";
import { depthFor, hashPair, NODE } from "./hashing.js";
import { ListHasher } from "./listHasher.js";
import { fixedPartOf, isFixed, OFFSET_SIZE, sizeOf, type SszType, type StructType } from "./types.js";

/** Bytes that are no value of their type. The message is a part of a sentence. */
export class SszError extends Error {
  override name = "SszError";
}

/** A part of variable length, in the order in which the parts follow each other. */
export interface VariablePart {
  readonly name: string;
  /** [bytes] */
  readonly start: number;
  /** Undefined for the last part of something whose own end is not known. */
  readonly end: number | undefined;
}

/** Fields of fixed size by name, and where the others are. */
export interface FixedPart {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly parts: readonly VariablePart[];
}

/**
 * Splits up the first part of a struct.
 * @param end Of the whole struct, if known. [bytes]
 * @throws {@link SszError} if offsets do not ascend, or leave a gap.
 */
export function splitFixedPart(type: StructType, head: Uint8Array, end: number | undefined): FixedPart {
  const values = new Map<string, Uint8Array>();
  const offsets: { readonly name: string; readonly offset: number }[] = [];
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let position = 0;
  for (const [name, field] of Object.entries(type.fields)) {
    const size = isFixed(field) ? sizeOf(field) : OFFSET_SIZE;
    if (isFixed(field)) values.set(name, head.subarray(position, position + size));
    else offsets.push({ name, offset: view.getUint32(position, true) });
    position += size;
  }
  const parts = offsets.map(({ name, offset }, index) => ({
    name,
    start: offset,
    end: offsets[index + 1]?.offset ?? end,
  }));
  let expected = position;
  for (const { name, start, end: stop } of parts) {
    if (start !== expected)
      throw new SszError(`the offset of ${name} is ${start}, and what comes before ends at ${expected}`);
    if (stop !== undefined && stop < start) throw new SszError(`${name} begins at ${start} and ends at ${stop}`);
    expected = stop ?? start;
  }
  if (parts.length === 0 && end !== undefined && end !== position) {
    throw new SszError(`there are ${end} bytes, and ${position} belong there`);
  }
  return { values, parts };
}

/** Root of a struct by its fields' roots, in order. */
export function structRoot(
  { isProgressive, fields }: StructType,
  roots: readonly Uint8Array[],
  gindex = 1n,
  keep?: KeepNode,
): Uint8Array {
  const all = new Uint8Array(roots.length * NODE);
  for (const [place, root] of roots.entries()) all.set(root, place * NODE);
  const contents = isProgressive
    ? new ProgressiveContents(2n * gindex, keep)
    : fixedContents(depthFor(roots.length), gindex, keep);
  contents.add(all, () => true);
  const root = contents.finish();
  if (!isProgressive) return root;
  const active = activeFields(Object.keys(fields).length);
  keep?.(2n * gindex, root);
  keep?.(2n * gindex + 1n, active);
  return hashPair(root, active);
}

/** A bit for each field, all set. */
function activeFields(count: number): Uint8Array {
  const node = new Uint8Array(NODE);
  for (let field = 0; field < count; field++) node[field >> 3] = (node[field >> 3] ?? 0) | (1 << (field & 7));
  return node;
}

/** @throws {@link SszError} */
export function rootOf(type: SszType, value: Uint8Array): Uint8Array {
  if (isFixed(type)) {
    if (value.length !== sizeOf(type))
      throw new SszError(`there are ${value.length} bytes, and ${sizeOf(type)} belong there`);
    return fixedRoot(type, value);
  }
  if (type.kind === "list") {
    const hasher = new ListHasher(type);
    checkListSize(type.limit, hasher.elementSize, value.length);
    hasher.add(value);
    return hasher.finish();
  }
  const size = fixedPartOf(type);
  if (value.length < size) throw new SszError(`there are ${value.length} bytes, and at least ${size} belong there`);
  const { values, parts } = splitFixedPart(type, value.subarray(0, size), value.length);
  const variable = new Map(parts.map(({ name, start, end }) => [name, value.subarray(start, end)]));
  const roots = Object.entries(type.fields).map(([name, field]) =>
    rootOf(field, values.get(name) ?? variable.get(name) ?? new Uint8Array()),
  );
  return structRoot(type, roots);
}

/** @throws {@link SszError} unless so many bytes are whole elements, and no more than a list can have. */
export function checkListSize(limit: number | undefined, elementSize: number, size: number): void {
  if (size % elementSize !== 0) {
    throw new SszError(`there are ${size} bytes, which are no whole number of elements of ${elementSize} bytes`);
  }
  if (limit !== undefined && size / elementSize > limit) {
    throw new SszError(`there are ${size / elementSize} elements, and at most ${limit} belong there`);
  }
}
