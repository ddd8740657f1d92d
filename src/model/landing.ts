import { forecast } from "./forecast.js";
import {
  admitsExecution,
  calcSignallingThreshold,
  calcSupportFor,
  enter,
  next,
  observeRageQuitThreshold,
  type ConfigPair,
} from "./stateTransitions.js";
import { GovernanceState, type Machine, type Reading } from "./types.js";
import { max, type Support, type Timestamp } from "./units.js";

/** A state of the gate, if support stays as it is and somebody pokes as soon as a transition is due. */
export interface Stage {
  readonly machine: Machine;
  /** The first second of it that a block can still have. [unix seconds] */
  readonly from: Timestamp;
  /** The first second of the next one; undefined while nobody can tell. [unix seconds] */
  readonly until: Timestamp | undefined;
  /** What it was entered from; undefined for the state that is on record. */
  readonly before: Machine | undefined;
  /** The configurations that count in it. */
  readonly rules: ConfigPair;
}

/** What of an operation decides when it lands. [unix seconds] */
export interface Waiting {
  readonly scheduledAt: Timestamp;
  /** End of the base delay. */
  readonly eta: Timestamp;
  /** The last second in which it may execute. */
  readonly expiry: Timestamp;
}

/** When an operation lands, if support stays as it is and somebody pokes as soon as a transition is due. */
export interface Landing {
  /** The first second in which it executes. [unix seconds] */
  readonly at: Timestamp;
  /** The last chance to object; undefined if nothing that is locked now keeps it from landing then. */
  readonly lastLock: LastLock | undefined;
}

export interface LastLock {
  /** A lock in this second still counts, one in the next does not. [unix seconds] */
  readonly at: Timestamp;
  /** What support must have reached by then. [1e18 = 100 %] */
  readonly support: Support;
}

/**
 * The states that follow, the present one first, without end unless a rage quit runs whose end nobody can tell.
 * @param machine As last written.
 * @param reading Of the newest block: whatever comes, comes in a later second.
 */
export function* walkAhead(machine: Machine, configs: ConfigPair, reading: Reading): Generator<Stage, void> {
  let stage = { machine, from: reading.timestamp + 1n, before: undefined as Machine | undefined };
  let pair = configs;
  let seen = reading;
  for (;;) {
    const until = findNext(stage.machine, pair, { ...seen, timestamp: stage.from });
    yield { ...stage, until, rules: pair };
    if (until === undefined) return;
    seen = { ...seen, timestamp: until };
    const observed = {
      ...stage.machine,
      rageQuitThresholdAt: observeRageQuitThreshold(stage.machine, pair.frozen, seen),
    };
    const to = next(observed, pair, seen);
    // A forecast that the transitions themselves do not bear out is none.
    if (to === observed.state) return;
    const entered = enter(observed, to, pair, seen);
    if (isActivation(observed, to)) pair = { ...pair, frozen: pair.current };
    // Of a rage quit that begins later, or is over, this reading tells nothing.
    seen = { ...seen, completeAfter: 0n };
    stage = { machine: entered, from: until, before: observed };
  }
}

/** Whether entering `to` freezes the current configuration. */
const isActivation = ({ state }: Machine, to: GovernanceState): boolean =>
  to === GovernanceState.VetoSignalling && state !== GovernanceState.VetoSignallingDeactivation;

/** The first second in which the way things go leads on. */
function findNext(machine: Machine, configs: ConfigPair, reading: Reading): Timestamp | undefined {
  const observed = {
    ...machine,
    rageQuitThresholdAt: observeRageQuitThreshold(machine, configs.frozen, reading),
  };
  const moments = forecast(observed, configs, reading)
    .filter(({ isOnCourse }) => isOnCourse)
    .map(({ earliest }) => earliest)
    .filter((at) => at !== undefined);
  return moments.reduce<Timestamp | undefined>(
    (first, at) => (first === undefined || at < first ? at : first),
    undefined,
  );
}

/**
 * When an operation lands; undefined if it expires first, or while nobody can tell.
 * @param opensAt Not before this second, whatever the gate says. [unix seconds]
 */
export function findLanding(
  { scheduledAt, eta, expiry }: Waiting,
  machine: Machine,
  configs: ConfigPair,
  reading: Reading,
  opensAt: Timestamp = 0n,
): Landing | undefined {
  for (const stage of walkAhead(machine, configs, reading)) {
    const at = max(max(eta, opensAt), stage.from);
    if (at > expiry) return undefined;
    const isInTime = stage.until === undefined || at < stage.until;
    if (isInTime && admitsExecution(stage.machine, scheduledAt)) {
      const lastLock = findLastLock(at, stage);
      return { at, lastLock: lastLock !== undefined && lastLock.at > reading.timestamp ? lastLock : undefined };
    }
  }
  return undefined;
}

/** @param at When it lands in `stage`. */
function findLastLock(at: Timestamp, { machine, from, before, rules }: Stage): LastLock | undefined {
  if (machine.state === GovernanceState.Normal && (before === undefined || at > from)) {
    return { at: at - 1n, support: machine.signallingThreshold };
  }
  // What is locked in a cooldown counts at its end: it had to be locked before it, or before Normal, began.
  if (before === undefined) return undefined;
  const last = from - 1n;
  const support =
    before.state === GovernanceState.VetoSignallingDeactivation
      ? calcSupportFor(last - before.activatedAt, rules.frozen.signalling, before.signallingThreshold)
      : calcSignallingThreshold(before, rules.current);
  return { at: last, support };
}

/** When a rage quit closes the running epoch; undefined if nothing leads there. [unix seconds] */
export function findRageQuit(machine: Machine, configs: ConfigPair, reading: Reading): Timestamp | undefined {
  const seen = new Set<GovernanceState>();
  for (const { machine: ahead, from, before } of walkAhead(machine, configs, reading)) {
    if (ahead.state === GovernanceState.RageQuit && before !== undefined) return from;
    // Support stays as it is, so that the second round is as the first.
    if (seen.has(ahead.state) && ahead.state === GovernanceState.VetoCooldown) return undefined;
    // Nothing ends Normal by time alone.
    seen.add(ahead.state);
  }
  return undefined;
}
