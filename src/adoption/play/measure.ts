import type { Call } from "../../protocol/calls.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";

const keyOf = ({ target, value, data }: Call): string => [target, value, data].join();

/** What each call uses, made as the old timelock one after the other; or which one is refused, and why. */
export interface Measured {
  readonly gasOf: (call: Call) => bigint;
  readonly refused: { readonly call: Call; readonly why: string } | undefined;
}

/** Makes the calls on a branch of the snapshot, from the account that is to make them. */
export async function measureCalls(snapshot: Snapshot, from: string, calls: readonly Call[]): Promise<Measured> {
  const gas = new Map<string, bigint>();
  const refused = await snapshot.branch(async () => {
    for (const call of calls) {
      const sent = await snapshot.send({ from, to: call.target, value: call.value, data: call.data });
      if (!sent.ok) return { call, why: sent.why };
      gas.set(keyOf(call), sent.gasUsed);
    }
    return undefined;
  });
  // A mark is scheduled, and a scheduling uses no more than this.
  return { refused, gasOf: (call) => gas.get(keyOf(call)) ?? MARK };
}

/** Of one that was not made: scheduling or cancelling a mark. [gas] */
const MARK = 150_000n;
