import type { DualGovernanceConfig, ExitTerms } from "./types.js";
import { DAY, WHOLE, type Seconds } from "./units.js";

/** What the timelock's immutables say. */
export interface TimelockBounds {
  /** The least base delay. */
  readonly delayFloor: Seconds;
  /** The greatest base delay. */
  readonly delayCeiling: Seconds;
  /** An operation expires this long after its base delay. */
  readonly grace: Seconds;
  /** From scheduling to execution under the fallback gate. */
  readonly fallbackDelay: Seconds;
}

/** A rule of the chain that a value breaks. */
export interface Violation {
  /** The custom error the contracts revert with. */
  readonly error: string;
  /** Where the offending value stands, from the configuration down: `signalling.signallingThreshold`. */
  readonly path: string;
  readonly value: bigint;
  /** What the value breaks against. */
  readonly limit: bigint;
  /** Why the rule exists, as a sentence without the figures. */
  readonly reason: string;
}

interface Rule extends Violation {
  readonly broken: boolean;
}

/** A lock may bind its owner for at most this long. [seconds] */
export const MIN_LOCK_CAP: Seconds = 48n * DAY;

/** The cooldown is at most this part of the least base delay. */
export const COOLDOWN_PARTS = 4n;

/** The least grace under which nobody below R2 outlasts an operation. */
export function calcMinGrace(config: DualGovernanceConfig): Seconds {
  const { signalling, phases } = config;
  return 2n * (signalling.maxDuration + signalling.minActive + signalling.deactivation) + phases.cooldown;
}

const brokenOf = (rules: readonly Rule[]): Violation[] =>
  rules
    .filter(({ broken }) => broken)
    .map(({ error, path, value, limit, reason }) => ({ error, path, value, limit, reason }));

/**
 * Everything that `contracts/governance/ConfigChecks.sol` refuses in `config`, in its order: the contract reverts with
 * the first. Values are taken to fit their Solidity types.
 */
