import { ZeroAddress } from "ethers";

import { call } from "../calls.js";
import { ESCROW_PHASES, memberOf } from "../enums.js";
import { SentenceError } from "../errors.js";
import { formatAmount, formatTime } from "../format.js";
import { EPOCHS_SEARCHED } from "../position.js";
import { tryCallFrom, type PlannedCall } from "../plannedCall.js";
import { describeLock } from "./objection.js";
import type { Participant } from "./participant.js";
import type { Plan } from "./plan.js";
import { POKE_FIRST, readSupport, refuseDeaf } from "./support.js";

/** The last rage quit's epoch, unless another is named. @param epoch As given; undefined for the last one. */
async function closedEpoch(participant: Participant, epoch: bigint | undefined): Promise<bigint> {
  const { epoch: running, isRageQuitDue } = await readSupport(participant);
  if (isRageQuitDue && (epoch === undefined || epoch === running)) throw new SentenceError(POKE_FIRST);
  if (epoch === 0n || (epoch ?? 1n) >= running) {
    throw new SentenceError(
      running === 1n
        ? "There has been no rage quit: nothing is leaving."
        : `Epoch ${epoch} has not been closed by a rage quit: epochs 1 to ${running - 1n} have.`,
    );
  }
  return epoch ?? running - 1n;
}

/**
 * Asks the vault to redeem what a rage quit closed with.
 * @param vessel The one to use; else the first in which the vault takes it now: those in use, the numbered ones, a fresh one.
 */
export async function planBegin(participant: Participant, epoch?: bigint, vessel?: string): Promise<Plan> {
  const { account, contracts, provider, decimals, block } = participant;
  const { escrow } = contracts;
  const closed = await closedEpoch(participant, epoch);
  const what = `asks the vault for what epoch ${closed} has in the escrow`;
  let refusal = "";
  for (const candidate of vessel === undefined ? await listVessels(participant, closed) : [vessel]) {
    const begin = await call(escrow, "beginExit", [closed, candidate]);
    const refused = await tryCallFrom(provider, account, begin, what, block.number);
    if (refused === undefined) {
      const { idleShares } = await escrow.getEpoch(closed, { blockTag: block.number });
      const means = `${formatAmount(idleShares, decimals.shares)} shares wait in the escrow; what the vault does not take stays there.`;
      return { calls: [{ what, call: begin }], means: [means] };
    }
    refusal = refused.words;
  }
  throw new SentenceError(`Nothing of epoch ${closed} can be asked for now: ${refusal}.`);
}

async function listVessels({ contracts, block }: Participant, epoch: bigint): Promise<string[]> {
  const { escrow } = contracts;
  const at = { blockTag: block.number };
  const [used, count, { allowsFreshVessels }] = await Promise.all([
    escrow.vesselsOf(epoch, at),
    escrow.NUMBERED_VESSELS(at),
    escrow.exitTerms(at),
  ]);
  const numbers = Array.from({ length: Number(count) }, (_, index) => BigInt(index));
  const numbered = await Promise.all(numbers.map((number) => escrow.vesselAt(epoch, number, at)));
  return [...new Set([...used, ...numbered, ...(allowsFreshVessels ? [ZeroAddress] : [])])];
}

/** Claims what the vault has made claimable, in every vessel that is used. */
export async function planClaim(participant: Participant, epoch?: bigint): Promise<Plan> {
  const { contracts, block } = participant;
  const closed = await closedEpoch(participant, epoch);
  const vessels = await contracts.escrow.vesselsOf(closed, { blockTag: block.number });
  if (vessels.length === 0) {
    throw new SentenceError(`Nothing of epoch ${closed} was asked for yet: npx hardhat tribune begin does that.`);
  }
  const calls = vessels.map(async (vessel): Promise<PlannedCall> => ({
    what: `claims for epoch ${closed} in the vessel ${vessel}`,
    call: await call(contracts.escrow, "claim", [closed, vessel]),
  }));
  return {
    calls: await Promise.all(calls),
    means: ["What has arrived is the stakers' by their parts; anybody may claim it."],
  };
}

