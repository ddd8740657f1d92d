import {
  EscrowPhase,
  exitOf,
  leastBalanceOf,
  phaseOf,
  refuseUnexpectedPhase,
  toShares,
  toUnits,
  withEscrowShares,
  withExit,
  ledgerSharesOf,
  type EscrowLedger,
} from "./escrowLedger.js";
import {
  awayOf,
  clockOf,
  completeAfterOf,
  idleOf,
  isAskable,
  isHeld,
  leastPart,
  markOf,
  MAX_UINT128,
  neverAsked,
  outstandingOf,
  recordExitBegun,
  recordRedeemed,
  recordReturn,
  SHARE_LIMIT,
  watch,
  type Exit,
  type Sight,
} from "./exitLedger.js";
import { accept, refuse, type Outcome } from "../../../src/model/types.js";
import { max, min, type Assets, type Shares, type Timestamp } from "../../../src/model/units.js";
import { changeVessel, provide, use, vesselIn } from "./vessels.js";

// Twin of how contracts/escrow/VetoEscrow.sol drives an exit, and of how EscrowReader.sol looks at it.

/** What the vault is asked to take from a vessel. */
export interface Offer {
  readonly shares: Shares;
  /** It is not asked for less. */
  readonly least: Shares;
  /** All of the epoch. */
  readonly total: Shares;
}

/** What the vault did with an offer: the environment decides it. */
export interface Leaving {
  /** The part of the offer that it took. */
  readonly taken: Shares;
  /** Of these, turned into assets at once; the others are pending. */
  readonly redeemed: Shares;
  readonly assets: Assets;
  /** By how much the share's supply has fallen. */
  readonly burnt: Shares;
  /** What it says now that all of the epoch is worth; 0 if it is silent. */
  readonly worth: Assets;
}

/** What a claim found: the environment decides it. */
export interface Claimed {
  /** Of the claimable shares. */
  readonly redeemed: Shares;
  readonly assets: Assets;
  /** Of the pending shares, given back. */
  readonly cancelled: Shares;
  /** By how much the share's supply has fallen. */
  readonly burnt: Shares;
}

const NOTHING_CLAIMED: Claimed = { redeemed: 0n, assets: 0n, cancelled: 0n, burnt: 0n };

// ── calls ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Beginning {
  readonly ledger: EscrowLedger;
  readonly vessel: string;
  readonly leaving: Leaving;
}

/**
 * Asks the vault for all that the epoch has in the escrow.
 * @param given The vessel; undefined for a fresh one.
 * @param claimed What a claim for that vessel finds.
 * @param leave What the vault makes of the offer; undefined if it refuses.
 */
export function beginExit(
  before: EscrowLedger,
  epoch: number,
  given: string | undefined,
  now: Timestamp,
  leave: (offer: Offer) => Leaving | undefined,
  claimed: Claimed = NOTHING_CLAIMED,
): Outcome<Beginning> {
  const closed = exitOf(before, epoch);
  if (closed === undefined || !isLeaving(before, epoch, now)) {
    return refuseUnexpectedPhase(before, epoch, now, EscrowPhase.Closed);
  }
  const provided = provide(closed, epoch, given, before.terms.allowsFreshVessels);
  if (!provided.ok) return provided;
  const vessel = provided.value;
  // A vault may refuse a request as long as something lies claimable, even a stranger's dust. In a fresh vessel nothing
  // does, here.
  const collected = given === undefined ? accept(before) : collect(before, epoch, vessel, claimed, now);
  if (!collected.ok) return collected;
  const ledger = collected.value;
  const exit = exitOf(ledger, epoch) ?? closed;
  if (neverAsked(exit) === 0n) {
    if (idleOf(exit) === 0n) return refuse("NothingToBegin", BigInt(epoch));
    const sight = see(ledger, exit);
    if (!isAskable(exit, sight)) return refuse("RequestPending", sight.requested, leastPart(exit));
  }
  const asked = ask(ledger, exit, epoch, vessel, leave);
  if (!asked.ok) return asked;
  const { leaving } = asked.value;
  return accept({ ledger: look(asked.value.ledger, epoch, now, leaving.worth), vessel, leaving });
}

