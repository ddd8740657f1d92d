import { readFile } from "node:fs/promises";

import type { ArtifactManager } from "hardhat/types/artifacts";
import { z } from "zod";

const variableSchema = z.object({
  label: z.string(),
  /** From the lower end of the slot. [bytes] */
  offset: z.number(),
  slot: z.string(),
  type: z.string(),
});

const typeSchema = z.object({
  encoding: z.enum(["inplace", "mapping", "dynamic_array", "bytes"]),
  label: z.string(),
  numberOfBytes: z.string(),
  /** Of structs. */
  members: z.array(variableSchema).optional(),
  /** Of mappings. */
  key: z.string().optional(),
  value: z.string().optional(),
  /** Of arrays. */
  base: z.string().optional(),
});

/** `storageLayout`, as solc writes it. */
const compilerLayoutSchema = z.object({
  storage: z.array(variableSchema),
  types: z.record(z.string(), typeSchema).nullable(),
});

const buildSchema = z.object({
  output: z.object({
    contracts: z.record(z.string(), z.record(z.string(), z.object({ storageLayout: compilerLayoutSchema.optional() }))),
    sources: z.record(z.string(), z.object({ ast: z.unknown() })),
  }),
});

export type CompilerVariable = z.output<typeof variableSchema>;
export type CompilerTypes = Readonly<Record<string, z.output<typeof typeSchema>>>;
export type CompilerLayout = z.output<typeof compilerLayoutSchema>;

/** What the compiler told of one contract. */
export interface CompilerOutput {
  /** Fully qualified, as it was asked for. */
  readonly name: string;
  /** Undefined if it told none. */
  readonly layout: CompilerLayout | undefined;
  /** The source's name, as the compiler knows it. */
  readonly source: string;
  readonly contract: string;
  /** Syntax trees of everything that was compiled with it, by source. */
  readonly sources: Readonly<Record<string, { readonly ast?: unknown }>>;
}

/** What the compiler told of contracts, out of Hardhat's build information, in the order of `names`. */
export async function readCompilerOutputs(
  artifacts: ArtifactManager,
  names: readonly string[],
): Promise<CompilerOutput[]> {
  const builds = new Map<string, z.output<typeof buildSchema>>();
  const outputs: CompilerOutput[] = [];
  for (const name of names) {
    const { sourceName, inputSourceName, contractName } = await artifacts.readArtifact(name);
    const id = await artifacts.getBuildInfoId(name);
    const file = id === undefined ? undefined : await artifacts.getBuildInfoOutputPath(id);
    if (file === undefined) throw new Error(`the build of ${name} has left no information`);
    const build = builds.get(file) ?? buildSchema.parse(JSON.parse(await readFile(file, "utf8")));
    builds.set(file, build);
    const source = inputSourceName ?? sourceName;
    const layout = build.output.contracts[source]?.[contractName]?.storageLayout;
    outputs.push({ name, layout, source, contract: contractName, sources: build.output.sources });
  }
  return outputs;
}
