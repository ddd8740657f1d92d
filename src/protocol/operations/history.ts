import type { Log, Provider } from "ethers";

import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import { SentenceError, UnreadableError } from "../errors.js";
import { queryLogs, type LogProgress } from "../logs.js";
import { collectHistory, TOPICS, type ToldHistory } from "./collectHistory.js";
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

/** Every operation that was ever scheduled, as far as the node's logs tell. */
export interface History extends ToldHistory {
  /** `told` as the timelock itself counts it. A node that leaves logs out, or lags, tells of fewer. */
  readonly counted: bigint;
}

/** @param blockTag The block up to which is read. */
export async function readHistory(place: OperationPlace, blockTag: number): Promise<History> {
  const timelock = DualGovernanceTimelock__factory.connect(place.timelock, place);
  const [logs, counted] = await Promise.all([readLogs(place, TOPICS, blockTag), timelock.lastSequence({ blockTag })]);
  return { ...collectHistory(logs, place.timelock), counted };
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
  const [found] = collectHistory(logs, place.timelock).operations;
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
