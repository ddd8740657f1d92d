import {
  calcExtension,
  calcSignallingThreshold,
  calcSupportFor,
  observeRageQuitThreshold,
  type ConfigPair,
} from "./stateTransitions.js";
import { GovernanceState, type Machine, type Reading } from "./types.js";
import { max, PERCENT, type Support, type Timestamp } from "./units.js";

/** A transition that may come next. */
export interface Outlook {
  readonly to: GovernanceState;
  /** What it takes, as the end of a sentence that begins with "if"; percentages are cut off after four decimals. */
  readonly condition: string;
  /** The exact support that the condition names. */
  readonly support: Support;
  /** Whether it takes nothing but time: support is where the condition wants it. */
  readonly isOnCourse: boolean;
  /** The first second whose poke may make it; undefined while nobody can tell. */
  readonly earliest: Timestamp | undefined;
}

/** Decimals of a percentage that a person reads; the rest is cut off. */
const DECIMALS = 4;

function formatSupport(support: Support): string {
  const decimals = (support % PERCENT).toString().padStart(16, "0").slice(0, DECIMALS).replace(/0+$/, "");
  return `${support / PERCENT}${decimals === "" ? "" : `.${decimals}`} %`;
}

/**
 * What may happen next, and when.
 * @param machine As a poke at `reading.timestamp` would leave it, or as last written.
 * @param rageQuitCompleteAfter What `reading` says unless told; 0 while the extension of the rage quit has not started.
 */
export function forecast(
  machine: Machine,
  configs: ConfigPair,
  reading: Reading,
  rageQuitCompleteAfter: Timestamp = reading.completeAfter,
): readonly Outlook[] {
  const { timestamp: now, supportMax } = reading;
  const signallingThreshold = calcSignallingThreshold(machine, configs.current);
  switch (machine.state) {
    case GovernanceState.Normal:
      return [
        {
          to: GovernanceState.VetoSignalling,
          condition: `support reaches the signalling threshold, ${formatSupport(signallingThreshold)}`,
          support: signallingThreshold,
          isOnCourse: reading.supportNow >= signallingThreshold,
          earliest: now,
        },
      ];
    case GovernanceState.VetoSignalling:
      return [...forecastRageQuit(machine, configs, reading), ...forecastDeactivation(machine, configs, reading)];
    case GovernanceState.VetoSignallingDeactivation:
      return [...forecastReturn(machine, configs, reading), ...forecastRageQuit(machine, configs, reading)];
    case GovernanceState.VetoCooldown: {
      const earliest = max(now, machine.phaseEndsAt + 1n);
      return forecastByThreshold(supportMax, signallingThreshold, GovernanceState.Normal, earliest, "");
    }
    case GovernanceState.RageQuit: {
      const isKnown = rageQuitCompleteAfter !== 0n;
      const earliest = isKnown ? max(now, rageQuitCompleteAfter + 1n) : undefined;
      const prefix = isKnown ? "" : "the exit has ended, the extension has passed, and ";
      return forecastByThreshold(supportMax, signallingThreshold, GovernanceState.VetoCooldown, earliest, prefix);
    }
  }
}

/** Two ways on, parted by the signalling threshold. */
function forecastByThreshold(
  support: Support,
  signallingThreshold: Support,
  otherwise: GovernanceState,
  earliest: Timestamp | undefined,
  prefix: string,
): readonly Outlook[] {
  const threshold = `the signalling threshold, ${formatSupport(signallingThreshold)}`;
  return [
    {
      to: GovernanceState.VetoSignalling,
      condition: `${prefix}support is at or above ${threshold}`,
      support: signallingThreshold,
      isOnCourse: support >= signallingThreshold,
      earliest,
    },
    {
      to: otherwise,
      condition: `${prefix}support is below ${threshold}`,
      support: signallingThreshold,
      isOnCourse: support < signallingThreshold,
      earliest,
    },
  ];
}

function forecastRageQuit(machine: Machine, configs: ConfigPair, reading: Reading): readonly Outlook[] {
  const { timestamp: now, supportMax } = reading;
  const { rageQuitThreshold, maxDuration, joinWindow } = configs.frozen.signalling;
  const isReached = supportMax >= rageQuitThreshold;
  const countedAt = observeRageQuitThreshold(machine, configs.frozen, reading);
  // From the deactivation a first crossing leads back to signalling; only one that was counted before leads on.
  const isDeactivating = machine.state === GovernanceState.VetoSignallingDeactivation;
  if (isDeactivating && countedAt === 0n) return [];
  const joinEndsAt = (countedAt === 0n ? now : countedAt) + joinWindow;
  const verb = isReached ? "stays at or above" : "reaches";
  return [
    {
      to: GovernanceState.RageQuit,
      condition: `support ${verb} the rage quit threshold, ${formatSupport(rageQuitThreshold)}`,
      support: rageQuitThreshold,
      isOnCourse: isReached,
      earliest: max(now, max(machine.activatedAt + maxDuration, joinEndsAt) + 1n),
    },
  ];
}

function forecastDeactivation(machine: Machine, configs: ConfigPair, reading: Reading): readonly Outlook[] {
  const { timestamp: now, supportMax } = reading;
  const { signalling } = configs.frozen;
  const { rageQuitThreshold } = signalling;
  const extension = calcExtension(supportMax, signalling, machine.signallingThreshold);
  const soonest = max(now, machine.phaseEndsAt + 1n);
  const asItIs = max(soonest, machine.activatedAt + extension + 1n);
  const to = GovernanceState.VetoSignallingDeactivation;
  const outlooks: Outlook[] = [];
  if (supportMax < rageQuitThreshold) {
    const condition = `support stays at ${formatSupport(supportMax)}`;
    outlooks.push({ to, condition, support: supportMax, isOnCourse: true, earliest: asItIs });
  }
  if (supportMax >= rageQuitThreshold || asItIs > soonest) {
    const limit = calcSupportFor(soonest - machine.activatedAt, signalling, machine.signallingThreshold);
    const condition = `support falls below ${formatSupport(limit)}`;
    outlooks.push({ to, condition, support: limit, isOnCourse: false, earliest: soonest });
  }
  return outlooks;
}

function forecastReturn(machine: Machine, configs: ConfigPair, reading: Reading): readonly Outlook[] {
  const { timestamp: now, supportMax } = reading;
  const { signalling } = configs.frozen;
  const limit = calcSupportFor(now - machine.activatedAt, signalling, machine.signallingThreshold);
  return [
    {
      to: GovernanceState.VetoCooldown,
      condition: `support stays below ${formatSupport(limit)}`,
      support: limit,
      isOnCourse: supportMax < limit,
      earliest: max(now, machine.phaseEndsAt + 1n),
    },
    {
      to: GovernanceState.VetoSignalling,
      condition: `support reaches ${formatSupport(limit)}`,
      support: limit,
      isOnCourse: supportMax >= limit,
      earliest: now,
    },
  ];
}
