import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import { trackTransaction, wipe } from "@nomicfoundation/ignition-core";
import type { Provider, TransactionResponse } from "ethers";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { saysKnown, saysUnderpriced } from "../sending/poolWords.js";
import { doesSame, findIncluded } from "../sending/included.js";
import { submit } from "../sending/submit.js";
import { awaitConfirmations, wait } from "./confirmations.js";
import type { Journal } from "./journal.js";
import {
  enterConfirmation,
  enterTransaction,
  listOpenSteps,
  type Hashed,
  type OpenStep,
  type StepRequest,
} from "./journalFile.js";

type OpenJournal = Pick<Journal, "folder" | "deployer" | "patience" | "firstBlock" | "onWait"> & {
  readonly connection: Pick<Journal["connection"], "ethers" | "provider">;
};

/** So often the network is asked for a transaction that it does not know. Each answer may be another node's. */
const LOOKS = 5;
/** So often what waits to be included is waited for. */
const WAITS = 3;

/** What the network tells of the transaction of a step. */
type Fate =
  /** It knows one that the journal has. */
  | { readonly kind: "known"; readonly transaction: TransactionResponse }
  /** One with its nonce is on the chain. */
  | { readonly kind: "included"; readonly transaction: TransactionResponse }
  /** The nonce is used, and the network does not tell by which transaction. */
  | { readonly kind: "untold" }
  /** One with its nonce waits to be included. */
  | { readonly kind: "waiting" }
  | { readonly kind: "unknown" };

/**
 * Finds out what became of every transaction that the journal leaves open, and enters it, before Ignition concludes
 * something from one answer: it takes a transaction that a node does not know for replaced by somebody as soon as the
 * nonce is used, and sends the step again under another. Here that follows only where another transaction is seen to have
 * used the nonce. Under the same nonce a step may be sent again at any time: the chain includes one of them.
 */
export async function settleOpenSteps(journal: OpenJournal): Promise<void> {
  for (const step of await listOpenSteps(journal.folder)) await settle(step, journal);
}

/**
 * Forgets an open step that need not be taken any more, if nobody knows its transaction: no node would send it again. What
 * was sent behind it and is not known either goes along, since its nonce comes only after that one.
 */
export async function forgetNeedlessSteps(
  journal: OpenJournal & Pick<Journal, "artifacts">,
  isNeedless: (futureId: string) => boolean,
): Promise<void> {
  let hasForgotten = false;
  for (const step of await listOpenSteps(journal.folder)) {
    if (!hasForgotten && !isNeedless(step.futureId)) continue;
    if ((await findFate(step, journal)).kind !== "unknown") continue;
    await wipe(journal.folder, new HardhatArtifactResolver(journal.artifacts), step.futureId);
    hasForgotten = true;
  }
}

async function settle(step: OpenStep, journal: OpenJournal): Promise<void> {
  const { folder, connection, deployer, patience } = journal;
  for (let waits = 0; ; ++waits) {
    const fate = await findFate(step, journal);
    switch (fate.kind) {
      case "known":
        // What is not included yet Ignition waits for, and hurries with higher fees.
        if (fate.transaction.blockNumber !== null) await confirm(step, fate.transaction.hash, journal);
        return;
      case "included": {
        const { transaction } = fate;
        refuseForgetful(step, transaction);
        if (isOf(step.request, transaction)) {
          // Sent before Ignition knew its hash, or by a wallet that has raised the fee.
          await enterTransaction(folder, step, transaction);
          await confirm(step, transaction.hash, journal);
          return;
        }
        // Somebody else's is only believed once it is confirmed: then the step can no more be included under its nonce.
        await awaitConfirmations(deployer, connection.ethers.provider, patience);
        await trackTransaction(folder, transaction.hash, connection.provider, patience.confirmations);
        return;
      }
      case "untold":
        throw new UnreadableError(
          `The transaction of ${deployer} with nonce ${step.nonce} is on the chain, and the network does not tell where, ` +
            "so that nothing more is sent: ask another node, one that keeps old states.",
        );
      case "waiting":
        if (waits === WAITS) throw stillWaiting(deployer, step.nonce);
        journal.onWait?.(`A transaction of ${deployer} with nonce ${step.nonce} waits to be included …`);
        await awaitConfirmations(deployer, connection.ethers.provider, patience);
        break;
      case "unknown":
        await enterTransaction(folder, step, await sendAgain(step, journal));
        return;
    }
  }
}

function refuseForgetful({ hashes }: OpenStep, { hash }: TransactionResponse): void {
  if (!hashes.includes(hash)) return;
  throw new UnreadableError(
    `${hash} is on the chain, and the network's node does not know it: it lags, or keeps no index of transactions.`,
  );
}

const stillWaiting = (sender: string, nonce: number): SentenceError =>
  new SentenceError(
    `A transaction of ${sender} with nonce ${nonce} waits to be included: run this again when it has been.`,
  );

