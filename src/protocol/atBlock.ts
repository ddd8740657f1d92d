import type { BlockTag, Provider, TransactionRequest } from "ethers";

/**
 * A provider that answers of one block, unless it is asked for another. Behind one address there may be several nodes:
 * asked for its newest block, one that lags answers of an older one; asked for this one, it says that it has not got it.
 * @param newest Also what it calls the newest.
 */
export function atBlock<Base extends Provider>(provider: Base, newest: number): Base {
  const pinned: Partial<Provider> = {
    getBlockNumber: () => Promise.resolve(newest),
    call: (request: TransactionRequest) => provider.call({ ...request, blockTag: request.blockTag ?? newest }),
    getCode: (address, block: BlockTag = newest) => provider.getCode(address, block),
    getStorage: (address, slot, block: BlockTag = newest) => provider.getStorage(address, slot, block),
    getBalance: (address, block: BlockTag = newest) => provider.getBalance(address, block),
    getTransactionCount: (address, block: BlockTag = newest) => provider.getTransactionCount(address, block),
  };
  const view: Base = new Proxy<Base>(provider, {
    get: (_, name) => {
      // Contracts look for the provider of their runner.
      if (name === "provider") return view;
      if (Object.hasOwn(pinned, name)) return pinned[name as keyof Provider];
      const value: unknown = Reflect.get(provider, name);
      return typeof value === "function" ? (value.bind(provider) as unknown) : value;
    },
  });
  return view;
}
