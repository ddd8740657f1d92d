import { id } from "ethers";

import { DualGovernanceTimelock__factory } from "../../types/index.js";
import { parseCall } from "../protocol/abis.js";
import { markOf } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import type { Ground } from "./estate/types.js";
import { scheduledBy } from "./scheduled.js";

const CANCEL = DualGovernanceTimelock__factory.createInterface().getFunction("cancel").selector;
const CALL_SCHEDULED = id("CallScheduled(bytes32,uint256,address,uint256,bytes,bytes32,uint256)");
/** Parts by the marks that they leave; an adoption is never split into more. */
const PARTS: ReadonlyMap<unknown, number> = new Map(
  Array.from({ length: 64 }, (_, index) => [markOf(index + 1).id, index + 1]),
);

/** The part whose mark a call leaves in the new timelock; undefined if it leaves none. */
export function markSetBy(call: Call, newTimelock: string): number | undefined {
  return PARTS.get(scheduledBy(call, newTimelock)?.id);
}

/** The part whose mark a call takes away there; undefined if it takes away none. */
export function markTakenBy({ target, data }: Call, newTimelock: string): number | undefined {
  return target === newTimelock && data.startsWith(CANCEL) ? PARTS.get(parseCall(data)?.call.args[0]) : undefined;
}

/** The parts whose marks are among some operations. */
export const marksAmong = (operations: readonly string[]): number[] =>
  operations.flatMap((operation) => PARTS.get(operation) ?? []);

export const isMark = (call: Call, newTimelock: string): boolean =>
  markSetBy(call, newTimelock) !== undefined || markTakenBy(call, newTimelock) !== undefined;

/**
 * The mark of a part: above the one that it takes away and all that stand, so that it is free.
 * @param standing The marks of parts that were executed.
 */
export const nextMark = (taken: number | undefined, standing: readonly number[]): number =>
  Math.max(taken ?? 0, ...standing) + 1;

/** The parts whose marks stand in the new timelock: these were executed, and what comes after them was not. */
export async function readMarks({ reader, newTimelock }: Pick<Ground, "reader" | "newTimelock">): Promise<number[]> {
  const logs = await reader.place.readLogs(newTimelock, [CALL_SCHEDULED]);
  const standing: number[] = [];
  for (const operation of new Set(logs.map(({ topics }) => topics[1]))) {
    const part = PARTS.get(operation);
    if (part === undefined) continue;
    // 1 stands for one that is done.
    if (((await reader.amount(newTimelock, "getTimestamp", [operation])) ?? 0n) > 1n) standing.push(part);
  }
  return standing;
}
