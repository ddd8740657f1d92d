import type { BaseContract } from "ethers";

/** One call of a proposal. */
export interface Call {
  readonly target: string;
  readonly data: string;
}

/** A call of `contract`, encoded by its own interface. */
export async function call(contract: BaseContract, method: string, values: readonly unknown[]): Promise<Call> {
  return { target: await contract.getAddress(), data: contract.interface.encodeFunctionData(method, values) };
}
