import type { BlockTag, Provider, TransactionRequest } from "ethers";

import { withMethods } from "./withMethods.js";

/**
 * A provider that answers of one block, unless it is asked for another. Behind one address there may be several nodes:
 * asked for its newest block, one that lags answers of an older one; asked for this one, it says that it has not got it.
 * @param newest Also what it calls the newest.
 */
export function atBlock<Base extends Provider>(provider: Base, newest: number): Base {
  return withMethods(provider, {
    getBlockNumber: () => Promise.resolve(newest),
    call: (request: TransactionRequest) => provider.call({ ...request, blockTag: request.blockTag ?? newest }),
    getCode: (address, block: BlockTag = newest) => provider.getCode(address, block),
    getStorage: (address, slot, block: BlockTag = newest) => provider.getStorage(address, slot, block),
    getBalance: (address, block: BlockTag = newest) => provider.getBalance(address, block),
    getTransactionCount: (address, block: BlockTag = newest) => provider.getTransactionCount(address, block),
  });
}
