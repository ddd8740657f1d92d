import {
  GovernanceState,
  type DualGovernanceConfig,
  type Machine,
  type Reading,
  type SignallingConfig,
} from "./types.js";
import { max, min, type Seconds, type Support, type Timestamp } from "./units.js";

/** The two configurations that matter at any moment. */
export interface ConfigPair {
  /** The configuration of the next activation. */
  readonly current: DualGovernanceConfig;
  /** The configuration frozen at the last activation. */
  readonly frozen: DualGovernanceConfig;
}

const MAX_ROUND = 255;

const isSignalling = (state: GovernanceState): boolean =>
  state === GovernanceState.VetoSignalling || state === GovernanceState.VetoSignallingDeactivation;

/**
 * D(R): how long a support extends the timelock, rounded down to whole seconds.
 * @param signallingThreshold R1 in force, which may be smaller than the configuration's own.
 */
export function calcExtension(support: Support, config: SignallingConfig, signallingThreshold: Support): Seconds {
  if (support < signallingThreshold) return 0n;
  if (support >= config.rageQuitThreshold) return config.maxDuration;
  const slope = (support - signallingThreshold) * (config.maxDuration - config.minDuration);
  return config.minDuration + slope / (config.rageQuitThreshold - signallingThreshold);
}

/** R1 that decides: on leaving a cooldown or a rage quit, a raised R1 does not count against those who stayed. */
export function calcSignallingThreshold(machine: Machine, current: DualGovernanceConfig): Support {
  switch (machine.state) {
    case GovernanceState.Normal:
    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation:
      return machine.signallingThreshold;
    case GovernanceState.VetoCooldown:
    case GovernanceState.RageQuit:
      return min(machine.signallingThreshold, current.signalling.signallingThreshold);
  }
}

/** When R2 counts from, after `reading` was seen; 0 if it does not count. Moves only while signalling. */
export function observeRageQuitThreshold(machine: Machine, frozen: DualGovernanceConfig, reading: Reading): Timestamp {
  if (!isSignalling(machine.state)) return machine.rageQuitThresholdAt;
  if (reading.supportMax >= frozen.signalling.rageQuitThreshold) {
    return machine.rageQuitThresholdAt === 0n ? reading.timestamp : machine.rageQuitThresholdAt;
  }
  // Later, the first value stays: the join window can be neither burnt early nor renewed for ever.
  return reading.timestamp <= machine.activatedAt + frozen.signalling.maxDuration ? 0n : machine.rageQuitThresholdAt;
}

/** Whether the running rage quit is complete. */
export const isComplete = ({ completeAfter, timestamp }: Reading): boolean =>
  completeAfter !== 0n && timestamp > completeAfter;

/** The state after at most one transition. `machine` must have observed the rage quit threshold in `reading`. */
export function next(machine: Machine, configs: ConfigPair, reading: Reading): GovernanceState {
  const { state } = machine;
  switch (state) {
    case GovernanceState.Normal:
      return reading.supportNow >= calcSignallingThreshold(machine, configs.current)
        ? GovernanceState.VetoSignalling
        : state;

    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation:
      return nextOfSignalling(machine, configs.frozen.signalling, reading);

    case GovernanceState.VetoCooldown:
      if (reading.timestamp <= machine.phaseEndsAt) return state;
      return reading.supportMax >= calcSignallingThreshold(machine, configs.current)
        ? GovernanceState.VetoSignalling
        : GovernanceState.Normal;

    case GovernanceState.RageQuit:
      if (!isComplete(reading)) return state;
      return reading.supportMax >= calcSignallingThreshold(machine, configs.current)
        ? GovernanceState.VetoSignalling
        : GovernanceState.VetoCooldown;
  }
}

