import { id, ZeroAddress, ZeroHash } from "ethers";

import type { OldRoles } from "../../protocol/adoption.js";
import type { Call } from "../../protocol/calls.js";
import { SentenceError } from "../../protocol/errors.js";
import { CALL_EXECUTED, toldExecution } from "../../protocol/operations/told.js";
import { ROLES } from "../../protocol/roles.js";
import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import type { Log } from "../../rehearsal/snapshot.js";
import { moverOf } from "../underWay.js";
import type { OldTimelock } from "./oldTimelock.js";
import type { Ground } from "./types.js";

const ROLE_REVOKED = id("RoleRevoked(bytes32,address,address)");

/** Who had which seat in the old timelock just before the adoption took them all. */
export async function readSeatsBefore(
  { reader, governor }: Pick<Ground, "reader" | "governor">,
  { oldTimelock, newTimelock }: { readonly oldTimelock: string; readonly newTimelock: string },
  { roles }: OldTimelock,
): Promise<OldRoles> {
  const logs = await reader.place.readLogs(oldTimelock, [ROLE_GRANTED, ROLE_REVOKED, CALL_EXECUTED]);
  const seats = seatsBefore(logs, moverOf({ governor, newTimelock }));
  if (seats === undefined) {
    throw new SentenceError(
      `${oldTimelock} has never made the Governor obey ${newTimelock}, as far as its logs show: there is no way back.`,
    );
  }
  const holders = (role: string): string[] =>
    [...(seats.get(role) ?? [])].filter((one) => one !== oldTimelock && one !== newTimelock);
  return {
    proposers: holders(ROLES.proposer),
    cancellers: roles.cancellers === undefined ? undefined : holders(ROLES.canceller),
    executors: holders(ROLES.executor),
    ...{ admin: roles.admin, admins: [] },
  };
}

/**
 * Who held which role when the operation began that moved the Governor last. Nobody but a vote chooses that moment, also
 * where other operations are executed in the same transaction: each of them tells of every call after it was made.
 * @param logs Of grants, revocations and executions in the old timelock, the oldest first.
 */
export function seatsBefore(logs: readonly Log[], mover: Call): Map<string, Set<string>> | undefined {
  const moved = logs.findLastIndex((log) => {
    const call = log.topics[0] === CALL_EXECUTED ? toldExecution(log) : undefined;
    return call?.target === mover.target && call.data === mover.data;
  });
  const adoption = logs[moved];
  if (adoption === undefined) return undefined;
  const isEarlier = ({ topics, transactionHash }: Log): boolean =>
    transactionHash !== adoption.transactionHash || (topics[0] === CALL_EXECUTED && topics[1] !== adoption.topics[1]);
  const begun = logs.slice(0, moved).findLastIndex(isEarlier) + 1;
  const seats = new Map<string, Set<string>>();
  for (const { topics } of logs.slice(0, begun)) {
    if (topics[0] === CALL_EXECUTED) continue;
    const [, role = ZeroHash, account = ZeroAddress] = topics;
    const holders = seats.get(role) ?? new Set<string>();
    seats.set(role, holders);
    if (topics[0] === ROLE_GRANTED) holders.add(addressIn(account));
    else holders.delete(addressIn(account));
  }
  return seats;
}
