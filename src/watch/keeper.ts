import { IERC20Metadata__factory, IVessel__factory } from "../../types/index.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { formatTime } from "../protocol/format.js";
import { planExecute } from "../protocol/plans/execution.js";
import { planBegin, planCallOff, planClaim } from "../protocol/plans/exit.js";
import { planPoke } from "../protocol/plans/objection.js";
import type { Participant } from "../protocol/plans/participant.js";
import type { Plan } from "../protocol/plans/plan.js";
import { readAnswer } from "../protocol/tryRead.js";
import { findIncluded } from "../sending/included.js";
import { listOpenCommands } from "../status/openCommands.js";
import { nameOfState } from "../model/types.js";
import type { Attempts } from "./attempts.js";
import type { Deed } from "./deed.js";
import { describeBound, sendBounded, type Bounds } from "./sendBounded.js";
import type { View } from "./types.js";

/** What is under way is told again so often. [seconds] */
const REMINDER = 3_600n;

/**
 * Does what is due: pokes, and where nothing is to be poked, executes what is ready and drives rage quits. Pays for gas,
 * and for nothing else. No contract's no leaves it: that is a deed that was not done.
 */
export async function actOn(view: View, participant: Participant, bounds: Bounds, attempts: Attempts): Promise<Deed[]> {
  const { provider, account } = participant;
  const { timestamp } = view.block;
  const [latest, pending] = await Promise.all([
    provider.getTransactionCount(account, "latest"),
    provider.getTransactionCount(account, "pending"),
  ]);
  await settle(attempts, latest, participant);
  const duties = listDuties(view, participant);
  const isPokeDue = duties[0]?.command === "poke";
  // What was sent before is under way: a second one would wait behind it, or do the same. Only a poke takes its place.
  const isBusy = pending > latest;
  const known = attempts.underWay?.nonce === latest ? attempts.underWay : undefined;
  const deeds: Deed[] = isBusy ? [describeUnderWay(attempts, latest, timestamp)] : [];
  // One of which there is no hash may never have arrived: it is outbid.
  const isPoked = known?.command === "poke" && known.hash !== undefined;
  if (isBusy && (!isPokeDue || isPoked)) return deeds;
  if (duties.length === 0) return deeds;
  const [fees, balance] = await Promise.all([provider.getFeeData(), provider.getBalance(account)]);
  const before = isBusy ? (known?.tip ?? 0n) : undefined;
  let nonce = latest;
  for (const { command, plan } of duties) {
    const isPoke = command === "poke";
    const pausing = attempts.pausing(command, timestamp);
    if (pausing !== undefined) {
      if (pausing.left !== undefined) deeds.push(pausing.left);
      if (isPoke) break;
      continue;
    }
    // Before all the logs are read that a plan is made of.
    const bound = describeBound(command, account, { fees, balance }, bounds);
    if (bound !== undefined) {
      deeds.push(bound);
      if (isPoke) break;
      continue;
    }
    const done = await orReason(command, async () => {
      const { calls } = await plan();
      const sent: Deed[] = [];
      for (const one of calls) {
        const deed = await sendBounded(one, command, participant, bounds, attempts, { nonce, before });
        sent.push(deed);
        if (deed.isDone || deed.fate === "failed") ++nonce;
        if (!deed.isDone) break;
      }
      return sent;
    });
    deeds.push(...done);
    const last = done.at(-1);
    if (last?.isDone === false && last.fate === undefined && !isPoke) attempts.left(command, timestamp, last);
    // What a poke changes decides about all else; and behind what is not on the chain yet nothing is sent.
    if (isPoke || last?.fate === "unsure") break;
  }
  return deeds;
}

/** What became of the transaction that was under way, once its place is taken: by it, or one that was hurried. */
async function settle(attempts: Attempts, latest: number, { provider, account }: Participant): Promise<void> {
  const { underWay } = attempts;
  if (underWay === undefined || underWay.nonce >= latest) return;
  const { command, nonce, hash, block } = underWay;
  const own = hash === undefined ? null : await provider.getTransactionReceipt(hash);
  // Old blocks have no state on an ordinary node. What it was then nobody says: it counts as failed, and nothing waits for it.
  const other =
    own === null && block !== undefined
      ? await findIncluded(account, nonce, provider, block).catch(() => undefined)
      : undefined;
  const receipt = other === undefined ? own : await provider.getTransactionReceipt(other.hash);
  if (receipt?.status === 1) attempts.worked(command);
  attempts.arrived();
}

function describeUnderWay({ underWay }: Attempts, latest: number, now: bigint): Deed {
  const known = underWay?.nonce === latest ? underWay : undefined;
  const hours = known === undefined ? 0n : (now - known.since) / REMINDER;
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
  readonly plan: () => Promise<Plan>;
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
    switch (verb) {
      case "poke":
        return { command, plan: () => planPoke(participant) };
      case "execute":
        return { command, plan: () => planExecute(participant, argument) };
      case "begin":
        return { command, plan: () => planBegin(participant, BigInt(argument)) };
      case "claim":
        return { command, plan: () => planUsefulClaim(participant, BigInt(argument)) };
      default:
        return { command, plan: () => planCallOff(participant, BigInt(argument)) };
    }
  });
}

/** Of vessels in which something lies that a claim brings on: a claim of nothing is no error, and costs gas all the same. */
async function planUsefulClaim(participant: Participant, epoch: bigint): Promise<Plan> {
  const { contracts, provider, block } = participant;
  const at = { blockTag: block.number };
  const { calls, means } = await planClaim(participant, epoch);
  const vessels = await contracts.escrow.vesselsOf(epoch, at);
  const useful = await Promise.all(
    vessels.map(async (address) => {
      const vessel = IVessel__factory.connect(address, { provider });
      const share = IERC20Metadata__factory.connect(await vessel.SHARE(at), { provider });
      const [requested, pending, held] = await Promise.all([
        readAnswer(() => vessel.requestedShares(at)),
        readAnswer(() => vessel.pendingShares(at)),
        share.balanceOf(address, at),
      ]);
      return held > 0n || requested === undefined || pending === undefined || requested > pending;
    }),
  );
  return { calls: calls.filter((_, index) => useful[index] === true), means };
}

/** What was done; that nothing was, where a person could mend it or the contract refuses. */
async function orReason(command: string, act: () => Promise<Deed[]>): Promise<Deed[]> {
  try {
    return await act();
  } catch (error) {
    const failure = judgeFailure(error);
    const isSentence = error instanceof SentenceError && !(error instanceof UnreadableError);
    if (!isSentence && (failure === undefined || failure.kind === "unread")) throw error;
    const why = isSentence ? error.message : "a contract refuses it";
    return [{ key: `cannot:${command}`, text: `${command} is due, and cannot be done: ${why}`, isDone: false }];
  }
}
