import type { Provider } from "ethers";

import type { Call } from "../protocol/calls.js";
import { SentenceError } from "../protocol/errors.js";
import { explainCall, findFailure } from "../protocol/explain.js";
import { findSafe } from "./review.js";
import { hashTransaction } from "./transaction.js";
import type { TransactionFile } from "./transactionFile.js";

export interface Prepared {
  readonly file: TransactionFile;
  /** Why the call would fail in the newest block; undefined if it would not. It need not be possible yet. */
  readonly failure: string | undefined;
}

/**
 * Writes down a call for the owners of a Safe to sign.
 * @param nonce The Safe's next one by default; a later one queues behind others.
 */
export async function prepareTransaction(
  address: string,
  call: Call,
  provider: Provider,
  nonce?: bigint,
): Promise<Prepared> {
  const safe = await findSafe(address, provider);
  const number = nonce ?? safe.nonce;
  if (number < safe.nonce) {
    throw new SentenceError(`Number ${number} is used up: the Safe's next transaction has number ${safe.nonce}.`);
  }
  const { chainId } = await provider.getNetwork();
  const safeTxHash = hashTransaction({ chainId, safe: safe.address, nonce: number, call });
  const file: TransactionFile = {
    format: 1,
    kind: "safe-transaction",
    description: explainCall(call),
    chainId: Number(chainId),
    safe: safe.address,
    nonce: number,
    to: call.target,
    value: call.value,
    data: call.data,
    operation: "call",
    safeTxHash,
    signatures: [],
  };
  return { file, failure: await findFailure(safe.address, call, provider) };
}