/** Enters a transaction that is on the chain as soon as it is deep enough. */
async function confirm(
  step: OpenStep,
  hash: string,
  { folder, connection, patience, onWait }: OpenJournal,
): Promise<void> {
  const { provider } = connection.ethers;
  const end = Date.now() + patience.limit;
  for (let look = 1; ; ++look) {
    const receipt = await provider.getTransactionReceipt(hash);
    const depth = receipt === null ? 0 : (await provider.getBlockNumber()) - receipt.blockNumber + 1;
    if (receipt !== null && depth >= patience.confirmations) {
      await enterConfirmation(folder, step, receipt);
      return;
    }
    if (look === 1) {
      const where = receipt === null ? "on the chain" : `in block ${receipt.blockNumber}`;
      onWait?.(`${hash}, of an earlier run, is ${where}, waiting for confirmations …`);
    }
    if (Date.now() > end) {
      throw new UnreadableError(
        `${hash} is on the chain, and the network does not confirm it: look it up in an explorer.`,
      );
    }
    await wait(patience.interval);
  }
}

/** Whether a node says that it has one with this nonce already. */
const hasOne = (words: string): boolean => saysKnown(words) || saysUnderpriced(words);

/** Nobody knows whether it was sent before: with the nonce that it had then, only one of the two can be included. */
async function sendAgain({ nonce, request }: OpenStep, { connection, deployer }: OpenJournal): Promise<Hashed> {
  const { provider } = connection.ethers;
  const { to: target, data, value } = request;
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas } = await provider.getFeeData();
  const fees =
    maxFeePerGas === null || maxPriorityFeePerGas === null
      ? { gasPrice: gasPrice ?? 0n }
      : { maxFeePerGas, maxPriorityFeePerGas };
  try {
    const hash = await submit(provider, { account: deployer, nonce, call: { target, data, value }, ...fees });
    return { hash, ...fees };
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind === "unread" && hasOne(failure.words)) throw stillWaiting(deployer, nonce);
    throw error;
  }
}

const isOf = ({ to, data, value }: StepRequest, sent: TransactionResponse): boolean =>
  doesSame({ target: to, data, value }, sent);

/** Asks until the network knows of a transaction; a bounded number of times, each after a longer wait. */
async function findFate(step: OpenStep, journal: OpenJournal): Promise<Fate> {
  const { interval } = journal.patience;
  for (let look = 1; ; ++look) {
    const fate = await askOnce(step, journal);
    if (isCertain(fate, step) || look === LOOKS) return fate;
    const delay = interval * 2 ** (look - 1);
    journal.onWait?.(
      `The network does not know the transaction with nonce ${step.nonce}; asking again in ${delay / 1000} s (${look} of ` +
        `${LOOKS - 1}) …`,
    );
    await wait(delay);
  }
}

/** Whether another answer, of a node that is further, would tell the same. */
function isCertain(fate: Fate, { hashes }: OpenStep): boolean {
  switch (fate.kind) {
    case "known":
    case "waiting":
      return true;
    // If it is the journal's, the index of transactions is behind the chain.
    case "included":
      return !hashes.includes(fate.transaction.hash);
    case "untold":
    case "unknown":
      return false;
  }
}

async function askOnce({ nonce, hashes }: OpenStep, { connection, deployer, firstBlock }: OpenJournal): Promise<Fate> {
  const { provider } = connection.ethers;
  const found = await Promise.all(hashes.map((hash) => provider.getTransaction(hash)));
  const known = found.filter((transaction) => transaction !== null);
  const transaction = known.find(({ blockNumber }) => blockNumber !== null) ?? known[0];
  if (transaction !== undefined) return { kind: "known", transaction };
  if ((await provider.getTransactionCount(deployer, "latest")) > nonce) {
    const included = await findIncluded(deployer, nonce, provider, firstBlock);
    return included === undefined ? { kind: "untold" } : { kind: "included", transaction: included };
  }
  const pending = await provider.getTransactionCount(deployer, "pending");
  return { kind: pending > nonce ? "waiting" : "unknown" };
}

/** Whether the chain has the transaction of a step, and it did not revert. The nonce alone may be another's. */
export async function hasSucceeded(
  { nonce, hashes, request }: OpenStep,
  sender: string,
  provider: Provider,
  firstBlock: number,
): Promise<boolean> {
  if ((await provider.getTransactionCount(sender)) <= nonce) return false;
  const told = await Promise.all(hashes.map((hash) => provider.getTransactionReceipt(hash)));
  const known = told.find((receipt) => receipt !== null);
  if (known !== undefined) return known.status === 1;
  const included = await findIncluded(sender, nonce, provider, firstBlock);
  if (included === undefined || !isOf(request, included)) return false;
  return (await provider.getTransactionReceipt(included.hash))?.status === 1;
}
