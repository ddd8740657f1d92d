import { toQuantity } from "ethers";

import type { Operation } from "../../protocol/operations/operation.js";
import { traceDifference, type StorageKnowledge } from "../storage/difference.js";
import type { Entry } from "./addressBook.js";
import { listEffects, type Effect } from "./effects.js";
import type { Stage } from "./enact.js";
import { findCode } from "./findCode.js";

/** What each call of an operation does. */
export interface PlayedCalls {
  /** By call; missing from the one on that reverts. */
  readonly effects: readonly (readonly Effect[])[];
  /** Which call reverts, and why: "call 1 reverts: …"; undefined if none does. */
  readonly stoppedAt: string | undefined;
}

/**
 * Lets the timelock make one call after another, as it does within an operation. Nothing stays.
 * @param whole What all of them did together, where they did: the Governor obeys calls within its own execution alone, so
 * that what they do is told by where it shows.
 */
export async function playCalls(
  { snapshot, provider, addresses }: Stage,
  { calls }: Operation,
  book: readonly Entry[],
  knowledge: StorageKnowledge,
  whole: readonly Effect[] | undefined,
): Promise<PlayedCalls> {
  return await snapshot.branch(async () => {
    // Whoever executes an operation may send what the timelock lacks.
    const value = calls.reduce((sum, call) => sum + call.value, await provider.getBalance(addresses.timelock));
    await snapshot.request("hardhat_setBalance", [addresses.timelock, toQuantity(value)]);
    const effects: Effect[][] = [];
    for (const [index, { target, value, data }] of calls.entries()) {
      const call = { from: addresses.timelock, to: target, value, data };
      const difference = await traceDifference(snapshot, call, knowledge);
      const sent = difference.ok ? await snapshot.send(call) : difference;
      if (!difference.ok || !sent.ok) {
        if (whole !== undefined) {
          effects.push(whole.filter(({ contract }) => contract === target));
          continue;
        }
        return { effects, stoppedAt: `call ${index} reverts: ${sent.ok ? "" : sent.why}` };
      }
      const withCode = await findCode(snapshot, difference.changes);
      effects.push(listEffects(difference, book, (account) => withCode.has(account)));
    }
    return { effects, stoppedAt: undefined };
  });
}
