import type { ArtifactManager } from "hardhat/types/artifacts";

import type { TribuneAddresses } from "../../protocol/addresses.js";
import { SentenceError } from "../../protocol/errors.js";
import { ROLES } from "../../protocol/roles.js";
import { KINDS, partsOf } from "../manifest/parts.js";
import type { StorageKnowledge } from "./difference.js";
import { Preimages } from "./preimages.js";
import { readStorage } from "./readStorage.js";

/** Where the contracts of a deployment keep what, as the compiler told it. */
export async function readKnowledge(
  artifacts: ArtifactManager,
  addresses: TribuneAddresses,
): Promise<StorageKnowledge> {
  const wanted = new Set(Object.values(KINDS).map(({ manifest }): string => manifest.contract));
  const names = [...(await artifacts.getAllFullyQualifiedNames())].filter((name) => {
    const [source = "", contract = ""] = name.split(":");
    return source.startsWith("contracts/") && wanted.has(contract);
  });
  const layouts = await readStorage(artifacts, names);
  const byContract = new Map(names.map((name) => [name.split(":")[1] ?? "", layouts[name]]));
  const missing = [...wanted].filter((contract) => byContract.get(contract) === undefined);
  if (missing.length > 0) {
    throw new SentenceError(
      `Where ${missing.join(", ")} keep what they store is not known: their artifacts are missing, or were built without ` +
        "the storage layout. Build them with: npx hardhat build",
    );
  }
  const contracts = new Map(partsOf(addresses).map(({ name, address }) => [address, KINDS[name].manifest.contract]));
  return {
    layoutOf: (account) => byContract.get(contracts.get(account) ?? ""),
    preimages: new Preimages(),
    keys: Object.values(ROLES),
  };
}
