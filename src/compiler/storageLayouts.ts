import type { ArtifactManager } from "hardhat/types/artifacts";

import { readCompilerOutputs, type CompilerTypes, type CompilerVariable } from "./compilerOutput.js";

/** One variable in its slot. */
export interface Field {
  /** From the beginning of the contract's storage; within a type, from the beginning of the value. */
  readonly slot: number;
  /** From the lower end of the slot. [bytes] */
  readonly offset: number;
  readonly bytes: number;
  /** Members of structs are written `variable.member`. */
  readonly label: string;
  readonly type: string;
}

/** A contract's storage, without anything that changes when code moves about in its file. */
export interface Layout {
  readonly storage: readonly Field[];
  /** Structs that mappings and arrays hold. */
  readonly types: Readonly<Record<string, readonly Field[]>>;
}

/** Storage layouts by fully qualified name, as the compiler told them; contracts without storage are left out. */
export async function readLayouts(
  artifacts: ArtifactManager,
  names: readonly string[],
): Promise<Record<string, Layout>> {
  const layouts: Record<string, Layout> = {};
  for (const { name, layout } of await readCompilerOutputs(artifacts, names)) {
    if (layout !== undefined && layout.storage.length > 0) layouts[name] = flatten(layout.storage, layout.types ?? {});
  }
  return layouts;
}

function flatten(variables: readonly CompilerVariable[], types: CompilerTypes): Layout {
  const held: Record<string, Field[]> = {};
  const storage = variables.flatMap((variable) => expand(variable, 0, "", types, held));
  return { storage, types: held };
}

/** The fields of one variable; what it holds in other slots is added to `held`. */
function expand(
  { label, offset, slot, type: typeId }: CompilerVariable,
  firstSlot: number,
  prefix: string,
  types: CompilerTypes,
  held: Record<string, Field[]>,
): Field[] {
  const type = types[typeId];
  if (type === undefined) throw new Error(`the compiler does not describe ${typeId}`);
  const position = firstSlot + Number(slot);
  if (type.members !== undefined) {
    return type.members.flatMap((member) => expand(member, position, `${prefix}${label}.`, types, held));
  }
  hold(type.value ?? type.base, types, held);
  return [{ slot: position, offset, bytes: Number(type.numberOfBytes), label: `${prefix}${label}`, type: type.label }];
}

function hold(typeId: string | undefined, types: CompilerTypes, held: Record<string, Field[]>): void {
  const type = typeId === undefined ? undefined : types[typeId];
  if (type === undefined) return;
  hold(type.value ?? type.base, types, held);
  if (type.members === undefined || held[type.label] !== undefined) return;
  const fields: Field[] = [];
  held[type.label] = fields;
  fields.push(...type.members.flatMap((member) => expand(member, 0, "", types, held)));
}
