import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { SentenceError } from "../src/protocol/errors.js";

/** Ignition was stopped after it had chosen a nonce, and before it knew the hash of what it sent. */
interface LostTransaction {
  readonly futureId: string;
  readonly nonce: number;
  readonly sender: string;
}

/** Number of Ignition's error for it, HHE10410. */
const TRANSACTION_LOST = 10_410;

/** What Ignition needs to look after its own journal. */
export interface Journal {
  readonly folder: string;
  readonly connection: NetworkConnection;
  readonly artifacts: ArtifactManager;
}

/**
 * Puts a journal right that knows of a transaction but not whether it was sent: what never reached the chain is
 * forgotten and will be sent again, what did is entered.
 * @returns Whether `error` was about such a transaction, so that another attempt is worth it.
 */
export async function recoverLostTransaction(error: unknown, journal: Journal): Promise<boolean> {
  const lost = parseLost(error);
  if (lost === undefined) return false;
  const { folder, connection, artifacts } = journal;
  const { provider } = connection.ethers;
  if ((await provider.getTransactionCount(lost.sender, "latest")) > lost.nonce) {
    await trackTransaction(folder, await findTransaction(lost, provider), connection.provider);
    return true;
  }
  if ((await provider.getTransactionCount(lost.sender, "pending")) > lost.nonce) {
    throw new SentenceError(
      `A transaction of ${lost.sender} with nonce ${lost.nonce} waits to be included: run this again when it has been.`,
    );
  }
  await wipe(folder, new HardhatArtifactResolver(artifacts), lost.futureId);
  return true;
}

function parseLost(error: unknown): LostTransaction | undefined {
  if (!(error instanceof Error) || !("number" in error) || error.number !== TRANSACTION_LOST) return undefined;
  return (error as unknown as { readonly messageArguments: LostTransaction }).messageArguments;
}

/** Hash of the transaction with that nonce, in the first block after which the nonce is used. */
async function findTransaction({ sender, nonce }: LostTransaction, provider: Provider): Promise<string> {
  let [before, after] = [0, await provider.getBlockNumber()];
  while (before < after) {
    const middle = Math.floor((before + after) / 2);
    if ((await provider.getTransactionCount(sender, middle)) > nonce) after = middle;
    else before = middle + 1;
  }
  const block = await provider.getBlock(after, true);
  const found = block?.prefetchedTransactions.find((sent) => sent.nonce === nonce && sameAddress(sent.from, sender));
  if (found !== undefined) return found.hash;
  throw new SentenceError(
    `The transaction of ${sender} with nonce ${nonce} is on the chain, and the network does not tell where: find its ` +
      "hash in an explorer, and enter it with npx hardhat ignition track-tx.",
  );
}

const sameAddress = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
