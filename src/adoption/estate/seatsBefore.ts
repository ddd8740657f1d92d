import { id, ZeroHash } from "ethers";

import type { OldRoles } from "../../protocol/adoption.js";
import { SentenceError } from "../../protocol/errors.js";
import { ROLES } from "../../protocol/roles.js";
import { ROLE_GRANTED, addressIn } from "../../protocol/topics.js";
import type { Log } from "../../rehearsal/snapshot.js";
import type { OldTimelock } from "./oldTimelock.js";
import type { Ground } from "./types.js";

const ROLE_REVOKED = id("RoleRevoked(bytes32,address,address)");

/** Who had which seat in the old timelock just before the adoption took them all. */
export async function readSeatsBefore(
  { reader }: Pick<Ground, "reader">,
  { oldTimelock, newTimelock }: { readonly oldTimelock: string; readonly newTimelock: string },
  { roles }: OldTimelock,
): Promise<OldRoles> {
  const logs = await reader.place.readLogs(oldTimelock, [ROLE_GRANTED, ROLE_REVOKED]);
  const seats = seatsBefore(logs, newTimelock);
  if (seats === undefined) {
    throw new SentenceError(`${newTimelock} was never made a proposer of ${oldTimelock}: there is no way back.`);
  }
  const holders = (role: string): string[] => [...(seats.get(role) ?? [])].filter((one) => one !== oldTimelock);
  return {
    proposers: holders(ROLES.proposer),
    cancellers: roles.cancellers === undefined ? undefined : holders(ROLES.canceller),
    executors: holders(ROLES.executor),
    ...{ admin: roles.admin, admins: [] },
  };
}

/**
 * Who held which role when `heir` was made a proposer last: the adoption grants before it revokes.
 * @param logs Of grants and revocations, the oldest first.
 */
function seatsBefore(logs: readonly Log[], heir: string): Map<string, Set<string>> | undefined {
  const accountIn = ({ topics }: Log): string => addressIn(topics[2]);
  const last = logs.findLastIndex(
    (log) => log.topics[0] === ROLE_GRANTED && log.topics[1] === ROLES.proposer && accountIn(log) === heir,
  );
  if (last < 0) return undefined;
  const seats = new Map<string, Set<string>>();
  for (const log of logs.slice(0, last)) {
    const role = log.topics[1] ?? ZeroHash;
    const holders = seats.get(role) ?? new Set<string>();
    seats.set(role, holders);
    if (log.topics[0] === ROLE_GRANTED) holders.add(accountIn(log));
    else holders.delete(accountIn(log));
  }
  return seats;
}
