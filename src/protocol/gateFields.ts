import type { PhaseConfig, SignallingConfig } from "../model/types.js";
import { formatDuration, formatPercent } from "./format.js";

/** A value of the gate's configuration, under the name that the contract and the file give it. */
export type GateField = keyof SignallingConfig | keyof PhaseConfig;

/** With all its digits. [1e18 = 100 %] */
const exactPercent = (value: bigint): string => formatPercent(value, 16);

/** How each value is told, in its unit. */
export const GATE_FORMATS: Readonly<Record<GateField, (value: bigint) => string>> = {
  signallingThreshold: exactPercent,
  rageQuitThreshold: exactPercent,
  minDuration: formatDuration,
  maxDuration: formatDuration,
  joinWindow: formatDuration,
  minActive: formatDuration,
  deactivation: formatDuration,
  minLock: formatDuration,
  cooldown: formatDuration,
  rageQuitExtension: formatDuration,
  withdrawalMinDelay: formatDuration,
  withdrawalMaxDelay: formatDuration,
  withdrawalDelayGrowth: formatDuration,
};

/** In the order of the contract. */
export const GATE_FIELDS = Object.keys(GATE_FORMATS) as readonly GateField[];
