import { toQuantity, type Filter, type Log, type Provider } from "ethers";

import { withMethods } from "../../src/protocol/withMethods.js";

/**
 * A node whose logs end some blocks before its head, and which says nothing of that: as behind a balancer, one of whose
 * backends lags.
 */
export function laggingLogs(provider: Provider, blocks: number): Provider {
  const getLogs = async (filter: Filter): Promise<Log[]> => {
    const end = (await provider.getBlockNumber()) - blocks;
    const { fromBlock, toBlock } = filter;
    if (Number(fromBlock) > end) return [];
    return await provider.getLogs({ ...filter, toBlock: toQuantity(Math.min(Number(toBlock), end)) });
  };
  return withMethods(provider, { getLogs });
}
