import { ZeroHash } from "ethers";

import { max } from "../../model/units.js";
import { findLanding, type Landing } from "../../model/landing.js";
import type { ConfigPair } from "../../model/stateTransitions.js";
import type { Machine, Reading } from "../../model/types.js";
import type { PendingOperation } from "./pending.js";

/** What decides when operations land. */
export interface GateOutlook {
  /** As last written. */
  readonly machine: Machine;
  readonly configs: ConfigPair;
  readonly reading: Reading;
  /** Whether the timelock obeys another gate, of which this says nothing. */
  readonly isReplaced: boolean;
  /** Of the fallback gate, where it is the one that the timelock obeys. [seconds] */
  readonly fallbackDelay: bigint | undefined;
  /** The last second of emergency mode; 0 outside it. [unix seconds] */
  readonly modeEndsAt: bigint;
}

/** An operation, and when it lands if support stays as it is and somebody pokes in time. */
export interface ExpectedOperation extends PendingOperation {
  /** Undefined if it expires first, or while nobody can tell. */
  readonly landing: Landing | undefined;
}

/** @param executed Identifiers of operations that are done. */
export function expectLandings(
  operations: readonly PendingOperation[],
  executed: ReadonlySet<string>,
  outlook: GateOutlook,
): ExpectedOperation[] {
  const known = new Map(operations.map((operation) => [operation.id, operation]));
  const found = new Map<string, Landing | undefined>();
  const expect = (operation: PendingOperation): Landing | undefined => {
    if (found.has(operation.id)) return found.get(operation.id);
    const { predecessor } = operation;
    let first = 0n;
    if (predecessor !== ZeroHash && !executed.has(predecessor)) {
      const before = known.get(predecessor);
      const landing = before && expect(before);
      // What is not scheduled may be, some day.
      if (landing === undefined) return undefined;
      first = landing.at;
    }
    const landing = expectOne(operation, first, outlook);
    found.set(operation.id, landing);
    return landing;
  };
  return operations.map((operation) => ({ ...operation, landing: expect(operation) }));
}

function expectOne(operation: PendingOperation, first: bigint, outlook: GateOutlook): Landing | undefined {
  const { reading, modeEndsAt, fallbackDelay, isReplaced } = outlook;
  const opensAt = modeEndsAt === 0n ? first : max(first, modeEndsAt + 1n);
  const soonest = max(reading.timestamp + 1n, operation.eta);
  const unlessExpired = (at: bigint): Landing | undefined =>
    at > operation.expiry ? undefined : { at, lastLock: undefined };
  if (operation.isDeEscalation) return unlessExpired(max(soonest, first));
  if (fallbackDelay !== undefined) {
    return unlessExpired(max(max(soonest, opensAt), operation.scheduledAt + fallbackDelay));
  }
  if (isReplaced) return undefined;
  return findLanding(operation, outlook.machine, outlook.configs, reading, opensAt);
}
