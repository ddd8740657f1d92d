import { toBeHex } from "ethers";

import { balanceOf, encode } from "./ask.js";
import type { Call, Snapshot } from "./snapshot.js";
import { slotFor, traceReads, type SlotRead } from "./traceReads.js";

/**
 * Gives `account` at least `amount` of a token that it does not have, by writing its balance into the snapshot.
 * @returns Whether it worked: not every token keeps balances in one slot each.
 */
export async function forgeBalance(
  snapshot: Snapshot,
  token: string,
  account: string,
  amount: bigint,
): Promise<boolean> {
  for (const read of await traceReads(snapshot, encode(token, "balanceOf", [account]))) {
    if (slotFor(read, account, account) === undefined) continue;
    const before = await snapshot.storage(read.contract, read.slot);
    await snapshot.setStorage(read.contract, read.slot, toBeHex(amount, 32));
    if ((await balanceOf(snapshot, token, account)) >= amount) return true;
    await snapshot.setStorage(read.contract, read.slot, before);
  }
  return false;
}

/** What makes an account one of those who may: a slot that is read, never written, and not zero. */
export interface Mark {
  readonly contract: string;
  readonly read: SlotRead;
  readonly value: string;
}

/** What distinguishes `account`, as far as the calls that it may make tell. */
export async function findMarks(snapshot: Snapshot, account: string, calls: readonly Call[]): Promise<Mark[]> {
  const marks = new Map<string, Mark>();
  for (const call of calls) {
    for (const read of await traceReads(snapshot, call)) {
      if (read.isWritten || slotFor(read, account, account) === undefined) continue;
      const value = await snapshot.storage(read.contract, read.slot);
      if (BigInt(value) !== 0n) marks.set(`${read.contract} ${read.slot}`, { contract: read.contract, read, value });
    }
  }
  return [...marks.values()];
}

/** Marks `other` as `account` is marked, where it is not marked yet. */
export async function copyMarks(
  snapshot: Snapshot,
  marks: readonly Mark[],
  account: string,
  other: string,
): Promise<void> {
  for (const { contract, read, value } of marks) {
    const slot = slotFor(read, account, other);
    if (slot === undefined) continue;
    if (BigInt(await snapshot.storage(contract, slot)) === 0n) await snapshot.setStorage(contract, slot, value);
  }
}
