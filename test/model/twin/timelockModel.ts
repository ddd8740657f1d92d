import { checkBaseDelay, type TimelockBounds } from "../../../src/model/configChecks.js";
import { accept, refuse, type DualGovernanceConfig, type Outcome } from "../../../src/model/types.js";
import type { Seconds, Timestamp } from "../../../src/model/units.js";

/** What an operation does when it executes, as far as the rules are concerned. */
export type Effect =
  /** Something outside: a payment, a parameter of the vault. */
  | { readonly type: "outside" }
  | { readonly type: "setConfig"; readonly config: DualGovernanceConfig }
  | { readonly type: "updateDelay"; readonly delay: Seconds }
  | { readonly type: "cancelOperations"; readonly ids: readonly string[] }
  | { readonly type: "cancelAllOperations" };

export interface Operation {
  readonly scheduledAt: Timestamp;
  /** When the base delay has passed. */
  readonly readyAt: Timestamp;
  /** Position in the order of scheduling, from 1. */
  readonly sequence: number;
  /** Whether it only withdraws other operations, and so passes every gate without the base delay. */
  readonly isDeEscalation: boolean;
  readonly effects: readonly Effect[];
  readonly end: "none" | "executed" | "cancelled";
}

/** The order of scheduling, and how far it has been cancelled: twin of `contracts/timelock/`. */
export interface Timelock {
  readonly bounds: TimelockBounds;
  readonly minDelay: Seconds;
  /** Sequence number of the newest operation. */
  readonly lastSequence: number;
  /** Everything up to here is cancelled. */
  readonly cancelledThrough: number;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** Where an operation stands in this very block. */
export type OperationStatus =
  | "unknown"
  /** The base delay has not passed. */
  | "waiting"
  /** The base delay has passed; the gate does not let it through. */
  | "blocked"
  | "executable"
  | "expired"
  | "cancelled"
  | "executed";

/** Whether the gate lets an operation through that was scheduled then. */
export type Admission = (scheduledAt: Timestamp) => boolean;

export const createTimelock = (bounds: TimelockBounds, minDelay: Seconds): Timelock => ({
  bounds,
  minDelay,
  lastSequence: 0,
  cancelledThrough: 0,
  operations: {},
});

export const expiryOf = (operation: Operation, bounds: TimelockBounds): Timestamp => operation.readyAt + bounds.grace;

/** An operation that nothing has ended yet. */
export function findPending(timelock: Timelock, id: string, now: Timestamp): Operation | undefined {
  const operation = timelock.operations[id];
  if (operation?.end !== "none" || operation.sequence <= timelock.cancelledThrough) return undefined;
  return now > expiryOf(operation, timelock.bounds) ? undefined : operation;
}

export function statusOf(timelock: Timelock, id: string, now: Timestamp, admits: Admission): OperationStatus {
  const operation = timelock.operations[id];
  if (operation === undefined) return "unknown";
  if (operation.end !== "none") return operation.end;
  if (operation.sequence <= timelock.cancelledThrough) return "cancelled";
  if (now > expiryOf(operation, timelock.bounds)) return "expired";
  if (operation.isDeEscalation) return "executable";
  if (now < operation.readyAt) return "waiting";
  return admits(operation.scheduledAt) ? "executable" : "blocked";
}

/** Whether `effects` do nothing but withdraw operations. */
export function areDeEscalation(effects: readonly Effect[]): boolean {
  return (
    effects.length > 0 && effects.every(({ type }) => type === "cancelOperations" || type === "cancelAllOperations")
  );
}

/** Schedules an operation that the gate has already admitted, if it is asked at all. */
export function schedule(
  timelock: Timelock,
  id: string,
  effects: readonly Effect[],
  delay: Seconds,
  isDeEscalation: boolean,
  now: Timestamp,
): Outcome<Timelock> {
  const known = timelock.operations[id];
  if (known?.end === "executed" || findPending(timelock, id, now) !== undefined) {
    return refuse("TimelockUnexpectedOperationState");
  }
  if (delay < timelock.minDelay) return refuse("TimelockInsufficientDelay", delay, timelock.minDelay);
  const sequence = timelock.lastSequence + 1;
  const operation: Operation = {
    scheduledAt: now,
    readyAt: now + delay,
    sequence,
    isDeEscalation,
    effects,
    end: "none",
  };
  return accept({
    ...timelock,
    lastSequence: sequence,
    operations: { ...timelock.operations, [id]: operation },
  });
}

/** Why an operation does not execute for the timelock's own reasons, or the operation. */
export function findExecutable(timelock: Timelock, id: string, now: Timestamp): Outcome<Operation> {
  const operation = timelock.operations[id];
  if (operation?.end !== "none" || operation.sequence <= timelock.cancelledThrough) {
    return refuse("TimelockUnexpectedOperationState");
  }
  const expiry = expiryOf(operation, timelock.bounds);
  if (now > expiry) return refuse("OperationExpired", now, expiry);
  if (!operation.isDeEscalation && now < operation.readyAt) {
    return refuse("TimelockUnexpectedOperationState", now, operation.readyAt);
  }
  return accept(operation);
}

/** Marks an operation as executed. */
export function finish(timelock: Timelock, id: string): Timelock {
  return end(timelock, id, "executed");
}

/** A canceller withdraws one operation; whatever the gate says. */
export function cancel(timelock: Timelock, id: string, now: Timestamp): Outcome<Timelock> {
  return findPending(timelock, id, now) === undefined
    ? refuse("TimelockUnexpectedOperationState")
    : accept(end(timelock, id, "cancelled"));
}

/** Cancels the pending operations among `ids` up to `reach`; skips the others. */
export function cancelOperations(
  timelock: Timelock,
  ids: readonly string[],
  now: Timestamp,
  reach = timelock.lastSequence,
): Timelock {
  return ids
    .filter((id) => (findPending(timelock, id, now)?.sequence ?? Infinity) <= reach)
    .reduce((after, id) => end(after, id, "cancelled"), timelock);
}

/** Cancels every pending operation up to `reach`. */
export function cancelAllOperations(timelock: Timelock, reach = timelock.lastSequence): Timelock {
  return { ...timelock, cancelledThrough: Math.max(timelock.cancelledThrough, reach) };
}

/** Changes the base delay of later operations. */
export function updateDelay(timelock: Timelock, delay: Seconds): Outcome<Timelock> {
  const [violation] = checkBaseDelay(delay, timelock.bounds);
  return violation === undefined
    ? accept({ ...timelock, minDelay: delay })
    : refuse(violation.error, violation.value, violation.limit);
}

function end(timelock: Timelock, id: string, how: "executed" | "cancelled"): Timelock {
  const operation = timelock.operations[id];
  if (operation === undefined) return timelock;
  return { ...timelock, operations: { ...timelock.operations, [id]: { ...operation, end: how } } };
}
