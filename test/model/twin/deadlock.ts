import { GovernanceState, type Machine } from "../../../src/model/types.js";
import type { Seconds, Timestamp } from "../../../src/model/units.js";

/** Whether governance is halted in `state`. */
const isHalted = (state: GovernanceState): boolean =>
  state !== GovernanceState.Normal && state !== GovernanceState.VetoCooldown;

/**
 * What the gate remembers of a halt that the machine is about to forget: twin of `Deadlock.noteReactivation`.
 * @param stored As remembered so far.
 */
export function noteReactivation(stored: Timestamp, from: Machine, to: GovernanceState): Timestamp {
  const isReactivation = from.state === GovernanceState.RageQuit && to === GovernanceState.VetoSignalling;
  return isReactivation && from.round === 1 ? from.activatedAt : stored;
}

/**
 * Since when governance is outside Normal and VetoCooldown; 0 while it is not: twin of `Deadlock.haltedSince`.
 * @param stored As `noteReactivation` left it.
 * @param persisted As last written.
 * @param effective As a poke would leave it.
 */
export function calcHaltedSince(stored: Timestamp, persisted: Machine, effective: Machine): Timestamp {
  if (!isHalted(effective.state)) return 0n;
  if (!isHalted(persisted.state)) return effective.activatedAt;
  const isFirst = persisted.round === 0 || (persisted.round === 1 && persisted.state === GovernanceState.RageQuit);
  return isFirst ? persisted.activatedAt : stored;
}

/** A contract that keeps stakers from leaving while it is paused. */
export interface WithdrawalBlocker {
  /** When its pause ends, or ended; undefined if it does not tell. */
  readonly resumesAt: Timestamp | undefined;
}

/** Whether the tiebreaker may act, and otherwise when, if nothing changes. */
export interface DeadlockOutlook {
  readonly cause: "timeout" | "blocker" | "stalledExit" | undefined;
  /** The first second of a deadlock: now if it is one; undefined while governance goes on. */
  readonly earliest: Timestamp | undefined;
}

/**
 * Whether governance is deadlocked at `now`, and when it will be if no poke leads to Normal or VetoCooldown before.
 * @param state As a poke would leave it.
 * @param haltedSince From the gate; 0 while governance goes on.
 * @param timeout The tiebreaker's, from the timelock.
 * @param isExitStalled Whether the vault holds the shares of the rage quit without progress, from the escrow.
 */
export function forecastDeadlock(
  state: GovernanceState,
  haltedSince: Timestamp,
  timeout: Seconds,
  blockers: readonly WithdrawalBlocker[],
  now: Timestamp,
  isExitStalled = false,
): DeadlockOutlook {
  if (haltedSince === 0n) return { cause: undefined, earliest: undefined };
  const due = haltedSince + timeout;
  if (now >= due) return { cause: "timeout", earliest: now };
  const isKeptIn = blockers.some(({ resumesAt }) => resumesAt === undefined || resumesAt > now + timeout);
  if (state === GovernanceState.RageQuit && isKeptIn) return { cause: "blocker", earliest: now };
  if (state === GovernanceState.RageQuit && isExitStalled) return { cause: "stalledExit", earliest: now };
  return { cause: undefined, earliest: due };
}
