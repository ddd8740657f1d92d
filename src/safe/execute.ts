import type { TransactionReceipt } from "ethers";

import { ISafe__factory } from "../../types/index.js";
import { SentenceError } from "../protocol/errors.js";
import { sendFrom, type SendingAccount } from "../sending/sendCalls.js";
import { tryRead } from "../protocol/tryRead.js";
import { explainRefusal, findFailure } from "../protocol/explain.js";
import type { Review } from "./review.js";
import { executionArguments } from "./send.js";
import type { Consent } from "./signatures.js";

/** A transaction of a Safe that has run. */
export interface Execution {
  /** Of the chain's transaction. */
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly gasUsed: bigint;
}

/**
 * Sends a transaction that enough owners have signed, and makes sure that it has run.
 * @param from Pays for the gas; need not be an owner.
 * @param send From that account.
 */
export async function executeTransaction(
  review: Review,
  from: SendingAccount,
  send = sendFrom(from, { advice: EXECUTE_AGAIN }),
): Promise<Execution> {
  const { safe, transaction, file } = review;
  const consents = listConsents(review, from.account);
  refuseTooFew(review, consents);
  if (transaction.nonce > safe.nonce) {
    throw new SentenceError(
      `The transaction has number ${transaction.nonce}, and the Safe's next one is ${safe.nonce}: those before it come first.`,
    );
  }
  const failure = await findFailure(safe.address, transaction.call, from.provider);
  if (failure !== undefined) throw new SentenceError(`The call would fail now, so nothing was sent: ${failure}`);

  const contract = ISafe__factory.connect(safe.address, from);
  const args = executionArguments(transaction, consents);
  const rehearsed = await tryRead(() => contract.execTransaction.staticCall(...args, { from: from.account }));
  if (!rehearsed.answered) {
    const reason = explainRefusal(rehearsed.refusal);
    throw new SentenceError(`The Safe refuses the transaction, so nothing was sent: ${reason}`);
  }
  const data = contract.interface.encodeFunctionData("execTransaction", [...args]);
  const call = { target: safe.address, value: 0n, data };
  const [receipt] = await send([{ what: `executes number ${transaction.nonce} of the Safe ${safe.address}`, call }]);
  if (receipt === undefined) throw new Error("one call has one receipt");
  if (!hasSucceeded(receipt, safe.address, file.safeTxHash)) {
    throw new SentenceError(
      `${receipt.hash} is on the chain, and the Safe does not say there that ${file.safeTxHash} has run.`,
    );
  }
  return { transactionHash: receipt.hash, blockNumber: receipt.blockNumber, gasUsed: receipt.gasUsed };
}

/** Where nobody knows whether it arrived: the Safe's number keeps it from running twice. */
export const EXECUTE_AGAIN =
  "Wait a moment and run it again: if it has arrived, the Safe has gone on to the next number, and nothing is sent.";

/** All that counts once `sender` sends it: where one is lacking, Safe takes an owner that does for one that has approved. */
export function listConsents({ safe, signatures }: Review, sender: string): readonly Consent[] {
  const suffices = signatures.length + 1 === safe.threshold && safe.owners.includes(sender);
  const isNew = !signatures.some(({ owner }) => owner === sender);
  return suffices && isNew ? [...signatures, { kind: "approval", owner: sender }] : signatures;
}

function refuseTooFew({ safe, departed }: Review, signatures: readonly Consent[]): void {
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
