import { id, ZeroHash } from "ethers";

/** Roles of OpenZeppelin's timelock. */
export const ROLES = {
  admin: ZeroHash,
  proposer: id("PROPOSER_ROLE"),
  canceller: id("CANCELLER_ROLE"),
  executor: id("EXECUTOR_ROLE"),
} as const;
