import { call, type Call } from "../../protocol/calls.js";
import { RefusedError } from "../../protocol/refusedError.js";
import { leafOf } from "../batchNodes.js";
import { BALANCES_DEPTH, BALANCES_PER_CHUNK, LAYOUTS, type Layout } from "../layouts.js";
import { readNumber } from "../leaves.js";
import { proveState } from "../proveState.js";
import type { ReadState } from "../stream/readState.js";
import { packPlaces } from "./keySet.js";
import type { OperatorState } from "./pool.js";
import type { Prover } from "./prover.js";
import { isFinished, readLeft, type OpenKey, type RunningCheckpoint } from "./runningCheckpoints.js";

/** How far a checkpoint's keys were proven. */
export interface ProofOutcome {
  readonly proven: number;
  /** Why not to the end. */
  readonly reason?: string;
}

/** Proves all keys that a checkpoint waits for. What somebody else proves meanwhile is left out. */
export async function proveKeys(
  prover: Prover,
  state: ReadState,
  checkpoint: RunningCheckpoint,
): Promise<ProofOutcome> {
  const { operator, number } = checkpoint;
  let left: readonly OpenKey[] = checkpoint.open;
  let proven = 0;
  while (left.length > 0) {
    const keys = left.slice(0, prover.batch);
    const others = left.slice(prover.batch);
    const what = `proves ${keys.length} keys of operator ${operator.id} in checkpoint ${number}, ${others.length} are left`;
    try {
      await prover.send([{ what, call: await proofCall(state, operator, keys) }]);
      proven += keys.length;
      left = others;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const now = await readLeft(checkpoint);
      if (now === undefined) {
        return (await isFinished(prover.contracts, checkpoint)) ? { proven } : { proven, reason: error.message };
      }
      if (now.length >= left.length) return { proven, reason: error.message };
      left = now;
    }
  }
  return { proven };
}

/** Balances; of keys in flight, or with nothing, fields as well. */
function proofCall(state: ReadState, { vault }: OperatorState, keys: readonly OpenKey[]): Promise<Call> {
  const fields = keys.filter(({ index, isInFlight }) => isInFlight || balanceOf(state, index) === 0n);
  const { proof } = proveState(state.tree, state.layout, {
    fields: fields.map(({ index }) => index),
    balances: keys.map(({ index }) => index),
  });
  return call(vault, "prove", [proof, packPlaces(keys.map(({ place }) => place))]);
}

/** [gwei] */
export function balanceOf({ tree, layout, length }: ReadState, index: number): bigint {
  const one: Layout = LAYOUTS[layout];
  const chunks = one.split(2n * one.balances, Math.ceil(length / BALANCES_PER_CHUNK), BALANCES_DEPTH);
  const leaf = tree(leafOf(chunks, Math.floor(index / BALANCES_PER_CHUNK)));
  return readNumber(leaf, index % BALANCES_PER_CHUNK);
}