/** What `vessel` gives back, or the vault owes it, goes where it belongs; starts the extension where that is due. */
export function claim(
  ledger: EscrowLedger,
  epoch: number,
  vessel: string,
  now: Timestamp,
  claimed: Claimed = NOTHING_CLAIMED,
  worth: Assets = 0n,
): Outcome<EscrowLedger> {
  if (exitOf(ledger, epoch)?.vessels.includes(vessel) !== true) return refuse("NotAVessel");
  const collected = collect(ledger, epoch, vessel, claimed, now);
  return collected.ok ? accept(look(collected.value, epoch, now, worth)) : collected;
}

/** Starts the extension by a clock, or by whatever else is due. */
export function callOff(
  ledger: EscrowLedger,
  epoch: number,
  now: Timestamp,
  worth: Assets = 0n,
): Outcome<EscrowLedger> {
  if (!isLeaving(ledger, epoch, now)) return refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Closed);
  const looked = look(ledger, epoch, now, worth);
  if (exitOf(looked, epoch)?.extensionStartedAt !== 0n) return accept(looked);
  return refuse("ClockRunning", now, callOffAfterOf(looked, epoch));
}

// ── what is seen ───────────────────────────────────────────────────────────────────────────────────────────────────

/** What the vessels of the epoch hold. */
function heldByVessels(ledger: EscrowLedger, exit: Exit): Shares {
  const held = exit.vessels.reduce((sum, vessel) => sum + vesselIn(ledger.holdings, vessel).shares, 0n);
  return min(held, MAX_UINT128);
}

/** What came for the stakers so far, what they have had included. */
export function receivedOf(ledger: EscrowLedger, exit: Exit): Assets {
  const [payer] = exit.vessels;
  return payer === undefined ? 0n : min(vesselIn(ledger.holdings, payer).assets, MAX_UINT128) + exit.assetsPaid;
}

export function see(ledger: EscrowLedger, exit: Exit): Sight {
  const vessels = exit.vessels.map((vessel) => vesselIn(ledger.holdings, vessel));
  const requested = vessels.reduce((sum, { pending, claimable }) => sum + pending + claimable, 0n);
  return {
    idle: toShares(ledger, idleOf(exit)),
    held: heldByVessels(ledger, exit),
    requested: vessels.every(({ answered }) => answered) ? min(requested, MAX_UINT128) : undefined,
    received: receivedOf(ledger, exit),
  };
}

/** The extension may start strictly after this moment, whatever the vault does; 0 where it has, or nothing leaves. */
export function callOffAfterOf(ledger: EscrowLedger, epoch: number): Timestamp {
  const exit = exitOf(ledger, epoch);
  if (exit?.extensionStartedAt !== 0n) return 0n;
  return clockOf(exit, ledger.terms);
}

/** Whether the vault holds the last closed epoch's shares without progress: a deadlock. */
export function isExitStalled(ledger: EscrowLedger, now: Timestamp): boolean {
  const exit = ledger.closed.at(-1)?.exit;
  if (exit?.extensionStartedAt !== 0n) return false;
  return isHeld(exit) && now > markOf(exit) + ledger.terms.stallDelay;
}

/**
 * Shares of the last closed epoch that the vault's supply still contains; undefined if a vessel does not tell.
 * @param isReported Whether the supply is what the vault reports as votable: that contains nothing pending.
 */
export function leavingSharesOf(ledger: EscrowLedger, isReported: boolean): Shares | undefined {
  const exit = ledger.closed.at(-1)?.exit;
  if (exit?.extensionStartedAt !== 0n) return 0n;
  const asksVault = !isReported && !exit.burnsAtRequest;
  const vessels = exit.vessels.map((vessel) => vesselIn(ledger.holdings, vessel));
  if (asksVault && !vessels.every(({ answered }) => answered)) return undefined;
  const contained = vessels.reduce((sum, { shares, pending }) => sum + shares + (asksVault ? pending : 0n), 0n);
  return toShares(ledger, idleOf(exit)) + min(awayOf(exit), contained);
}

// ── private ────────────────────────────────────────────────────────────────────────────────────────────────────────

function isLeaving(ledger: EscrowLedger, epoch: number, now: Timestamp): boolean {
  const phase = phaseOf(ledger, epoch, now);
  return phase === EscrowPhase.Closed || phase === EscrowPhase.Claiming;
}

