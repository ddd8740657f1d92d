import { nameOfState, type GovernanceState } from "../../model/types.js";
import { call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { formatAmount, formatDuration, formatTime } from "../format.js";
import { readAmount, type Participant } from "./participant.js";
import type { Plan } from "./plan.js";
import { describeSupport, readEffect, readSupport, refuseDeaf, type Objection } from "./support.js";

/** Locks shares: an objection to what the DAO decides. @param amount Shares, or "all". */
export async function planLock(participant: Participant, amount: string): Promise<Plan> {
  const { account, share, contracts, block, decimals } = participant;
  const { escrow } = contracts;
  const at = { blockTag: block.number };
  const limits = await refuseDeaf(participant);
  const [balance, allowance, support] = await Promise.all([
    share.balanceOf(account, at),
    share.allowance(account, escrow, at),
    readSupport(participant),
  ]);
  const shares = readAmount(amount, decimals.shares, balance, `${account} has`);
  const told = `${formatAmount(shares, decimals.shares)} shares`;
  const approval = await call(share, "approve", [await escrow.getAddress(), shares]);
  return {
    calls: [
      ...(allowance < shares ? [{ what: `allows the escrow to take ${told}`, call: approval }] : []),
      { what: `locks ${told}`, call: await call(escrow, "lock", [shares, support.nextEpoch]) },
    ],
    means: [...limits, ...(await describeLock(participant, support, shares))],
  };
}

/** What it means to lock `shares` more: a lock binds all that its owner has in that epoch. */
export async function describeLock(participant: Participant, support: Objection, shares: bigint): Promise<string[]> {
  const { account, contracts, block, decimals } = participant;
  const { nextEpoch, minLock, isLeaving } = support;
  const { shares: before } = await contracts.escrow.positionOf(nextEpoch, account, { blockTag: block.number });
  const all = formatAmount(before + shares, decimals.shares);
  return [
    `All ${all} shares that ${account} then has in epoch ${nextEpoch} are bound for ${formatDuration(minLock)} at the ` +
      `least, until about ${formatTime(block.timestamp + minLock)}.`,
    isLeaving
      ? `A rage quit runs or is due: they object in epoch ${nextEpoch}, once it is over.`
      : describeSupport(support, shares),
    ...(await readEffect(participant, support, shares)),
  ];
}

/** Takes shares back that still object. @param amount Shares, or "all". */
export async function planUnlock(participant: Participant, amount: string): Promise<Plan> {
  const { account, contracts, block, decimals } = participant;
  const support = await readSupport(participant);
  const { shares: locked, unlockableAfter } = await contracts.escrow.positionOf(support.epoch, account, {
    blockTag: block.number,
  });
  const shares = readAmount(amount, decimals.shares, locked, `In epoch ${support.epoch} ${account} has locked`);
  if (support.isRageQuitDue) {
    throw new SentenceError("A rage quit is due: what is locked leaves through the vault, and is unlocked no more.");
  }
  if (block.timestamp <= unlockableAfter) {
    throw new SentenceError(
      `The least time of a lock is not over: unlock after ${formatTime(unlockableAfter)}, in ` +
        `${formatDuration(unlockableAfter - block.timestamp, 2)}.`,
    );
  }
  const told = `${formatAmount(shares, decimals.shares)} shares`;
  return {
    calls: [{ what: `unlocks ${told}`, call: await call(contracts.escrow, "unlock", [shares, support.epoch]) }],
    means: [describeSupport(support, -shares)],
  };
}

/** Brings the gate's record up to what is so. */
export async function planPoke({ contracts, block }: Participant): Promise<Plan> {
  const { gate } = contracts;
  const at = { blockTag: block.number };
  const [persisted, effective] = await Promise.all([gate.persistedState(at), gate.effectiveState(at)]);
  const [from, to] = [persisted, effective].map((state) => nameOfState(Number(state) as GovernanceState));
  return {
    calls: [{ what: "pokes the gate", call: await call(gate, "poke") }],
    means: [
      from === to
        ? `The state stays ${from}; the lowest supply is brought up to date.`
        : `The state on record becomes ${to}; it is ${from} now.`,
    ],
  };
}
