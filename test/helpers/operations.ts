import type { Signer } from "ethers";
import { AbiCoder, ZeroHash, keccak256 } from "ethers";

import type { TimelockController } from "../../types/index.js";

/** One call of an operation. */
export interface Call {
  target: string;
  value: bigint;
  data: string;
}

/** An operation as OpenZeppelin's timelock knows it; a batch even if it holds one call, unless it is `single`. */
export interface Operation {
  id: string;
  calls: readonly Call[];
  predecessor: string;
  salt: string;
  isBatch: boolean;
}

interface Extras {
  predecessor?: string;
  salt?: string;
}

/** An operation of one call, for `schedule` and `execute`. Its identifier is computed here, not asked of the contract. */
export function single(call: Partial<Call> & { target: string }, extras: Extras = {}): Operation {
  const { target, value = 0n, data = "0x" } = call;
  const { predecessor = ZeroHash, salt = ZeroHash } = extras;
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["address", "uint256", "bytes", "bytes32", "bytes32"],
    [target, value, data, predecessor, salt],
  );
  return { id: keccak256(encoded), calls: [{ target, value, data }], predecessor, salt, isBatch: false };
}

/** An operation of any number of calls, for `scheduleBatch` and `executeBatch`. */
export function batch(calls: readonly (Partial<Call> & { target: string })[], extras: Extras = {}): Operation {
  const full = calls.map(({ target, value = 0n, data = "0x" }) => ({ target, value, data }));
  const { predecessor = ZeroHash, salt = ZeroHash } = extras;
  const encoded = AbiCoder.defaultAbiCoder().encode(
    ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"],
    [full.map(({ target }) => target), full.map(({ value }) => value), full.map(({ data }) => data), predecessor, salt],
  );
  return { id: keccak256(encoded), calls: full, predecessor, salt, isBatch: true };
}

type SingleArguments = [target: string, value: bigint, data: string, predecessor: string, salt: string];
type BatchArguments = [targets: string[], values: bigint[], payloads: string[], predecessor: string, salt: string];

export function singleArguments({ calls, predecessor, salt }: Operation): SingleArguments {
  const [call] = calls;
  if (call === undefined) throw new Error("an operation of one call has no call");
  return [call.target, call.value, call.data, predecessor, salt];
}

export function batchArguments({ calls, predecessor, salt }: Operation): BatchArguments {
  return [
    calls.map(({ target }) => target),
    calls.map(({ value }) => value),
    calls.map(({ data }) => data),
    predecessor,
    salt,
  ];
}

/** The timelock with any signer and any interface on top of OpenZeppelin's. */
type AnyTimelock = Pick<TimelockController, "schedule" | "scheduleBatch" | "execute" | "executeBatch" | "interface"> & {
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

/** Calldata of `execute` or `executeBatch`, for an operation that runs inside another. */
export function executionData(timelock: AnyTimelock, operation: Operation): string {
  return operation.isBatch
    ? timelock.interface.encodeFunctionData("executeBatch", batchArguments(operation))
    : timelock.interface.encodeFunctionData("execute", singleArguments(operation));
}

/** Calldata of `schedule` or `scheduleBatch`. */
export function schedulingData(timelock: AnyTimelock, operation: Operation, delay: bigint): string {
  return operation.isBatch
    ? timelock.interface.encodeFunctionData("scheduleBatch", [...batchArguments(operation), delay])
    : timelock.interface.encodeFunctionData("schedule", [...singleArguments(operation), delay]);
}

/** `TimelockController.OperationState` */
export const OperationState = { Unset: 0n, Waiting: 1n, Ready: 2n, Done: 3n } as const;

/** The bitmap by which `TimelockUnexpectedOperationState` names the states it expected. */
export function stateBitmap(...states: readonly (keyof typeof OperationState)[]): string {
  const bitmap = states.reduce((sum, state) => sum | (1n << OperationState[state]), 0n);
  return `0x${bitmap.toString(16).padStart(64, "0")}`;
}
