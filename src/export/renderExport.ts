// Not `{ z }`, which brings all of its languages along.
import * as z from "zod";

import type { Deployment } from "../protocol/addresses.js";
import { abiOf, listContracts, type AbiName } from "./listContracts.js";

/** By this a folder is known to be of ours: first key of addresses.json. */
const MARK = "tribune export";

/** As much of a configuration on record as matters here: other versions may have written the rest. */
const configuration = z.object({ vault: z.object({ kind: z.string() }) });

/**
 * What a front end needs to know of a deployment.
 * @param share Address of the vault's shares.
 */
export function exportDeployment({ dao, chain, firstBlock, addresses, ...record }: Deployment, share: string) {
  const { data: found } = configuration.safeParse(record.configuration);
  const contracts = listContracts(addresses, { share, vaultKind: found?.vault.kind });
  const names = [...new Set(contracts.map(({ abi }) => abi))].sort();
  return {
    writtenBy: MARK,
    dao,
    chainId: chain.id,
    /** Before it there are no events of this deployment. */
    firstBlock,
    contracts: Object.fromEntries(contracts.map(({ name, address, abi }) => [name, { address, abi }])),
    abis: Object.fromEntries(names.map((name) => [name, abiOf(name)])),
  };
}

export type Exported = ReturnType<typeof exportDeployment>;

/** The files of a folder for a front end, by their path in it. */
export function renderExport({ abis, ...facts }: Exported): ReadonlyMap<string, string> {
  const entries = Object.entries(abis);
  return new Map([
    ["addresses.json", `${JSON.stringify(facts, null, 2)}\n`],
    ...entries.map(([name, abi]) => [abiFile(name as AbiName), `${JSON.stringify(abi, null, 2)}\n`] as const),
    ["index.ts", renderIndex({ ...facts, abis })],
  ]);
}

const abiFile = (name: AbiName): string => `abi/${name}.json`;

/** ABIs stand in it once, as constants: libraries infer every argument from their literal types. */
function renderIndex({ dao, chainId, firstBlock, contracts, abis }: Exported): string {
  return [
    "/* eslint-disable */",
    `// Written by npx hardhat tribune export; the next export writes it anew.`,
    "// With viem: readContract(client, { ...gate, functionName: … }); with ethers: new Contract(gate.address, gate.abi, …).",
    "",
    `export const dao = ${JSON.stringify(dao)};`,
    `export const chainId = ${chainId} as const;`,
    `/** Before it there are no events of this deployment. */`,
    `export const firstBlock = ${firstBlock}n;`,
    "",
    ...Object.entries(abis).map(
      ([name, abi]) => `export const ${abiConstant(name)} = ${JSON.stringify(abi)} as const;\n`,
    ),
    ...Object.entries(contracts).map(
      ([name, { address, abi }]) =>
        `export const ${name} = { address: "${address}", abi: ${abiConstant(abi)} } as const;`,
    ),
    "",
  ].join("\n");
}

/** `"IERC4626"` → `"abiOfIERC4626"` */
const abiConstant = (name: string): string => `abiOf${name}`;

/** Whether a folder holds an earlier export, and nothing that anybody has put beside it. */
export async function isExport(
  files: readonly string[],
  readText: (file: string) => Promise<string>,
): Promise<boolean> {
  if (!files.every((file) => /^(?:addresses\.json|index\.ts|abi\/\w+\.json)$/.test(file))) return false;
  if (!files.includes("addresses.json")) return false;
  try {
    const facts: unknown = JSON.parse(await readText("addresses.json"));
    return typeof facts === "object" && facts !== null && "writtenBy" in facts && facts.writtenBy === MARK;
  } catch {
    return false;
  }
}
