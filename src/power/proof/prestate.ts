import { keccak256, toQuantity } from "ethers";
import { z } from "zod";

import type { Effects } from "./bundle.js";

const accountSchema = z.object({
  balance: z.string().optional(),
  nonce: z.number().optional(),
  code: z.string().optional(),
  storage: z.record(z.string(), z.string()).optional(),
});
/** What Hardhat's `prestateTracer` answers: everything that was touched, zeros included, as it was before. */
export const touchedSchema = z.record(z.string(), accountSchema);
export type Touched = z.output<typeof touchedSchema>;
/** The same with `diffMode`: `pre` leaves out zeros, `post` what did not change, and slots that are zero now. */
const differenceSchema = z.object({ pre: touchedSchema, post: touchedSchema });

/** A word without leading zeros, so that bundles are small. */
export const shorten = (word: string): string => toQuantity(word);

/** What a traced call changes in storage, and whom it gives code to. Balances and nonces are left out. */
export function effectsOf(traced: unknown): Effects {
  const { pre, post } = differenceSchema.parse(traced);
  return [...new Set([...Object.keys(pre), ...Object.keys(post)])].flatMap((account) => {
    const [old, now] = [pre[account] ?? {}, post[account] ?? {}];
    const { storage: was = {} } = old;
    const { storage: is = {} } = now;
    const lines = [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .sort()
      .map((slot) => `slot ${shorten(slot)}: ${shorten(was[slot] ?? "0x0")} -> ${shorten(is[slot] ?? "0x0")}`);
    if (now.code !== undefined && now.code !== old.code) lines.push(`code ${keccak256(now.code)}`);
    return lines.map((line) => `${account.toLowerCase()} ${line}`);
  });
}
