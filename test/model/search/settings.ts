import type { TimelockBounds } from "../../../src/model/configChecks.js";
import type { DualGovernanceConfig } from "../../../src/model/types.js";
import { max, min, type Seconds } from "../../../src/model/units.js";
import type { Setting } from "./searchWorld.js";

const PERCENT = 10n ** 16n;

/** Durations of a small world, in seconds that stand for hours or days. */
export interface Durations {
  readonly minDuration: Seconds;
  readonly maxDuration: Seconds;
  readonly joinWindow: Seconds;
  readonly minLock: Seconds;
  readonly minActive: Seconds;
  readonly deactivation: Seconds;
  readonly cooldown: Seconds;
  readonly rageQuitExtension: Seconds;
}

/** A configuration whose thresholds are multiples of a share in twenty. */
export function createConfig(
  durations: Durations,
  signallingThreshold = 10n,
  rageQuitThreshold = 30n,
): DualGovernanceConfig {
  const { minDuration, maxDuration, joinWindow, minLock, minActive, deactivation, cooldown } = durations;
  return {
    signalling: {
      signallingThreshold: signallingThreshold * PERCENT,
      rageQuitThreshold: rageQuitThreshold * PERCENT,
      minDuration,
      maxDuration,
      joinWindow,
      minActive,
      deactivation,
    },
    phases: {
      minLock,
      cooldown,
      rageQuitExtension: durations.rageQuitExtension,
      withdrawalMinDelay: 1n,
      withdrawalMaxDelay: 1n,
      withdrawalDelayGrowth: 0n,
    },
  };
}

/** T1: whoever objects before this long after a scheduling is in time. */
function calcReactionTime(baseDelay: Seconds, { signalling, phases }: DualGovernanceConfig): Seconds {
  return min(baseDelay, max(baseDelay - phases.cooldown, signalling.minActive + signalling.deactivation));
}

export const SMALL: Durations = {
  minDuration: 5n,
  maxDuration: 7n,
  joinWindow: 1n,
  minLock: 1n,
  minActive: 1n,
  deactivation: 1n,
  cooldown: 1n,
  rageQuitExtension: 1n,
};

const SMALL_BOUNDS: TimelockBounds = {
  delayFloor: 4n,
  delayCeiling: 5n,
  grace: 1_000_000n,
  fallbackDelay: 500_000n,
};

/** A world of twenty shares in which everybody may do everything. */
export function createSetting(name: string, changes: Partial<Setting> = {}): Setting {
  const { configs = [createConfig(SMALL)], baseDelay = 5n } = changes;
  return {
    name,
    configs,
    bounds: SMALL_BOUNDS,
    baseDelay,
    supplies: [20n],
    flashSupplies: [200n, 10n],
    silencesVault: false,
    callsOff: false,
    lots: [2n, 4n],
    purse: 6n,
    stake: 2n,
    judges: "everything",
    deadline: configs.map((config) => calcReactionTime(baseDelay, config)).reduce(min) - 1n,
    ...changes,
  };
}

/** Room for the longest base delay, which is where the cooldown decides how long the objector has. */
const LONG_BOUNDS: TimelockBounds = { ...SMALL_BOUNDS, delayFloor: 8n, delayCeiling: 8n };
const LONG_DELAY = { bounds: LONG_BOUNDS, baseDelay: 8n };
const LONG: Durations = { ...SMALL, minDuration: 8n, maxDuration: 10n };

/** Where T1 is the base delay less the cooldown, to the second. */
export const LONG_SETTING = createSetting("a long base delay", {
  ...LONG_DELAY,
  configs: [createConfig(LONG)],
  flashSupplies: [200n],
  lots: [2n],
});

/** Every duration is different in the second configuration, and so are both thresholds. */
export const OTHER_CONFIG = createConfig(
  {
    minDuration: 6n,
    maxDuration: 9n,
    joinWindow: 2n,
    minLock: 2n,
    minActive: 2n,
    deactivation: 2n,
    cooldown: 1n,
    rageQuitExtension: 2n,
  },
  20n,
  35n,
);

const TWO_CONFIGS = { configs: [createConfig(SMALL), OTHER_CONFIG], flashSupplies: [200n], lots: [6n] };

/** What every run of the tests searches. */
export const ORDINARY_SETTINGS: readonly Setting[] = [
  createSetting("support at R1"),
  createSetting("support just below R2", { stake: 5n, flashSupplies: [200n] }),
  LONG_SETTING,
  createSetting("a supply that doubles and halves", {
    supplies: [20n, 40n],
    stake: 4n,
    flashSupplies: [200n],
    lots: [6n],
  }),
  createSetting("a configuration that changes at any moment", TWO_CONFIGS),
  createSetting("a vault that falls silent", { flashSupplies: [200n], silencesVault: true, lots: [6n] }),
  createSetting("an exit that is called off", { flashSupplies: [200n], callsOff: true, lots: [6n] }),
];

/** Larger worlds, for a search that may take minutes. */
export const DEEP_SETTINGS: readonly Setting[] = [
  createSetting("support between the thresholds", { stake: 4n }),
  createSetting("support just below R2, all tricks", { stake: 5n, silencesVault: true }),
  createSetting("no join window", { configs: [createConfig({ ...SMALL, joinWindow: 0n })] }),
  createSetting("a longer join window", { configs: [createConfig({ ...SMALL, joinWindow: 3n })] }),
  createSetting("an exit that is called off, all tricks", { callsOff: true, silencesVault: true }),
  createSetting("small lots", { lots: [1n, 2n], purse: 7n }),
  createSetting("a supply that shrinks", { supplies: [20n, 15n] }),
  createSetting("a supply that doubles, all tricks", {
    supplies: [20n, 40n],
    stake: 4n,
    silencesVault: true,
    lots: [3n, 6n],
  }),
  createSetting("a configuration that changes, support at the higher R1", {
    ...TWO_CONFIGS,
    stake: 4n,
    lots: [2n, 4n],
  }),
  createSetting("a long cooldown", {
    ...LONG_DELAY,
    configs: [createConfig({ ...LONG, cooldown: 2n, minLock: 2n })],
  }),
  createSetting("a long deactivation, where phases decide T1", {
    ...LONG_DELAY,
    configs: [createConfig({ ...LONG, cooldown: 2n, minActive: 2n, deactivation: 5n, rageQuitExtension: 5n })],
  }),
  createSetting("phases longer than the base delay, which decides T1", {
    ...LONG_DELAY,
    configs: [createConfig({ ...LONG, cooldown: 2n, minActive: 3n, deactivation: 6n, rageQuitExtension: 6n })],
  }),
];
