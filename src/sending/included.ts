import type { Provider, TransactionResponse } from "ethers";

import type { Call } from "../protocol/calls.js";

/**
 * The transaction of an account with that nonce, in the first block after which the nonce is used; undefined if it is not
 * there.
 * @param first A block before which it cannot be.
 */
export async function findIncluded(
  account: string,
  nonce: number,
  provider: Provider,
  first: number,
): Promise<TransactionResponse | undefined> {
  let [before, after] = [first, await provider.getBlockNumber()];
  while (before < after) {
    const middle = Math.floor((before + after) / 2);
    if ((await provider.getTransactionCount(account, middle)) > nonce) after = middle;
    else before = middle + 1;
  }
  const block = await provider.getBlock(after, true);
  return block?.prefetchedTransactions.find((sent) => sent.nonce === nonce && isSame(sent.from, account));
}

/** Whether a transaction does what a call asks for, whatever it pays for gas. @param target Undefined: creates. */
export const doesSame = (
  { target, value, data }: Omit<Call, "target"> & { readonly target: string | undefined },
  sent: Pick<TransactionResponse, "to" | "value" | "data">,
): boolean => isSame(target, sent.to ?? undefined) && isSame(data, sent.data) && value === sent.value;

const isSame = (one: string | undefined, other: string | undefined): boolean =>
  one?.toLowerCase() === other?.toLowerCase();
