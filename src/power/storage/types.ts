/** How a value is told. What the compiler does not tell the base of is `opaque`: its bytes as they are. */
export type Form = "address" | "bool" | "uint" | "int" | "bytes" | "opaque";

/** A type, as it lies in storage. Structs may contain themselves, through a mapping or an array. */
export type StorageType =
  | { readonly kind: "value"; readonly label: string; readonly bytes: number; readonly form: Form }
  | { readonly kind: "mapping"; readonly label: string; readonly key: StorageType; readonly value: StorageType }
  /** Of a fixed length, or of the one in its slot. */
  | {
      readonly kind: "array";
      readonly label: string;
      readonly element: StorageType;
      readonly length: bigint | undefined;
    }
  | { readonly kind: "struct"; readonly label: string; readonly slots: bigint; readonly members: readonly Variable[] }
  /** `bytes` and `string`. */
  | { readonly kind: "text"; readonly label: string };

/** A variable, or a member of a struct. */
export interface Variable {
  /** `_roles`; in a struct that stands directly in storage `_ledger.gate`. */
  readonly name: string;
  /** From where its root or its struct begins. */
  readonly slot: bigint;
  /** From the lower end of the slot. [bytes] */
  readonly offset: number;
  readonly type: StorageType;
}

/** Variables that lie one after another. Those that the compiler places itself begin at 0. */
export interface StorageRoot {
  readonly slot: bigint;
  readonly variables: readonly Variable[];
}

/** All that is known of a contract's storage. */
export type StorageLayout = readonly StorageRoot[];

const WORD = 32;

/** How much of its slot a value takes; everything else begins a slot. [bytes] */
export const bytesOf = (type: StorageType): number => (type.kind === "value" ? type.bytes : WORD);

/** How many elements share a slot. */
export const elementsInSlot = (element: StorageType): bigint => BigInt(Math.floor(WORD / bytesOf(element)));

/** How many slots it takes where it stands; what mappings, long texts and arrays of any length hold lies elsewhere. */
export function slotsOf(type: StorageType): bigint {
  if (type.kind === "struct") return type.slots;
  if (type.kind !== "array" || type.length === undefined) return 1n;
  const shared = elementsInSlot(type.element);
  if (type.element.kind === "value") return (type.length + shared - 1n) / shared;
  return type.length * slotsOf(type.element);
}

/** By the compiler's word for a type of values. */
export function formOf(label: string): Form {
  if (/^(address( payable)?|contract .+)$/.test(label)) return "address";
  if (label === "bool") return "bool";
  if (/^(uint\d*|enum .+)$/.test(label)) return "uint";
  if (/^int\d*$/.test(label)) return "int";
  return /^(bytes\d+|function .+)$/.test(label) ? "bytes" : "opaque";
}

/** @param base What a type of the user's own is made of. */
export function valueType(label: string, base = label, bytes = sizeOf(base)): StorageType & { readonly kind: "value" } {
  return { kind: "value", label, bytes, form: formOf(base) };
}

function sizeOf(label: string): number {
  if (label === "bool") return 1;
  if (label.startsWith("address")) return 20;
  const [, word, size] = /^(u?int|bytes)(\d+)$/.exec(label) ?? [];
  if (size === undefined) throw new Error(`the size of ${label} is not known`);
  return word === "bytes" ? Number(size) : Number(size) / 8;
}

/** Structs that stand directly in storage are opened: their members are variables `struct.member`. */
export function flatten(variables: readonly Variable[]): Variable[] {
  return variables.flatMap((variable) => {
    const { name, slot, type } = variable;
    if (type.kind !== "struct") return [variable];
    return flatten(
      type.members.map((member) => ({ ...member, name: `${name}.${member.name}`, slot: slot + member.slot })),
    );
  });
}
