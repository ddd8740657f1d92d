import type { Signer, TransactionReceipt } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import { SentenceError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { tryRead } from "../protocol/tryRead.js";
import { explainRefusal, findFailure } from "../protocol/explain.js";
import { providerOf } from "./provide.js";
import type { Review } from "./review.js";
import { executionArguments } from "./send.js";

/** A transaction of a Safe that has run. */
export interface Execution {
  /** Of the chain's transaction. */
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly gasUsed: bigint;
}

/**
 * Sends a transaction that enough owners have signed, and makes sure that it has run.
 * @param sender Pays for the gas; need not be an owner.
 */
export async function executeTransaction(review: Review, sender: Signer): Promise<Execution> {
  const { safe, transaction, file } = review;
  refuseTooFew(review);
  if (transaction.nonce > safe.nonce) {
    throw new SentenceError(
      `The transaction has number ${transaction.nonce}, and the Safe's next one is ${safe.nonce}: those before it come first.`,
    );
  }
  const failure = await findFailure(safe.address, transaction.call, providerOf(sender));
  if (failure !== undefined) throw new SentenceError(`The call would fail now, so nothing was sent: ${failure}`);

  const contract = ISafe__factory.connect(safe.address, sender);
  const args = executionArguments(transaction, review.signatures);
  const rehearsed = await tryRead(() => contract.execTransaction.staticCall(...args));
  if (!rehearsed.answered) {
    const reason = explainRefusal(rehearsed.refusal);
    throw new SentenceError(`The Safe refuses the transaction, so nothing was sent: ${reason}`);
  }
  const receipt = await orTellThatItMayHaveArrived(async () => await (await contract.execTransaction(...args)).wait());
  if (receipt === null) throw new SentenceError("The transaction was sent, and is not on the chain yet.");
  if (!hasSucceeded(receipt, safe.address, file.safeTxHash)) {
    throw new SentenceError(
      `${receipt.hash} is on the chain, and the Safe does not say there that ${file.safeTxHash} has run.`,
    );
  }
  return { transactionHash: receipt.hash, blockNumber: receipt.blockNumber, gasUsed: receipt.gasUsed };
}

/** Whoever hears nothing after sending does not know what became of it. The Safe's number keeps it from running twice. */
async function orTellThatItMayHaveArrived<Result>(send: () => Promise<Result>): Promise<Result> {
  try {
    return await send();
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread" || failure.isNodes) throw error;
    throw new SentenceError(
      `The line broke while the transaction was sent (${failure.words}): it may have arrived. Wait a moment and run it ` +
        "again: if it has, the Safe has gone on to the next number, and nothing is sent.",
      { cause: error },
    );
  }
}

function refuseTooFew({ safe, signatures, departed }: Review): void {
  if (signatures.length >= safe.threshold) return;
  const gone = departed.length === 0 ? "" : `; ${departed.join(", ")} signed too, and is no owner any more`;
  throw new SentenceError(`The transaction has ${signatures.length} of ${safe.threshold} signatures${gone}.`);
}

function hasSucceeded(receipt: TransactionReceipt, safe: string, hash: string): boolean {
  const { interface: events } = ISafe__factory.connect(safe);
  return receipt.logs.some((log) => {
    if (log.address !== safe) return false;
    const event = events.parseLog(log);
    return event?.name === "ExecutionSuccess" && event.args[0] === hash;
  });
}
