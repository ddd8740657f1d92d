import type { PendingOperation } from "../protocol/operations/pending.js";
import type { GateView } from "../protocol/state/gate.js";
import type { RageQuit } from "../protocol/state/rageQuits.js";

/** Something that somebody who watches a DAO wants to know. */
export interface WatchEvent {
  /** The same however often it is told: after a crash, an event may be told twice. [hex] */
  readonly id: string;
  readonly kind: EventKind;
  /** One line, or several. */
  readonly text: string;
  /** The block in which it happened, or was seen. */
  readonly block: number;
}

export type EventKind =
  /** The state of the gate on record changed. */
  | "state"
  /** Support passed a part of a threshold, one way or the other. */
  | "support"
  | "proposed"
  | "scheduled"
  | "executed"
  | "withdrawn"
  /** An operation executes in this block. */
  | "ready"
  /** An operation, or a term, ends soon. */
  | "expiry"
  /** Something waits for anybody to do it. */
  | "due"
  /** A rage quit went on. */
  | "exit"
  /** A rule, a role or a body changed. */
  | "rule"
  /** A body with a power for a time used it. */
  | "body"
  /** Something is wrong with the gate, or with an exit. */
  | "alarm"
  /** What was told is not on the chain any more. */
  | "undone"
  /** What this program did, or could not do. */
  | "keeper"
  | "started";

/** An operation that may be pending, told of once. */
export interface KnownOperation {
  readonly id: string;
  /** Of the block that tells of it. */
  readonly block: number;
  /** Title of the proposal; empty if there is none. */
  readonly title: string;
  /** Its place in the order of scheduling. */
  readonly sequence: bigint;
  /** The block in which it was first seen not to be pending any more. */
  readonly endedAt: number | undefined;
}

/** A term of a body. */
export interface Term {
  readonly path: string;
  readonly label: string;
  /** The last second. [unix seconds] */
  readonly endsAt: bigint;
}

/** Everything that conditions are judged by, in one block. */
export interface View {
  readonly block: { readonly number: number; readonly hash: string; readonly timestamp: bigint };
  /** Undefined if the gate does not answer. */
  readonly gate: GateView | undefined;
  /** What is said of a gate that does not answer. */
  readonly silence: string | undefined;
  /** What is wrong with the node's newest block, if it is old. */
  readonly oldHead: string | undefined;
  /** Whether the timelock obeys another gate. */
  readonly replacedBy: string | undefined;
  /** The timelock that the Governor obeys, if it is another. */
  readonly decidesIn: string | undefined;
  readonly operations: readonly (Pick<PendingOperation, "id" | "state" | "eta" | "expiry"> & {
    readonly title: string;
  })[];
  readonly rageQuits: readonly RageQuit[];
  readonly terms: readonly Term[];
  /** Places in the order of scheduling, as the timelock counts them. */
  readonly sequence: bigint;
  readonly runningEpoch: bigint;
}

/** A block that was dealt with, and what was known in it that logs must account for. */
export interface SeenBlock {
  readonly number: number;
  readonly hash: string;
  readonly sequence: bigint;
  readonly epoch: bigint;
  /** As last written; -1 if the gate did not answer. */
  readonly state: number;
}

/** What of a log was told. */
interface ToldLog {
  readonly key: string;
  readonly block: number;
  readonly text: string;
}

/** What must be kept from one step to the next. */
export interface Memory {
  /** The oldest first; the last one is that up to which everything was told. */
  readonly blocks: readonly SeenBlock[];
  readonly told: readonly ToldLog[];
  /** Conditions that hold and were told, with what is said when they end. */
  readonly standing: readonly { readonly key: string; readonly ended: string | undefined }[];
  /** How many hundredths of a threshold support has passed, by its name. */
  readonly levels: Readonly<Record<string, number>>;
  readonly operations: readonly KnownOperation[];
  /** Titles of proposals by the operation that they become; the oldest first. */
  readonly titles: readonly { readonly operation: string; readonly title: string }[];
}

/** How many blocks back a chain may be written anew: four epochs of Ethereum, twice as many as finality takes. */
export const REMEMBERED = 128;

/** A condition that stands while the node's newest block is old, and what is said when it ends. */
export const OLD_HEAD = "old-head";
export const NEW_AGAIN = "The node's newest block is new again.";
