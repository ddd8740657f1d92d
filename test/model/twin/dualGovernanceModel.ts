import { checkConfig, type TimelockBounds } from "../../../src/model/configChecks.js";
import * as escrow from "./escrowLedger.js";
import * as payments from "./escrowPayments.js";
import * as exits from "./exitCalls.js";

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
import { admitsScheduling } from "../../../src/model/stateTransitions.js";
import type { VaultReading } from "./support.js";
import * as timelock from "./timelockModel.js";
import {
  accept,
  refuse,
  type DualGovernanceConfig,
  type GovernanceState,
  type Outcome,
  type ExitTerms,
} from "../../../src/model/types.js";
import type { Assets, Seconds, Shares, Timestamp } from "../../../src/model/units.js";
import { changeVessel, vesselIn, type Vessel } from "./vessels.js";

/** The whole of dual governance at one moment, with the vault as the environment left it. */
export interface System {
  readonly now: Timestamp;
  readonly vault: VaultReading;
  readonly gate: Gate;
  readonly ledger: escrow.EscrowLedger;
  readonly timelock: timelock.Timelock;
}

/** One transaction, or one move of the environment (`warp`, `setVault`, `setVessel`, `giveShares`, `donate`). */
export type Action =
  | { readonly type: "warp"; readonly seconds: Seconds }
  | { readonly type: "setVault"; readonly vault: Partial<VaultReading> }
  /** What share, asset and vault say of a vessel. */
  | { readonly type: "setVessel"; readonly vessel: string; readonly changes: Partial<Vessel> }
  /** Shares reach the escrow or a vessel without being asked for; fewer than none if an issuer takes them. */
  | { readonly type: "giveShares"; readonly to: "escrow" | { readonly vessel: string }; readonly shares: Shares }
  /** Assets reach a vessel without being asked for. */
  | { readonly type: "donate"; readonly vessel: string; readonly assets: Assets }
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
  | {
      readonly type: "beginExit";
      readonly epoch: number;
      /** A fresh one if not given. */
      readonly vessel?: string | undefined;
      /** What the vault makes of the offer; undefined if it refuses. */
      readonly leave: (offer: exits.Offer) => exits.Leaving | undefined;
      readonly claimed?: exits.Claimed;
    }
  | {
      readonly type: "claim";
      readonly epoch: number;
      readonly vessel: string;
      readonly claimed?: exits.Claimed;
      /** What the vault says now that all of the epoch is worth. */
      readonly worth?: Assets;
    }
  | { readonly type: "callOff"; readonly epoch: number; readonly worth?: Assets }
  | { readonly type: "withdraw"; readonly epoch: number; readonly staker: string }
  | { readonly type: "takeShares"; readonly epoch: number; readonly staker: string }
  | { readonly type: "moveShares"; readonly epoch: number; readonly staker: string; readonly expectedEpoch?: number }
  /** The timelock changes the configuration, in whatever state it came to be allowed to. */
  | { readonly type: "setConfig"; readonly config: DualGovernanceConfig };

/** What an accepted action leaves behind. */
export interface Step {
  readonly system: System;
  /** The states walked through: none or one for a poke, up to two for a lock, which pokes before and after. */
  readonly transitions: readonly { readonly from: GovernanceState; readonly to: GovernanceState }[];
  /** What the call returns that it paid: assets, or units of shares. */
  readonly paid: bigint;
  /** Shares that left the escrow for the caller. */
  readonly shares?: Shares;
  /** What the vault took in a beginning. */
  readonly leaving?: exits.Leaving;
}

/** The last configuration the gate has room for. */
const MAX_VERSION = 65_535;

export function createSystem(
  config: DualGovernanceConfig,
  bounds: TimelockBounds,
  minDelay: Seconds,
  vault: VaultReading,
  now: Timestamp,
  terms: ExitTerms,
): System {
  return {
    now,
    vault,
    gate: createGate(config, vault),
    ledger: escrow.createLedger(terms, vault.supply),
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
    case "setVessel":
      return quietly(withVessel(system, action.vessel, action.changes));
    case "giveShares": {
      const { to, shares } = action;
      if (to === "escrow") return quietly({ ...system, ledger: escrow.withEscrowShares(system.ledger, shares) });
      const held = vesselIn(system.ledger.holdings, to.vessel);
      return quietly(withVessel(system, to.vessel, { shares: held.shares + shares }));
    }
    case "donate": {
      const held = vesselIn(system.ledger.holdings, action.vessel);
      return quietly(withVessel(system, action.vessel, { assets: held.assets + action.assets }));
    }
    case "poke":
      return accept(pokeSystem({ system, transitions: [], paid: 0n }, rules, "poke"));
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
    case "beginExit":
      return beginExit(system, action);
    case "claim": {
      const { epoch, vessel, claimed, worth } = action;
      const outcome = exits.claim(system.ledger, epoch, vessel, system.now, claimed, worth);
      return withLedger(withoutShares(system, claimed?.burnt), outcome);
    }
    case "callOff":
      return withLedger(system, exits.callOff(system.ledger, action.epoch, system.now, action.worth));
    case "withdraw":
      return withPayout(system, payments.withdraw(system.ledger, action.epoch, action.staker, system.now));
    case "takeShares":
      return withPayout(system, payments.takeShares(system.ledger, action.epoch, action.staker, system.now));
    case "moveShares":
      return moveShares(system, action, rules);
    case "setConfig":
      return setConfig(pokeFirst(system, rules), action.config);
  }
}

const quietly = (system: System): Outcome<Step> => accept({ system, transitions: [], paid: 0n });

const withoutShares = (system: System, burnt: Shares = 0n): System => ({
  ...system,
  vault: { ...system.vault, supply: system.vault.supply - burnt },
});

