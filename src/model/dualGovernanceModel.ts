import { checkConfig, type TimelockBounds } from "./configChecks.js";
import * as escrow from "./escrowLedger.js";
import {
  createGate,
  evaluate,
  GATE_RULES,
  poke,
  withConfig,
  type Evaluation,
  type Gate,
  type GateRules,
  type PokeKind,
} from "./gateModel.js";
import { admitsScheduling } from "./stateTransitions.js";
import type { VaultReading } from "./support.js";
import * as timelock from "./timelockModel.js";
import { accept, refuse, type DualGovernanceConfig, type GovernanceState, type Outcome } from "./types.js";
import type { Assets, Seconds, Shares, Timestamp } from "./units.js";

/** The whole of dual governance at one moment, with the vault as the environment left it. */
export interface System {
  readonly now: Timestamp;
  readonly vault: VaultReading;
  readonly gate: Gate;
  readonly ledger: escrow.EscrowLedger;
  readonly timelock: timelock.Timelock;
}

/** One transaction, or one move of the environment (`warp`, `setVault`, `donate`). */
export type Action =
  | { readonly type: "warp"; readonly seconds: Seconds }
  | { readonly type: "setVault"; readonly vault: Partial<VaultReading> }
  | { readonly type: "donate"; readonly epoch: number; readonly assets: Assets }
  | { readonly type: "poke" }
  | { readonly type: "lock"; readonly staker: string; readonly shares: Shares; readonly expectedEpoch?: number }
  | { readonly type: "unlock"; readonly staker: string; readonly shares: Shares; readonly expectedEpoch?: number }
  | {
      readonly type: "schedule";
      readonly id: string;
      /** The base delay if not given. */
      readonly delay?: Seconds;
      /** Something outside if not given. */
      readonly effects?: readonly timelock.Effect[];
      /** Whether the proposer holds the canceller's role too; it does unless told. */
      readonly isCanceller?: boolean;
    }
  | { readonly type: "execute"; readonly id: string }
  | { readonly type: "cancel"; readonly id: string }
  /** A canceller withdraws operations directly; all of them if no ids are given. */
  | { readonly type: "deEscalate"; readonly ids?: readonly string[] }
  | { readonly type: "beginExit"; readonly epoch: number; readonly arrived?: Shares; readonly burnt?: Shares }
  | { readonly type: "claim"; readonly epoch: number; readonly result: escrow.ClaimResult; readonly maxShares?: Shares }
  | { readonly type: "withdraw"; readonly epoch: number; readonly staker: string }
  /** The timelock changes the configuration, in whatever state it came to be allowed to. */
  | { readonly type: "setConfig"; readonly config: DualGovernanceConfig };

/** What an accepted action leaves behind. */
export interface Step {
  readonly system: System;
  /** The states walked through: none or one for a poke, up to two for a lock, which pokes before and after. */
  readonly transitions: readonly { readonly from: GovernanceState; readonly to: GovernanceState }[];
  /** Paid out by a withdrawal. */
  readonly paid: Assets;
}

/** The last configuration the gate has room for. */
const MAX_VERSION = 65_535;

export function createSystem(
  config: DualGovernanceConfig,
  bounds: TimelockBounds,
  minDelay: Seconds,
  vault: VaultReading,
  now: Timestamp,
): System {
  return {
    now,
    vault,
    gate: createGate(config, vault),
    ledger: escrow.EMPTY_LEDGER,
    timelock: timelock.createTimelock(bounds, minDelay),
  };
}

/** What a poke in this block would leave behind. */
export function effectiveOf(system: System, rules: GateRules = GATE_RULES): Evaluation {
  return evaluate(system.gate, system.ledger, system.vault, system.now, rules);
}

/** Whether an operation that is no de-escalation may be scheduled in this block, as far as the gate is concerned. */
export function canSchedule(system: System): boolean {
  return admitsScheduling(effectiveOf(system).machine.state);
}

/** Where operation `id` stands in this block. */
export function operationStatus(system: System, id: string): timelock.OperationStatus {
  const { machine } = effectiveOf(system);
  return timelock.statusOf(system.timelock, id, system.now, (at) => GATE_RULES.admitsExecution(machine, at));
}

