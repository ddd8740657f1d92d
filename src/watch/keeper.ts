import { DAY } from "../model/units.js";
import { IERC20Metadata__factory, IVessel__factory } from "../../types/index.js";
import { SentenceError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { formatTime } from "../protocol/format.js";
import { planExecute } from "../protocol/plans/execution.js";
import { planBegin, planCallOff, planClaim } from "../protocol/plans/exit.js";
import { planPoke } from "../protocol/plans/objection.js";
import type { Participant } from "../protocol/plans/participant.js";
import type { Plan } from "../protocol/plans/plan.js";
import type { RageQuit } from "../protocol/state/rageQuits.js";
import { readAnswer } from "../protocol/tryRead.js";
import { reasonOf } from "../protocol/visible.js";
import { findIncluded } from "../sending/included.js";
import { listOpenCommands } from "../status/openCommands.js";
import { nameOfState } from "../model/types.js";
import { LAG, type Attempts } from "./attempts.js";
import type { Deed } from "./deed.js";
import { describeBound, digestOf, isRefused, sendBounded, tellFailed, type Bounds } from "./sendBounded.js";
import type { View } from "./types.js";

/** What is under way is told again so often. [seconds] */
const REMINDER = 3_600n;
/** A poke that may not have arrived is sent again after so long. [seconds] */
const RESEND = 60n;
/** One that has, and is not on the chain yet, offers more after so long. [seconds] */
const REPRICE = 300n;
/** What brings less than 1/64 of an epoch, which an exit counts as nothing, is done so often at most: dust is cheap. [seconds] */
const SMALL_PAUSE = DAY;
const PARTS = 64n;

/**
 * Does what is due: pokes, and where nothing is to be poked, executes what is ready and drives rage quits. Pays for gas,
 * and for nothing else. Whatever keeps one duty from being done leaves it, and no other: that is a deed that was not done.
 */
export async function actOn(view: View, participant: Participant, bounds: Bounds, attempts: Attempts): Promise<Deed[]> {
  const { provider, account } = participant;
  const { timestamp } = view.block;
  const [counted, expected] = await Promise.all([
    provider.getTransactionCount(account, "latest"),
    provider.getTransactionCount(account, "pending"),
  ]);
  attempts.sawUsed(counted, timestamp);
  const latest = attempts.countUsed(counted, timestamp);
  const failed = await settle(attempts, latest, participant, timestamp);
  const duties = listDuties(view, participant);
  const isPokeDue = duties[0]?.command === "poke";
  // What was sent before is under way: a second one would wait behind it, or do the same. Only a poke takes its place.
  const isBusy = expected > latest;
  const known = attempts.underWay?.nonce === latest ? attempts.underWay : undefined;
  const deeds: Deed[] = failed === undefined ? [] : [failed];
  if (isBusy) deeds.push(describeUnderWay(attempts, latest, timestamp));
  if (duties.length === 0 || (isBusy && !isPokeDue)) return deeds;
  if (isPokeDue && attempts.underWay?.command === "poke") {
    const pause = isBusy && known?.hash !== undefined ? REPRICE : RESEND;
    if (attempts.wasSentWithin("poke", pause, timestamp)) return deeds;
  }
  const [fees, balance] = await Promise.all([provider.getFeeData(), provider.getBalance(account)]);
  // Only what may stand there is outbid: else each try would offer more than the one before.
  const mayStand = isBusy || known?.hash !== undefined || known?.isInPool === true;
  const before = mayStand ? (known?.tip ?? 0n) : undefined;
  let nonce = latest;
  const isStopped = bounds.isStopped ?? (() => false);
  for (const { command, plan, isSmall } of duties) {
    if (isStopped()) break;
    const isPoke = command === "poke";
    // One that takes the place of a poke costs nothing more, however the pokes before have ended.
    const isAgain = isPoke && known?.command === "poke";
    const pausing = isAgain ? undefined : attempts.pausing(command, timestamp);
    if (pausing !== undefined) {
      if (pausing.left !== undefined) deeds.push(pausing.left);
      else if (isPoke) deeds.push(PAUSED);
      if (isPoke) break;
      continue;
    }
    const wasSent = attempts.wasSentWithin(command, SMALL_PAUSE, timestamp);
    if (isSmall && wasSent) continue;
    // Before all the logs are read that a plan is made of.
    const bound = describeBound(command, account, { fees, balance, now: timestamp }, bounds);
    if (bound !== undefined) {
      deeds.push(bound);
      if (isPoke) break;
      continue;
    }
    let last: Deed | undefined;
    const first = nonce;
    try {
      const { calls, isSmall: isLittle = false } = await plan();
      for (const one of isLittle && wasSent ? [] : calls) {
        if (isStopped()) break;
        last = await sendBounded(one, command, participant, bounds, attempts, { nonce, before });
        deeds.push(last);
        if (last.isDone || last.fate === "failed") ++nonce;
        // What a contract refuses of one vessel says nothing about the next.
        if (!last.isDone && !isRefused(last)) break;
      }
    } catch (error) {
      last = describeObstacle(command, error);
      deeds.push(last);
    }
    // What a part of was sent counts as sent.
    const isLeft = last?.isDone === false && last.fate === undefined && nonce === first && !isStopped();
    if (isLeft && last !== undefined && !isPoke) attempts.left(command, timestamp, last);
    // What a poke changes decides about all else; and behind what is not on the chain yet nothing is sent.
    if (isPoke || last?.fate === "unsure") break;
  }
  return deeds;
}

const PAUSED: Deed = {
  key: "paused:poke",
  text: "poke is due, and waits: the last one has failed on the chain, and the next is sent ten minutes after it.",
  isDone: false,
};

/**
 * What became of the transaction that was under way, once its place is taken: by it, or one that was hurried. Where nobody
 * says so (a backend lags; old blocks have no state on an ordinary node), it is asked for again for a while, and then
 * forgotten: what was not seen has neither worked nor failed.
 * @returns That it has failed, where it has.
 */
async function settle(
  attempts: Attempts,
  latest: number,
  { provider, account }: Participant,
  now: bigint,
): Promise<Deed | undefined> {
  const { underWay } = attempts;
  if (underWay === undefined || underWay.nonce >= latest) return undefined;
  const { command, nonce, hash, block, call } = underWay;
  const own = hash === undefined ? null : await provider.getTransactionReceipt(hash);
  const other =
    own === null && block !== undefined
      ? await findIncluded(account, nonce, provider, block).catch(() => undefined)
      : undefined;
  const receipt = other === undefined ? own : await provider.getTransactionReceipt(other.hash);
  const isAnother = other !== undefined && call !== undefined && digestOf(other) !== call;
  if (!isAnother) {
    if (receipt === null && attempts.wasSentWithin(command, LAG, now)) return undefined;
    if (receipt?.status === 0) return tellFailed(attempts, { command, nonce }, command, now, receipt.hash);
    if (receipt !== null) attempts.worked(command);
  }
  attempts.arrived(nonce, now);
  return undefined;
}

function describeUnderWay({ underWay }: Attempts, latest: number, now: bigint): Deed {
  const known = underWay?.nonce === latest ? underWay : undefined;
  const hours = (now - (known?.since ?? 0n)) / REMINDER;
  const hash = known?.hash === undefined ? ", of which the node has told no hash" : `, ${known.hash}`;
  const which =
    known === undefined
      ? `nonce ${latest} is under way, which this watch has not sent`
      : `nonce ${latest}${hash}, which ${known.command} is for, is under way since ${formatTime(known.since)}`;
  return {
    key: `waiting:${latest}:${hours}`,
    text: `An earlier transaction of this account, ${which}: until it is on the chain, nothing but a poke in its place is sent.`,
    isDone: false,
    isAlarm: true,
  };
}

interface Duty {
  readonly command: string;
  /** What is small may wait: known beforehand, or once it is planned. */
  readonly isSmall: boolean;
  readonly plan: () => Promise<Plan & { readonly isSmall?: boolean }>;
}

/** In the order in which they are done. */
function listDuties(view: View, participant: Participant): Duty[] {
  const { gate, operations, rageQuits, block, replacedBy } = view;
  if (gate === undefined) return [];
  const effectiveState = nameOfState(gate.due.state);
  // A gate that the timelock does not obey any more needs no poke.
  const persistedState = replacedBy === undefined ? nameOfState(gate.written.state) : effectiveState;
  const open = listOpenCommands({ persistedState, effectiveState, operations, rageQuits, block });
  return open.map(({ command }): Duty => {
    const [verb = "", ...rest] = command.split(" ");
    const argument = rest.at(-1) ?? "";
    const isSmall = false;
    const exit = rageQuits.find(({ epoch }) => `${epoch}` === argument);
    switch (verb) {
      case "poke":
        return { command, isSmall, plan: () => planPoke(participant) };
      case "execute":
        return { command, isSmall, plan: () => planExecute(participant, argument) };
      case "begin":
        return {
          command,
          isSmall: exit !== undefined && isSmallIn(exit, exit.idleShares),
          plan: () => planBegin(participant, BigInt(argument)),
        };
      case "claim":
        return { command, isSmall, plan: () => planUsefulClaim(participant, BigInt(argument), exit) };
      default:
        return { command, isSmall, plan: () => planCallOff(participant, BigInt(argument)) };
    }
  });
}

const isSmallIn = ({ totalShares }: RageQuit, shares: bigint): boolean => shares * PARTS < totalShares;

/**
 * Of vessels in which something lies that a claim brings on: a claim of nothing is no error, and costs gas all the same.
 * Small where all of them together have little, or do not say how much.
 */
async function planUsefulClaim(
  participant: Participant,
  epoch: bigint,
  exit: RageQuit | undefined,
): Promise<Plan & { readonly isSmall: boolean }> {
  const { contracts, provider, block } = participant;
  const at = { blockTag: block.number };
  const { calls, means } = await planClaim(participant, epoch);
  const vessels = await contracts.escrow.vesselsOf(epoch, at);
  const claimable = await Promise.all(
    vessels.map(async (address) => {
      const vessel = IVessel__factory.connect(address, { provider });
      const share = IERC20Metadata__factory.connect(await vessel.SHARE(at), { provider });
      const [requested, pending, held] = await Promise.all([
        readAnswer(() => vessel.requestedShares(at)),
        readAnswer(() => vessel.pendingShares(at)),
        share.balanceOf(address, at),
      ]);
      const isTold = requested !== undefined && pending !== undefined;
      const told = isTold && requested > pending ? requested - pending : 0n;
      return { shares: held + told, isUseful: !isTold || held + told > 0n };
    }),
  );
  const shares = claimable.reduce((sum, one) => sum + one.shares, 0n);
  return {
    calls: calls.filter((_, index) => claimable[index]?.isUseful === true),
    means,
    isSmall: exit !== undefined && isSmallIn(exit, shares),
  };
}

/** Why a duty was not done: a person could mend it, a contract refuses, the node does not answer, or nobody thought of it. */
function describeObstacle(command: string, error: unknown): Deed {
  const failure = judgeFailure(error);
  const not = (why: string, isAlarm?: boolean): Deed => ({
    ...{ key: `cannot:${command}`, text: `${command} is due, and cannot be ${why}`, isDone: false },
    ...(isAlarm !== undefined && { isAlarm }),
  });
  if (failure?.kind === "unread") return not(`done now: ${failure.words.replace(/\.$/, "")}.`);
  if (error instanceof SentenceError) return not(`done: ${error.message}`);
  return failure === undefined ? not(`done: ${reasonOf(error)}`, true) : not("done: a contract refuses it");
}
