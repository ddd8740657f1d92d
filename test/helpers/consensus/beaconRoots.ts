import type { TransactionReceipt } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { BeaconChain, Payload } from "./chain.js";
import { GWEI_PER_ETH } from "./constants.js";
import { impersonate } from "../impersonate.js";

/** The predeploy of EIP-4788, with its code on Hardhat's chain. */
export const BEACON_ROOTS = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
/** Who calls predeploys at the beginning or the end of a block. */
export const SYSTEM_ADDRESS = "0xfffffffffffffffffffffffffffffffffffffffe";

/** Ahead of every other transaction of the block. */
const FIRST = { maxFeePerGas: 10n ** 13n, maxPriorityFeePerGas: 10n ** 12n };

/**
 * Makes `payload` a block of the simulated chain: the parent's root is sent to EIP-4788 by the system address, then come
 * the transactions that `send` submits, then withdrawals are paid.
 * @returns Receipts of what was sent.
 */
export async function executePayload(
  connection: NetworkConnection,
  { timestamp, parentBeaconBlockRoot, withdrawals }: Payload,
  send: () => Promise<readonly { readonly hash: string }[]> = () => Promise.resolve([]),
): Promise<readonly (TransactionReceipt | null)[]> {
  const { ethers, networkHelpers, provider } = connection;
  const system = await impersonate(connection, SYSTEM_ADDRESS);
  await provider.request({ method: "evm_setAutomine", params: [false] });
  try {
    await system.sendTransaction({ to: BEACON_ROOTS, data: parentBeaconBlockRoot, gasLimit: 200_000n, ...FIRST });
    const sent = await send();
    await networkHelpers.time.setNextBlockTimestamp(timestamp);
    await networkHelpers.mine();
    for (const { address, amount } of withdrawals) {
      const balance = await ethers.provider.getBalance(address);
      await networkHelpers.setBalance(address, balance + amount * GWEI_PER_ETH);
    }
    return await Promise.all(sent.map(({ hash }) => ethers.provider.getTransactionReceipt(hash)));
  } finally {
    await provider.request({ method: "evm_setAutomine", params: [true] });
  }
}

/** Executes the payloads of every block of `chain` from `first` on, in order. */
export async function executeBlocks(connection: NetworkConnection, chain: BeaconChain, first = 0): Promise<void> {
  for (const { payload } of chain.blocks.slice(first)) {
    if (payload !== undefined) await executePayload(connection, payload);
  }
}
