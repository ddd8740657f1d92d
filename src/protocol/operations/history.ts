import { ZeroHash, type Log, type Provider } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import type { Call } from "../calls.js";
import { SentenceError, UnreadableError } from "../errors.js";
import { queryLogs, type LogProgress } from "../logs.js";
import { batchOperation, singleOperation, type Operation } from "./operation.js";

/** Where operations are looked for. */
export interface OperationPlace {
  readonly timelock: string;
  readonly provider: Provider;
  /** From before the timelock was deployed. */
  readonly firstBlock: number;
  /** Told how far the reading of the logs has come. */
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

/** What logs tell of an operation. Its identifier is a hash of all of it, and of whether it is a batch. */
export type ToldOperation = Omit<Operation, "isBatch">;

/** Every operation that was ever scheduled, as far as the node's logs tell. */
export interface History {
  /** In the order in which they were first scheduled. */
  readonly operations: readonly ToldOperation[];
  /** Identifiers of those that have been executed. */
  readonly executed: ReadonlySet<string>;
  /** Places in the order of scheduling that the logs account for; one that was cancelled may have got another. */
  readonly told: bigint;
  /** The same as the timelock itself counts them. A node that leaves logs out, or lags, tells of fewer. */
  readonly counted: bigint;
}

const TIMELOCK = DualGovernanceTimelock__factory.createInterface();
const TOPICS = (["CallScheduled", "CallSalt", "CallExecuted"] as const).map(
  (name) => TIMELOCK.getEvent(name).topicHash,
);
const SET_GATE = TIMELOCK.getFunction("setGate").selector;

/** @param blockTag The block up to which is read. */
export async function readHistory(place: OperationPlace, blockTag: number): Promise<History> {
  const timelock = DualGovernanceTimelock__factory.connect(place.timelock, place);
  const [logs, counted] = await Promise.all([readLogs(place, TOPICS, blockTag), timelock.lastSequence({ blockTag })]);
  return { ...collect(logs, place.timelock), counted };
}

/** What is missing from a history, as a sentence; undefined if nothing is. */
export const describeGap = ({ told, counted }: History): string | undefined =>
  told < counted
    ? `The node's logs tell of ${told} of the ${counted} operations that the timelock has counted: others may be ` +
      "pending. Ask another node, or the same one later."
    : undefined;

/**
 * An operation of the timelock, made of what was said when it was scheduled.
 * @param id Compared with the hash of what is found.
 */
export async function findOperation(id: string, place: OperationPlace): Promise<Operation> {
  const timelock = DualGovernanceTimelock__factory.connect(place.timelock, place);
  const newest = await place.provider.getBlockNumber();
  const logs = await readLogs(place, [...TOPICS], newest, id);
  const [found] = collect(logs, place.timelock).operations;
  if (found === undefined) {
    if (await timelock.isOperation(id)) {
      throw new UnreadableError(
        `The timelock ${place.timelock} has an operation ${id}, and the node's logs do not tell of it: ask another node, ` +
          "or the same one later.",
        "forgotten",
      );
    }
    throw new SentenceError(
      `The timelock ${place.timelock} never scheduled an operation ${id}, as far as the node's logs tell.`,
    );
  }
  const [first] = found.calls;
  const candidates = [batchOperation(found.calls, found), ...(first ? [singleOperation(first, found)] : [])];
  const operation = candidates.find((candidate) => candidate.id === id);
  if (operation !== undefined) return operation;
  throw new SentenceError(`What the timelock ${place.timelock} told of operation ${id} does not make that identifier.`);
}

const readLogs = (
  { timelock: address, provider, firstBlock, onProgress }: OperationPlace,
  events: readonly string[],
  newest: number,
  id?: string,
): Promise<Log[]> => {
  const topics = id === undefined ? [[...events]] : [[...events], id];
  return queryLogs(
    (fromBlock, toBlock) => provider.getLogs({ address, topics, fromBlock, toBlock }),
    firstBlock,
    newest,
    onProgress,
  );
};

/** Puts together what single events tell. One that was cancelled and scheduled again is told of twice, in the same words. */
function collect(logs: readonly Log[], timelock: string): Omit<History, "counted"> {
  const drafts = new Map<string, Draft>();
  const executed = new Set<string>();
  let replacements = 0n;
  for (const log of logs) {
    const event = TIMELOCK.parseLog(log);
    if (event === null) continue;
    const id = String(event.args[0]);
    if (event.name === "CallExecuted") {
      executed.add(id);
      const [, , target, , data] = event.args as unknown as [string, bigint, string, bigint, string];
      // An operation that replaces the gate cancels everything, and is given a new place itself.
      if (target === timelock && data.startsWith(SET_GATE)) ++replacements;
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
    if (index === 0n) ++draft.scheduled;
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
  return { operations, executed, told: scheduled + replacements };
}

interface Draft {
  readonly calls: Map<bigint, Call>;
  predecessor: string;
  salt: string;
  scheduled: bigint;
  salted: bigint;
}