/** Carries out one action. A refusal is what the contracts revert with, and leaves everything as it was. */
export function step(system: System, action: Action, rules: GateRules = GATE_RULES): Outcome<Step> {
  switch (action.type) {
    case "warp":
      return quietly({ ...system, now: system.now + action.seconds });
    case "setVault":
      return quietly({ ...system, vault: { ...system.vault, ...action.vault } });
    case "donate":
      return quietly({ ...system, ledger: escrow.donate(system.ledger, action.epoch, action.assets) });
    case "poke":
      return accept(advance({ system, transitions: [], paid: 0n }, rules, "poke"));
    case "lock":
      return lock(system, action, rules);
    case "unlock":
      return unlock(system, action, rules);
    case "schedule":
      return schedule(system, action, rules);
    case "execute":
      return execute(system, action.id, rules);
    case "cancel":
      return withTimelock(system, timelock.cancel(system.timelock, action.id, system.now));
    case "deEscalate":
      return withTimelock(
        system,
        accept(
          action.ids === undefined
            ? timelock.cancelAllOperations(system.timelock)
            : timelock.cancelOperations(system.timelock, action.ids, system.now),
        ),
      );
    case "beginExit": {
      const { epoch, arrived, burnt = 0n } = action;
      const outcome = escrow.beginExit(system.ledger, epoch, system.now, arrived, burnt);
      if (!outcome.ok) return outcome;
      return quietly({ ...system, ledger: outcome.value, vault: withoutShares(system.vault, burnt) });
    }
    case "claim":
      return claim(system, action);
    case "withdraw": {
      const outcome = escrow.withdraw(system.ledger, action.epoch, action.staker, system.now);
      if (!outcome.ok) return outcome;
      const { ledger, assets } = outcome.value;
      return accept({ system: { ...system, ledger }, transitions: [], paid: assets });
    }
    case "setConfig":
      return setConfig(begin(system, rules), action.config);
  }
}

const quietly = (system: System): Outcome<Step> => accept({ system, transitions: [], paid: 0n });

const withoutShares = (vault: VaultReading, burnt: Shares): VaultReading => ({
  ...vault,
  supply: vault.supply - burnt,
});

function withTimelock(system: System, outcome: Outcome<timelock.Timelock>): Outcome<Step> {
  return outcome.ok ? quietly({ ...system, timelock: outcome.value }) : outcome;
}

/** Every call of a staker or of the DAO brings the gate up to date first. */
function begin(system: System, rules: GateRules): Step {
  return advance({ system, transitions: [], paid: 0n }, rules);
}

function advance({ system, transitions, paid }: Step, rules: GateRules, kind: PokeKind = "advance"): Step {
  const { gate, ledger } = poke(system.gate, system.ledger, system.vault, system.now, rules, kind);
  const from = system.gate.machine.state;
  const to = gate.machine.state;
  return {
    system: { ...system, gate, ledger },
    transitions: from === to ? transitions : [...transitions, { from, to }],
    paid,
  };
}

function lock(system: System, action: Extract<Action, { type: "lock" }>, rules: GateRules): Outcome<Step> {
  const before = begin(system, rules);
  const { gate, ledger, now } = before.system;
  const { staker, shares, expectedEpoch = 0 } = action;
  const running = ledger.runningEpoch;
  if (expectedEpoch !== 0 && expectedEpoch !== running) {
    return refuse("UnexpectedEpoch", BigInt(running), BigInt(expectedEpoch));
  }
  const outcome = escrow.lock(ledger, staker, shares, now, gate.machine.minLock);
  if (!outcome.ok) return outcome;
  return accept(advance({ ...before, system: { ...before.system, ledger: outcome.value } }, rules));
}

function unlock(system: System, action: Extract<Action, { type: "unlock" }>, rules: GateRules): Outcome<Step> {
  const { staker, shares, expectedEpoch = 0 } = action;
  // The caller means the epoch it saw, so one that the poke closes is refused rather than replaced by the next.
  const epoch = expectedEpoch === 0 ? system.ledger.runningEpoch : expectedEpoch;
  const before = begin(system, rules);
  const { ledger, now } = before.system;
  const running = ledger.runningEpoch;
  if (epoch < running) return refuse("EpochClosed", BigInt(epoch), BigInt(running));
  if (epoch > running) return refuse("UnexpectedEpoch", BigInt(running), BigInt(epoch));
  const outcome = escrow.unlock(ledger, staker, shares, now);
  if (!outcome.ok) return outcome;
  return accept(advance({ ...before, system: { ...before.system, ledger: outcome.value } }, rules));
}

