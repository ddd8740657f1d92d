import { ZeroHash } from "ethers";

import { DualGovernanceTimelock__factory } from "../../types/index.js";
import { parseCall } from "../protocol/abis.js";
import { markOf } from "../protocol/adoption.js";
import type { Call } from "../protocol/calls.js";
import { CALL_SCHEDULED, toldScheduling } from "../protocol/operations/told.js";
import type { Ground } from "./estate/types.js";
import { scheduledBy } from "./scheduled.js";

const CANCEL = DualGovernanceTimelock__factory.createInterface().getFunction("cancel").selector;
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

/** The marks that calls leave in a timelock, or take away there. */
export const marksIn = (calls: readonly Call[], timelock: string): number[] =>
  calls.flatMap((call) => markSetBy(call, timelock) ?? markTakenBy(call, timelock) ?? []);

/** Whether an operation is the mark of a part. */
export const isMarkId = (operation: string): boolean => PARTS.has(operation);

export const isMark = (call: Call, newTimelock: string): boolean =>
  markSetBy(call, newTimelock) !== undefined || markTakenBy(call, newTimelock) !== undefined;

/**
 * The mark of a part: the lowest that is free above the one that it takes away.
 * @param used The marks that a timelock does not take.
 */
export function nextMark(taken: number | undefined, used: readonly number[]): number {
  let part = (taken ?? 0) + 1;
  while (used.includes(part)) part++;
  return part;
}

/** The marks of so many parts that follow each other. */
export function numberParts(count: number, after: number | undefined, used: readonly number[]): number[] {
  const numbers: number[] = [];
  while (numbers.length < count) numbers.push(nextMark(numbers.at(-1) ?? after, used));
  return numbers;
}

/**
 * The parts whose marks a timelock does not take: they stand there, of parts that were executed and whose next was not, or
 * are done, which in one of OpenZeppelin's is for ever.
 */
export async function readMarks({ reader }: Pick<Ground, "reader">, timelock: string): Promise<number[]> {
  const logs = await reader.place.readLogs(timelock, [CALL_SCHEDULED]);
  const used: number[] = [];
  for (const [operation, data] of new Map(logs.map(({ topics, data }) => [topics[1] ?? ZeroHash, data]))) {
    const part = partOf(operation, data);
    if (part === undefined) continue;
    if (((await reader.amount(timelock, "getTimestamp", [operation])) ?? 0n) !== 0n) used.push(part);
  }
  return used;
}

/** The part of whose mark a CallScheduled tells: its calldata ends with the number, however high. */
function partOf(operation: string, told: string): number | undefined {
  const { data } = toldScheduling({ data: told });
  const part = data.length === 10 ? Number(data) : 0;
  return part > 0 && markOf(part).id === operation ? part : undefined;
}