/** Claims what the vault owes `vessel`, and counts what came back: a gift counts as no progress. */
function collect(
  before: EscrowLedger,
  epoch: number,
  vessel: string,
  { redeemed, assets, cancelled }: Claimed,
  now: Timestamp,
): Outcome<EscrowLedger> {
  const closed = exitOf(before, epoch);
  if (closed === undefined) return accept(before);
  const isUsed = closed.vessels.includes(vessel);
  const exit = redeemed !== 0n && isUsed ? recordRedeemed(closed, redeemed) : closed;
  const held = vesselIn(before.holdings, vessel);
  const payer = closed.vessels[0] ?? vessel;
  const forwarded = held.assets + assets;
  const emptied = changeVessel(before.holdings, vessel, {
    shares: 0n,
    assets: 0n,
    pending: held.pending - cancelled,
    claimable: held.claimable - redeemed,
  });
  const holdings = changeVessel(emptied, payer, { assets: vesselIn(emptied, payer).assets + forwarded });
  const ledger = withExit({ ...before, holdings }, epoch, exit);
  const returned = held.shares + cancelled;
  if (returned === 0n) return accept(ledger);
  // Where next to nothing was left, what comes back is this epoch's alone.
  const units = toUnits(ledger, returned, max(ledger.holdings.escrow, leastBalanceOf(ledger)));
  if (!units.ok) return units;
  const counted = min(units.value, SHARE_LIMIT - ledgerSharesOf(ledger));
  const after = recordReturn(exit, counted, returned, now);
  const received = { ...ledger, idleShares: ledger.idleShares + counted };
  return accept(withEscrowShares(withExit(received, epoch, after), returned));
}

/** Offers the vault all there is; what it does not take stays. */
function ask(
  ledger: EscrowLedger,
  exit: Exit,
  epoch: number,
  vessel: string,
  leave: (offer: Offer) => Leaving | undefined,
): Outcome<{ readonly ledger: EscrowLedger; readonly leaving: Leaving }> {
  const all = idleOf(exit);
  const available = toShares(ledger, all);
  const leaving = leave({ shares: available, least: min(available, leastPart(exit)), total: exit.totalShares });
  if (leaving === undefined) return refuse("ExitRefused");
  const { taken, redeemed, assets, burnt } = leaving;
  const units = taken === available ? all : (all * taken + available - 1n) / available;
  const using = use(recordExitBegun(exit, units, taken), vessel);
  if (!using.ok) return using;
  const used = using.value;
  const after =
    redeemed === 0n ? { ...used, burnsAtRequest: burnt >= (taken + 1n) / 2n } : recordRedeemed(used, redeemed);
  const { pending } = vesselIn(ledger.holdings, vessel);
  const asking = changeVessel(ledger.holdings, vessel, { pending: pending + taken - redeemed });
  // Later vessels forward what they get to the first one.
  const payer = after.vessels[0] ?? vessel;
  const holdings = changeVessel(asking, payer, { assets: vesselIn(asking, payer).assets + assets });
  const sent = { ...ledger, holdings, idleShares: ledger.idleShares - units };
  return accept({ ledger: withEscrowShares(withExit(sent, epoch, after), 0n - taken), leaving });
}

/** Writes down what is seen of the exit, and starts the extension where that is due. */
function look(ledger: EscrowLedger, epoch: number, now: Timestamp, worth: Assets): EscrowLedger {
  const before = exitOf(ledger, epoch);
  if (before?.extensionStartedAt !== 0n) return ledger;
  const isAllGone = outstandingOf(before) === 0n;
  const tellsWorth = !isAllGone && before.worth === 0n && before.vessels.length > 0;
  const exit = tellsWorth ? { ...before, worth: min(worth, MAX_UINT128) } : before;
  // With everything redeemed there is nothing to look at.
  const sight = isAllGone ? { idle: 0n, held: 0n, requested: undefined, received: 0n } : see(ledger, exit);
  const after = watch(exit, sight, ledger.terms, now);
  const looked = withExit(ledger, epoch, after);
  return after.extensionStartedAt === 0n ? looked : { ...looked, completeAfter: completeAfterOf(after) };
}
