import {
  canSchedule,
  effectiveOf,
  operationStatus,
  step,
  type Action,
  type System,
} from "../model/twin/dualGovernanceModel.js";
import { calcHaltedSince } from "../model/twin/deadlock.js";
import { EscrowPhase, paymentsOf, phaseOf, positionOf, type EscrowLedger } from "../model/twin/escrowLedger.js";
import { assetsDue, sharesDue } from "../model/twin/escrowPayments.js";
import { callOffAfterOf, isExitStalled, leavingSharesOf, receivedOf } from "../model/twin/exitCalls.js";
import { completeAfterOf, idleOf, markOf, outstandingOf, withdrawableAfterOf } from "../model/twin/exitLedger.js";
import { activeConfigOf, configPairOf } from "../model/twin/gateModel.js";
import { calcVotableSupply } from "../model/twin/support.js";
import { expiryOf, type OperationStatus } from "../model/twin/timelockModel.js";
import type { GateRules } from "../model/twin/gateModel.js";
import { OperationState } from "../../src/protocol/enums.js";
import { saturatingSub, type Timestamp } from "../../src/model/units.js";
import { vesselIn } from "../model/twin/vessels.js";
import type { Chain } from "./sendCalls.js";
import { ACTORS, PLAN_NAMES, SPARE_PLAN, type Actor, type PlanName } from "./setting.js";
import type { World } from "./twin.js";
import { balanceOf } from "./vaultTwin.js";
import { configWords, machineWords, readingWords, supplyWords, word, type Word } from "./words.js";

function* seeGate(system: System, rules: GateRules): Generator<Word> {
  const { machine, supply } = system.gate;
  const effective = effectiveOf(system, rules);
  yield* machineWords("persisted", machine);
  yield* supplyWords("persisted", supply);
  yield* machineWords("effective", effective.machine);
  yield* supplyWords("effective", effective.supply);
  yield* readingWords(effective.reading);
  yield ["persistedState", BigInt(machine.state)];
  yield ["effectiveState", BigInt(effective.machine.state)];
  yield ["haltedSince", calcHaltedSince(system.gate.firstActivatedAt, machine, effective.machine)];
  yield ["minLock", effective.machine.minLock];
  yield* configWords("currentConfig", configPairOf(system.gate).current);
  yield* configWords("activeConfig", activeConfigOf({ ...system.gate, machine: effective.machine }));
  yield ["canSchedule", word(canSchedule(system))];
  // What a cooldown lets through depends on the second in which it was scheduled.
  for (const moment of [saturatingSub(machine.activatedAt, 1n), machine.activatedAt]) {
    yield [`canExecute what was scheduled at ${moment}`, word(rules.admitsExecution(effective.machine, moment))];
  }
}

function* seeEscrow(system: System): Generator<Word> {
  const { ledger, now } = system;
  const last = ledger.closed.at(-1)?.exit;
  // Whoever asks, shares that are leaving do not count.
  const leaving = last?.extensionStartedAt === 0n ? leavingSharesOf(ledger, false) : 0n;
  const votable = calcVotableSupply(system.vault, leaving, ledger.supplyFloor);
  yield ["runningEpoch", BigInt(ledger.runningEpoch)];
  yield ["lockedShares", ledger.lockedShares];
  yield ["idleShares", ledger.idleShares];
  yield ["whether votableSupply is answered", word(votable !== undefined)];
  yield ["votableSupply", votable ?? 0n];
  yield ["isExitStalled", word(isExitStalled(ledger, now))];
  for (let epoch = 1; epoch <= ledger.runningEpoch + 1; ++epoch) {
    yield* seeEpoch(ledger, epoch, now);
    for (const actor of epoch <= ledger.runningEpoch ? ACTORS : []) yield* seeStaker(ledger, epoch, actor, now);
  }
}

