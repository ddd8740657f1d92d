import type { Addressable } from "ethers";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { NetworkConnection } from "hardhat/types/network";

/** Acts as a contract: a signer for its address, with ETH for gas. */
export async function impersonate(
  { ethers, networkHelpers }: NetworkConnection,
  contract: Addressable | string,
): Promise<HardhatEthersSigner> {
  const address = typeof contract === "string" ? contract : await contract.getAddress();
  await networkHelpers.setBalance(address, 10n ** 20n);
  return await ethers.getImpersonatedSigner(address);
}
