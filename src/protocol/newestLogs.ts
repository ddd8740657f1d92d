import type { Filter, Log, Provider } from "ethers";

import { UnreadableError } from "./errors.js";
import { queryLogs, type LogProgress } from "./logs.js";

/** So many of the newest blocks are asked for their logs one by one. */
const NEAR = 64;

/** Logs up to a block, in their order. */
export interface NewestLogs {
  readonly logs: readonly Log[];
  /** The first block that was asked for by its hash: a backend may have left out logs of those before it. */
  readonly certainFrom: number;
  /** Of the block before that one. [32 bytes, hex] */
  readonly hashBefore: string;
}

/**
 * Reads logs of the blocks from `from` up to `head`. A backend that lags leaves logs of a range out, and says nothing;
 * asked for those of a block by its hash, it says that it has not got it (EIP-234). So the newest blocks are asked for by
 * their hashes.
 * @param isLinked Whether each must be the one that the next one names; blocks of hardhat_mine are not.
 */
export async function queryNewestLogs(
  provider: Provider,
  filter: Pick<Filter, "address" | "topics">,
  from: number,
  head: { readonly number: number; readonly hash: string },
  isLinked: boolean,
  onProgress?: (progress: LogProgress) => void,
): Promise<NewestLogs> {
  const certainFrom = Math.max(from, head.number - NEAR + 1);
  const near: Log[][] = [];
  let hash = head.hash;
  for (let number = head.number; number >= certainFrom; --number) {
    // By its number first: Hardhat's node makes blocks of hardhat_mine only then, and has not got their hashes before.
    const block = await provider.getBlock(number);
    if (block?.hash == null || (isLinked && block.hash !== hash))
      throw new UnreadableError(`Block ${number} was replaced while it was read.`, "behind");
    near.unshift(await provider.getLogs({ ...filter, blockHash: block.hash }));
    hash = block.parentHash;
  }
  const far = await queryLogs(
    (fromBlock, toBlock) => provider.getLogs({ ...filter, fromBlock, toBlock }),
    from,
    certainFrom - 1,
    onProgress,
  );
  return { logs: [...far, ...near.flat()], certainFrom, hashBefore: hash };
}