function* seeEpoch(ledger: EscrowLedger, epoch: number, now: Timestamp): Generator<Word> {
  const exit = ledger.closed[epoch - 1]?.exit;
  const running = epoch === ledger.runningEpoch ? ledger.lockedShares : 0n;
  const hasStarted = exit !== undefined && exit.extensionStartedAt !== 0n;
  const idle = exit === undefined ? running : idleOf(exit);
  const payer = exit?.vessels[0];
  const vessel = payer === undefined ? undefined : vesselIn(ledger.holdings, payer);
  const name = `epoch ${epoch}`;
  yield [`${name}: phase`, BigInt(phaseOf(ledger, epoch, now))];
  yield [`${name}: end`, BigInt(exit?.end ?? 0)];
  yield [`${name}: totalShares`, exit?.totalShares ?? running];
  yield [`${name}: redeemedShares`, exit?.redeemedShares ?? 0n];
  yield [`${name}: outstandingShares`, exit === undefined ? running : outstandingOf(exit)];
  yield [`${name}: idleShares`, hasStarted ? 0n : idle];
  yield [`${name}: sharesGiven`, hasStarted ? idle : 0n];
  yield [`${name}: sharesPaid`, exit?.sharesPaid ?? 0n];
  yield [`${name}: assetsReceived`, exit === undefined ? 0n : receivedOf(ledger, exit)];
  yield [`${name}: assetsPaid`, exit?.assetsPaid ?? 0n];
  yield [`${name}: whether a vessel pays`, word(payer !== undefined)];
  yield [`${name}: closedAt`, exit?.closedAt ?? 0n];
  yield [`${name}: markedAt`, exit === undefined ? 0n : markOf(exit)];
  yield [`${name}: extensionStartedAt`, exit?.extensionStartedAt ?? 0n];
  yield [`${name}: completeAfter`, exit === undefined ? 0n : completeAfterOf(exit)];
  yield [`${name}: withdrawableAfter`, exit === undefined ? 0n : withdrawableAfterOf(exit)];
  yield [`${name}: callOffAfter`, callOffAfterOf(ledger, epoch)];
  yield [`${name}: shares in the paying vessel`, vessel?.shares ?? 0n];
  yield [`${name}: assets in the paying vessel`, vessel?.assets ?? 0n];
}

function* seeStaker(ledger: EscrowLedger, epoch: number, actor: Actor, now: Timestamp): Generator<Word> {
  const { shares, unlockableAfter } = positionOf(ledger, epoch, actor);
  const payments = paymentsOf(ledger, epoch, actor);
  const phase = phaseOf(ledger, epoch, now);
  const name = `epoch ${epoch}, ${actor}`;
  yield [`${name}: position`, shares];
  yield [`${name}: unlockableAfter`, unlockableAfter];
  yield [`${name}: assets had`, payments.assets];
  yield [`${name}: shares had`, payments.shares];
  yield [`${name}: assets due`, phase === EscrowPhase.Withdrawing ? assetsDue(ledger, epoch, actor) : 0n];
  yield [`${name}: shares due`, phase >= EscrowPhase.Extension ? sharesDue(ledger, epoch, actor) : 0n];
}

function* seeShares({ vault, system }: World): Generator<Word> {
  yield ["assets of the vault", vault.assets];
  yield ["shares of the escrow", system.ledger.holdings.escrow];
  for (const actor of ACTORS) yield [`shares of ${actor}`, balanceOf(vault, actor)];
}

const STATE_OF_STATUS: Readonly<Record<OperationStatus, bigint>> = {
  unknown: OperationState.Unset,
  cancelled: OperationState.Unset,
  expired: OperationState.Unset,
  waiting: OperationState.Waiting,
  blocked: OperationState.Waiting,
  executable: OperationState.Ready,
  executed: OperationState.Done,
};

/** The plans that were ever scheduled. */
export const knownPlans = ({ timelock }: System): readonly PlanName[] =>
  PLAN_NAMES.filter((plan) => timelock.operations[plan] !== undefined);

