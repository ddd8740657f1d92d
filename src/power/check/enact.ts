import { toQuantity, type Provider } from "ethers";

import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  TribuneGovernor__factory,
} from "../../../types/index.js";
import { DAY } from "../../model/units.js";
import { parseRevert } from "../../protocol/abis.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { UnreadableError } from "../../protocol/errors.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { encodeExecution, encodeScheduling, type Operation } from "../../protocol/operations/operation.js";
import { proposalArguments, type Proposal } from "../../protocol/proposals.js";
import { GOVERNANCE_STATES } from "../../model/types.js";
import type { Answer, Call, Snapshot } from "../../rehearsal/snapshot.js";
import { carryProposal, stateOfProposal } from "./carry.js";
import type { Subject } from "./asked.js";

/** Where an operation is played. */
export interface Stage {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  /** Who executes, as anybody may. */
  readonly stranger: string;
  /** Who may have votes. */
  readonly tokenHolders: readonly string[];
}

/** A moment in which the gate did not let it through. */
interface Refused {
  readonly what: "schedule" | "execute";
  /** [unix seconds] */
  readonly at: bigint;
  /** Of the gate; undefined if it does not tell. */
  readonly state: string | undefined;
  readonly why: string;
}

/** How far an operation comes. The snapshot is left in the moment that is told. */
export type Reached =
  /** It executes by `call` in this moment. */
  | { readonly kind: "ready"; readonly call: Call & { readonly from: string }; readonly refused: Refused | undefined }
  /** Nothing lets it through before it is void. */
  | { readonly kind: "expires"; readonly refused: Refused | undefined; readonly expiry: bigint }
  /** The Governor cannot schedule it. */
  | { readonly kind: "unscheduled"; readonly refused: Refused | undefined; readonly why: string }
  /** The timelock or one of the calls reverts. */
  | { readonly kind: "reverts"; readonly refused: Refused | undefined; readonly why: string };

/** For gas. [wei] */
const PURSE = 10n ** 18n;
/** For a scheduling that is refused so long is waited. [seconds] */
const PATIENCE = 365n * DAY;
/** By which a gate or an emergency holds back what may still come. */
const REFUSALS = new Set(["ExecutionClosed", "CallerIsNotExecutionCommittee", "OperationTooNewForEmergency"]);

/**
 * Brings the snapshot to the first moment in which the operation executes, if nobody does anything but wait and poke.
 * What is not scheduled yet the Governor schedules: after a vote, where it was proposed, or must have been.
 */
export async function makeReady(stage: Stage, { operation, proposal, scheduledIn }: Subject): Promise<Reached> {
  const { snapshot, addresses, provider } = stage;
  const timelock = DualGovernanceTimelock__factory.connect(addresses.timelock, { provider });
  let refused: Refused | undefined;
  if (scheduledIn === undefined) {
    const left = proposal && (await carryProposal(stage, proposal));
    if (left !== undefined) return { kind: "unscheduled", refused, why: `the vote on it does not carry: ${left}` };
    const scheduling = proposal ? queueing(stage, proposal) : await schedulingOf(stage, operation);
    const latest = (await snapshot.now()) + PATIENCE;
    const asked = await insist(stage, scheduling, latest, "schedule", (name) => name === "SchedulingClosed");
    refused = asked.refused;
    if (!asked.answer.ok) return { kind: "unscheduled", refused, why: asked.answer.why };
    await snapshot.send(scheduling);
  }
  if (!(await timelock.isOperation(operation.id))) {
    throw new UnreadableError(
      "The Governor has queued it, and the timelock does not know it by the identifier that OpenZeppelin's Governors give " +
        "since version 5: what it would do cannot be played.",
    );
  }
  const [eta, expiry] = await Promise.all([timelock.getTimestamp(operation.id), timelock.getExpiry(operation.id)]);
  if (eta > (await snapshot.now())) await snapshot.travelTo(eta);
  const call = await executionOf(stage, operation, proposal);
  const asked = await insist(stage, call, expiry, "execute", (name) => REFUSALS.has(name));
  refused ??= asked.refused;
  if (asked.answer.ok) return { kind: "ready", call, refused };
  const { why, revert } = asked.answer;
  const isVoid = parseRevert(revert)?.name === "OperationExpired";
  return isVoid ? { kind: "expires", refused, expiry } : { kind: "reverts", refused, why };
}

