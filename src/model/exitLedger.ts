import { max, min, saturatingSub, type Assets, type Seconds, type Shares, type Timestamp } from "./units.js";

/** Why the extension of a rage quit has started; values and order as in `contracts/types/ExitEnd.sol`. */
export const ExitEnd = { None: 0, Redeemed: 1, VaultsWord: 2, CalledOff: 3, ClockRanOut: 4 } as const;
export type ExitEnd = (typeof ExitEnd)[keyof typeof ExitEnd];

/** How long an exit may take before it goes on without the vault; as in `contracts/types/ExitTerms.sol`. */
export interface ExitTerms {
  /** The vault's word that nothing is left counts once it has stood for this long. */
  readonly wordDelay: Seconds;
  /** Nothing in the vault's hands and no progress for this long: the exit may be called off. */
  readonly callOffDelay: Seconds;
  /** Something in the vault's hands and no progress for this long: a deadlock. */
  readonly stallDelay: Seconds;
  /** Something in the vault's hands and no progress for this long: the extension starts. */
  readonly holdLimit: Seconds;
  /** The extension starts this long after the rage quit, whatever has happened. */
  readonly exitLimit: Seconds;
  /** The least extension after an exit was called off. */
  readonly callOffExtension: Seconds;
  /** Whether a vessel may be made at an address that nobody could know beforehand. */
  readonly allowsFreshVessels: boolean;
}

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
  /** Sent out of the escrow and not returned. */
  readonly awayShares: Shares;
  /** Turned into assets by our own calls. */
  readonly redeemedShares: Shares;
  /** Taken out of the escrow by an issuer. */
  readonly goneShares: Shares;
  /** Came back to the escrow, all times together. */
  readonly backShares: Shares;
  /** What could signal again when the extension started. */
  readonly returnedShares: Shares;
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
  /** Really held by vessels, and by the escrow for this epoch. */
  readonly idle: Shares;
  /** Pending and claimable, as the vault says; undefined if it does not tell. */
  readonly requested: Shares | undefined;
  /** Received so far. */
  readonly received: Assets;
}

/** Everything below this part of an epoch counts as nothing. */
export const PARTS = 64n;
/** What `uint128` holds. */
export const MAX_UINT128 = (1n << 128n) - 1n;

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
  awayShares: 0n,
  redeemedShares: 0n,
  goneShares: 0n,
  backShares: 0n,
  returnedShares: 0n,
  assetsPaid: 0n,
  sharesPaid: 0n,
  worth: 0n,
  markedParts: 0n,
  markedAt: 0n,
  returnedAt: 0n,
  fewSince: 0n,
});

/** `units` of the ledger have gone to a vessel, as `shares`. */
export const recordBegin = (exit: Exit, units: Shares, shares: Shares): Exit => ({
  ...exit,
  awayShares: exit.awayShares + units,
  goneShares: clamp(exit.goneShares + units - shares),
});

export const recordRedeemed = (exit: Exit, shares: Shares): Exit => ({
  ...exit,
  redeemedShares: clamp(exit.redeemedShares + shares),
});

/**
 * `shares` came back, as `units` of the ledger.
 * @returns The exit, and the units that count: no more than have been sent.
 */
export function recordReturn(
  exit: Exit,
  units: Shares,
  shares: Shares,
  now: Timestamp,
): { readonly exit: Exit; readonly counted: Shares } {
  const out = saturatingSub(outstandingOf(exit), idleOf(exit));
  // For a clock it counts only if it brings 1/64 that had been asked for: gifts cannot turn it back.
  const isReal = min(shares, out) * PARTS >= exit.totalShares;
  const counted = min(units, exit.awayShares);
  return {
    counted,
    exit: {
      ...exit,
      returnedAt: isReal ? now : exit.returnedAt,
      goneShares: units > shares ? saturatingSub(exit.goneShares, units - shares) : exit.goneShares,
      awayShares: exit.awayShares - counted,
      backShares: clamp(exit.backShares + counted),
    },
  };
}

