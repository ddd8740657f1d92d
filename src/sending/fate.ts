import type { Provider, TransactionReceipt } from "ethers";

import type { Call } from "../protocol/calls.js";
import { doesSame, findIncluded } from "./included.js";

/** A transaction that was handed over. */
export interface Handed {
  readonly account: string;
  readonly nonce: number;
  readonly hash: string;
  readonly call: Call;
  /** The newest block when it was handed over. */
  readonly since: number;
}

/** What has become of it. */
export type Fate =
  /** It is on the chain, or one that does the same for another price is in its place. */
  | { readonly kind: "included"; readonly receipt: TransactionReceipt }
  /** Another one has its nonce: it will never be. Undefined if the node does not tell which. */
  | { readonly kind: "replaced"; readonly by: string | undefined }
  /** It is not on the chain yet. */
  | { readonly kind: "waiting" };

/** How long a transaction is waited for, and how often the node is asked. [ms] */
export interface Waiting {
  readonly patience: number;
  readonly interval: number;
}

export const WAITING: Waiting = { patience: 600_000, interval: 500 };

/** A node may count a transaction before it tells of it: so often it is asked again. */
const LOOKS = 4;

/** Waits until a transaction is on the chain, or can never be, or patience is over. */
export async function awaitFate(provider: Provider, handed: Handed, given: Partial<Waiting> = {}): Promise<Fate> {
  const { patience, interval } = { ...WAITING, ...given };
  const end = Date.now() + patience;
  for (let overtaken = 0; ;) {
    const receipt = await provider.getTransactionReceipt(handed.hash);
    if (receipt !== null) return { kind: "included", receipt };
    const isUsed = (await provider.getTransactionCount(handed.account, "latest")) > handed.nonce;
    overtaken = isUsed ? overtaken + 1 : 0;
    if (overtaken > LOOKS) return await findReplacement(provider, handed);
    if (Date.now() >= end) return { kind: "waiting" };
    await new Promise((resolve) => setTimeout(resolve, interval));
  }
}

/** Wallets that are asked to hurry send the same again for a higher price. */
async function findReplacement(provider: Provider, { account, nonce, call, since }: Handed): Promise<Fate> {
  const found = await findIncluded(account, nonce, provider, since);
  if (found !== undefined && doesSame(call, found)) {
    const receipt = await provider.getTransactionReceipt(found.hash);
    if (receipt !== null) return { kind: "included", receipt };
  }
  return { kind: "replaced", by: found?.hash };
}
