import type { DeployConfig } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { EthereumProvider } from "hardhat/types/providers";

import { SentenceError } from "../protocol/errors.js";
import { askDevelopmentChain } from "./developmentChain.js";

/** How long a transaction is waited for. */
export interface Patience {
  /** Blocks from the transaction's own to the newest, both included. */
  readonly confirmations: number;
  /** Between two looks at the chain. [ms] */
  readonly interval: number;
  /** After so long a person is told. [ms] */
  readonly limit: number;
}

/** Ignition's own default: what is so deep is not expected to be undone. */
const CONFIRMATIONS = 5;
const INTERVAL = 1_000; // [ms]
const LIMIT = 600_000; // [ms]

/**
 * One answer for our own transactions and for Ignition's, which refuses an account whose last ones are younger than it
 * waits for itself. A chain that mines every transaction at once gets no more blocks by waiting.
 */
export async function readPatience(
  provider: Pick<EthereumProvider, "request">,
  { requiredConfirmations, blockPollingInterval }: Partial<DeployConfig> = {},
): Promise<Patience> {
  return {
    confirmations: (await minesAtOnce(provider)) ? 1 : (requiredConfirmations ?? CONFIRMATIONS),
    interval: blockPollingInterval ?? INTERVAL,
    limit: LIMIT,
  };
}

async function minesAtOnce(provider: Pick<EthereumProvider, "request">): Promise<boolean> {
  return Boolean(await askDevelopmentChain(() => provider.request({ method: "hardhat_getAutomine" })));
}

/** Waits until everything that `account` has sent is confirmed. */
export async function awaitConfirmations(account: string, provider: Provider, patience: Patience): Promise<void> {
  const end = Date.now() + patience.limit;
  for (;;) {
    const confirmed = (await provider.getBlockNumber()) - patience.confirmations + 1;
    const sent = await provider.getTransactionCount(account, "pending");
    if (sent === 0 || (confirmed >= 0 && (await provider.getTransactionCount(account, confirmed)) === sent)) return;
    if (Date.now() > end) {
      throw new SentenceError(
        `Transactions of ${account} are still not confirmed, the last one with nonce ${sent - 1}: look it up in an ` +
          "explorer, and run the same command again once they have been included.",
      );
    }
    await wait(patience.interval);
  }
}

export const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
