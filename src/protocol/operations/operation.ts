import { AbiCoder, keccak256, toBeHex, ZeroHash } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import { listsOf, type Call, type CallLists } from "../calls.js";

/** Calls that the timelock makes together, or not at all; as OpenZeppelin's timelock knows them. */
export interface Operation {
  /** Hash of everything else. [32 bytes, hex] */
  readonly id: string;
  readonly calls: readonly Call[];
  /** The operation that must be done first; zero for none. [32 bytes, hex] */
  readonly predecessor: string;
  /** [32 bytes, hex] */
  readonly salt: string;
  /** Whether it was scheduled with `scheduleBatch`, which hashes even one call differently. */
  readonly isBatch: boolean;
}

/** What tells operations apart that make the same calls. */
export interface OperationExtras {
  readonly predecessor?: string;
  readonly salt?: string;
}

/** Arguments of `execute`, and the first ones of `schedule`. */
export type SingleArguments = [target: string, value: bigint, data: string, predecessor: string, salt: string];
/** Arguments of `executeBatch`, and the first ones of `scheduleBatch`. */
export type BatchArguments = [...CallLists, predecessor: string, salt: string];

const SINGLE_TYPES = ["address", "uint256", "bytes", "bytes32", "bytes32"];
const BATCH_TYPES = ["address[]", "uint256[]", "bytes[]", "bytes32", "bytes32"];

/** An operation of one call, for `schedule` and `execute`. */
export function singleOperation(
  call: Call,
  { predecessor = ZeroHash, salt = ZeroHash }: OperationExtras = {},
): Operation {
  const operation = { calls: [call], predecessor, salt, isBatch: false };
  return { id: hashArguments(SINGLE_TYPES, singleArguments(operation)), ...operation };
}

/** An operation of any number of calls, for `scheduleBatch` and `executeBatch`. */
export function batchOperation(
  calls: readonly Call[],
  { predecessor = ZeroHash, salt = ZeroHash }: OperationExtras = {},
): Operation {
  const operation = { calls, predecessor, salt, isBatch: true };
  return { id: hashArguments(BATCH_TYPES, batchArguments(operation)), ...operation };
}

const hashArguments = (types: readonly string[], values: readonly unknown[]): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(types, values));

export function singleArguments({ calls, predecessor, salt }: Omit<Operation, "id">): SingleArguments {
  const [call] = calls;
  if (call === undefined) throw new Error("an operation of one call has no call");
  return [call.target, call.value, call.data, predecessor, salt];
}

export const batchArguments = ({ calls, predecessor, salt }: Omit<Operation, "id">): BatchArguments => [
  ...listsOf(calls),
  predecessor,
  salt,
];

/** Calldata that executes it. */
export function encodeExecution(operation: Operation): string {
  const timelock = DualGovernanceTimelock__factory.createInterface();
  return operation.isBatch
    ? timelock.encodeFunctionData("executeBatch", batchArguments(operation))
    : timelock.encodeFunctionData("execute", singleArguments(operation));
}

/** Calldata that schedules it. */
export function encodeScheduling(operation: Operation, delay: bigint): string {
  const timelock = DualGovernanceTimelock__factory.createInterface();
  return operation.isBatch
    ? timelock.encodeFunctionData("scheduleBatch", [...batchArguments(operation), delay])
    : timelock.encodeFunctionData("schedule", [...singleArguments(operation), delay]);
}

/** As OpenZeppelin's GovernorTimelockControl salts what it schedules: with its own address and the description. */
export const governorSalt = (governor: string, descriptionHash: string): string =>
  toBeHex((BigInt(governor) << 96n) ^ BigInt(descriptionHash), 32);

/** What the timelock has too little for the calls of an operation. @param held By the timelock. [wei] */
export function lackingFor(calls: readonly Call[], held: bigint): bigint {
  const paid = calls.reduce((total, { value }) => total + value, 0n);
  return paid > held ? paid - held : 0n;
}
