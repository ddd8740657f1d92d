import { toQuantity, type Filter, type Log, type Provider } from "ethers";

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
  const lagging: Provider = new Proxy(provider, {
    get: (target, key) => {
      if (key === "getLogs") return getLogs;
      // A contract asks its runner for the provider behind it.
      if (key === "provider") return lagging;
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  return lagging;
}
