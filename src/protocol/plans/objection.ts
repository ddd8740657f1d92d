import { nameOfState, type GovernanceState } from "../../model/types.js";
import { call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { formatAmount, formatDuration, formatPercent, formatTime } from "../format.js";
import { readAmount, type Participant } from "./participant.js";
import type { Plan } from "./plan.js";

/** Locks shares: an objection to what the DAO decides. @param amount Shares, or "all". */
export async function planLock(participant: Participant, amount: string): Promise<Plan> {
  const { account, share, contracts, block, decimals } = participant;
  const { escrow } = contracts;
  const at = { blockTag: block.number };
  const [balance, allowance, support] = await Promise.all([
    share.balanceOf(account, at),
    share.allowance(account, escrow, at),
    readSupport(participant),
  ]);
  const shares = readAmount(amount, decimals.shares, balance, `${account} has`);
  const told = `${formatAmount(shares, decimals.shares)} shares`;
  const approval = await call(share, "approve", [await escrow.getAddress(), shares]);
  const epoch = support.isRageQuitDue ? support.epoch + 1n : support.epoch;
  return {
    calls: [
      ...(allowance < shares ? [{ what: `allows the escrow to take ${told}`, call: approval }] : []),
      { what: `locks ${told}`, call: await call(escrow, "lock", [shares, epoch]) },
    ],
    means: [
      `${told} are locked for ${formatDuration(support.minLock)} at the least, until about ${formatTime(block.timestamp + support.minLock)}.`,
      support.isLeaving
        ? `A rage quit runs or is due: they object in epoch ${epoch}, once it is over.`
        : describeSupport(support, shares),
    ],
  };
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

interface Support {
  readonly epoch: bigint;
  /** [shares] */
  readonly locked: bigint;
  /** Undefined if the vault does not tell. [shares] */
  readonly supply: bigint | undefined;
  /** [seconds] */
  readonly minLock: bigint;
  /** [1e18 = 100 %] */
  readonly signallingThreshold: bigint;
  /** [1e18 = 100 %] */
  readonly rageQuitThreshold: bigint;
  /** Whether the next call closes the running epoch. */
  readonly isRageQuitDue: boolean;
  /** Whether a rage quit runs, or is due. */
  readonly isLeaving: boolean;
}

const RAGE_QUIT = 4n;

async function readSupport({ contracts, block }: Participant): Promise<Support> {
  const { gate, escrow } = contracts;
  const at = { blockTag: block.number };
  const [epoch, locked, votable, persisted, { machine }, { signalling }] = await Promise.all([
    escrow.runningEpoch(at),
    escrow.lockedShares(at),
    escrow.votableSupply(at),
    gate.persistedState(at),
    gate.effective(at),
    gate.activeConfig(at),
  ]);
  const isLeaving = machine.state === RAGE_QUIT;
  return {
    epoch,
    locked,
    supply: votable.answered ? votable.supply : undefined,
    minLock: machine.minLock,
    signallingThreshold: signalling.signallingThreshold,
    rageQuitThreshold: signalling.rageQuitThreshold,
    isRageQuitDue: isLeaving && persisted !== RAGE_QUIT,
    isLeaving,
  };
}

function describeSupport(support: Support, change: bigint): string {
  const { locked, supply, signallingThreshold, rageQuitThreshold } = support;
  const thresholds = `governance is held up from ${formatPercent(signallingThreshold)}, and a rage quit begins at ${formatPercent(rageQuitThreshold)}`;
  if (supply === undefined || supply === 0n) return `The vault does not tell its supply; ${thresholds}.`;
  const parts = (shares: bigint) => formatPercent((shares * 10n ** 18n) / supply);
  return `Then ${parts(locked + change)} of the shares that can object do, ${parts(locked)} do now: ${thresholds}.`;
}