function nextOfSignalling(machine: Machine, config: SignallingConfig, reading: Reading): GovernanceState {
  const { timestamp, supportMax } = reading;
  const reachesRageQuitThreshold = supportMax >= config.rageQuitThreshold;
  if (
    reachesRageQuitThreshold &&
    timestamp > machine.activatedAt + config.maxDuration &&
    timestamp > machine.rageQuitThresholdAt + config.joinWindow
  ) {
    return GovernanceState.RageQuit;
  }
  const isExtended =
    reachesRageQuitThreshold ||
    timestamp <= machine.activatedAt + calcExtension(supportMax, config, machine.signallingThreshold);
  const isPhaseOver = timestamp > machine.phaseEndsAt;
  if (machine.state === GovernanceState.VetoSignalling) {
    return !isExtended && isPhaseOver ? GovernanceState.VetoSignallingDeactivation : machine.state;
  }
  if (isExtended) return GovernanceState.VetoSignalling;
  return isPhaseOver ? GovernanceState.VetoCooldown : machine.state;
}

/** The machine after it entered `to`. */
export function enter(machine: Machine, to: GovernanceState, configs: ConfigPair, reading: Reading): Machine {
  const { timestamp } = reading;
  const { current, frozen } = configs;
  switch (to) {
    case GovernanceState.Normal:
      return {
        ...machine,
        state: to,
        signallingThreshold: current.signalling.signallingThreshold,
        minLock: current.phases.minLock,
        phaseEndsAt: 0n,
      };

    case GovernanceState.VetoSignalling:
      if (machine.state === GovernanceState.VetoSignallingDeactivation) {
        return { ...machine, state: to, phaseEndsAt: timestamp + frozen.signalling.minActive };
      }
      return {
        ...machine,
        state: to,
        frozenConfig: machine.currentConfig,
        signallingThreshold: calcSignallingThreshold(machine, current),
        minLock: current.phases.minLock,
        activatedAt: timestamp,
        phaseEndsAt: timestamp + current.signalling.minActive,
        rageQuitThresholdAt: reading.supportMax >= current.signalling.rageQuitThreshold ? timestamp : 0n,
      };

    case GovernanceState.VetoSignallingDeactivation:
      return { ...machine, state: to, phaseEndsAt: timestamp + frozen.signalling.deactivation };

    case GovernanceState.VetoCooldown:
      return { ...machine, state: to, round: 0, phaseEndsAt: timestamp + frozen.phases.cooldown };

    case GovernanceState.RageQuit:
      return { ...machine, state: to, round: Math.min(machine.round + 1, MAX_ROUND), phaseEndsAt: 0n };
  }
}

/** W(i): how long after the extension stakers of round `round` withdraw. */
export function calcWithdrawalDelay(round: number, config: DualGovernanceConfig): Seconds {
  const { withdrawalMinDelay, withdrawalMaxDelay, withdrawalDelayGrowth } = config.phases;
  return min(withdrawalMinDelay + BigInt(round) * withdrawalDelayGrowth, withdrawalMaxDelay);
}

/** The least support that extends the timelock by `duration`; R2 if nothing less does. */
export function calcSupportFor(duration: Seconds, config: SignallingConfig, signallingThreshold: Support): Support {
  if (duration <= config.minDuration) return signallingThreshold;
  if (duration >= config.maxDuration) return config.rageQuitThreshold;
  const rise = (duration - config.minDuration) * (config.rageQuitThreshold - signallingThreshold);
  const span = config.maxDuration - config.minDuration;
  return max(signallingThreshold, min(config.rageQuitThreshold, signallingThreshold + (rise + span - 1n) / span));
}

/** Whether the gate lets the DAO schedule in `state`. */
export function admitsScheduling(state: GovernanceState): boolean {
  return state !== GovernanceState.VetoSignallingDeactivation && state !== GovernanceState.VetoCooldown;
}

/** Whether the gate lets an operation scheduled at `scheduledAt` execute. */
export function admitsExecution(machine: Machine, scheduledAt: Timestamp): boolean {
  switch (machine.state) {
    case GovernanceState.Normal:
      return true;
    case GovernanceState.VetoCooldown:
      return scheduledAt < machine.activatedAt;
    case GovernanceState.VetoSignalling:
    case GovernanceState.VetoSignallingDeactivation:
    case GovernanceState.RageQuit:
      return false;
  }
}
