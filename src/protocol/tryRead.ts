import { isError } from "ethers";

import { findRevertData } from "./revertData.js";

/** How nodes word it where they tell no data. */
const FAILED_EXECUTION = /revert|invalid opcode|out of gas/i;

/**
 * What a contract answers; undefined if it reverts, or its answer is not of that kind: then it has no such function. A
 * node that fails is not a contract that says no, so its error is thrown.
 */
export async function readAnswer<Value>(read: () => Promise<Value>): Promise<Value | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

const isRefusal = (error: unknown): boolean =>
  isError(error, "CALL_EXCEPTION") ||
  isError(error, "BAD_DATA") ||
  findRevertData(error) !== undefined ||
  (error instanceof Error && FAILED_EXECUTION.test(error.message));