/** Writes down what is seen, and starts the extension where that is due. */
export function watch(exit: Exit, sight: Sight, terms: ExitTerms, now: Timestamp): Exit {
  const parts = (min(exit.redeemedShares, exit.totalShares) * PARTS) / exit.totalShares;
  const marked = parts > exit.markedParts ? { ...exit, markedParts: parts, markedAt: now } : exit;
  const seen = marked.fewSince === 0n && isFewTold(marked, sight) ? { ...marked, fewSince: now } : marked;
  const end = dueEnd(seen, sight, terms, now);
  if (end === ExitEnd.None) return seen;
  return {
    ...seen,
    end,
    extensionStartedAt: now,
    extension: end === ExitEnd.CalledOff ? max(seen.extension, terms.callOffExtension) : seen.extension,
    returnedShares: min(outstandingOf(seen), sight.idle),
  };
}

// ── views ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Why the extension may start now; None if it may not. */
export function dueEnd(exit: Exit, sight: Sight, terms: ExitTerms, now: Timestamp): ExitEnd {
  if (outstandingOf(exit) * PARTS < exit.totalShares) return ExitEnd.Redeemed;
  if (isFewTold(exit, sight) && exit.fewSince !== 0n && now > exit.fewSince + terms.wordDelay) {
    // Half of what it was worth, at the least, must have come.
    if (exit.worth !== 0n && sight.received >= (exit.worth + 1n) / 2n) return ExitEnd.VaultsWord;
  }
  if (now <= clockOf(exit, sight, terms)) return ExitEnd.None;
  return isHeld(exit, sight.idle) ? ExitEnd.ClockRanOut : ExitEnd.CalledOff;
}

/** The extension may start strictly after this moment, whatever the vault does. */
export function clockOf(exit: Exit, sight: Sight, terms: ExitTerms): Timestamp {
  const clock = isHeld(exit, sight.idle)
    ? markOf(exit) + terms.holdLimit
    : max(markOf(exit), exit.returnedAt) + terms.callOffDelay;
  return min(clock, exit.closedAt + terms.exitLimit);
}

/** Neither redeemed nor taken away. */
export const outstandingOf = (exit: Exit): Shares =>
  exit.totalShares - min(exit.redeemedShares + exit.goneShares, exit.totalShares);

/** In the escrow: waiting for the vault, or, once the extension has started, given back, what was had included. */
export const idleOf = (exit: Exit): Shares => exit.totalShares - exit.awayShares;

/** When the exit last made progress. */
export const markOf = (exit: Exit): Timestamp => max(exit.closedAt, exit.markedAt);

/** Whether 1/64 of the epoch or more is in the vault's hands: by what we hold, whatever views say. */
export const isHeld = (exit: Exit, held: Shares): boolean =>
  saturatingSub(outstandingOf(exit), held) * PARTS >= exit.totalShares;

/** Whether so little is with the vault that what came back may be asked for again. */
export const isAskable = (exit: Exit, { idle, requested }: Sight): boolean =>
  requested === undefined ? !isHeld(exit, idle) : requested * PARTS < exit.totalShares;

/** In the escrow and never asked for. */
export const neverAsked = (exit: Exit): Shares => saturatingSub(idleOf(exit), exit.backShares);

/** Below this the vault has as good as nothing. */
export const leastPart = (exit: Exit): Shares => (exit.totalShares + PARTS - 1n) / PARTS;

/** 0 before the extension has started. */
export const completeAfterOf = (exit: Exit): Timestamp =>
  exit.extensionStartedAt === 0n ? 0n : exit.extensionStartedAt + exit.extension;

/** 0 before the extension has started. */
export const withdrawableAfterOf = (exit: Exit): Timestamp =>
  exit.extensionStartedAt === 0n ? 0n : completeAfterOf(exit) + exit.withdrawalDelay;

/** Whether the vault says that less than 1/64 is with it or came back. */
const isFewTold = (exit: Exit, { idle, requested }: Sight): boolean =>
  requested !== undefined && (idle + requested) * PARTS < exit.totalShares;
