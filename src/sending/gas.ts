import type { Provider } from "ethers";

import type { Call } from "../protocol/calls.js";
import { judgeFailure } from "../protocol/failure.js";

/**
 * What a call is to bring.
 * @param followsOthers Whether calls that are not on the chain yet come before it.
 */
export async function chooseGas(
  provider: Provider,
  account: string,
  { target, value, data }: Call,
  followsOthers: boolean,
): Promise<bigint> {
  return withReserve(await estimate(provider, { from: account, to: target, value, data }, followsOthers));
}

/**
 * On the newest block, since geth's pending one has no root of a beacon block (EIP-4788) at its time: it refuses what asks
 * for that. On the pending block where the newest refuses: that may be old, or without what the call before this one does.
 */
async function estimate(provider: Provider, request: object, followsOthers: boolean): Promise<bigint> {
  try {
    return await provider.estimateGas({ ...request, blockTag: "latest" });
  } catch (refusal) {
    if (judgeFailure(refusal)?.kind === "unread") throw refusal;
    try {
      return await provider.estimateGas({ ...request, blockTag: "pending" });
    } catch (error) {
      throw followsOthers ? error : refusal;
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
