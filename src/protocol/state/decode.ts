import type { DualGovernance } from "../../../types/index.js";
import type { DualGovernanceConfig, GovernanceState, Machine, Reading } from "../../model/types.js";

type Effective = Awaited<ReturnType<DualGovernance["effective"]>>;

/** From the chain's struct to the model's. */
export const toMachine = (machine: Effective["machine"]): Machine => ({
  state: Number(machine.state) as GovernanceState,
  round: Number(machine.round),
  currentConfig: Number(machine.currentConfig),
  frozenConfig: Number(machine.frozenConfig),
  signallingThreshold: machine.signallingThreshold,
  minLock: machine.minLock,
  activatedAt: machine.activatedAt,
  phaseEndsAt: machine.phaseEndsAt,
  rageQuitThresholdAt: machine.rageQuitThresholdAt,
});

/** From the chain's struct to the model's. */
export const toReading = (reading: Effective["reading"]): Reading => ({
  timestamp: reading.timestamp,
  locked: reading.locked,
  supply: reading.supply,
  lowestSupply: reading.lowestSupply,
  supportNow: reading.supportNow,
  supportMax: reading.supportMax,
  completeAfter: reading.completeAfter,
});

/** From the chain's struct to the model's. */
export const toConfig = ({
  signalling: s,
  phases: p,
}: Awaited<ReturnType<DualGovernance["currentConfig"]>>): DualGovernanceConfig => ({
  signalling: {
    signallingThreshold: s.signallingThreshold,
    rageQuitThreshold: s.rageQuitThreshold,
    minDuration: s.minDuration,
    maxDuration: s.maxDuration,
    joinWindow: s.joinWindow,
    minActive: s.minActive,
    deactivation: s.deactivation,
  },
  phases: {
    minLock: p.minLock,
    cooldown: p.cooldown,
    rageQuitExtension: p.rageQuitExtension,
    withdrawalMinDelay: p.withdrawalMinDelay,
    withdrawalMaxDelay: p.withdrawalMaxDelay,
    withdrawalDelayGrowth: p.withdrawalDelayGrowth,
  },
});