type SentCall = Call & { readonly from: string };
const GOVERNOR = TribuneGovernor__factory.createInterface();

const queueing = ({ addresses, stranger }: Stage, proposal: Proposal): SentCall => ({
  from: stranger,
  to: addresses.governor,
  data: GOVERNOR.encodeFunctionData("queue", proposalArguments(proposal)),
});

async function schedulingOf({ addresses, provider }: Stage, operation: Operation): Promise<SentCall> {
  const timelock = DualGovernanceTimelock__factory.connect(addresses.timelock, { provider });
  const data = encodeScheduling(operation, await timelock.getMinDelay());
  return { from: addresses.governor, to: addresses.timelock, data };
}

/** Of what was queued as a proposal by way of the Governor, whose own settings obey nothing else. */
async function executionOf(stage: Stage, operation: Operation, proposal: Proposal | undefined): Promise<SentCall> {
  const { snapshot, addresses, provider, stranger } = stage;
  const total = operation.calls.reduce((sum, { value }) => sum + value, 0n);
  const missing = total - (await provider.getBalance(addresses.timelock));
  // Whoever executes may pay what the timelock lacks.
  const value = missing > 0n ? missing : 0n;
  if (value > 0n) await snapshot.request("hardhat_setBalance", [stranger, toQuantity(value + PURSE)]);
  const isQueued = proposal !== undefined && (await stateOfProposal(stage, proposal)) === "Queued";
  return isQueued
    ? {
        ...{ from: stranger, to: addresses.governor, value },
        data: GOVERNOR.encodeFunctionData("execute", proposalArguments(proposal)),
      }
    : { from: stranger, to: addresses.timelock, data: encodeExecution(operation), value };
}

/** Asks again, and lets time go by, while the gate refuses; to the moment after `end` at the latest. */
async function insist(
  stage: Stage,
  call: Call & { readonly from: string },
  end: bigint,
  what: Refused["what"],
  isRefusal: (error: string) => boolean,
): Promise<{ answer: Answer; refused: Refused | undefined }> {
  const { snapshot } = stage;
  let refused: Refused | undefined;
  for (;;) {
    const answer = await snapshot.call(call);
    if (answer.ok || !isRefusal(parseRevert(answer.revert)?.name ?? "")) return { answer, refused };
    const at = await snapshot.now();
    refused ??= { what, at, state: await stateOf(stage), why: answer.why };
    if (at > end) return { answer, refused };
    await letPass(stage, end + 1n);
  }
}

const gateOf = async ({ addresses, provider }: Stage) =>
  DualGovernance__factory.connect(
    await DualGovernanceTimelock__factory.connect(addresses.timelock, { provider }).gate(),
    { provider },
  );

async function stateOf(stage: Stage): Promise<string | undefined> {
  const gate = await gateOf(stage);
  const state = await readAnswer(() => gate.effectiveState());
  return state === undefined ? undefined : GOVERNANCE_STATES[Number(state)];
}

/** To the end of the gate's phase, where it has one, or by a day; somebody pokes. */
async function letPass(stage: Stage, latest: bigint): Promise<void> {
  const { snapshot, stranger } = stage;
  const gate = await gateOf(stage);
  const persisted = await readAnswer(() => gate.persisted());
  const now = await snapshot.now();
  const ends = persisted?.[0].phaseEndsAt ?? 0n;
  // A rage quit that nobody drives goes on for as long as anything is pending.
  const step = (await stateOf(stage)) === "RageQuit" ? 8n * DAY : DAY;
  const next = ends >= now && ends - now < step ? ends + 1n : now + step;
  await snapshot.travelTo(next < latest ? next : latest);
  await snapshot.send({ from: stranger, to: await gate.getAddress(), data: gate.interface.encodeFunctionData("poke") });
}
