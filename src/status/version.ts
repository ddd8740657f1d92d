import type { Provider } from "ethers";

import { UnreadableError } from "../protocol/errors.js";
import { describeOldHead } from "../protocol/head.js";

/** How often it is shown anew that nothing new comes. [seconds] */
const REMINDER = 600n;

/**
 * Changes when there is something new to show: a block, or that there has been none for too long, which a screen that
 * stands still would hide.
 * @param now [unix seconds]
 */
export async function readVersion(provider: Provider, now = BigInt(Math.floor(Date.now() / 1000))): Promise<string> {
  const [block, { chainId }] = await Promise.all([provider.getBlock("latest"), provider.getNetwork()]);
  if (block === null) throw new UnreadableError("The node does not give its newest block.", "behind");
  const { number } = block;
  const timestamp = BigInt(block.timestamp);
  const isOld = describeOldHead({ number, timestamp }, chainId, now) !== undefined;
  return isOld ? `${number}, old for ${(now - timestamp) / REMINDER}` : `${number}`;
}
