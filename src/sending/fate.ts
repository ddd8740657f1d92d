import type { Provider, TransactionReceipt } from "ethers";

import type { Call } from "../protocol/calls.js";
import { judgeFailure } from "../protocol/failure.js";
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
  /** Another one has its nonce: it will never be. */
  | { readonly kind: "replaced"; readonly by: string }
  /** It was not seen on the chain. */
  | { readonly kind: "waiting" };

/** How a transaction is waited for. */
export interface Waiting {
  /** So long. [ms] */
  readonly patience: number;
  /** The first pause before the node is asked again. [ms] */
  readonly interval: number;
  /** After so long without an answer, and twice that at most, it is told that there is none, as often as that. [ms] */
  readonly silence: number;
  /** Asked after each look: whether to wait no longer. */
  readonly isStopped?: (() => boolean) | undefined;
}

export const WAITING: Waiting = { patience: 600_000, interval: 500, silence: 25_000 };

/** Told how long there has been no answer, and for how long it is asked on. [ms] */
export type OnSilence = (since: number, left: number) => void;

/** The pauses between looks double up to this: blocks of a public chain take longer. [ms] */
const LONGEST_PAUSE = 4_000;

/**
 * Waits until a transaction is on the chain, or can never be, or patience is over. A look that fails is no end: the node
 * may be back before that.
 */
export async function awaitFate(
  provider: Provider,
  handed: Handed,
  given: Partial<Waiting> = {},
  onSilence?: OnSilence,
): Promise<Fate> {
  const { patience, interval, silence, isStopped = () => false } = { ...WAITING, ...given };
  const end = Date.now() + patience;
  let answered = Date.now();
  const listening = setInterval(() => {
    const since = Date.now() - answered;
    if (since >= silence) onSilence?.(since, Math.max(end - Date.now(), 0));
  }, silence);
  try {
    for (let pause = interval; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        const fate = await look(provider, handed);
        answered = Date.now();
        if (fate !== undefined) return fate;
        if (Date.now() >= end || isStopped()) return { kind: "waiting" };
      } catch (error) {
        if (Date.now() >= end || isStopped() || judgeFailure(error)?.kind !== "unread") throw error;
      }
      const left = Math.max(end - Date.now(), 0);
      await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
    }
  } finally {
    clearInterval(listening);
  }
}

/** What the node tells now; undefined where it is not decided. */
async function look(provider: Provider, { account, nonce, hash, call, since }: Handed): Promise<Fate | undefined> {
  const own = await provider.getTransactionReceipt(hash);
  if (own !== null) return { kind: "included", receipt: own };
  if ((await provider.getTransactionCount(account, "latest")) <= nonce) return undefined;
  const found = await findIncluded(account, nonce, provider, since);
  // A node may count a transaction before it tells of it: only another one that is seen decides.
  if (found === undefined || found.hash === hash) return undefined;
  if (!doesSame(call, found)) return { kind: "replaced", by: found.hash };
  // Wallets that are asked to hurry send the same again for a higher price.
  const receipt = await provider.getTransactionReceipt(found.hash);
  return receipt === null ? undefined : { kind: "included", receipt };
}
