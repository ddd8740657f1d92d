import { accept, refuse, type Outcome } from "./types.js";
import { max, min, type Assets, type Seconds, type Shares, type Timestamp } from "./units.js";

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

type Positions = Readonly<Record<string, Position>>;

/** One epoch after its rage quit has started. */
export interface ClosedEpoch {
  /** What the rage quit closed with. */
  readonly totalShares: Shares;
  readonly extension: Seconds;
  readonly withdrawalDelay: Seconds;
  /** Whether a vessel holds the shares. */
  readonly hasBegun: boolean;
  /** No longer waiting for the vault: claimed, or lost in transit. */
  readonly goneShares: Shares;
  /** Left the vault's supply as soon as redemption was requested. */
  readonly burntEarly: Shares;
  /** When everything was claimed; 0 before. */
  readonly extensionStartedAt: Timestamp;
  /** What the vessel holds. */
  readonly held: Assets;
  /** What stakers share, fixed by the first withdrawal; undefined before. */
  readonly fixedAssets: Assets | undefined;
  /** Not yet withdrawn. */
  readonly positions: Positions;
}

/** Who locked what in which epoch, and how far each rage quit has come: twin of `contracts/escrow/LockLedger.sol`. */
export interface EscrowLedger {
  /** The running epoch, from 1. */
  readonly runningEpoch: number;
  /** Signalling now. */
  readonly lockedShares: Shares;
  /** Of closed epochs, as far as the vault's supply still contains them. */
  readonly leavingShares: Shares;
  /** The rage quit that governance waits for is complete strictly after this moment; 0 before it is known. */
  readonly completeAfter: Timestamp;
  /** Of the running epoch. */
  readonly positions: Positions;
  /** Epoch 1 first. */
  readonly closed: readonly ClosedEpoch[];
}

export const EMPTY_LEDGER: EscrowLedger = {
  runningEpoch: 1,
  lockedShares: 0n,
  leavingShares: 0n,
  completeAfter: 0n,
  positions: {},
  closed: [],
};

const NO_POSITION: Position = { shares: 0n, unlockableAfter: 0n };

/** The largest number of shares locked and leaving together. [shares] */
const MAX_SHARES: Shares = (1n << 128n) - 1n;

/** A caller's bound on a claim is at least this part of the epoch. */
const CLAIM_PARTS = 64n;

export function positionOf(ledger: EscrowLedger, epoch: number, staker: string): Position {
  const positions = epoch === ledger.runningEpoch ? ledger.positions : ledger.closed[epoch - 1]?.positions;
  return positions?.[staker] ?? NO_POSITION;
}

/** 0 before everything is claimed. */
export function completeAfterOf(epoch: ClosedEpoch): Timestamp {
  return epoch.extensionStartedAt === 0n ? 0n : epoch.extensionStartedAt + epoch.extension;
}

export function phaseOf(ledger: EscrowLedger, epoch: number, now: Timestamp): EscrowPhase {
  if (epoch === ledger.runningEpoch) return EscrowPhase.Signalling;
  const closed = ledger.closed[epoch - 1];
  if (closed === undefined) return EscrowPhase.None;
  if (!closed.hasBegun) return EscrowPhase.Closed;
  const completeAfter = completeAfterOf(closed);
  if (completeAfter === 0n) return EscrowPhase.Claiming;
  if (now <= completeAfter) return EscrowPhase.Extension;
  return now <= completeAfter + closed.withdrawalDelay ? EscrowPhase.Complete : EscrowPhase.Withdrawing;
}

export function isRageQuitComplete(ledger: EscrowLedger, now: Timestamp): boolean {
  return ledger.completeAfter !== 0n && now > ledger.completeAfter;
}

// ── signalling ─────────────────────────────────────────────────────────────────────────────────────────────────────

export function lock(
  ledger: EscrowLedger,
  staker: string,
  shares: Shares,
  now: Timestamp,
  minLock: Seconds,
): Outcome<EscrowLedger> {
  if (shares === 0n) return refuse("ZeroShares");
  const room = MAX_SHARES - ledger.lockedShares - ledger.leavingShares;
  if (shares > room) return refuse("SharesOutOfRange", shares, room);
  const held = positionOf(ledger, ledger.runningEpoch, staker);
  const position = { shares: held.shares + shares, unlockableAfter: max(held.unlockableAfter, now + minLock) };
  return accept({
    ...ledger,
    lockedShares: ledger.lockedShares + shares,
    positions: { ...ledger.positions, [staker]: position },
  });
}

export function unlock(ledger: EscrowLedger, staker: string, shares: Shares, now: Timestamp): Outcome<EscrowLedger> {
  if (shares === 0n) return refuse("ZeroShares");
  const held = positionOf(ledger, ledger.runningEpoch, staker);
  if (shares > held.shares) return refuse("SharesExceedPosition", shares, held.shares);
  if (now <= held.unlockableAfter) return refuse("LockTooYoung", now, held.unlockableAfter);
  const isAll = shares === held.shares;
  const position = isAll ? NO_POSITION : { ...held, shares: held.shares - shares };
  return accept({
    ...ledger,
    lockedShares: ledger.lockedShares - shares,
    positions: { ...ledger.positions, [staker]: position },
  });
}

