import {
  canSchedule,
  effectiveOf,
  operationStatus,
  step,
  type Action,
  type System,
} from "../../src/model/dualGovernanceModel.js";
import { calcBlockedSince } from "../../src/model/deadlock.js";
import { completeAfterOf, phaseOf, positionOf } from "../../src/model/escrowLedger.js";
import { activeConfigOf, configPairOf } from "../../src/model/gateModel.js";
import { calcVotableSupply } from "../../src/model/support.js";
import { expiryOf, type OperationStatus } from "../../src/model/timelockModel.js";
import type { GateRules } from "../../src/model/gateModel.js";
import { OperationState } from "../helpers/operations.js";
import { saturatingSub } from "../../src/model/units.js";
import { vesselOf } from "./calls.js";
import type { Chain } from "./chain.js";
import { ACTORS, PLAN_NAMES, SPARE_PLAN, type PlanName } from "./setting.js";
import { withdrawableAfterOf } from "./timers.js";
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
  yield ["blockedSince", calcBlockedSince(system.gate.blockedSince, machine, effective.machine)];
  yield ["minLock", effective.machine.minLock];
  yield* configWords("currentConfig", configPairOf(system.gate).current);
  yield* configWords("activeConfig", activeConfigOf({ ...system.gate, machine: effective.machine }));
  yield ["canSchedule", word(canSchedule(system))];
  // What a cooldown lets through depends on the second in which it was scheduled.
  for (const moment of [saturatingSub(machine.activatedAt, 1n), machine.activatedAt]) {
    yield [`canExecute what was scheduled at ${moment}`, word(rules.admitsExecution(effective.machine, moment))];
  }
}

function* seeEscrow({ system, vault }: World): Generator<Word> {
  const { ledger, now } = system;
  const votable = calcVotableSupply(system.vault, ledger.leavingShares);
  yield ["runningEpoch", BigInt(ledger.runningEpoch)];
  yield ["lockedShares", ledger.lockedShares];
  yield ["leavingShares", ledger.leavingShares];
  yield ["whether votableSupply is answered", word(votable !== undefined)];
  yield ["votableSupply", votable ?? 0n];
  for (let epoch = 1; epoch <= ledger.runningEpoch + 1; ++epoch) {
    const closed = ledger.closed[epoch - 1];
    const running = epoch === ledger.runningEpoch ? ledger.lockedShares : 0n;
    const name = `epoch ${epoch}`;
    yield [`${name}: phase`, BigInt(phaseOf(ledger, epoch, now))];
    yield [`${name}: totalShares`, closed?.totalShares ?? running];
    yield [`${name}: outstandingShares`, closed === undefined ? running : closed.totalShares - closed.goneShares];
    yield [`${name}: whether there is a vessel`, word(closed?.hasBegun === true)];
    yield [`${name}: assets`, closed?.fixedAssets ?? closed?.held ?? 0n];
    yield [`${name}: extensionStartedAt`, closed?.extensionStartedAt ?? 0n];
    yield [`${name}: completeAfter`, closed === undefined ? 0n : completeAfterOf(closed)];
    yield [`${name}: withdrawableAfter`, (closed === undefined ? undefined : withdrawableAfterOf(closed)) ?? 0n];
    yield [`${name}: shares in the vessel`, balanceOf(vault, vesselOf(epoch))];
    yield [`${name}: assets in the vessel`, closed?.held ?? 0n];
    for (const actor of epoch <= ledger.runningEpoch ? ACTORS : []) {
      const { shares, unlockableAfter } = positionOf(ledger, epoch, actor);
      yield [`${name}: position of ${actor}`, shares];
      yield [`${name}: unlockableAfter of ${actor}`, unlockableAfter];
    }
  }
}

function* seeShares({ vault }: World): Generator<Word> {
  yield ["assets of the vault", vault.assets];
  for (const holder of ["escrow", ...ACTORS]) yield [`shares of ${holder}`, balanceOf(vault, holder)];
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
    ...seeEscrow(world),
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
