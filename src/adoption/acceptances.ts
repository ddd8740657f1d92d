import { toBeHex } from "ethers";

import type { Call } from "../protocol/calls.js";
import { acceptancesOf, type Handover } from "../protocol/handovers.js";
import type { Ground } from "./estate/types.js";
import { scheduledBy } from "./scheduled.js";

/**
 * With salts under which the receiver can be made to accept: a timelock schedules no operation twice, also none that is
 * done. Who once accepted the same contract has one that is.
 */
export async function saltAcceptances(
  { reader }: Pick<Ground, "reader">,
  receiver: string,
  handovers: readonly Handover[],
): Promise<Handover[]> {
  const isTaken = async (one: Handover): Promise<boolean> => {
    for (const { operation } of acceptancesOf([one])) {
      if (((await reader.amount(receiver, "getTimestamp", [operation.id])) ?? 0n) !== 0n) return true;
    }
    return false;
  };
  const salted: Handover[] = [];
  for (const handover of handovers) {
    let one = handover;
    for (let salt = 1; await isTaken(one); salt++) one = withSalt(handover, toBeHex(salt, 32));
    salted.push(one);
  }
  return salted;
}

/** With the salts under which calls let the receiver accept; whichever these do not schedule keeps its own. */
export function saltedAs(calls: readonly Call[], receiver: string, handovers: readonly Handover[]): Handover[] {
  const scheduled = calls.flatMap((call) => scheduledBy(call, receiver) ?? []);
  return handovers.map((one) => {
    // The same but for its salt.
    const meant = scheduled.find(({ id, salt }) => acceptancesOf([withSalt(one, salt)])[0]?.operation.id === id);
    return meant === undefined ? one : withSalt(one, meant.salt);
  });
}

const withSalt = (handover: Handover, salt: string): Handover =>
  handover.kind === "ownership in two steps" ||
  handover.kind === "pending ownership" ||
  handover.kind === "default admin"
    ? { ...handover, salt }
    : handover;