export function checkConfig(config: DualGovernanceConfig, bounds: TimelockBounds): Violation[] {
  const { signalling: s, phases: p } = config;
  const cooldownLimit = bounds.delayFloor / COOLDOWN_PARTS;
  const minGrace = calcMinGrace(config);
  const minFallback = s.maxDuration + s.deactivation;
  return brokenOf([
    {
      broken: s.signallingThreshold === 0n,
      error: "SignallingThresholdZero",
      path: "signalling.signallingThreshold",
      value: s.signallingThreshold,
      limit: 1n,
      reason: "without a signalling threshold governance would be halted with nobody objecting",
    },
    {
      broken: s.signallingThreshold >= s.rageQuitThreshold,
      error: "SignallingThresholdNotBelowRageQuit",
      path: "signalling.signallingThreshold",
      value: s.signallingThreshold,
      limit: s.rageQuitThreshold,
      reason: "the signalling threshold must be below the rage quit threshold: between them the timelock stretches",
    },
    {
      broken: s.rageQuitThreshold > WHOLE,
      error: "RageQuitThresholdAboveFull",
      path: "signalling.rageQuitThreshold",
      value: s.rageQuitThreshold,
      limit: WHOLE,
      reason: "a rage quit threshold above 100 % could never be reached",
    },
    {
      broken: s.minDuration >= s.maxDuration,
      error: "MinDurationNotBelowMax",
      path: "signalling.minDuration",
      value: s.minDuration,
      limit: s.maxDuration,
      reason: "more support must extend the timelock for longer",
    },
    {
      broken: s.minDuration < bounds.delayCeiling,
      error: "MinDurationBelowDelayCeiling",
      path: "signalling.minDuration",
      value: s.minDuration,
      limit: bounds.delayCeiling,
      reason: "the shortest extension must outlast the longest base delay",
    },
    {
      broken: p.withdrawalMinDelay > p.withdrawalMaxDelay,
      error: "WithdrawalMinDelayAboveMax",
      path: "phases.withdrawalMinDelay",
      value: p.withdrawalMinDelay,
      limit: p.withdrawalMaxDelay,
      reason: "the least withdrawal delay must not exceed the greatest",
    },
    {
      broken: p.minLock === 0n || p.minLock > MIN_LOCK_CAP,
      error: "MinLockOutOfRange",
      path: "phases.minLock",
      value: p.minLock,
      limit: MIN_LOCK_CAP,
      reason: "a lock must bind, or borrowed shares signal, and not for longer than the cap",
    },
    {
      broken: s.minActive === 0n,
      error: "MinActiveZero",
      path: "signalling.minActive",
      value: s.minActive,
      limit: 1n,
      reason: "veto signalling must last, or two transitions would be due at once",
    },
    {
      broken: s.deactivation === 0n,
      error: "DeactivationZero",
      path: "signalling.deactivation",
      value: s.deactivation,
      limit: 1n,
      reason: "stakers must have time to object again before the cooldown",
    },
    {
      broken: p.rageQuitExtension < s.deactivation,
      error: "RageQuitExtensionBelowDeactivation",
      path: "phases.rageQuitExtension",
      value: p.rageQuitExtension,
      limit: s.deactivation,
      reason: "those outside a rage quit need at least a deactivation's time to signal",
    },
    {
      broken: p.cooldown === 0n || p.cooldown > cooldownLimit,
      error: "CooldownOutOfRange",
      path: "phases.cooldown",
      value: p.cooldown,
      limit: cooldownLimit,
      reason: "older operations need a cooldown, of at most a quarter of the least base delay",
    },
    {
      broken: s.joinWindow > s.minDuration,
      error: "JoinWindowAboveMinDuration",
      path: "signalling.joinWindow",
      value: s.joinWindow,
      limit: s.minDuration,
      reason: "the join window must not exceed the shortest extension",
    },
    {
      broken: bounds.grace < minGrace,
      error: "GraceTooShort",
      path: "signalling.maxDuration",
      value: bounds.grace,
      limit: minGrace,
      reason: "an operation must outlive two rounds of signalling and a cooldown",
    },
    {
      broken: bounds.fallbackDelay < minFallback,
      error: "FallbackDelayTooShort",
      path: "signalling.maxDuration",
      value: bounds.fallbackDelay,
      limit: minFallback,
      reason: "under the fallback gate stakers must have as long to leave as the longest signalling gives them",
    },
  ]);
}

/**
 * What `ConfigChecks.checkExit` refuses: what was scheduled before a rage quit must expire before a clock lets governance
 * go on.
 */
export function checkExitTerms(
  { holdLimit, exitLimit }: Pick<ExitTerms, "holdLimit" | "exitLimit">,
  { grace, delayCeiling }: TimelockBounds,
): Violation[] {
  const lifetime = grace + delayCeiling;
  const ruleOf = (name: string, value: Seconds): Rule => ({
    broken: value <= lifetime,
    error: "ExitLimitTooShort",
    path: `exit.${name}`,
    value,
    limit: lifetime + 1n,
    reason: "every clock that lets governance go on without the vault must outlast any operation",
  });
  return brokenOf([ruleOf("holdLimit", holdLimit), ruleOf("exitLimit", exitLimit)]);
}

/** What the timelock refuses of a base delay. */
export function checkBaseDelay(delay: Seconds, bounds: TimelockBounds): Violation[] {
  const { delayFloor, delayCeiling } = bounds;
  return brokenOf([
    {
      broken: delayFloor > delayCeiling,
      error: "DelayBoundsInverted",
      path: "delayFloor",
      value: delayFloor,
      limit: delayCeiling,
      reason: "the least base delay must not exceed the greatest",
    },
    {
      broken: delay < delayFloor || delay > delayCeiling,
      error: "DelayOutOfBounds",
      path: "minDelay",
      value: delay,
      limit: delay < delayFloor ? delayFloor : delayCeiling,
      reason: "the base delay must stay within the timelock's immutable bounds",
    },
  ]);
}
