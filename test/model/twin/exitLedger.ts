import type { ExitTerms } from "../../../src/model/types.js";
import {
  max,
  min,
  saturatingSub,
  type Assets,
  type Seconds,
  type Shares,
  type Timestamp,
} from "../../../src/model/units.js";

/** Why the extension of a rage quit has started; values and order as in `contracts/types/ExitEnd.sol`. */
export const ExitEnd = { None: 0, Redeemed: 1, VaultsWord: 2, CalledOff: 3, ClockRanOut: 4 } as const;
export type ExitEnd = (typeof ExitEnd)[keyof typeof ExitEnd];

/** How far the exit of one closed epoch has come: twin of `contracts/escrow/ExitLedger.sol`. */
export interface Exit {
  /** What the rage quit closed with. */
  readonly totalShares: Shares;
  readonly closedAt: Timestamp;
  readonly extension: Seconds;
  readonly withdrawalDelay: Seconds;
  readonly end: ExitEnd;
  /** 0 before. */
  readonly extensionStartedAt: Timestamp;
  /** Names of the vessels it uses; the first one pays. */
  readonly vessels: readonly string[];
  /** Whether the vault burns shares when it is asked. */
  readonly burnsAtRequest: boolean;
  /** Sent out of the escrow less what came back, of the ledger; gifts that come back make it negative. */
  readonly awayUnits: Shares;
  /** The same in shares, which differs only while somebody has taken shares out of the escrow. */
  readonly awayShares: Shares;
  /** Turned into assets by our own calls. */
  readonly redeemedShares: Shares;
  /** Came back to the escrow, all times together, of the ledger. */
  readonly backUnits: Shares;
  /** What the vault has returned, all times together. */
  readonly returnedByVault: Shares;
  /** What may signal again since the extension started. */
  readonly votableShares: Shares;
  /** Had by the stakers. */
  readonly assetsPaid: Assets;
  readonly sharesPaid: Shares;
  /** What the vault said that the epoch is worth; 0 before it said anything. */
  readonly worth: Assets;
  /** How many 64ths were redeemed at the last mark, and when that was; 0 before. */
  readonly markedParts: bigint;
  readonly markedAt: Timestamp;
  /** When the vault last returned shares that it had been asked for; 0 before. */
  readonly returnedAt: Timestamp;
  /** Since when the vault says that little is left; 0 before. */
  readonly fewSince: Timestamp;
}

/** What is seen of an exit at one moment. */
export interface Sight {
  /** Really in the escrow for this epoch. */
  readonly idle: Shares;
  /** Held by its vessels. */
  readonly held: Shares;
  /** Pending and claimable, as the vault says; undefined if it does not tell. */
  readonly requested: Shares | undefined;
  /** Received so far. */
  readonly received: Assets;
}

/** Everything below this part of an epoch counts as nothing. */
const PARTS = 64n;
/** What `uint128` holds. */
export const MAX_UINT128 = (1n << 128n) - 1n;
/** Locked and idle shares together never exceed this. */
export const SHARE_LIMIT = (1n << 127n) - 1n;

const clamp = (amount: bigint): bigint => min(amount, MAX_UINT128);

// ── the walk of an exit ────────────────────────────────────────────────────────────────────────────────────────────

export const closeExit = (
  totalShares: Shares,
  extension: Seconds,
  withdrawalDelay: Seconds,
  closedAt: Timestamp,
): Exit => ({
  totalShares,
  closedAt,
  extension,
  withdrawalDelay,
  end: ExitEnd.None,
  extensionStartedAt: 0n,
  vessels: [],
  burnsAtRequest: false,
  awayUnits: 0n,
  awayShares: 0n,
  redeemedShares: 0n,
  backUnits: 0n,
  returnedByVault: 0n,
  votableShares: 0n,
  assetsPaid: 0n,
  sharesPaid: 0n,
  worth: 0n,
  markedParts: 0n,
  markedAt: 0n,
  returnedAt: 0n,
  fewSince: 0n,
});

/** `units` of the ledger have gone to a vessel, as `shares`. */
export const recordExitBegun = (exit: Exit, units: Shares, shares: Shares): Exit => ({
  ...exit,
  awayUnits: exit.awayUnits + units,
  awayShares: exit.awayShares + shares,
});

export const recordRedeemed = (exit: Exit, shares: Shares): Exit => ({
  ...exit,
  redeemedShares: clamp(exit.redeemedShares + shares),
});

/**
 * `shares` came back, as `units` of the ledger. For a clock they count by 64ths of the epoch, and only what had been
 * asked for: gifts cannot turn it back.
 */
export function recordReturn(exit: Exit, units: Shares, shares: Shares, now: Timestamp): Exit {
  const returnedByVault = clamp(exit.returnedByVault + min(shares, awayOf(exit)));
  const isProgress = partsOf(exit, returnedByVault) > partsOf(exit, exit.returnedByVault);
  return {
    ...exit,
    returnedByVault,
    returnedAt: isProgress ? now : exit.returnedAt,
    awayUnits: exit.awayUnits - units,
    awayShares: exit.awayShares - shares,
    backUnits: clamp(exit.backUnits + units),
  };
}

