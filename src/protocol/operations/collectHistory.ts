import { ZeroHash, type Log } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import type { Call } from "../calls.js";
import type { Operation } from "./operation.js";

/** What logs tell of an operation. Its identifier is a hash of all of it, and of whether it is a batch. */
export type ToldOperation = Omit<Operation, "isBatch">;

/** That an operation was withdrawn. */
export interface Withdrawal {
  readonly id: string;
  readonly block: number;
  /** Of the transaction. [32 bytes, hex] */
  readonly transaction: string;
  /** Whether one call withdrew all that was pending, which one event tells, and not one for each. */
  readonly isInBulk: boolean;
}

/** What logs tell of all operations. */
export interface ToldHistory {
  /** In the order in which they were first scheduled. */
  readonly operations: readonly ToldOperation[];
  /** Identifiers of those that have been executed. */
  readonly executed: ReadonlySet<string>;
  /** Those that were withdrawn and not scheduled again, the last one first; each by itself, however many went at once. */
  readonly withdrawn: readonly Withdrawal[];
  /** Places in the order of scheduling of what was neither executed nor withdrawn. */
  readonly places: ReadonlyMap<string, bigint>;
  /** Places in the order of scheduling that the logs account for; one that was cancelled may have got another. */
  readonly told: bigint;
}

const TIMELOCK = DualGovernanceTimelock__factory.createInterface();
/** Of the events that tell of operations. */
export const TOPICS = (["CallScheduled", "CallSalt", "CallExecuted", "Cancelled", "CancelledThrough"] as const).map(
  (name) => TIMELOCK.getEvent(name).topicHash,
);
const SET_GATE = TIMELOCK.getFunction("setGate").selector;

/**
 * Whether an executed call takes a place in the order of scheduling: what replaces the gate cancels everything that is
 * pending, itself included, and is given a new place.
 */
export const takesNewPlace = (target: unknown, data: unknown, timelock: string): boolean =>
  target === timelock && String(data).startsWith(SET_GATE);

/** An event, as far as it is read. */
export type ToldLog = Pick<Log, "topics" | "data" | "blockNumber" | "transactionHash">;

/** Puts together what single events tell. One that was cancelled and scheduled again is told of twice, in the same words. */
export function collectHistory(logs: readonly ToldLog[], timelock: string): ToldHistory {
  const drafts = new Map<string, Draft>();
  const executed = new Set<string>();
  const withdrawn = new Map<string, Withdrawal>();
  const places = new Map<string, bigint>();
  let last = 0n;
  const withdraw = (id: string, log: ToldLog, isInBulk: boolean): void => {
    withdrawn.delete(id);
    withdrawn.set(id, { id, block: log.blockNumber, transaction: log.transactionHash, isInBulk });
    places.delete(id);
  };
  const schedule = (id: string): void => {
    withdrawn.delete(id);
    places.set(id, ++last);
  };
  let replacements = 0n;
  for (const log of logs) {
    const event = TIMELOCK.parseLog(log);
    if (event === null) continue;
    if (event.name === "CancelledThrough") {
      const through = event.args[0] as bigint;
      for (const [id, place] of places) if (place <= through) withdraw(id, log, true);
      continue;
    }
    const id = String(event.args[0]);
    if (event.name === "Cancelled") {
      withdraw(id, log, false);
      continue;
    }
    if (event.name === "CallExecuted") {
      executed.add(id);
      // One that replaces the gate withdraws itself with the others, and goes on.
      withdrawn.delete(id);
      places.delete(id);
      const [, , target, , data] = event.args as unknown as [string, bigint, string, bigint, string];
      if (takesNewPlace(target, data, timelock)) {
        ++replacements;
        ++last;
      }
      continue;
    }
    const draft = drafts.get(id) ?? {
      calls: new Map<bigint, Call>(),
      predecessor: ZeroHash,
      salt: ZeroHash,
      scheduled: 0n,
      salted: 0n,
    };
    drafts.set(id, draft);
    if (event.name === "CallSalt") {
      draft.salt = String(event.args[1]);
      ++draft.salted;
      if (draft.calls.size === 0) schedule(id);
      continue;
    }
    const [, index, target, value, data, predecessor] = event.args as unknown as [
      string,
      bigint,
      string,
      bigint,
      string,
      string,
    ];
    draft.calls.set(index, { target, value, data });
    draft.predecessor = predecessor;
    if (index === 0n) {
      ++draft.scheduled;
      schedule(id);
    }
  }
  const operations = [...drafts].map(([id, { calls, predecessor, salt }]): ToldOperation => ({
    id,
    calls: [...calls].sort(([one], [other]) => Number(one - other)).map(([, call]) => call),
    predecessor,
    salt,
  }));
  const scheduled = [...drafts.values()].reduce(
    // A batch of no calls is told by its salt alone, if it has one.
    (sum, draft) => sum + (draft.calls.size === 0 ? draft.salted : draft.scheduled),
    0n,
  );
  const told = scheduled + replacements;
  return { operations, executed, withdrawn: [...withdrawn.values()].reverse(), places, told };
}

interface Draft {
  readonly calls: Map<bigint, Call>;
  predecessor: string;
  salt: string;
  scheduled: bigint;
  salted: bigint;
}
