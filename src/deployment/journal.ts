import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { status, trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import type { Provider } from "ethers";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { awaitConfirmations, type Patience } from "./confirmations.js";

/** Ignition's journal of one module, and what it takes to look after it. */
export interface Journal {
  /** As Ignition calls the deployment. */
  readonly id: string;
  readonly folder: string;
  readonly connection: NetworkConnection;
  readonly artifacts: ArtifactManager;
  /** Sends every transaction of the journal. */
  readonly deployer: string;
  readonly patience: Patience;
  /** Nothing of the journal is older. */
  readonly firstBlock: number;
}

/** Numbers of Ignition's errors, HHE10400 and so on, that another attempt gets over. */
const DROPPED_TRANSACTION = 10_400;
const WAITING_FOR_CONFIRMATIONS = 10_402;
const WAITING_FOR_NONCE = 10_403;
const TRANSACTION_LOST = 10_410;
const NONCE_TOO_HIGH = 10_411;
const NONCE_TOO_LOW = 10_412;

/** Ignition was stopped after it had chosen a nonce, and before it knew the hash of what it sent. */
interface LostTransaction {
  readonly futureId: string;
  readonly nonce: number;
  readonly sender: string;
}

interface IgnitionError extends Error {
  readonly number: number;
  readonly messageArguments: unknown;
}

/** Every contract that the journal has as deployed, by its name there; none before the first run. */
export async function listDeployed(folder: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(journalFile(folder))) return new Map();
  const { contracts } = await status(folder);
  return new Map(Object.values(contracts).map(({ id, address }) => [id, address]));
}

/**
 * Puts a journal right that Ignition would not go on with by itself, before it tries: what has failed left nothing
 * behind, whether it reverted or was never sent, and is tried again; what was given up for want of a block is waited for
 * again, under its old nonce.
 */
export async function mendBefore({ folder, artifacts }: Pick<Journal, "folder" | "artifacts">): Promise<void> {
  if (!existsSync(journalFile(folder))) return;
  const { failed, timedOut } = await status(folder);
  for (const { futureId } of failed) await wipe(folder, new HardhatArtifactResolver(artifacts), futureId);
  if (timedOut.length > 0) await forgetTimeouts(folder);
}

/** What of a message in the journal says which transactions it waits for. */
interface Message {
  readonly type: string;
  readonly futureId?: string;
  readonly networkInteractionId?: number;
  readonly nonce?: number;
  readonly transaction?: { readonly hash: string };
}

/** A step that was sent, under each of the fees that were tried, and is not known to be included. */
interface PendingStep {
  readonly futureId: string;
  readonly nonce: number;
  readonly hashes: readonly string[];
}

/**
 * Stops where the node has forgotten a transaction of the journal that is on the chain, as one that lags or keeps no
 * index: Ignition would take it for replaced by somebody, and send the same again.
 */
export async function refuseForgetfulNode(journal: Journal): Promise<void> {
  const { folder, connection, deployer, firstBlock } = journal;
  const { provider } = connection.ethers;
  if (!existsSync(journalFile(folder))) return;
  for (const { nonce, hashes } of listPending(await readLines(folder))) {
    const known = await Promise.all(hashes.map((hash) => provider.getTransaction(hash)));
    if (known.some((transaction) => transaction !== null)) continue;
    if ((await provider.getTransactionCount(deployer, "latest")) <= nonce) continue;
    const included = await findTransaction({ sender: deployer, nonce }, provider, firstBlock);
    if (!hashes.includes(included)) continue;
    throw new UnreadableError(
      `${included} is on the chain, and the network's node does not know it: it lags, or keeps no index of transactions.`,
    );
  }
}

