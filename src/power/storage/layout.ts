import type { CompilerLayout, CompilerTypes, CompilerVariable } from "../../compiler/compilerOutput.js";
import { flatten, formOf, type StorageRoot, type StorageType, type Variable } from "./types.js";

/**
 * A contract's variables as the compiler placed them, named as in snapshots/storage.json.
 * @param baseOf What a type of the user's own is made of, by the compiler's name for it: the layout does not tell.
 */
export function parseLayout(
  { storage, types }: CompilerLayout,
  baseOf: (typeId: string) => string | undefined = () => undefined,
): StorageRoot {
  const reader = new TypeReader(types ?? {}, baseOf);
  return { slot: 0n, variables: flatten(storage.map((variable) => reader.variable(variable))) };
}

class TypeReader {
  /** Structs among them, from before their members are read: those may lead back. */
  readonly #read = new Map<string, StorageType>();

  constructor(
    private readonly types: CompilerTypes,
    private readonly baseOf: (typeId: string) => string | undefined,
  ) {}

  variable({ label, slot, offset, type }: CompilerVariable): Variable {
    return { name: label, slot: BigInt(slot), offset, type: this.#typeOf(type) };
  }

  #typeOf(id: string): StorageType {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const type = this.#make(id);
    this.#read.set(id, type);
    return type;
  }

  #make(id: string): StorageType {
    const type = this.types[id];
    if (type === undefined) throw new Error(`the compiler does not describe ${id}`);
    const { encoding, label, numberOfBytes, members: told, key, value, base } = type;
    switch (encoding) {
      case "mapping":
        return { kind: "mapping", label, key: this.#part(id, key), value: this.#part(id, value) };
      case "dynamic_array":
        return { kind: "array", label, element: this.#part(id, base), length: undefined };
      case "bytes":
        return { kind: "text", label };
      case "inplace": {
        if (base !== undefined) {
          return { kind: "array", label, element: this.#typeOf(base), length: lengthIn(id, label) };
        }
        if (told === undefined) {
          return { kind: "value", label, bytes: Number(numberOfBytes), form: formOf(this.baseOf(id) ?? label) };
        }
        const members: Variable[] = [];
        const struct = { kind: "struct", label, slots: BigInt(numberOfBytes) / 32n, members } as const;
        this.#read.set(id, struct);
        members.push(...told.map((member) => this.variable(member)));
        return struct;
      }
    }
  }

  #part(whole: string, id: string | undefined): StorageType {
    if (id === undefined) throw new Error(`the compiler does not tell what ${whole} is made of`);
    return this.#typeOf(id);
  }
}

/** `"uint40[13]"` → 13 */
function lengthIn(id: string, label: string): bigint {
  const length = /\[(\d+)\]$/.exec(label)?.[1];
  if (length === undefined) throw new Error(`the compiler does not tell how long ${id} is`);
  return BigInt(length);
}
