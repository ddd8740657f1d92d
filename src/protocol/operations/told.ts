import { AbiCoder, getAddress, id } from "ethers";

import type { Call } from "../calls.js";

/** What a timelock tells of each call of an operation. */
export const CALL_SCHEDULED = id("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)");
export const CALL_EXECUTED = id("CallExecuted(bytes32,uint256,address,uint256,bytes)");

/** The call that a CallScheduled tells of, and the operation that must be done before. */
export function toldScheduling({ data }: { readonly data: string }): Call & { readonly predecessor: string } {
  const [target, value, payload, predecessor] = AbiCoder.defaultAbiCoder().decode(
    ["address", "uint256", "bytes", "bytes32", "uint256"],
    data,
  ) as unknown as [string, bigint, string, string];
  return { target: getAddress(target), value, data: payload, predecessor };
}

/** The call that a CallExecuted tells of. */
export function toldExecution({ data }: { readonly data: string }): Call {
  const [target, value, payload] = AbiCoder.defaultAbiCoder().decode(
    ["address", "uint256", "bytes"],
    data,
  ) as unknown as [string, bigint, string];
  return { target: getAddress(target), value, data: payload };
}
