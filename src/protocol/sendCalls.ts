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

/** What to do where nobody knows whether a transaction arrived. */
const AGAIN = "Run the command again: what is on the chain is not sent twice.";
export const LOOK_FIRST = "Look whether it did before you run the command again, which would do it a second time.";

/**
 * Sends calls from one account: all of them first, so that they come into one block where that is possible, then waits.
 * @param onSent Told each one that is on the chain.
 * @param advice For where the line broke: whether the same may be sent again.
 */
export const sendFrom =
  (signer: Signer, onSent: (sent: SentCall) => void, advice = AGAIN) =>
  async (calls: readonly PlannedCall[]): Promise<void> => {
    const pending: { readonly one: PlannedCall; readonly response: TransactionResponse }[] = [];
    for (const one of calls) pending.push({ one, response: await submit(signer, one, advice) });
    for (const { one, response } of pending) {
      const receipt = await orExplain(one, () => response.wait(), `${advice} Its hash is ${response.hash}.`);
      if (receipt === null) throw new SentenceError(`${one.what}: ${response.hash} is not on the chain yet.`);
      onSent({ what: one.what, hash: receipt.hash, block: receipt.blockNumber });
    }
  };

function submit(signer: Signer, one: PlannedCall, advice: string): Promise<TransactionResponse> {
  const { target, value, data } = one.call;
  return orExplain(one, () => signer.sendTransaction({ to: target, value, data }), advice);
}

async function orExplain<Result>(one: PlannedCall, act: () => Promise<Result>, advice: string): Promise<Result> {
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
      `${one.what}: the line broke while it was sent (${failure.words}), so it may have arrived. ${advice}`,
      { cause: error },
    );
  }
}
