import type { VetoEscrow } from "../../../types/index.js";
import { ESCROW_PHASES, EXIT_ENDS, memberOf, type EscrowPhaseName, type ExitEndName } from "../enums.js";

/** Closed epochs are shown from the newest; older ones have been paid out long since. */
const EPOCHS_SHOWN = 5n;

/** A rage quit, by its epoch. Times are 0 while they are not known. */
export interface RageQuit {
  readonly epoch: bigint;
  readonly phase: EscrowPhaseName;
  /** Why the extension has started. */
  readonly end: ExitEndName;
  /** What the epoch closed with. [shares] */
  readonly totalShares: bigint;
  /** Neither turned into assets nor taken away by an issuer. [shares] */
  readonly outstandingShares: bigint;
  /** In the escrow, waiting for the vault; 0 once the extension has started. [shares] */
  readonly idleShares: bigint;
  /** Given back to the stakers so far, what they have had included. [shares] */
  readonly sharesGiven: bigint;
  /** Had by the stakers. [shares] */
  readonly sharesPaid: bigint;
  /** Received for the stakers so far, what they have had included. [asset units] */
  readonly assetsReceived: bigint;
  /** Had by the stakers. [asset units] */
  readonly assetsPaid: bigint;
  /** The vessels it uses, the paying one first. */
  readonly vessels: readonly string[];
  /** When the rage quit closed it. [unix seconds] */
  readonly closedAt: bigint;
  /** When the exit last made progress. [unix seconds] */
  readonly markedAt: bigint;
  /** Anybody may start the extension strictly after this moment, if nothing changes; 0 once it has. [unix seconds] */
  readonly callOffAfter: bigint;
  /** Whether the vault has held shares for so long without progress that it is a deadlock. */
  readonly isStalled: boolean;
  /** Governance may go on strictly after this moment. [unix seconds] */
  readonly completeAfter: bigint;
  /** Stakers may withdraw assets strictly after this moment. [unix seconds] */
  readonly withdrawableAfter: bigint;
}

/** The newest rage quits, the newest first. */
export async function readRageQuits(escrow: VetoEscrow, blockTag: number): Promise<RageQuit[]> {
  const running = await escrow.runningEpoch({ blockTag });
  const epochs: bigint[] = [];
  for (let epoch = running - 1n; epoch > 0n && epoch >= running - EPOCHS_SHOWN; --epoch) epochs.push(epoch);
  return await Promise.all(epochs.map((epoch) => readRageQuit(escrow, epoch, epoch === running - 1n, blockTag)));
}

/** @param isLast Only the last one holds governance up. */
async function readRageQuit(escrow: VetoEscrow, epoch: bigint, isLast: boolean, blockTag: number): Promise<RageQuit> {
  const at = { blockTag };
  const [view, vessels, callOffAfter, isStalled] = await Promise.all([
    escrow.getEpoch(epoch, at),
    escrow.vesselsOf(epoch, at),
    escrow.callOffAfter(epoch, at),
    isLast ? escrow.isExitStalled(at) : false,
  ]);
  return {
    epoch,
    phase: memberOf(ESCROW_PHASES, view.phase),
    end: memberOf(EXIT_ENDS, view.end),
    totalShares: view.totalShares,
    outstandingShares: view.outstandingShares,
    idleShares: view.idleShares,
    sharesGiven: view.sharesGiven,
    sharesPaid: view.sharesPaid,
    assetsReceived: view.assetsReceived,
    assetsPaid: view.assetsPaid,
    vessels: [...vessels],
    closedAt: view.closedAt,
    markedAt: view.markedAt,
    callOffAfter,
    isStalled,
    completeAfter: view.completeAfter,
    withdrawableAfter: view.withdrawableAfter,
  };
}

/** How long an exit may take, as a configuration has it. */
export async function readExitTerms(escrow: VetoEscrow, blockTag: number) {
  const terms = await escrow.exitTerms({ blockTag });
  return {
    wordDelay: terms.wordDelay,
    callOffDelay: terms.callOffDelay,
    stallDelay: terms.stallDelay,
    holdLimit: terms.holdLimit,
    exitLimit: terms.exitLimit,
    callOffExtension: terms.callOffExtension,
    freshVessels: terms.allowsFreshVessels,
  };
}
