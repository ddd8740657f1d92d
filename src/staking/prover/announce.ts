import { call } from "../../protocol/calls.js";
import type { CallRefusal, PlannedCall } from "../../protocol/plannedCall.js";
import { proveState } from "../proveState.js";
import type { ReadState } from "../stream/readState.js";
import type { OperatorState } from "./pool.js";
import { recentProof, tryCall, type Prover, type RecentBlock } from "./prover.js";

/** Keys of an operator's that are ready, and that the pool does not take now. */
export interface ReadyKeys {
  readonly operator: OperatorState;
  /** Of validators. */
  readonly indices: readonly number[];
  readonly refusal: CallRefusal;
}

/**
 * Refusals that pass by themselves: there is too little ETH, or somebody else's turn. Whoever is above a cap, or retired,
 * is passed by right, announced or not.
 */
const PASSING = ["IdleTooLow", "NotFirst"];

/** One that has so long to go is not made anew, unless more keys are ready. [seconds] */
const LONG_ENOUGH = 1800n;

/**
 * Announces keys that are ready and have to wait, so that nobody with more stake goes before them meanwhile: whoever comes
 * with the next ETH would pass an operator whose ready key nobody has shown.
 * @returns Until when, by operator. [unix seconds]
 */
export async function announceWaiting(
  prover: Prover,
  recent: RecentBlock,
  state: ReadState,
  waiting: readonly ReadyKeys[],
): Promise<ReadonlyMap<bigint, bigint>> {
  const announced = new Map<bigint, bigint>();
  const { registry } = prover.contracts;
  for (const { operator, indices, refusal } of waiting) {
    if (refusal.name === undefined || !PASSING.includes(refusal.name)) continue;
    const ready = indices.slice(0, prover.batch);
    const { readyUntil, readyKeys } = await registry.getOperator(operator.id);
    if (readyUntil >= recent.timestamp + LONG_ENOUGH && readyKeys >= BigInt(ready.length)) {
      announced.set(operator.id, readyUntil);
      continue;
    }
    const announcement = await announcementOf(recent, state, operator, ready);
    // Every place may be taken, for one.
    if ((await tryCall(prover, announcement)) !== undefined) continue;
    await prover.send([announcement]);
    announced.set(operator.id, (await registry.getOperator(operator.id)).readyUntil);
  }
  return announced;
}

async function announcementOf(
  recent: RecentBlock,
  state: ReadState,
  operator: OperatorState,
  indices: readonly number[],
): Promise<PlannedCall> {
  const { proof } = proveState(state.tree, state.layout, { fields: indices, balances: [] });
  return {
    what: `announces ${indices.length} ready keys of operator ${operator.id}`,
    call: await call(operator.vault, "announce", [recentProof(recent, proof)]),
  };
}
