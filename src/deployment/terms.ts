import type { Provider } from "ethers";

import type { DaoConfig } from "../config/schema.js";

/** The last seconds of the powers that end by the calendar. [unix seconds] */
export interface Terms {
  readonly protectionEndsAt: bigint;
  readonly sealExpiry: bigint;
}

/**
 * Terms count from the newest block before the deployment: that block is on record and never changes, so a deployment
 * that goes on after an interruption goes on with the same dates.
 */
export async function readTerms(
  { emergency, circuitBreaker }: DaoConfig,
  provider: Provider,
  firstBlock: number,
): Promise<Terms> {
  const block = await provider.getBlock(firstBlock);
  if (block === null) throw new Error(`the chain has no block ${firstBlock}`);
  const began = BigInt(block.timestamp);
  return {
    protectionEndsAt: emergency === undefined ? 0n : began + emergency.protection,
    sealExpiry: circuitBreaker === undefined ? 0n : began + circuitBreaker.sealTerm,
  };
}