/** Writes down what is seen, and starts the extension where that is due. */
export function watch(exit: Exit, sight: Sight, terms: ExitTerms, now: Timestamp): Exit {
  // What has come to its end needs no marks.
  if (outstandingOf(exit) * PARTS < exit.totalShares) return start(exit, ExitEnd.Redeemed, sight, terms, now);
  const parts = partsOf(exit, min(exit.redeemedShares, exit.totalShares));
  const marked = parts > exit.markedParts ? { ...exit, markedParts: parts, markedAt: now } : exit;
  const seen = marked.fewSince === 0n && isFewTold(marked, sight) ? { ...marked, fewSince: now } : marked;
  const end = endOf(seen, sight, terms, now);
  return end === ExitEnd.None ? seen : start(seen, end, sight, terms, now);
}

const start = (exit: Exit, end: ExitEnd, { idle, requested }: Sight, terms: ExitTerms, now: Timestamp): Exit => ({
  ...exit,
  end,
  extensionStartedAt: now,
  extension: end === ExitEnd.CalledOff ? max(exit.extension, terms.callOffExtension) : exit.extension,
  // What the vault still has of the epoch has not come back, however many shares somebody sends to hide it.
  votableShares: min(idle, saturatingSub(outstandingOf(exit), requested ?? 0n)),
});

// ── views ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Why the extension may start although something is left; None if it may not. */
function endOf(exit: Exit, sight: Sight, terms: ExitTerms, now: Timestamp): ExitEnd {
  if (isFewTold(exit, sight) && exit.fewSince !== 0n && now > exit.fewSince + terms.wordDelay) {
    // Half of what it was worth, at the least, must have come.
    if (exit.worth !== 0n && sight.received >= (exit.worth + 1n) / 2n) return ExitEnd.VaultsWord;
  }
  if (now <= clockOf(exit, terms)) return ExitEnd.None;
  return isHeld(exit) ? ExitEnd.ClockRanOut : ExitEnd.CalledOff;
}

/** The extension may start strictly after this moment, whatever the vault does. */
export function clockOf(exit: Exit, terms: ExitTerms): Timestamp {
  const clock = isHeld(exit) ? markOf(exit) + terms.holdLimit : max(markOf(exit), exit.returnedAt) + terms.callOffDelay;
  return min(clock, exit.closedAt + terms.exitLimit);
}

/** Sent out of the escrow, and neither redeemed nor come back. */
export const awayOf = (exit: Exit): Shares => max(exit.awayShares - exit.redeemedShares, 0n);

/** Neither redeemed nor, on its way, taken away by an issuer; what lies in the escrow counts as the ledger has it. */
export const outstandingOf = (exit: Exit): Shares => awayOf(exit) + idleOf(exit);

/**
 * In the escrow, of the ledger: waiting for the vault, or, once the extension has started, given back, what was had
 * included.
 */
export const idleOf = (exit: Exit): Shares => exit.totalShares - exit.awayUnits;

/** When the exit last made progress. */
export const markOf = (exit: Exit): Timestamp => max(exit.closedAt, exit.markedAt);

/** Whether 1/64 of the epoch or more is in the vault's hands; what lies in a vessel is anybody's to claim. */
export const isHeld = (exit: Exit): boolean => awayOf(exit) * PARTS >= exit.totalShares;

/** Whether so little is with the vault that what came back may be asked for again. */
export const isAskable = (exit: Exit, { requested }: Sight): boolean =>
  requested === undefined ? !isHeld(exit) : requested * PARTS < exit.totalShares;

/** In the escrow and never asked for. */
export const neverAsked = (exit: Exit): Shares => saturatingSub(idleOf(exit), exit.backUnits);

/** Below this the vault has as good as nothing. */
export const leastPart = (exit: Exit): Shares => (exit.totalShares + PARTS - 1n) / PARTS;

/** 0 before the extension has started. */
export const completeAfterOf = (exit: Exit): Timestamp =>
  exit.extensionStartedAt === 0n ? 0n : exit.extensionStartedAt + exit.extension;

/** 0 before the extension has started. */
export const withdrawableAfterOf = (exit: Exit): Timestamp =>
  exit.extensionStartedAt === 0n ? 0n : completeAfterOf(exit) + exit.withdrawalDelay;

/** Whether the vault says that less than 1/64 is with it or came back. */
const isFewTold = (exit: Exit, { idle, held, requested }: Sight): boolean =>
  requested !== undefined && (idle + held + requested) * PARTS < exit.totalShares;

const partsOf = (exit: Exit, shares: Shares): bigint => (shares * PARTS) / exit.totalShares;
