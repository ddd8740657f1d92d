import { closeExit, completeAfterOf, SHARE_LIMIT, type Exit } from "./exitLedger.js";
import { accept, refuse, type Outcome, type ExitTerms } from "../../../src/model/types.js";
import { max, type Assets, type Seconds, type Shares, type Timestamp } from "../../../src/model/units.js";
import type { Holdings } from "./vessels.js";

/** The life of one epoch; values and order as in `contracts/types/EscrowPhase.sol`. */
export const EscrowPhase = {
  None: 0,
  Signalling: 1,
  Closed: 2,
  Claiming: 3,
  Extension: 4,
  Complete: 5,
  Withdrawing: 6,
} as const;
export type EscrowPhase = (typeof EscrowPhase)[keyof typeof EscrowPhase];

/** A staker's part of one epoch. */
export interface Position {
  readonly shares: Shares;
  /** The shares may be unlocked strictly after this moment. */
  readonly unlockableAfter: Timestamp;
}

/** What a staker has had from one closed epoch. */
export interface Payments {
  readonly assets: Assets;
  /** Taken, or moved into a later epoch. */
  readonly shares: Shares;
}

type ByStaker<T> = Readonly<Record<string, T>>;

/** One epoch after its rage quit has started. */
interface ClosedEpoch {
  readonly exit: Exit;
  readonly positions: ByStaker<Position>;
  readonly payments: ByStaker<Payments>;
}

/**
 * Who locked what in which epoch, and what they have had of what came back: twin of `contracts/escrow/LockLedger.sol`.
 * Amounts are shares as they were locked; what enters and leaves an escrow that an issuer took shares from is converted.
 */
export interface EscrowLedger {
  readonly terms: ExitTerms;
  /** The votable supply is never taken for less. */
  readonly supplyFloor: Shares;
  /** The running epoch, from 1. */
  readonly runningEpoch: number;
  /** Signalling now. */
  readonly lockedShares: Shares;
  /** Of closed epochs, in the escrow. */
  readonly idleShares: Shares;
  /** The rage quit that governance waits for is complete strictly after this moment; 0 before it is known. */
  readonly completeAfter: Timestamp;
  /** Of the running epoch. */
  readonly positions: ByStaker<Position>;
  /** Epoch 1 first. */
  readonly closed: readonly ClosedEpoch[];
  /** Not written down: what others say that the escrow and its vessels have. */
  readonly holdings: Holdings;
}

/** The floor is this part of the supply that the escrow finds. */
const FLOOR_PARTS = 1_000n;

/** The escrow as its constructor leaves it. */
export const createLedger = (terms: ExitTerms, supply: Shares): EscrowLedger => ({
  terms,
  supplyFloor: supply / FLOOR_PARTS,
  runningEpoch: 1,
  lockedShares: 0n,
  idleShares: 0n,
  completeAfter: 0n,
  positions: {},
  closed: [],
  holdings: { escrow: 0n, vessels: {} },
});

const NO_POSITION: Position = { shares: 0n, unlockableAfter: 0n };
const NO_PAYMENTS: Payments = { assets: 0n, shares: 0n };

export function positionOf(ledger: EscrowLedger, epoch: number, staker: string): Position {
  const positions = epoch === ledger.runningEpoch ? ledger.positions : ledger.closed[epoch - 1]?.positions;
  return positions?.[staker] ?? NO_POSITION;
}

export const paymentsOf = (ledger: EscrowLedger, epoch: number, staker: string): Payments =>
  ledger.closed[epoch - 1]?.payments[staker] ?? NO_PAYMENTS;

export const exitOf = (ledger: EscrowLedger, epoch: number): Exit | undefined => ledger.closed[epoch - 1]?.exit;

export const withExit = (ledger: EscrowLedger, epoch: number, exit: Exit): EscrowLedger => {
  const closed = ledger.closed[epoch - 1];
  return closed === undefined ? ledger : { ...ledger, closed: ledger.closed.with(epoch - 1, { ...closed, exit }) };
};

export function phaseOf(ledger: EscrowLedger, epoch: number, now: Timestamp): EscrowPhase {
  if (epoch === ledger.runningEpoch) return EscrowPhase.Signalling;
  const exit = exitOf(ledger, epoch);
  if (exit === undefined) return EscrowPhase.None;
  const completeAfter = completeAfterOf(exit);
  if (completeAfter === 0n) return exit.vessels.length === 0 ? EscrowPhase.Closed : EscrowPhase.Claiming;
  if (now <= completeAfter) return EscrowPhase.Extension;
  return now <= completeAfter + exit.withdrawalDelay ? EscrowPhase.Complete : EscrowPhase.Withdrawing;
}

export function refuseUnexpectedPhase(
  ledger: EscrowLedger,
  epoch: number,
  now: Timestamp,
  expected: EscrowPhase,
): ReturnType<typeof refuse> {
  return refuse("UnexpectedPhase", BigInt(phaseOf(ledger, epoch, now)), BigInt(expected));
}

