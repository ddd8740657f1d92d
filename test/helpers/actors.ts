import type { HardhatEthers, HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

/** The chain's first accounts under the names a test gives them: `const { alice, bob } = await getActors(ethers, "alice", "bob")`. */
export async function getActors<Name extends string>(
  ethers: HardhatEthers,
  ...names: readonly Name[]
): Promise<Record<Name, HardhatEthersSigner>> {
  const signers = await ethers.getSigners();
  const entries = names.map((name, index): [Name, HardhatEthersSigner] => {
    const signer = signers[index];
    if (signer === undefined) throw new Error(`the chain has ${signers.length} accounts: none is left for ${name}`);
    return [name, signer];
  });
  return Object.fromEntries(entries) as Record<Name, HardhatEthersSigner>;
}
