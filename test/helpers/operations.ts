import type { Signer } from "ethers";

import type { Call } from "../../src/protocol/calls.js";
import {
  batchArguments,
  batchOperation,
  singleArguments,
  singleOperation,
  type Operation,
  type OperationExtras,
} from "../../src/protocol/operations/operation.js";
import type { TimelockController } from "../../types/index.js";
import { OperationState } from "../../src/protocol/enums.js";

export type { Call } from "../../src/protocol/calls.js";
export {
  encodeExecution,
  encodeScheduling,
  batchArguments,
  singleArguments,
  type Operation,
} from "../../src/protocol/operations/operation.js";

/** A call of which only the target need be named. */
type PartialCall = Partial<Call> & { target: string };

const complete = ({ target, value = 0n, data = "0x" }: PartialCall): Call => ({ target, value, data });

/** An operation of one call, for `schedule` and `execute`. Its identifier is computed here, not asked of the contract. */
export const single = (call: PartialCall, extras?: OperationExtras): Operation =>
  singleOperation(complete(call), extras);

/** An operation of any number of calls, for `scheduleBatch` and `executeBatch`. */
export const batch = (calls: readonly PartialCall[], extras?: OperationExtras): Operation =>
  batchOperation(calls.map(complete), extras);

/** The timelock with any signer and any interface on top of OpenZeppelin's. */
type AnyTimelock = Pick<TimelockController, "schedule" | "scheduleBatch" | "execute" | "executeBatch"> & {
  connect(signer: Signer): Pick<TimelockController, "schedule" | "scheduleBatch" | "execute" | "executeBatch">;
};

export function schedule(timelock: AnyTimelock, by: Signer, operation: Operation, delay: bigint) {
  const connected = timelock.connect(by);
  return operation.isBatch
    ? connected.scheduleBatch(...batchArguments(operation), delay)
    : connected.schedule(...singleArguments(operation), delay);
}

export function execute(timelock: AnyTimelock, by: Signer, operation: Operation, value = 0n) {
  const connected = timelock.connect(by);
  return operation.isBatch
    ? connected.executeBatch(...batchArguments(operation), { value })
    : connected.execute(...singleArguments(operation), { value });
}

/** The bitmap by which `TimelockUnexpectedOperationState` names the states it expected. */
export function stateBitmap(...states: readonly (keyof typeof OperationState)[]): string {
  const bitmap = states.reduce((sum, state) => sum | (1n << OperationState[state]), 0n);
  return `0x${bitmap.toString(16).padStart(64, "0")}`;
}
