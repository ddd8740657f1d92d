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
 * On the newest block and on the pending one, and the larger of the two: a call at the time of the newest may take a
 * shorter way, and geth's pending block has no root of a beacon block (EIP-4788) at its time, so that it refuses what asks
 * for that; the newest may be old, or without what the call before this one does.
 */
async function estimate(provider: Provider, request: object, followsOthers: boolean): Promise<bigint> {
  const [newest, pending] = await Promise.allSettled(
    ["latest", "pending"].map((blockTag) => provider.estimateGas({ ...request, blockTag })),
  );
  if (newest?.status === "rejected" && judgeFailure(newest.reason)?.kind === "unread") throw newest.reason;
  const found = [newest, pending].flatMap((one) => (one?.status === "fulfilled" ? [one.value] : []));
  const [first, second = 0n] = found;
  if (first !== undefined) return first > second ? first : second;
  throw followsOthers ? (pending as PromiseRejectedResult).reason : (newest as PromiseRejectedResult).reason;
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