// ── units of the ledger, and shares ────────────────────────────────────────────────────────────────────────────────

/** Everything that should lie in the escrow. */
export const ledgerSharesOf = ({ lockedShares, idleShares }: EscrowLedger): Shares => lockedShares + idleShares;

/** What `units` of the ledger are in shares, rounded down: less if somebody took shares out of the escrow. */
export function toShares(ledger: EscrowLedger, units: Shares): Shares {
  const all = ledgerSharesOf(ledger);
  const { escrow } = ledger.holdings;
  return escrow >= all ? units : (units * escrow) / all;
}

/**
 * What `shares` that enter count as, rounded down.
 * @param ledger Before they enter.
 */
export function toUnits(
  ledger: EscrowLedger,
  shares: Shares,
  escrow: Shares = ledger.holdings.escrow,
): Outcome<Shares> {
  const all = ledgerSharesOf(ledger);
  if (escrow >= all) return accept(shares);
  if (escrow < leastBalanceOf(ledger)) return refuse("NoSharesLeft", escrow, all);
  return accept((shares * all) / escrow);
}

/** With less than a millionth of the ledgers left a share would count without bound. */
export const leastBalanceOf = (ledger: EscrowLedger): Shares => (ledgerSharesOf(ledger) + 999_999n) / 1_000_000n;

/** The ledger when the escrow holds so many shares more, or less. */
export const withEscrowShares = (ledger: EscrowLedger, more: Shares): EscrowLedger => ({
  ...ledger,
  holdings: addShares(ledger.holdings, more),
});

const addShares = ({ escrow, vessels }: Holdings, more: Shares): Holdings => ({ escrow: escrow + more, vessels });

/** What a call pays, and the ledger after it. */
export interface Payout {
  readonly ledger: EscrowLedger;
  /** Assets of a withdrawal, else shares. */
  readonly amount: bigint;
}

// ── signalling ─────────────────────────────────────────────────────────────────────────────────────────────────────

export function lock(
  ledger: EscrowLedger,
  staker: string,
  shares: Shares,
  now: Timestamp,
  minLock: Seconds,
): Outcome<EscrowLedger> {
  const units = toUnits(ledger, shares);
  if (!units.ok) return units;
  if (units.value === 0n) return refuse("ZeroShares");
  const room = SHARE_LIMIT - ledgerSharesOf(ledger);
  if (units.value > room) return refuse("SharesOutOfRange", units.value, room);
  return accept(enter(ledger, staker, units.value, now, minLock, addShares(ledger.holdings, shares)));
}

/** @returns The ledger, and the shares that leave the escrow. */
export function unlock(ledger: EscrowLedger, staker: string, units: Shares, now: Timestamp): Outcome<Payout> {
  if (units === 0n) return refuse("ZeroShares");
  const held = positionOf(ledger, ledger.runningEpoch, staker);
  if (units > held.shares) return refuse("SharesExceedPosition", units, held.shares);
  if (now <= held.unlockableAfter) return refuse("LockTooYoung", now, held.unlockableAfter);
  const isAll = units === held.shares;
  const position = isAll ? NO_POSITION : { ...held, shares: held.shares - units };
  const amount = toShares(ledger, units);
  const after = {
    ...ledger,
    lockedShares: ledger.lockedShares - units,
    positions: { ...ledger.positions, [staker]: position },
    holdings: addShares(ledger.holdings, 0n - amount),
  };
  return accept({ ledger: after, amount });
}

/**
 * Counts `units` as locked; the longest of an owner's locks counts.
 * @param holdings As they are after it; as they were, if nothing is transferred.
 */
export function enter(
  ledger: EscrowLedger,
  staker: string,
  units: Shares,
  now: Timestamp,
  minLock: Seconds,
  holdings = ledger.holdings,
): EscrowLedger {
  const held = positionOf(ledger, ledger.runningEpoch, staker);
  const position = { shares: held.shares + units, unlockableAfter: max(held.unlockableAfter, now + minLock) };
  return {
    ...ledger,
    lockedShares: ledger.lockedShares + units,
    positions: { ...ledger.positions, [staker]: position },
    holdings,
  };
}

// ── rage quit ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Closes the running epoch and opens the next. */
export function startRageQuit(
  ledger: EscrowLedger,
  extension: Seconds,
  withdrawalDelay: Seconds,
  now: Timestamp,
): EscrowLedger {
  const exit = closeExit(ledger.lockedShares, extension, withdrawalDelay, now);
  return {
    ...ledger,
    runningEpoch: ledger.runningEpoch + 1,
    lockedShares: 0n,
    idleShares: ledger.idleShares + ledger.lockedShares,
    completeAfter: 0n,
    positions: {},
    closed: [...ledger.closed, { exit, positions: ledger.positions, payments: {} }],
  };
}
