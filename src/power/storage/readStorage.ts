import type { ArtifactManager } from "hardhat/types/artifacts";

import { readCompilerOutputs } from "../../compiler/compilerOutput.js";
import { Declarations } from "./declarations.js";
import { parseLayout } from "./layout.js";
import { namespacesOf } from "./namespaces.js";
import type { StorageLayout } from "./types.js";

/** Where contracts keep what, namespaces included, by fully qualified name; out of Hardhat's build information. */
export async function readStorage(
  artifacts: ArtifactManager,
  names: readonly string[],
): Promise<Record<string, StorageLayout>> {
  const known = new Map<unknown, Declarations>();
  const layouts: Record<string, StorageLayout> = {};
  for (const { name, layout, source, contract, sources } of await readCompilerOutputs(artifacts, names)) {
    const declarations = known.get(sources) ?? new Declarations(sources);
    known.set(sources, declarations);
    const roots = namespacesOf(declarations, source, contract);
    layouts[name] = layout === undefined ? roots : [parseLayout(layout, baseIn(declarations)), ...roots];
  }
  return layouts;
}

/** `"t_userDefinedValueType(Price)8"` → `"uint64"` */
export const baseIn =
  (declarations: Declarations) =>
  (typeId: string): string | undefined => {
    const id = /^t_userDefinedValueType\(.*\)(\d+)$/.exec(typeId)?.[1];
    const declaration = id === undefined ? undefined : declarations.at(Number(id));
    if (declaration?.nodeType !== "UserDefinedValueTypeDefinition") return undefined;
    return declaration.underlyingType.typeDescriptions.typeString;
  };
