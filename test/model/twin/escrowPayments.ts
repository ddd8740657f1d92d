import {
  enter,
  EscrowPhase,
  exitOf,
  paymentsOf,
  positionOf,
  refuseUnexpectedPhase,
  toShares,
  withEscrowShares,
  withExit,
  type EscrowLedger,
  type Payments,
  type Payout,
} from "./escrowLedger.js";
import { completeAfterOf, idleOf, MAX_UINT128, type Exit } from "./exitLedger.js";
import { accept, refuse, type Outcome } from "../../../src/model/types.js";
import {
  min,
  saturatingSub,
  type Assets,
  type Seconds,
  type Shares,
  type Timestamp,
} from "../../../src/model/units.js";
import { changeVessel, vesselIn } from "./vessels.js";

// What stakers have of what came back: twin of the payments of contracts/escrow/LockLedger.sol.

/** `received so far * own part / all parts`, rounded down, less what this staker has had, at most what is there. */
export function assetsDue(ledger: EscrowLedger, epoch: number, staker: string): Assets {
  const exit = exitOf(ledger, epoch);
  const payer = exit?.vessels[0];
  if (exit === undefined || payer === undefined) return 0n;
  const held = vesselIn(ledger.holdings, payer).assets;
  const received = min(held + exit.assetsPaid, MAX_UINT128);
  const part = (received * positionOf(ledger, epoch, staker).shares) / exit.totalShares;
  return min(saturatingSub(part, paymentsOf(ledger, epoch, staker).assets), held);
}

/** The same formula. */
export function sharesDue(ledger: EscrowLedger, epoch: number, staker: string): Shares {
  const exit = exitOf(ledger, epoch);
  if (exit === undefined) return 0n;
  const part = (idleOf(exit) * positionOf(ledger, epoch, staker).shares) / exit.totalShares;
  return part - paymentsOf(ledger, epoch, staker).shares;
}

/** Pays what is due of the assets, as often as there is something. */
export function withdraw(ledger: EscrowLedger, epoch: number, staker: string, now: Timestamp): Outcome<Payout> {
  const exit = exitOf(ledger, epoch);
  if (exit === undefined || exit.extensionStartedAt === 0n) {
    return refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Withdrawing);
  }
  const withdrawableAfter = completeAfterOf(exit) + exit.withdrawalDelay;
  if (now <= withdrawableAfter) return refuse("NotYetWithdrawable", now, withdrawableAfter);
  const [payer] = exit.vessels;
  const amount = assetsDue(ledger, epoch, staker);
  if (payer === undefined || amount === 0n) return refuse("NothingToWithdraw", BigInt(epoch));
  const holdings = changeVessel(ledger.holdings, payer, {
    assets: vesselIn(ledger.holdings, payer).assets - amount,
  });
  const had = paymentsOf(ledger, epoch, staker);
  const paid = withExit(ledger, epoch, { ...exit, assetsPaid: exit.assetsPaid + amount });
  return accept({
    ledger: { ...withPayments(paid, epoch, staker, { ...had, assets: had.assets + amount }), holdings },
    amount,
  });
}

/** The exit of an epoch whose extension has started, or why it has not. */
export function findStarted(ledger: EscrowLedger, epoch: number, now: Timestamp): Outcome<Exit> {
  const exit = exitOf(ledger, epoch);
  return exit === undefined || exit.extensionStartedAt === 0n
    ? refuseUnexpectedPhase(ledger, epoch, now, EscrowPhase.Extension)
    : accept(exit);
}

/**
 * Pays what is due of the shares that were given back.
 * @returns The ledger and the units; what leaves the escrow for them is for the caller to tell.
 */
function payShares(ledger: EscrowLedger, epoch: number, staker: string, now: Timestamp): Outcome<Payout> {
  const found = findStarted(ledger, epoch, now);
  if (!found.ok) return found;
  const exit = found.value;
  const amount = sharesDue(ledger, epoch, staker);
  if (amount === 0n) return refuse("NothingToWithdraw", BigInt(epoch));
  const had = paymentsOf(ledger, epoch, staker);
  const paid = withExit(ledger, epoch, { ...exit, sharesPaid: exit.sharesPaid + amount });
  const after = withPayments(paid, epoch, staker, { ...had, shares: had.shares + amount });
  return accept({ ledger: { ...after, idleShares: after.idleShares - amount }, amount });
}

/** @returns The ledger, the units that were due, and the shares that leave the escrow for them. */
export function takeShares(
  ledger: EscrowLedger,
  epoch: number,
  staker: string,
  now: Timestamp,
): Outcome<Payout & { readonly shares: Shares }> {
  const paid = payShares(ledger, epoch, staker, now);
  if (!paid.ok) return paid;
  const shares = toShares(ledger, paid.value.amount);
  return accept({ ...paid.value, ledger: withEscrowShares(paid.value.ledger, 0n - shares), shares });
}

/** As {@link takeShares}, into the running epoch, without a transfer. */
export function moveShares(
  ledger: EscrowLedger,
  epoch: number,
  staker: string,
  now: Timestamp,
  minLock: Seconds,
): Outcome<Payout> {
  const paid = payShares(ledger, epoch, staker, now);
  if (!paid.ok) return paid;
  const { ledger: after, amount } = paid.value;
  return accept({ ledger: enter(after, staker, amount, now, minLock), amount });
}

function withPayments(ledger: EscrowLedger, epoch: number, staker: string, had: Payments): EscrowLedger {
  const closed = ledger.closed[epoch - 1];
  if (closed === undefined) return ledger;
  const payments = { ...closed.payments, [staker]: had };
  return { ...ledger, closed: ledger.closed.with(epoch - 1, { ...closed, payments }) };
}
