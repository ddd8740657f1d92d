import { formatDuration, formatTime } from "../format.js";
import type { BodyAddresses } from "../addresses.js";
import { SEATS, subCommitteeSeat, TIEBREAKER, type Seat, type SeatName } from "./seats.js";
import { isSomebody, type BreakerPowers, type Deadlock, type EmergencyPowers, type Powers } from "./powers.js";

/** Whether a body may use its power in this very block, and why or why not. */
export interface Permission {
  readonly isGiven: boolean;
  readonly reason: string;
}

/** A body, its power, and how far that goes now. */
export interface Body extends Seat<SeatName | "tiebreaker"> {
  readonly address: string;
  /** What it may do, in a sentence without a subject. */
  readonly power: string;
  readonly now: Permission;
  /** The last second in which the power may be used; undefined if only governance ends it. [unix seconds] */
  readonly endsAt: bigint | undefined;
}

const may = (reason: string): Permission => ({ isGiven: true, reason });
const mayNot = (reason: string): Permission => ({ isGiven: false, reason });

/**
 * Who may do what at `now`.
 * @param recorded The bodies of the deployment: one whose power the chain has forgotten is told of as ended.
 */
export const listBodies = (powers: Powers, now: bigint, recorded: BodyAddresses): Body[] => [
  ...listEmergency(powers.emergency, now, recorded.emergency),
  ...listBreaker(powers.breaker, now),
  ...listTiebreaker(powers, now),
];

/** Those that have a power at `now`, whether or not it could be used in this block; what is spent or over is left out. */
export const listActive = (powers: Powers, now: bigint): Body[] =>
  listBodies(powers, now, {})
    .filter(({ endsAt }) => endsAt === undefined || endsAt >= now)
    // A contract of ours does what its sub-committees approve, and nothing of itself.
    .filter(({ name }) => name !== TIEBREAKER.name || powers.tiebreaker?.committee === undefined);

function listEmergency(emergency: EmergencyPowers, now: bigint, recorded: BodyAddresses["emergency"]): Body[] {
  const { protectionEndsAt, modeDuration, modeEndsAt } = emergency;
  const hasEnded = !isSomebody(emergency.activationCommittee);
  if (hasEnded && recorded === undefined) return [];
  const { activationCommittee, executionCommittee } = hasEnded && recorded !== undefined ? recorded : emergency;
  const isActive = modeEndsAt !== 0n;
  const isOver = !isActive && now > protectionEndsAt;
  const over = hasEnded
    ? "emergency mode, or its term, was ended"
    : `its term ended at ${formatTime(protectionEndsAt)}`;
  return [
    {
      ...SEATS.activation,
      address: activationCommittee,
      power: `enter emergency mode once${hasEnded ? "" : `, for ${formatDuration(modeDuration)}`}`,
      now: isActive
        ? mayNot(`it is used: emergency mode lasts until ${formatTime(modeEndsAt)}`)
        : isOver
          ? mayNot(over)
          : may("it has not been used"),
      endsAt: isActive ? 0n : protectionEndsAt,
    },
    {
      ...SEATS.execution,
      address: executionCommittee,
      power: "in emergency mode, execute what is older and the gate lets through, or reset to the fallback gate",
      now: isActive
        ? may(`emergency mode lasts until ${formatTime(modeEndsAt)}`)
        : mayNot(isOver ? over : "emergency mode has not been entered"),
      // Entered in the last second of the term, the mode outlives it.
      endsAt: isActive ? modeEndsAt : isOver ? protectionEndsAt : protectionEndsAt + modeDuration,
    },
  ];
}

function listBreaker(breaker: BreakerPowers | undefined, now: bigint): Body[] {
  if (breaker === undefined) return [];
  const { sealCommittee, resealCommittee, sealDuration, sealExpiry, sealedAt, sealRefusal, pausables } = breaker;
  const resealable = pausables.filter(({ resealRefusal }) => resealRefusal === undefined).map(({ address }) => address);
  return [
    {
      ...SEATS.seal,
      address: sealCommittee,
      power: `pause the named contracts once, for ${formatDuration(sealDuration)}`,
      now: sealRefusal === undefined ? may("it has not been used") : mayNot(explainSealRefusal(breaker, now)),
      endsAt: sealedAt === 0n ? sealExpiry : 0n,
    },
    {
      ...SEATS.reseal,
      address: resealCommittee,
      power: "while governance is not Normal, let a running pause last until governance ends it",
      now: resealable.length > 0 ? may(`of ${resealable.join(", ")}`) : mayNot(explainResealRefusals(pausables)),
      endsAt: undefined,
    },
  ];
}

function explainSealRefusal({ sealedAt, sealExpiry, pausables }: BreakerPowers, now: bigint): string {
  if (sealedAt !== 0n) return `it was used at ${formatTime(sealedAt)}`;
  if (now > sealExpiry) return `it expired at ${formatTime(sealExpiry)}`;
  if (pausables.length === 0) return "nothing is named that could be paused";
  return "none of the named contracts lets itself be paused, or would be paused for longer than it is";
}

/** What stands in the way is said of those that are paused: the others have nothing to prolong. */
function explainResealRefusals(pausables: BreakerPowers["pausables"]): string {
  const paused = pausables.filter(({ isPaused }) => isPaused === true);
  if (paused.length === 0) return "nothing is paused";
  const has = (...errors: readonly string[]) => paused.some(({ resealRefusal = "" }) => errors.includes(resealRefusal));
  if (has("GovernanceIsNormal")) return "governance is Normal";
  if (has("ResumeFailed", "PauseFailed", "")) return "what is paused does not let its pause be prolonged";
  return "the pause has no end already";
}

function listTiebreaker({ tiebreaker, deadlock }: Powers, now: bigint): Body[] {
  if (tiebreaker === undefined) return [];
  const { address, committee } = tiebreaker;
  const power = "in a deadlock, let one of the DAO's operations through, end a pause, or replace a gate that is silent";
  const delay = committee === undefined ? "" : `, ${formatDuration(committee.delay)} after a quorum`;
  return [
    { ...TIEBREAKER, address, power: power + delay, now: judgeDeadlock(deadlock, now), endsAt: undefined },
    ...(committee?.members ?? []).map((member, index) => ({
      ...subCommitteeSeat(index),
      address: member,
      power: `approve what the tiebreaker does; ${committee?.quorum ?? 0n} of ${committee?.members.length ?? 0} must`,
      now: may("approvals may be gathered at any time, and take effect in a deadlock only"),
      endsAt: undefined,
    })),
  ];
}

function judgeDeadlock(deadlock: Deadlock, now: bigint): Permission {
  const { isDeadlocked, haltedSince, gateSilentSince, timeout } = deadlock;
  if (isDeadlocked) return may(`governance is deadlocked, halted since ${formatTime(haltedSince)}`);
  if (gateSilentSince !== 0n) {
    const replaceableAt = gateSilentSince + timeout;
    return now >= replaceableAt
      ? may(`the gate is silent since ${formatTime(gateSilentSince)}, and may be replaced if it still is`)
      : mayNot(
          `the gate, silent since ${formatTime(gateSilentSince)}, may be replaced from ${formatTime(replaceableAt)}`,
        );
  }
  if (isDeadlocked === undefined) return mayNot("the gate in force knows no deadlock");
  if (haltedSince === 0n) return mayNot("governance is not halted");
  return mayNot(
    `governance, halted since ${formatTime(haltedSince)}, is deadlocked from ${formatTime(haltedSince + timeout)}`,
  );
}
