import type { Provider } from "ethers";

import type { Call } from "../protocol/calls.js";
import { judgeFailure } from "../protocol/failure.js";
import { tryRead } from "../protocol/tryRead.js";

/** EIP-7825: no transaction may bring more. */
export const MOST_GAS = 2n ** 24n;

/**
 * What a call is to bring: no more than a block takes.
 * @param seen A block that is known to be there.
 */
export async function chooseGas(
  provider: Provider,
  account: string,
  { target, value, data }: Call,
  seen = 0,
): Promise<bigint> {
  const [needed, newest] = await Promise.all([
    estimate(provider, { from: account, to: target, value, data }, seen),
    provider.getBlock("latest"),
  ]);
  const limit = newest?.gasLimit ?? MOST_GAS;
  return withReserve(needed, limit < MOST_GAS ? limit : MOST_GAS);
}

/**
 * What so many calls like this one cost at most, by what it takes now: nodes ask an account for that much, until they are
 * on the chain. Nothing where a contract refuses it, which whoever sends it is told.
 * @returns [wei]
 */
export async function calcMostFees(provider: Provider, account: string, call: Call, count: number): Promise<bigint> {
  const gas = await tryRead(() => chooseGas(provider, account, call));
  if (!gas.answered) return 0n;
  const { maxFeePerGas, gasPrice } = await provider.getFeeData();
  return gas.value * (maxFeePerGas ?? gasPrice ?? 0n) * BigInt(count);
}

/**
 * On the pending block, as it will run; where that refuses, on the newest by its number: geth's pending block has no root
 * of a beacon block (EIP-4788) at its time, and refuses what asks for one; that of a backend that lags stands on an older
 * block, and refuses what needs the newest.
 */
async function estimate(provider: Provider, request: object, seen: number): Promise<bigint> {
  try {
    return await provider.estimateGas({ ...request, blockTag: "pending" });
  } catch (refusal) {
    if (judgeFailure(refusal)?.kind === "unread") throw refusal;
    const newest = Math.max(await provider.getBlockNumber(), seen);
    try {
      return await provider.estimateGas({ ...request, blockTag: newest });
    } catch (second) {
      const failure = judgeFailure(second);
      throw failure?.kind === "unread" && failure.trouble === "behind" ? second : refusal;
    }
  }
}

/**
 * Half as much again as a call takes by itself: what comes before it in the block may make it dearer. The deposit contract
 * hashes another number of nodes for each deposit, so the next one may take a fifth more than was estimated for this one.
 */
function withReserve(estimate: bigint, most: bigint): bigint {
  const more = (estimate * 3n) / 2n;
  if (more <= most) return more;
  // Where a chain has no such limit, what is needed goes beyond it.
  return estimate > most ? estimate : most;
}
