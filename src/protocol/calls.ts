import type { BaseContract } from "ethers";

/** One call: of an operation, a proposal or a Safe. */
export interface Call {
  readonly target: string;
  /** [wei] */
  readonly value: bigint;
  /** [hex] */
  readonly data: string;
}

/** A call of `contract` that pays nothing, encoded by its own interface. */
export async function call(contract: BaseContract, method: string, values: readonly unknown[] = []): Promise<Call> {
  return {
    target: await contract.getAddress(),
    value: 0n,
    data: contract.interface.encodeFunctionData(method, values),
  };
}

/** Calls as Governor and timelock take them: three lists of one length. */
export type CallLists = [targets: string[], values: bigint[], payloads: string[]];

export const listsOf = (calls: readonly Call[]): CallLists => [
  calls.map(({ target }) => target),
  calls.map(({ value }) => value),
  calls.map(({ data }) => data),
];

/** The calls that such lists stand for. */
export const callsIn = ([targets, values, payloads]: Readonly<CallLists>): Call[] =>
  targets.map((target, index) => ({ target, value: values[index] ?? 0n, data: payloads[index] ?? "0x" }));