/** Ends the exit of an epoch where a clock, or the vault's word, allows that. */
export async function planCallOff(participant: Participant, epoch?: bigint): Promise<Plan> {
  const { account, contracts, provider, block } = participant;
  const { escrow } = contracts;
  const closed = await closedEpoch(participant, epoch);
  const what = `starts the extension of epoch ${closed}`;
  const callOff = await call(escrow, "callOff", [closed]);
  const refused = await tryCallFrom(provider, account, callOff, what, block.number);
  if (refused?.name === "ClockRunning") {
    const after = await escrow.callOffAfter(closed, { blockTag: block.number });
    throw new SentenceError(
      `Nothing lets the exit of epoch ${closed} end yet: a clock does after ${formatTime(after)}.`,
    );
  }
  if (refused?.name === "UnexpectedPhase") {
    const { phase } = await escrow.getEpoch(closed, { blockTag: block.number });
    throw new SentenceError(
      `The exit of epoch ${closed} is over (${memberOf(ESCROW_PHASES, phase)}): there is nothing to call off.`,
    );
  }
  if (refused !== undefined)
    throw new SentenceError(`The exit of epoch ${closed} cannot be called off: ${refused.words}.`);
  return {
    calls: [{ what, call: callOff }],
    means: [
      "Nothing more is asked of the vault; stakers take back the shares that the escrow has, and claims stay possible.",
    ],
  };
}

/** What a staker can be paid, and by which function. */
type Payment = "withdraw" | "takeShares" | "moveShares";

const NAMES: Readonly<Record<Payment, string>> = {
  withdraw: "pays the assets of",
  takeShares: "gives back the shares of",
  moveShares: "moves into an objection again the shares of",
};

/**
 * Pays a staker what is due of every rage quit.
 * @param receiver Of assets or shares that leave the escrow; the staker by default.
 */
export async function planPayment(participant: Participant, payment: Payment, receiver?: string): Promise<Plan> {
  const { account, contracts, block, decimals } = participant;
  const { escrow } = contracts;
  const at = { blockTag: block.number };
  const support = await readSupport(participant);
  const { epoch: running } = support;
  const limits = payment === "moveShares" ? await refuseDeaf(participant) : [];
  const calls: PlannedCall[] = [];
  let moved = 0n;
  const waiting: string[] = [];
  for (let epoch = running - 1n; epoch > 0n && epoch >= running - EPOCHS_SEARCHED; --epoch) {
    const { shares: part } = await escrow.positionOf(epoch, account, at);
    if (part === 0n) continue;
    const { assets, shares } = await escrow.dueTo(epoch, account, at);
    const due = payment === "withdraw" ? assets : shares;
    if (due === 0n) {
      waiting.push(await describeWaiting(participant, payment, epoch));
      continue;
    }
    const amount = payment === "withdraw" ? formatAmount(due, decimals.assets) : formatAmount(due, decimals.shares);
    moved += due;
    const to = payment === "moveShares" ? "" : `, to ${receiver ?? account}`;
    calls.push({
      what: `${NAMES[payment]} epoch ${epoch}, ${amount}${to}`,
      call: await call(escrow, payment, [epoch, payment === "moveShares" ? support.nextEpoch : (receiver ?? account)]),
    });
  }
  if (calls.length > 0) {
    const bound = payment === "moveShares" ? await describeLock(participant, support, moved) : [];
    return { calls, means: [...limits, ...bound, ...waiting] };
  }
  if (support.isRageQuitDue) throw new SentenceError(POKE_FIRST);
  throw new SentenceError(
    waiting.length === 0
      ? `${account} has a part in none of the last ${EPOCHS_SEARCHED} rage quits.`
      : `Nothing is due now. ${waiting.join(" ")}`,
  );
}

async function describeWaiting({ contracts, block }: Participant, payment: Payment, epoch: bigint): Promise<string> {
  const { phase, withdrawableAfter } = await contracts.escrow.getEpoch(epoch, { blockTag: block.number });
  const name = memberOf(ESCROW_PHASES, phase);
  if (name === "Closed" || name === "Claiming") return `Epoch ${epoch} is still leaving the vault.`;
  if (payment === "withdraw" && name !== "Withdrawing") {
    return `The assets of epoch ${epoch} can be withdrawn after ${formatTime(withdrawableAfter)}.`;
  }
  return payment === "withdraw"
    ? `All that has arrived for epoch ${epoch} so far was paid.`
    : `Of epoch ${epoch} no shares are left to give back: what was redeemed is paid in assets, by withdraw.`;
}
