import { readFile } from "node:fs/promises";

import type { ArtifactManager } from "hardhat/types/artifacts";
import { z } from "zod";

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

const variableSchema = z.object({
  label: z.string(),
  offset: z.number(),
  slot: z.string(),
  type: z.string(),
});

const typeSchema = z.object({
  label: z.string(),
  numberOfBytes: z.string(),
  members: z.array(variableSchema).optional(),
  value: z.string().optional(),
  base: z.string().optional(),
});

const layoutSchema = z.object({
  storage: z.array(variableSchema),
  types: z.record(z.string(), typeSchema).nullable(),
});

const buildSchema = z.object({
  output: z.object({
    contracts: z.record(z.string(), z.record(z.string(), z.object({ storageLayout: layoutSchema.optional() }))),
  }),
});

type Types = Readonly<Record<string, z.output<typeof typeSchema>>>;
type Variable = z.output<typeof variableSchema>;

/** Storage layouts by fully qualified name, as the compiler told them; contracts without storage are left out. */
export async function readLayouts(
  artifacts: ArtifactManager,
  names: readonly string[],
): Promise<Record<string, Layout>> {
  const builds = new Map<string, z.output<typeof buildSchema>>();
  const layouts: Record<string, Layout> = {};
  for (const name of names) {
    const { sourceName, inputSourceName, contractName } = await artifacts.readArtifact(name);
    const id = await artifacts.getBuildInfoId(name);
    const file = id === undefined ? undefined : await artifacts.getBuildInfoOutputPath(id);
    if (file === undefined) throw new Error(`the build of ${name} has left no information`);
    const build = builds.get(file) ?? buildSchema.parse(JSON.parse(await readFile(file, "utf8")));
    builds.set(file, build);
    const layout = build.output.contracts[inputSourceName ?? sourceName]?.[contractName]?.storageLayout;
    if (layout !== undefined && layout.storage.length > 0) layouts[name] = flatten(layout.storage, layout.types ?? {});
  }
  return layouts;
}

function flatten(variables: readonly Variable[], types: Types): Layout {
  const held: Record<string, Field[]> = {};
  const storage = variables.flatMap((variable) => expand(variable, 0, "", types, held));
  return { storage, types: held };
}

/** The fields of one variable; what it holds in other slots is added to `held`. */
function expand(
  { label, offset, slot, type: typeId }: Variable,
  firstSlot: number,
  prefix: string,
  types: Types,
  held: Record<string, Field[]>,
): Field[] {
  const type = types[typeId];
  if (type === undefined) throw new Error(`the compiler does not describe ${typeId}`);
  const position = firstSlot + Number(slot);
  if (type.members !== undefined) {
    return type.members.flatMap((member) => expand(member, position, `${prefix}${label}.`, types, held));
  }
  hold(type.value ?? type.base, types, held);
  return [
    { slot: position, offset, bytes: Number(type.numberOfBytes), label: `${prefix}${label}`, type: type.label },
  ];
}

function hold(typeId: string | undefined, types: Types, held: Record<string, Field[]>): void {
  const type = typeId === undefined ? undefined : types[typeId];
  if (type === undefined) return;
  hold(type.value ?? type.base, types, held);
  if (type.members === undefined || held[type.label] !== undefined) return;
  const fields: Field[] = [];
  held[type.label] = fields;
  fields.push(...type.members.flatMap((member) => expand(member, 0, "", types, held)));
}
