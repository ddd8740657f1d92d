import { GATE_RULES, type GateRules } from "../twin/gateModel.js";
import { GovernanceState, type DualGovernanceConfig } from "../../../src/model/types.js";

const withoutJoinWindow = (config: DualGovernanceConfig): DualGovernanceConfig => ({
  ...config,
  signalling: { ...config.signalling, joinWindow: -1n },
});

const mutate = (changes: Partial<GateRules>): GateRules => ({ ...GATE_RULES, ...changes });

/** Support is measured against the present supply. */
export const PRESENT_SUPPLY = mutate({
  readSupport: (...seen) => {
    const reading = GATE_RULES.readSupport(...seen);
    return { ...reading, supportMax: reading.supportNow };
  },
});

/** A late lock starts the rage quit at once. */
export const NO_JOIN_WINDOW = mutate({
  next: (machine, configs, reading) =>
    GATE_RULES.next(machine, { ...configs, frozen: withoutJoinWindow(configs.frozen) }, reading),
});

/** An early crossing counts for ever. */
export const WINDOW_USED_UP_EARLY = mutate({
  observeRageQuitThreshold: (machine, frozen, reading) =>
    machine.rageQuitThresholdAt === 0n
      ? GATE_RULES.observeRageQuitThreshold(machine, frozen, reading)
      : machine.rageQuitThresholdAt,
});

/** Every late crossing opens a new join window. */
export const WINDOW_RENEWED = mutate({
  observeRageQuitThreshold: (machine, frozen, reading) =>
    reading.supportMax < frozen.signalling.rageQuitThreshold
      ? 0n
      : GATE_RULES.observeRageQuitThreshold(machine, frozen, reading),
});

/** A change of the configuration counts at once. */
export const CONFIG_NOT_FROZEN = mutate({
  next: (machine, { current }, reading) => GATE_RULES.next(machine, { current, frozen: current }, reading),
  enter: (machine, to, { current }, reading) => GATE_RULES.enter(machine, to, { current, frozen: current }, reading),
});

/** A raised R1 counts against those who are already locked. */
export const RAISED_THRESHOLD_COUNTS = mutate({
  next: (machine, configs, reading) =>
    machine.state === GovernanceState.VetoCooldown || machine.state === GovernanceState.RageQuit
      ? GATE_RULES.next(
          { ...machine, signallingThreshold: configs.current.signalling.signallingThreshold },
          configs,
          reading,
        )
      : GATE_RULES.next(machine, configs, reading),
});

/** The state is looked at when an operation is scheduled, not when it executes. */
export const CHECKED_WHEN_SCHEDULED = mutate({ admitsExecution: () => true });

/** In a cooldown executes what is as old as the activation. */
export const AS_OLD_AS_THE_ACTIVATION = mutate({
  admitsExecution: (machine, scheduledAt) => GATE_RULES.admitsExecution(machine, scheduledAt - 1n),
});

/** A deactivation cannot be stopped. */
export const NO_WAY_BACK = mutate({
  next: (machine, configs, reading) => {
    const to = GATE_RULES.next(machine, configs, reading);
    const isReturn =
      machine.state === GovernanceState.VetoSignallingDeactivation && to === GovernanceState.VetoSignalling;
    if (!isReturn) return to;
    return reading.timestamp > machine.phaseEndsAt ? GovernanceState.VetoCooldown : machine.state;
  },
});

/** Governance goes on while a rage quit is under way. */
export const NO_EXTENSION_AFTER_EXIT = mutate({
  next: (machine, configs, reading) => GATE_RULES.next(machine, configs, { ...reading, completeAfter: 1n }),
});

/** Deactivation leads straight to Normal. */
export const NO_COOLDOWN = mutate({
  next: (machine, configs, reading) => {
    const to = GATE_RULES.next(machine, configs, reading);
    return to === GovernanceState.VetoCooldown && machine.state !== to ? GovernanceState.Normal : to;
  },
});

/** Every return from the deactivation restarts the round. */
export const RETURN_RESTARTS_ROUND = mutate({
  enter: (machine, to, configs, reading) => {
    const entered = GATE_RULES.enter(machine, to, configs, reading);
    return to === GovernanceState.VetoSignalling ? { ...entered, activatedAt: reading.timestamp } : entered;
  },
});

/** What an exit gives back counts twice in what was recorded without it. */
export const RETURN_COUNTED_TWICE = mutate({
  readSupport: (state, record, locked, answer, returned) =>
    GATE_RULES.readSupport(state, record, locked, answer, 2n * (returned ?? 0n)),
});

/** What an exit gives back does not count in what was recorded without it. */
export const RETURN_FORGOTTEN = mutate({
  readSupport: (state, record, locked, answer) => GATE_RULES.readSupport(state, record, locked, answer),
});