// ── rage quit ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Closes the running epoch and opens the next. */
export function startRageQuit(ledger: EscrowLedger, extension: Seconds, withdrawalDelay: Seconds): EscrowLedger {
  const closed: ClosedEpoch = {
    totalShares: ledger.lockedShares,
    extension,
    withdrawalDelay,
    hasBegun: false,
    goneShares: 0n,
    burntEarly: 0n,
    extensionStartedAt: 0n,
    held: 0n,
    fixedAssets: undefined,
    positions: ledger.positions,
  };
  return {
    runningEpoch: ledger.runningEpoch + 1,
    lockedShares: 0n,
    leavingShares: ledger.leavingShares + ledger.lockedShares,
    completeAfter: 0n,
    positions: {},
    closed: [...ledger.closed, closed],
  };
}

/**
 * A vessel takes the shares of `epoch`.
 * @param arrived Shares that reached the vessel; all of them unless the token takes a fee.
 * @param burnt Shares by which the request itself lowered the vault's supply.
 */
export function beginExit(
  ledger: EscrowLedger,
  epoch: number,
  now: Timestamp,
  arrived?: Shares,
  burnt: Shares = 0n,
): Outcome<EscrowLedger> {
  const closed = ledger.closed[epoch - 1];
  if (closed === undefined || closed.hasBegun) return refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Closed);
  const lost = closed.totalShares - min(arrived ?? closed.totalShares, closed.totalShares);
  const burntEarly = min(burnt, closed.totalShares);
  return accept(
    replaceEpoch(ledger, epoch, { ...closed, hasBegun: true, goneShares: lost, burntEarly }, max(lost, burntEarly)),
  );
}

/** What the vault did with a claim: the environment decides it. */
export interface ClaimResult {
  /** Redeemed by the call. */
  readonly shares: Shares;
  /** Paid for them. */
  readonly assets: Assets;
  /** Whether the vault values what remains at nothing. */
  readonly isRestWorthless?: boolean;
}

/** Claims what the vault has made claimable; starts the extension when nothing is left. */
export function claim(
  ledger: EscrowLedger,
  epoch: number,
  result: ClaimResult,
  now: Timestamp,
  maxShares: Shares = MAX_SHARES,
): Outcome<EscrowLedger> {
  const closed = ledger.closed[epoch - 1];
  if (closed === undefined || !closed.hasBegun || closed.fixedAssets !== undefined) {
    return refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Claiming);
  }
  const total = closed.totalShares;
  const minimum = (total + CLAIM_PARTS - 1n) / CLAIM_PARTS;
  if (maxShares < minimum) return refuse("BoundTooSmall", maxShares, minimum);

  const isClaiming = closed.extensionStartedAt === 0n;
  const isRestWorthless = result.isRestWorthless ?? false;
  const nothingToAsk = isClaiming && (closed.goneShares === total || (isRestWorthless && result.shares === 0n));
  if (!nothingToAsk && result.shares === 0n) return refuse("NothingToClaim", BigInt(epoch));

  let gone = min(closed.goneShares + result.shares, total);
  const isLast = isClaiming && (gone === total || isRestWorthless);
  if (isLast) gone = total;
  // What was burnt early has left the ledger of leaving shares before.
  const left = max(gone, closed.burntEarly) - max(closed.goneShares, closed.burntEarly);
  const after: ClosedEpoch = {
    ...closed,
    goneShares: gone,
    held: closed.held + result.assets,
    extensionStartedAt: isLast ? now : closed.extensionStartedAt,
  };
  const moved = replaceEpoch(ledger, epoch, after, left);
  return accept(isLast ? { ...moved, completeAfter: completeAfterOf(after) } : moved);
}

/** Assets that reach the vessel without a claim; what arrives after the first withdrawal is nobody's. */
export function donate(ledger: EscrowLedger, epoch: number, assets: Assets): EscrowLedger {
  const closed = ledger.closed[epoch - 1];
  return closed === undefined ? ledger : replaceEpoch(ledger, epoch, { ...closed, held: closed.held + assets }, 0n);
}

/** Pays a staker's part of a complete rage quit, rounded down, once. */
export function withdraw(
  ledger: EscrowLedger,
  epoch: number,
  staker: string,
  now: Timestamp,
): Outcome<{ readonly ledger: EscrowLedger; readonly assets: Assets }> {
  const closed = ledger.closed[epoch - 1];
  if (closed === undefined || closed.extensionStartedAt === 0n) {
    return refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Withdrawing);
  }
  const withdrawableAfter = completeAfterOf(closed) + closed.withdrawalDelay;
  if (now <= withdrawableAfter) return refuse("NotYetWithdrawable", now, withdrawableAfter);
  const { shares } = positionOf(ledger, epoch, staker);
  if (shares === 0n) return refuse("NothingToWithdraw", BigInt(epoch));
  const fixedAssets = closed.fixedAssets ?? closed.held;
  const assets = (fixedAssets * shares) / closed.totalShares;
  const positions = { ...closed.positions, [staker]: NO_POSITION };
  const after = { ...closed, fixedAssets, held: closed.held - assets, positions };
  return accept({ ledger: replaceEpoch(ledger, epoch, after, 0n), assets });
}

function replaceEpoch(ledger: EscrowLedger, epoch: number, closed: ClosedEpoch, left: Shares): EscrowLedger {
  return { ...ledger, leavingShares: ledger.leavingShares - left, closed: ledger.closed.with(epoch - 1, closed) };
}

function refuseUnexpectedPhase(
  ledger: EscrowLedger,
  epoch: number,
  now: Timestamp,
  expected: EscrowPhase,
): ReturnType<typeof refuse> {
  return refuse("UnexpectedPhase", BigInt(phaseOf(ledger, epoch, now)), BigInt(expected));
}
