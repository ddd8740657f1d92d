import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { concat, ZeroAddress } from "ethers";

import { createSafe } from "../../src/safe/createSafe.js";
import { provideSafeContracts } from "../../src/safe/provide.js";
import { ISafe__factory, type ISafe } from "../../types/index.js";

/** Creates a Safe of these owners; the first one pays for it. */
export async function createSafeOf(
  owners: readonly [HardhatEthersSigner, ...HardhatEthersSigner[]],
  threshold: number,
  salt = 0n,
): Promise<ISafe> {
  await provideSafeContracts(owners[0]);
  const plan = { owners: owners.map(({ address }) => address), threshold, salt };
  return ISafe__factory.connect(await createSafe(owners[0], plan), owners[0]);
}

/**
 * Makes a call in a Safe's name; every owner given agrees by a transaction of its own.
 * @param to The Safe itself by default.
 */
export async function callAs(
  safe: ISafe,
  owners: readonly HardhatEthersSigner[],
  data: string,
  to?: string,
  kind: "call" | "delegatecall" = "call",
): Promise<void> {
  const target = to ?? (await safe.getAddress());
  const operation = kind === "call" ? 0 : 1;
  const noRefund = [0, 0, 0, ZeroAddress, ZeroAddress] as const;
  const hash = await safe.getTransactionHash(target, 0, data, operation, ...noRefund, await safe.nonce());
  const sorted = [...owners].sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
  for (const owner of sorted) await safe.connect(owner).approveHash(hash);
  const approvals = sorted.map(({ address }) => concat([`0x${"00".repeat(12)}`, address, `0x${"00".repeat(32)}01`]));
  await safe.execTransaction(target, 0, data, operation, ...noRefund, concat(approvals));
}