const withVessel = (system: System, vessel: string, changes: Partial<Vessel>): System => ({
  ...system,
  ledger: { ...system.ledger, holdings: changeVessel(system.ledger.holdings, vessel, changes) },
});

const withLedger = (system: System, outcome: Outcome<escrow.EscrowLedger>): Outcome<Step> =>
  outcome.ok ? quietly({ ...system, ledger: outcome.value }) : outcome;

function withPayout(system: System, outcome: Outcome<escrow.Payout & { readonly shares?: Shares }>): Outcome<Step> {
  if (!outcome.ok) return outcome;
  const { ledger, amount, shares = 0n } = outcome.value;
  return accept({ system: { ...system, ledger }, transitions: [], paid: amount, shares });
}

function withTimelock(system: System, outcome: Outcome<timelock.Timelock>): Outcome<Step> {
  return outcome.ok ? quietly({ ...system, timelock: outcome.value }) : outcome;
}

/** Every call of a staker or of the DAO brings the gate up to date first. */
function pokeFirst(system: System, rules: GateRules): Step {
  return pokeSystem({ system, transitions: [], paid: 0n }, rules);
}

function pokeSystem({ system, transitions, paid }: Step, rules: GateRules, kind: PokeKind = "admission"): Step {
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
  const before = pokeFirst(system, rules);
  const { gate, ledger, now } = before.system;
  const { staker, shares, expectedEpoch = 0 } = action;
  const running = ledger.runningEpoch;
  if (expectedEpoch !== 0 && expectedEpoch !== running) {
    return refuse("UnexpectedEpoch", BigInt(running), BigInt(expectedEpoch));
  }
  const outcome = escrow.lock(ledger, staker, shares, now, gate.machine.minLock);
  if (!outcome.ok) return outcome;
  return accept(pokeSystem({ ...before, system: { ...before.system, ledger: outcome.value } }, rules));
}

function unlock(system: System, action: Extract<Action, { type: "unlock" }>, rules: GateRules): Outcome<Step> {
  const { staker, shares, expectedEpoch = 0 } = action;
  // The caller means the epoch it saw, so one that the poke closes is refused rather than replaced by the next.
  const epoch = expectedEpoch === 0 ? system.ledger.runningEpoch : expectedEpoch;
  const before = pokeFirst(system, rules);
  const { ledger, now } = before.system;
  const running = ledger.runningEpoch;
  if (epoch < running) return refuse("EpochClosed", BigInt(epoch), BigInt(running));
  if (epoch > running) return refuse("UnexpectedEpoch", BigInt(running), BigInt(epoch));
  const outcome = escrow.unlock(ledger, staker, shares, now);
  if (!outcome.ok) return outcome;
  const after = pokeSystem({ ...before, system: { ...before.system, ledger: outcome.value.ledger } }, rules);
  return accept({ ...after, shares: outcome.value.amount });
}

/** Without a transfer; as a lock it pokes before and after. */
function moveShares(
  system: System,
  { epoch, staker, expectedEpoch = 0 }: Extract<Action, { type: "moveShares" }>,
  rules: GateRules,
): Outcome<Step> {
  const found = payments.findStarted(system.ledger, epoch, system.now);
  if (!found.ok) return found;
  const before = pokeFirst(system, rules);
  const { gate, ledger, now } = before.system;
  const running = ledger.runningEpoch;
  if (expectedEpoch !== 0 && expectedEpoch !== running) {
    return refuse("UnexpectedEpoch", BigInt(running), BigInt(expectedEpoch));
  }
  const outcome = payments.moveShares(ledger, epoch, staker, now, gate.machine.minLock);
  if (!outcome.ok) return outcome;
  const after = pokeSystem({ ...before, system: { ...before.system, ledger: outcome.value.ledger } }, rules);
  return accept({ ...after, paid: outcome.value.amount });
}

function beginExit(
  system: System,
  { epoch, vessel, leave, claimed }: Extract<Action, { type: "beginExit" }>,
): Outcome<Step> {
  const outcome = exits.beginExit(system.ledger, epoch, vessel, system.now, leave, claimed);
  if (!outcome.ok) return outcome;
  const { ledger, leaving } = outcome.value;
  const after = withoutShares({ ...system, ledger }, leaving.burnt + (claimed?.burnt ?? 0n));
  return accept({ system: after, transitions: [], paid: 0n, leaving });
}

function schedule(system: System, action: Extract<Action, { type: "schedule" }>, rules: GateRules): Outcome<Step> {
  const { id, effects = [{ type: "outside" }], isCanceller = true } = action;
  const delay = action.delay ?? system.timelock.minDelay;
  const { delayCeiling } = system.timelock.bounds;
  if (delay > delayCeiling) return refuse("DelayOutOfBounds", delay, delayCeiling);
  const isDeEscalation = isCanceller && timelock.areDeEscalation(effects);
  const before = isDeEscalation ? { system, transitions: [], paid: 0n } : pokeFirst(system, rules);
  if (!isDeEscalation && !admitsScheduling(before.system.gate.machine.state)) return refuse("SchedulingClosed");
  const outcome = timelock.schedule(before.system.timelock, id, effects, delay, isDeEscalation, system.now);
  if (!outcome.ok) return outcome;
  return accept({ ...before, system: { ...before.system, timelock: outcome.value } });
}

function execute(system: System, id: string, rules: GateRules): Outcome<Step> {
  const found = timelock.findExecutable(system.timelock, id, system.now);
  if (!found.ok) return found;
  const operation = found.value;
  let after: Step = operation.isDeEscalation ? { system, transitions: [], paid: 0n } : pokeFirst(system, rules);
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
      return setConfig(pokeSystem(before, rules), effect.config);
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
