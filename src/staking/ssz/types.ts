/**
 * As much of SSZ as the state of the beacon chain is made of. Lists have elements of one size; there are no bit lists and no
 * unions. https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/ssz/simple-serialize.md
 */

/** A type whose values all have the same number of bytes. */
export type FixedType =
  /** Several share a leaf of 32 bytes where a list or a vector is made of them. */
  | { readonly kind: "number"; readonly size: number }
  /** Bytes and bits: leaf by leaf. */
  | { readonly kind: "bytes"; readonly size: number }
  | { readonly kind: "vector"; readonly element: FixedType; readonly length: number }
  | { readonly kind: "container"; readonly fields: Readonly<Record<string, FixedType>> };

export interface ListType {
  readonly kind: "list";
  readonly element: FixedType;
  /** Elements it can have, which sets its depth; undefined for a progressive list (EIP-7916). */
  readonly limit: number | undefined;
}

/** A container with parts of any length. */
export interface StructType {
  readonly kind: "struct";
  readonly fields: Readonly<Record<string, SszType>>;
  /** EIP-7495: fields are leaves of a progressive tree, beside bits that say which there are (here always all). */
  readonly isProgressive: boolean;
}

export type SszType = FixedType | ListType | StructType;

export const number = (size: number): FixedType => ({ kind: "number", size });
export const bytes = (size: number): FixedType => ({ kind: "bytes", size });
export const bits = (count: number): FixedType => bytes(Math.ceil(count / 8));
export const vector = (element: FixedType, length: number): FixedType => ({ kind: "vector", element, length });
export const container = (fields: Readonly<Record<string, FixedType>>): FixedType => ({ kind: "container", fields });
export const list = (element: FixedType, limit: number): ListType => ({ kind: "list", element, limit });
export const progressiveList = (element: FixedType): ListType => ({ kind: "list", element, limit: undefined });

/** Where a part of variable length is announced in the fixed part. */
export const OFFSET_SIZE = 4;

/** [bytes] */
export function sizeOf(type: FixedType): number {
  switch (type.kind) {
    case "number":
    case "bytes":
      return type.size;
    case "vector":
      return type.length * sizeOf(type.element);
    case "container":
      return Object.values(type.fields).reduce((sum, field) => sum + sizeOf(field), 0);
  }
}

export const isFixed = (type: SszType): type is FixedType => type.kind !== "list" && type.kind !== "struct";

/** Of the part of a struct that comes first: fields, and offsets of those of variable length. [bytes] */
export const fixedPartOf = ({ fields }: StructType): number =>
  Object.values(fields).reduce((sum, field) => sum + (isFixed(field) ? sizeOf(field) : OFFSET_SIZE), 0);
