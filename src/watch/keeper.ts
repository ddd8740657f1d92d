import type { Signer } from "ethers";

import { IERC20Metadata__factory, IVessel__factory } from "../../types/index.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { planExecute } from "../protocol/plans/decision.js";
import { planBegin, planCallOff, planClaim } from "../protocol/plans/exit.js";
import { planPoke } from "../protocol/plans/objection.js";
import type { Participant } from "../protocol/plans/participant.js";
import type { Plan } from "../protocol/plans/plan.js";
import { readAnswer } from "../protocol/tryRead.js";
import { listOpenCommands } from "../status/openCommands.js";
import { nameOfState } from "../model/types.js";
import { sendBounded, type Bounds, type Deed } from "./sendBounded.js";
import type { View } from "./types.js";

/** The same is not sent again so soon, except a poke: whoever makes it useless time and again shall not empty the account. [seconds] */
const PAUSE = 600n;
/** When what was sent last. [unix seconds] */
export type Sent = Map<string, bigint>;

/**
 * Does what is due: pokes, and where nothing is to be poked, executes what is ready and drives rage quits. Pays for gas,
 * and for nothing else.
 */
export async function actOn(
  view: View,
  participant: Participant,
  signer: Signer,
  bounds: Bounds,
  sent: Sent,
): Promise<Deed[]> {
  const { provider, account } = participant;
  const [latest, pending] = await Promise.all([
    provider.getTransactionCount(account, "latest"),
    provider.getTransactionCount(account, "pending"),
  ]);
  // What was sent before is under way: a second one would wait behind it, or do the same.
  if (pending > latest) return [];
  const deeds: Deed[] = [];
  for (const { command, plan } of listDuties(view, participant)) {
    const isPoke = command === "poke";
    const last = sent.get(command);
    if (!isPoke && last !== undefined && view.block.timestamp < last + PAUSE) continue;
    const planned = await orReason(plan);
    if (typeof planned === "string") {
      deeds.push({
        key: `cannot:${command}`,
        text: `${command} is due, and cannot be done: ${planned}`,
        isDone: false,
      });
      continue;
    }
    for (const one of planned.calls) {
      const deed = await sendBounded(one, command, participant, signer, bounds);
      deeds.push(deed);
      if (!deed.isDone) break;
      sent.set(command, view.block.timestamp);
    }
    // What a poke changes decides about all else.
    if (isPoke) break;
  }
  return deeds;
}

interface Duty {
  readonly command: string;
  readonly plan: () => Promise<Plan>;
}

/** In the order in which they are done. */
function listDuties({ gate, operations, rageQuits, block }: View, participant: Participant): Duty[] {
  if (gate === undefined) return [];
  const [persistedState, effectiveState] = [nameOfState(gate.written.state), nameOfState(gate.due.state)];
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

/** A plan; why there is none, where a person could mend it or the contract refuses. */
async function orReason(plan: () => Promise<Plan>): Promise<Plan | string> {
  try {
    return await plan();
  } catch (error) {
    if (error instanceof SentenceError && !(error instanceof UnreadableError)) return error.message;
    throw error;
  }
}
