import { AbiCoder, concat } from "ethers";

/** The code of an operator's vault: EIP-1167, and what OpenZeppelin's clones keep behind it. */
export const cloneCode = (
  implementation: string,
  parties: readonly [pool: string, registry: string, id: bigint | number],
): string =>
  concat([
    "0x363d3d373d3d3d363d73",
    implementation,
    "0x5af43d82803e903d91602b57fd5bf3",
    AbiCoder.defaultAbiCoder().encode(["address", "address", "uint256"], parties),
  ]);