function schedule(system: System, action: Extract<Action, { type: "schedule" }>, rules: GateRules): Outcome<Step> {
  const { id, effects = [{ type: "outside" }], isCanceller = true } = action;
  const delay = action.delay ?? system.timelock.minDelay;
  const { delayCeiling } = system.timelock.bounds;
  if (delay > delayCeiling) return refuse("DelayOutOfBounds", delay, delayCeiling);
  const isDeEscalation = isCanceller && timelock.areDeEscalation(effects);
  const before = isDeEscalation ? { system, transitions: [], paid: 0n } : begin(system, rules);
  if (!isDeEscalation && !admitsScheduling(before.system.gate.machine.state)) return refuse("SchedulingClosed");
  const outcome = timelock.schedule(before.system.timelock, id, effects, delay, isDeEscalation, system.now);
  if (!outcome.ok) return outcome;
  return accept({ ...before, system: { ...before.system, timelock: outcome.value } });
}

function execute(system: System, id: string, rules: GateRules): Outcome<Step> {
  const found = timelock.findExecutable(system.timelock, id, system.now);
  if (!found.ok) return found;
  const operation = found.value;
  let after: Step = operation.isDeEscalation ? { system, transitions: [], paid: 0n } : begin(system, rules);
  if (!operation.isDeEscalation && !rules.admitsExecution(after.system.gate.machine, operation.scheduledAt)) {
    return refuse("ExecutionClosed");
  }
  for (const effect of operation.effects) {
    const outcome = carryOut(after, effect, operation.sequence - 1, rules);
    if (!outcome.ok) return outcome;
    after = outcome.value;
  }
  return accept({
    ...after,
    system: { ...after.system, timelock: timelock.finish(after.system.timelock, id) },
  });
}

/** @param reach A de-escalation touches only what is older than the operation that asks for it. */
function carryOut(before: Step, effect: timelock.Effect, reach: number, rules: GateRules): Outcome<Step> {
  const { system } = before;
  const keep = (after: timelock.Timelock): Outcome<Step> =>
    accept({ ...before, system: { ...system, timelock: after } });
  switch (effect.type) {
    case "outside":
      return accept(before);
    case "setConfig":
      return setConfig(advance(before, rules), effect.config);
    case "updateDelay": {
      const outcome = timelock.updateDelay(system.timelock, effect.delay);
      return outcome.ok ? keep(outcome.value) : outcome;
    }
    case "cancelOperations":
      return keep(timelock.cancelOperations(system.timelock, effect.ids, system.now, reach));
    case "cancelAllOperations":
      return keep(timelock.cancelAllOperations(system.timelock, reach));
  }
}

function setConfig(before: Step, config: DualGovernanceConfig): Outcome<Step> {
  const { system } = before;
  const { gate } = system;
  const version = gate.machine.currentConfig;
  if (version === MAX_VERSION) return refuse("TooManyConfigurations", BigInt(version), BigInt(MAX_VERSION));
  const [violation] = checkConfig(config, system.timelock.bounds);
  if (violation !== undefined) return refuse(violation.error, violation.value, violation.limit);
  return accept({ ...before, system: { ...system, gate: withConfig(gate, config) } });
}

function claim(system: System, action: Extract<Action, { type: "claim" }>): Outcome<Step> {
  const { epoch, result, maxShares } = action;
  const outcome = escrow.claim(system.ledger, epoch, result, system.now, maxShares);
  if (!outcome.ok) return outcome;
  // What was burnt when redemption was requested is not burnt again.
  const left = system.ledger.leavingShares - outcome.value.leavingShares;
  const redeemed = left < result.shares ? left : result.shares;
  return quietly({ ...system, ledger: outcome.value, vault: withoutShares(system.vault, redeemed) });
}
