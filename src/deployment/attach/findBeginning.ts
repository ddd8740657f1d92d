import type { Provider } from "ethers";

import type { DaoConfig } from "../../config/schema.js";
import { SentenceError, UnreadableError } from "../../protocol/errors.js";
import { formatDuration, formatTime } from "../../protocol/format.js";
import type { FoundContracts } from "./findContracts.js";

/** What the chain tells of when a deployment was. */
type Dates = Pick<FoundContracts, "protectionEndsAt" | "born"> & {
  /** Of the circuit breaker's seal; undefined without one. [unix seconds] */
  readonly sealExpiry: bigint | undefined;
};

/**
 * The newest block before a deployment began, as far as the chain tells: terms count from it, so where there is one, its
 * end and its length lead there; else it is the one before the first contract whose logs matter.
 */
export async function findBeginning(
  { emergency, circuitBreaker }: DaoConfig,
  { protectionEndsAt, sealExpiry, born }: Dates,
  provider: Provider,
): Promise<number> {
  const term =
    emergency !== undefined && protectionEndsAt > 0n
      ? { path: "emergency.protection", end: protectionEndsAt, length: emergency.protection }
      : circuitBreaker !== undefined && sealExpiry !== undefined
        ? { path: "circuitBreaker.sealTerm", end: sealExpiry, length: circuitBreaker.sealTerm }
        : undefined;
  if (term === undefined) return born - 1;
  const { path, end, length } = term;
  const began = end - length;
  const block = await findLastAt(began, born - 1, provider);
  if (block !== undefined) return block;
  throw new SentenceError(
    `${path} is ${formatDuration(length)} in the configuration, and the term on the chain ends at ${formatTime(end)}: no ` +
      `block before the timelock is of ${formatTime(began)}, from which it would count. Either the file has another figure, ` +
      "or a vote has given a new term since; right is the configuration that was deployed.",
  );
}

/** The last block of that very second, none later than `latest`. */
async function findLastAt(timestamp: bigint, latest: number, provider: Provider): Promise<number | undefined> {
  let [low, high] = [0, latest];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await timeOf(middle, provider)) <= timestamp) low = middle;
    else high = middle - 1;
  }
  return (await timeOf(low, provider)) === timestamp ? low : undefined;
}

async function timeOf(block: number, provider: Provider): Promise<bigint> {
  const found = await provider.getBlock(block);
  if (found === null) throw new UnreadableError(`The network's node does not have block ${block}.`, "forgotten");
  return BigInt(found.timestamp);
}
