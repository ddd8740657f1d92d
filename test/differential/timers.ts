import { effectiveOf } from "../model/twin/dualGovernanceModel.js";
import { callOffAfterOf } from "../model/twin/exitCalls.js";
import { markOf, withdrawableAfterOf } from "../model/twin/exitLedger.js";
import { configPairOf } from "../model/twin/gateModel.js";
import { calcExtension } from "../../src/model/stateTransitions.js";
import { expiryOf, findPending } from "../model/twin/timelockModel.js";
import { GovernanceState } from "../../src/model/types.js";
import { WHOLE, type Shares, type Timestamp } from "../../src/model/units.js";
import type { World } from "./twin.js";

/** Moments at which the state of the gate may change by time alone. */
export function gateTimers({ system }: World): readonly Timestamp[] {
  const { machine } = system.gate;
  const { signalling } = configPairOf(system.gate).frozen;
  switch (machine.state) {
    case GovernanceState.Normal:
      return [];
    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation: {
      const { reading } = effectiveOf(system);
      return [
        machine.phaseEndsAt,
        machine.activatedAt + calcExtension(reading.supportMax, signalling, machine.signallingThreshold),
        machine.activatedAt + signalling.maxDuration,
        ...(machine.rageQuitThresholdAt === 0n ? [] : [machine.rageQuitThresholdAt + signalling.joinWindow]),
      ];
    }
    case GovernanceState.VetoCooldown:
      return [machine.phaseEndsAt];
    case GovernanceState.RageQuit:
      return system.ledger.completeAfter === 0n ? [] : [system.ledger.completeAfter];
  }
}

/** Moments at which something becomes possible in an exit whose extension has not started. */
function exitTimers({ system: { ledger } }: World): readonly Timestamp[] {
  const exit = ledger.closed.at(-1)?.exit;
  if (exit?.extensionStartedAt !== 0n) return [];
  return [
    callOffAfterOf(ledger, ledger.runningEpoch - 1),
    markOf(exit) + ledger.terms.stallDelay,
    ...(exit.fewSince === 0n ? [] : [exit.fewSince + ledger.terms.wordDelay]),
  ];
}

/** Moments that matter soon: those of the gate, of a running exit and of the running locks, of the base delays. */
export function nearTimers(world: World): readonly Timestamp[] {
  const { ledger, timelock, now } = world.system;
  const pending = Object.keys(timelock.operations).flatMap((id) => findPending(timelock, id, now) ?? []);
  return [
    ...gateTimers(world),
    ...exitTimers(world),
    ...Object.values(ledger.positions).map(({ unlockableAfter }) => unlockableAfter),
    // Of an operation too young to execute: the second before its time is the second after this.
    ...pending.map(({ readyAt }) => readyAt),
  ];
}

/** Moments that matter late: payments and expiries. */
export function farTimers({ system: { ledger, timelock } }: World): readonly Timestamp[] {
  return [
    ...ledger.closed.map(({ exit }) => withdrawableAfterOf(exit)),
    ...Object.values(timelock.operations)
      .filter(({ end, sequence }) => end === "none" && sequence > timelock.cancelledThrough)
      .map((operation) => expiryOf(operation, timelock.bounds)),
  ];
}

/** The numbers of locked shares at which support reaches a threshold, by present and by lowest supply. */
export function thresholdShares({ system }: World): readonly Shares[] {
  const { reading, machine } = effectiveOf(system);
  const { current, frozen } = configPairOf(system.gate);
  const { rageQuitThreshold } = (machine.state === GovernanceState.Normal ? current : frozen).signalling;
  return [reading.supply === 0n ? system.vault.supply : reading.supply, reading.lowestSupply].flatMap((supply) =>
    [machine.signallingThreshold, rageQuitThreshold].map((threshold) => (threshold * supply + WHOLE - 1n) / WHOLE),
  );
}
