import type { Signer, TransactionRequest, TransactionResponse } from "ethers";

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
  const request = { to: target, value, data };
  return orExplain(
    one,
    async () => {
      const gasLimit = withReserve(await estimate(signer, request));
      return await signer.sendTransaction({ ...request, gasLimit });
    },
    advice,
  );
}

/**
 * On the pending block, as it will run; where that refuses, on the newest: geth's pending block has no root of a beacon
 * block (EIP-4788) at its time, and refuses what asks for one.
 */
async function estimate(signer: Signer, request: TransactionRequest): Promise<bigint> {
  try {
    return await signer.estimateGas({ ...request, blockTag: "pending" });
  } catch (refusal) {
    if (judgeFailure(refusal)?.kind === "unread") throw refusal;
    try {
      return await signer.estimateGas({ ...request, blockTag: "latest" });
    } catch {
      throw refusal;
    }
  }
}

/** EIP-7825: no transaction may bring more. */
const MOST_GAS = 2n ** 24n;

/**
 * Half as much again as a call takes by itself: what comes before it in the block may make it dearer. The deposit contract
 * hashes another number of nodes for each deposit, so the next one may take a fifth more than was estimated for this one.
 */
function withReserve(estimate: bigint): bigint {
  const more = (estimate * 3n) / 2n;
  if (more <= MOST_GAS) return more;
  // Where a chain has no such limit, what is needed goes beyond it.
  return estimate > MOST_GAS ? estimate : MOST_GAS;
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
