import type { ArtifactManager } from "hardhat/types/artifacts";

/** What one contract takes. [bytes] */
export interface ContractSize {
  /** On chain, after construction; at most 24,576 (EIP-170). */
  readonly deployed: number;
  /** Sent to create it, without constructor arguments; at most 49,152 (EIP-3860). */
  readonly initCode: number;
}

/** The code of a library whose functions are all inlined begins by comparing the caller's address with its own. */
const INTERNAL_LIBRARY = `0x73${"00".repeat(20)}3014`;

const byteLength = (hex: string): number => (hex.length - 2) / 2;

/** Contracts of ours that can be deployed: no mocks, interfaces, abstract contracts or internal libraries. */
export async function readSizes(artifacts: ArtifactManager): Promise<Record<string, ContractSize>> {
  const sizes: Record<string, ContractSize> = {};
  for (const name of await listArtifacts(artifacts)) {
    const { contractName, bytecode, deployedBytecode } = await artifacts.readArtifact(name);
    if (bytecode === "0x" || deployedBytecode.startsWith(INTERNAL_LIBRARY)) continue;
    sizes[contractName] = { deployed: byteLength(deployedBytecode), initCode: byteLength(bytecode) };
  }
  return sizes;
}

/** Fully qualified names of everything under contracts/ but mocks, in order. */
export async function listArtifacts(artifacts: ArtifactManager): Promise<string[]> {
  const names = [...(await artifacts.getAllFullyQualifiedNames())];
  return names.filter((name) => name.startsWith("contracts/") && !name.startsWith("contracts/mocks/")).sort();
}