/** What was sent, and neither confirmed nor given up since. */
function listPending(lines: readonly string[]): PendingStep[] {
  const pending = new Map<string, PendingStep>();
  for (const line of lines.filter((text) => text !== "")) {
    const { type, futureId = "", networkInteractionId, nonce, transaction } = JSON.parse(line) as Message;
    const key = `${futureId} ${networkInteractionId}`;
    switch (type) {
      case "TRANSACTION_SEND":
        if (nonce === undefined || transaction === undefined) break;
        pending.set(key, { futureId, nonce, hashes: [...(pending.get(key)?.hashes ?? []), transaction.hash] });
        break;
      case "TRANSACTION_CONFIRM":
      case "ONCHAIN_INTERACTION_DROPPED":
      case "ONCHAIN_INTERACTION_REPLACED_BY_USER":
        pending.delete(key);
        break;
      case "WIPE_APPLY":
        for (const [other, step] of pending) if (step.futureId === futureId) pending.delete(other);
        break;
    }
  }
  return [...pending.values()];
}

const readLines = async (folder: string): Promise<string[]> =>
  (await readFile(journalFile(folder), "utf8")).split("\n");

/** Ignition's own remedy would forget the transaction that may still be included, and deploy again beside it. */
async function forgetTimeouts(folder: string): Promise<void> {
  const lines = await readLines(folder);
  const isKept = (line: string) => line === "" || (JSON.parse(line) as Message).type !== "ONCHAIN_INTERACTION_TIMEOUT";
  await writeFile(journalFile(folder), lines.filter(isKept).join("\n"));
}

const journalFile = (folder: string): string => path.join(folder, "journal.jsonl");

/**
 * Puts a journal right after `error` has stopped Ignition.
 * @returns Whether another attempt is worth it: it neither sends nor deploys anything twice.
 */
export async function mendAfter(error: unknown, journal: Journal): Promise<boolean> {
  if (!isIgnitionError(error)) return false;
  const { deployer, connection, patience } = journal;
  switch (error.number) {
    case TRANSACTION_LOST:
      await findLostTransaction(error.messageArguments as LostTransaction, journal);
      return true;
    // The deployer sends other things meanwhile. Once all is confirmed, the next attempt enters what is Ignition's.
    case WAITING_FOR_CONFIRMATIONS:
    case WAITING_FOR_NONCE:
    case NONCE_TOO_HIGH:
      await awaitConfirmations(deployer, connection.ethers.provider, patience);
      return true;
    // The next attempt sends it again, under the same nonce.
    case DROPPED_TRANSACTION:
    case NONCE_TOO_LOW:
      return true;
    default:
      return false;
  }
}

const isIgnitionError = (error: unknown): error is IgnitionError =>
  error instanceof Error && "number" in error && typeof error.number === "number";

/** What never reached the chain is forgotten, and will be sent again; what did is entered. */
async function findLostTransaction(lost: LostTransaction, journal: Journal): Promise<void> {
  const { folder, connection, artifacts, patience, firstBlock } = journal;
  const { provider } = connection.ethers;
  if ((await provider.getTransactionCount(lost.sender, "latest")) > lost.nonce) {
    // One of somebody else's is only believed once it is confirmed.
    await awaitConfirmations(lost.sender, provider, patience);
    const hash = await findTransaction(lost, provider, firstBlock);
    await trackTransaction(folder, hash, connection.provider, patience.confirmations);
    return;
  }
  if ((await provider.getTransactionCount(lost.sender, "pending")) > lost.nonce) {
    throw new SentenceError(
      `A transaction of ${lost.sender} with nonce ${lost.nonce} waits to be included: run this again when it has been.`,
    );
  }
  await wipe(folder, new HardhatArtifactResolver(artifacts), lost.futureId);
}

/** Hash of the transaction with that nonce, in the first block after which the nonce is used. */
async function findTransaction(
  { sender, nonce }: Pick<LostTransaction, "sender" | "nonce">,
  provider: Provider,
  first: number,
): Promise<string> {
  let [before, after] = [first, await provider.getBlockNumber()];
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
