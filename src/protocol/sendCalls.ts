import type { Signer, TransactionResponse } from "ethers";

import { SentenceError } from "./errors.js";
import { judgeFailure } from "./failure.js";
import { describeRefusal, type PlannedCall } from "./plannedCall.js";

/** A call that is on the chain. */
export interface SentCall {
  readonly what: string;
  readonly hash: string;
  readonly block: number;
}

/**
 * Sends calls from one account: all of them first, so that they come into one block where that is possible, then waits.
 * @param onSent Told each one that is on the chain.
 */
export const sendFrom =
  (signer: Signer, onSent: (sent: SentCall) => void) =>
  async (calls: readonly PlannedCall[]): Promise<void> => {
    const pending: { readonly one: PlannedCall; readonly response: TransactionResponse }[] = [];
    for (const one of calls) pending.push({ one, response: await submit(signer, one) });
    for (const { one, response } of pending) {
      const receipt = await orExplain(one, () => response.wait());
      if (receipt === null) throw new SentenceError(`${one.what}: ${response.hash} is not on the chain yet.`);
      onSent({ what: one.what, hash: receipt.hash, block: receipt.blockNumber });
    }
  };

const submit = (signer: Signer, one: PlannedCall): Promise<TransactionResponse> =>
  orExplain(one, () => {
    const { target, value, data } = one.call;
    return signer.sendTransaction({ to: target, value, data });
  });

async function orExplain<Result>(one: PlannedCall, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind !== "unread") {
      throw new SentenceError(`${one.what}: the contract refuses it, ${describeRefusal(failure).words}.`, {
        cause: error,
      });
    }
    if (failure.isNodes) throw error;
    throw new SentenceError(
      `${one.what}: the line broke while it was sent (${failure.words}), so it may have arrived. Run the command again: what ` +
        "is on the chain is not sent twice.",
      { cause: error },
    );
  }
}
