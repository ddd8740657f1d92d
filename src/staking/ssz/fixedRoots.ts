import { depthFor, hashLevel, NODE } from "./hashing.js";
import { sizeOf, type FixedType } from "./types.js";

/**
 * Roots of `count` values that follow each other without a gap, one node each. All are worked out together, level by level.
 */
export function fixedRoots(type: FixedType, values: Uint8Array, count: number): Uint8Array {
  const depth = depthFor(leafCountOf(type));
  const nodes = leavesOf(type, values, count);
  for (let height = depth; height > 0; height--) hashLevel(nodes, count * 2 ** height);
  return nodes.subarray(0, count * NODE);
}

export const fixedRoot = (type: FixedType, value: Uint8Array): Uint8Array => fixedRoots(type, value, 1);

/**
 * Leaves of `count` values, each value's filled up to a whole tree.
 */
export function leavesOf(type: FixedType, values: Uint8Array, count: number): Uint8Array {
  const width = 2 ** depthFor(leafCountOf(type)) * NODE;
  switch (type.kind) {
    case "number":
    case "bytes":
      return spread(values, type.size, count, width);
    case "vector": {
      const { element, length } = type;
      if (element.kind === "number") return spread(values, sizeOf(type), count, width);
      return spread(fixedRoots(element, values, count * length), length * NODE, count, width);
    }
    case "container": {
      const leaves = new Uint8Array(count * width);
      const size = sizeOf(type);
      let start = 0;
      for (const [place, field] of Object.values(type.fields).entries()) {
        const roots = fixedRoots(field, gather(values, size, start, sizeOf(field), count), count);
        for (let i = 0; i < count; i++) {
          leaves.set(roots.subarray(i * NODE, (i + 1) * NODE), i * width + place * NODE);
        }
        start += sizeOf(field);
      }
      return leaves;
    }
  }
}

function leafCountOf(type: FixedType): number {
  switch (type.kind) {
    case "number":
    case "bytes":
      return Math.ceil(type.size / NODE);
    case "vector":
      return type.element.kind === "number" ? Math.ceil(sizeOf(type) / NODE) : type.length;
    case "container":
      return Object.keys(type.fields).length;
  }
}

/** Rows of `size` bytes, each followed by zeros up to `width`: always a copy, since nodes are hashed in place. */
function spread(rows: Uint8Array, size: number, count: number, width: number): Uint8Array {
  if (size === width) return rows.slice(0, count * size);
  const spreadRows = new Uint8Array(count * width);
  for (let i = 0; i < count; i++) spreadRows.set(rows.subarray(i * size, (i + 1) * size), i * width);
  return spreadRows;
}

/** A column of a table: `width` bytes from `start` on of each row of `size` bytes. */
function gather(rows: Uint8Array, size: number, start: number, width: number, count: number): Uint8Array {
  const column = new Uint8Array(count * width);
  for (let i = 0; i < count; i++) {
    column.set(rows.subarray(i * size + start, i * size + start + width), i * width);
  }
  return column;
}
