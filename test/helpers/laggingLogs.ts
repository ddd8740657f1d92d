import { toQuantity, type Filter, type FilterByBlockHash, type Log, type Provider } from "ethers";

import { withMethods } from "../../src/protocol/withMethods.js";
import { nodeError } from "./failingProvider.js";

/**
 * A node whose logs end some blocks before its head, and which says nothing of that: as behind a balancer, one of whose
 * backends lags.
 */
export function laggingLogs(provider: Provider, blocks: number): Provider {
  const getLogs = async (filter: Filter | FilterByBlockHash): Promise<Log[]> => {
    const end = (await provider.getBlockNumber()) - blocks;
    if ("blockHash" in filter) {
      const { number } = (await provider.getBlock(filter.blockHash)) ?? {};
      if (number === undefined || number > end) throw nodeError(-32000, "unknown block");
      return await provider.getLogs(filter);
    }
    const { fromBlock, toBlock } = filter as Filter;
    if (Number(fromBlock) > end) return [];
    return await provider.getLogs({ ...filter, toBlock: toQuantity(Math.min(Number(toBlock), end)) });
  };
  return withMethods(provider, { getLogs });
}
