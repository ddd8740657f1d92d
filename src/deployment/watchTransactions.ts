import type { EthereumProvider } from "hardhat/types/providers";
import { z } from "zod";

import type { SentRequest, Step } from "./preflight/steps.js";

/** A transaction that a deployment has sent. */
export interface Sent {
  /** Of the deployment, or what is known of it otherwise. */
  readonly name: string;
  /** From 1; undefined for one that is no step. */
  readonly position: number | undefined;
  /** All steps, those of earlier runs among them. */
  readonly count: number;
  /** Tells the step apart: one that is sent again has the same. */
  readonly key: string;
  /** [32 bytes, hex] */
  readonly hash: string;
  /** Whether another with the same nonce was sent before, as with a higher fee. */
  readonly isAgain: boolean;
  /** When it was sent. [unix ms] */
  readonly since: number;
}

/** Told what becomes of transactions. */
export interface Watcher {
  /** A transaction is handed over: from now on it may arrive, whether or not that is answered. */
  readonly onHandedOver: () => void;
  readonly onSent: (sent: Sent) => void;
  /** It has a block, and is waited for until that is deep enough. */
  readonly onIncluded: (sent: Sent, block: number) => void;
  /** Nothing more is sent, or waited for. */
  readonly onEnd: () => void;
}

const sentSchema = z.object({
  to: z.string().nullish(),
  data: z.string().optional(),
  nonce: z.union([z.string(), z.bigint(), z.number()]).optional(),
});
const receiptSchema = z.object({ blockNumber: z.string(), transactionHash: z.string() });

const SENDING: ReadonlySet<string> = new Set(["eth_sendTransaction", "eth_sendRawTransaction"]);

/**
 * Looks at what goes through a provider: whoever sends, this project or Ignition, is seen alike, and nothing is asked.
 * @returns Stops looking.
 */
export function watchTransactions(provider: EthereumProvider, steps: readonly Step[], watcher: Watcher): () => void {
  const request = provider.request.bind(provider);
  const open = new Map<string, Sent>();
  const ofNonce = new Map<string, Pick<Sent, "name" | "position">>();
  const left = steps.filter(({ isDone }) => !isDone);
  let position = steps.length - left.length;

  const identify = (sent: SentRequest): Pick<Sent, "name" | "position"> => {
    const index = left.findIndex(({ isOf }) => isOf(sent));
    const [step] = index === -1 ? [] : left.splice(index, 1);
    return step === undefined
      ? { name: "a transaction beside the steps", position: undefined }
      : { name: step.name, position: ++position };
  };

  const look = (method: string, params: unknown, result: unknown): void => {
    if (method === "eth_sendTransaction" && typeof result === "string" && Array.isArray(params)) {
      const { data: sent } = sentSchema.safeParse(params[0]);
      if (sent === undefined) return;
      const nonce = sent.nonce === undefined ? result : String(BigInt(sent.nonce));
      const earlier = ofNonce.get(nonce);
      const known = earlier ?? identify(sent);
      ofNonce.set(nonce, known);
      const isAgain = earlier !== undefined;
      const told = { ...known, count: steps.length, key: nonce, hash: result, isAgain, since: Date.now() };
      open.set(result, told);
      watcher.onSent(told);
      return;
    }
    if (method !== "eth_getTransactionReceipt") return;
    const { data: receipt } = receiptSchema.safeParse(result);
    const told = receipt && open.get(receipt.transactionHash);
    if (receipt === undefined || told === undefined) return;
    for (const { key, hash } of [...open.values()]) if (key === told.key) open.delete(hash);
    watcher.onIncluded(told, Number(receipt.blockNumber));
  };

  provider.request = async (args) => {
    if (SENDING.has(args.method)) watcher.onHandedOver();
    const result: unknown = await request(args);
    look(args.method, args.params, result);
    return result;
  };
  return () => {
    provider.request = request;
    watcher.onEnd();
  };
}
