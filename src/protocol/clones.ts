import { AbiCoder, concat, dataSlice } from "ethers";

// EIP-1167: what stands before and behind the address of the implementation.
const BEFORE = "0x363d3d373d3d3d363d73";
const BEHIND = "0x5af43d82803e903d91602b57fd5bf3";
const CLONE = new RegExp(`^${BEFORE}[0-9a-f]{40}${BEHIND.slice(2)}`, "i");

/** Whose code a clone of EIP-1167 runs, for good; undefined where code is no clone's. Arguments may follow it. */
export const cloneOf = (code: string): string | undefined => (CLONE.test(code) ? dataSlice(code, 10, 30) : undefined);

/** The code of an operator's vault: EIP-1167, and what OpenZeppelin's clones keep behind it. */
export const cloneCode = (
  implementation: string,
  parties: readonly [pool: string, registry: string, id: bigint | number],
): string =>
  concat([
    BEFORE,
    implementation,
    BEHIND,
    AbiCoder.defaultAbiCoder().encode(["address", "address", "uint256"], parties),
  ]);