function* seeTimelock(system: System, known: readonly PlanName[]): Generator<Word> {
  const { timelock } = system;
  yield ["lastSequence", BigInt(timelock.lastSequence)];
  yield ["getMinDelay", timelock.minDelay];
  for (const plan of known) {
    const status = operationStatus(system, plan);
    const isPending = status === "waiting" || status === "blocked" || status === "executable";
    const live = isPending || status === "expired" ? timelock.operations[plan] : undefined;
    const due = live?.isDeEscalation === true ? live.scheduledAt : (live?.readyAt ?? 0n);
    yield [`"${plan}" (${status}): getOperationState`, STATE_OF_STATUS[status]];
    yield [`"${plan}": getTimestamp`, status === "executed" ? 1n : isPending ? due : 0n];
    yield [`"${plan}": getExpiry`, live === undefined ? 0n : expiryOf(live, timelock.bounds)];
    yield [`"${plan}": scheduledAt`, live?.scheduledAt ?? 0n];
    yield [`"${plan}": sequence`, BigInt(live?.sequence ?? 0)];
    yield [`"${plan}": isDeEscalation`, word(live?.isDeEscalation === true)];
  }
}

/** What would happen if anybody poked, a proposer scheduled something new, or anybody executed what is known. */
function* seeAttempts(
  { selectorOf }: Chain,
  system: System,
  known: readonly PlanName[],
  rules: GateRules,
): Generator<Word> {
  const poked = step(system, { type: "poke" }, rules);
  yield ["whether a poke succeeds", word(poked.ok)];
  yield ["state after a poke", BigInt(poked.ok ? poked.value.system.gate.machine.state : 0)];
  const attempts: Action[] = [
    { type: "schedule", id: SPARE_PLAN, isCanceller: false },
    ...known.map((plan): Action => ({ type: "execute", id: plan })),
  ];
  for (const [index, action] of attempts.entries()) {
    const outcome = step(system, action, rules);
    const name = index === 0 ? "scheduling" : `executing "${known[index - 1] ?? ""}"`;
    yield [`whether ${name} succeeds (${outcome.ok ? "yes" : outcome.refusal.error})`, word(outcome.ok)];
    yield [`answer to ${name}`, outcome.ok ? 0n : selectorOf(outcome.refusal.error)];
  }
}

/** The chain and the twin disagree. */
export class Divergence extends Error {
  /** @param trace How it came to that. */
  constructor(
    readonly differences: readonly string[],
    trace: readonly string[] = [],
  ) {
    const after = trace.length === 0 ? "" : `\nafter\n  ${trace.join("\n  ")}`;
    super(`chain and twin disagree:\n  ${differences.join("\n  ")}${after}`);
    this.name = "Divergence";
  }
}

/** Everything that the witness sees if the chain is where the twin is. */
export function foretell(chain: Chain, world: World, rules: GateRules): readonly Word[] {
  const { system } = world;
  const known = knownPlans(system);
  return [
    ["timestamp", system.now],
    ...seeGate(system, rules),
    ...seeEscrow(system),
    ...seeShares(world),
    ...seeTimelock(system, known),
    ...seeAttempts(chain, system, known, rules),
  ];
}

/** In what the witness saw something else than was foretold. */
export function findDifferences(expected: readonly Word[], seen: string): string[] {
  if (seen === `0x${expected.map(([, value]) => value.toString(16).padStart(64, "0")).join("")}`) return [];
  const words = seen.slice(2).match(/.{64}/g) ?? [];
  const differences = expected.flatMap(([label, value], index) => {
    const actual = BigInt(`0x${words[index] ?? "0"}`);
    return actual === value ? [] : [`${label}: the twin says ${value}, the chain ${actual}`];
  });
  if (words.length === expected.length) return differences;
  return [...differences, `${expected.length} words expected, ${words.length} came`];
}
