import { UnreadableError, type Trouble } from "./errors.js";
import { judgeFailure } from "./failure.js";
import { describeUnread } from "./tryRead.js";

/** So many ranges are asked for at once. */
const AT_ONCE = 4;
/** So many ranges in a row are answered before a longer one is tried. */
const STEADY = 4;
const MOST_PATIENT = 64;
/** So often a range is halved for a trouble that may have nothing to do with its length. */
const DOUBTFUL_HALVINGS = 3;

/** Read first where logs are read from the newest block back; then twice as much, and so on. [blocks] */
const FIRST_BACK = 2_000;

/** How far a query has come. [blocks] */
export interface LogProgress {
  readonly read: number;
  readonly total: number;
  /** What is looked for may be found before all of them are read. */
  readonly mayEndEarlier?: boolean;
}

/** Reads the logs of a range, both ends included. */
type Query<Log> = (from: number, to: number) => Promise<Log[]>;
type OnProgress = (progress: LogProgress) => void;

interface Range {
  readonly from: number;
  readonly to: number;
}

type Outcome<Log> =
  | { readonly range: Range; readonly logs: readonly Log[] }
  | { readonly range: Range; readonly thrown: unknown; readonly trouble: Trouble };

const lengthOf = ({ from, to }: Range): number => to - from + 1;

/**
 * Reads logs in their order, both ends of the range included. Nodes limit the blocks of a range, or the logs in it, and
 * each words it differently: the range is halved, down to one block, until the node answers, and the length that worked
 * is kept, and tried to be doubled now and then.
 * @param query Reads the logs of a range.
 */
export async function queryLogs<Log>(
  query: Query<Log>,
  from: number,
  to: number,
  onProgress?: OnProgress,
): Promise<Log[]> {
  const total = to - from + 1;
  return await readRange(query, { from, to }, new Pace(total), (read) => onProgress?.({ read, total }));
}

/**
 * Reads logs from the newest block back, where nobody knows how old the oldest of interest is: in ranges that grow, each
 * read as by `queryLogs`.
 * @param query Reads the logs of a range.
 * @param isEnough Told the logs of one range after another, each in their order; whether older ones are needed no more.
 * @returns All logs that were read, in their order.
 */
export async function queryLogsBack<Log>(
  query: Query<Log>,
  newest: number,
  isEnough: (logs: readonly Log[], from: number) => Promise<boolean> | boolean,
  onProgress?: OnProgress,
): Promise<Log[]> {
  const total = newest + 1;
  const parts: Log[][] = [];
  const pace = new Pace(FIRST_BACK);
  for (let to = newest, length = FIRST_BACK; to >= 0; to -= length, length *= 2) {
    const from = Math.max(0, to - length + 1);
    const before = newest - to;
    pace.tryWhole(to - from + 1);
    const logs = await readRange(query, { from, to }, pace, (read) =>
      onProgress?.({ read: before + read, total, mayEndEarlier: true }),
    );
    parts.unshift(logs);
    if (await isEnough(logs, from)) break;
  }
  return parts.flat();
}

async function readRange<Log>(
  query: Query<Log>,
  range: Range,
  pace: Pace,
  onRead: (blocks: number) => void,
): Promise<Log[]> {
  const found: { readonly from: number; readonly logs: readonly Log[] }[] = [];
  const open: Range[] = range.from <= range.to ? [range] : [];
  let read = 0;
  while (open.length > 0) {
    const outcomes = await Promise.all(takeRanges(open, pace).map((part) => ask(query, part)));
    for (const outcome of outcomes) {
      const { range: part } = outcome;
      if ("logs" in outcome) {
        found.push({ from: part.from, logs: outcome.logs });
        read += lengthOf(part);
        pace.worked(lengthOf(part));
      } else {
        if (!pace.shorten(lengthOf(part), outcome.trouble)) throw unreadable(outcome.thrown, part);
        open.unshift(part);
      }
    }
    onRead(read);
  }
  return found.sort((one, other) => one.from - other.from).flatMap(({ logs }) => logs);
}

/** Takes what is asked for next from the front of what is open. */
function takeRanges(open: Range[], { length, atOnce }: Pace): Range[] {
  const taken: Range[] = [];
  while (taken.length < atOnce) {
    const next = open.shift();
    if (next === undefined) break;
    const to = Math.min(next.to, next.from + length - 1);
    taken.push({ from: next.from, to });
    if (to < next.to) open.unshift({ from: to + 1, to: next.to });
  }
  return taken;
}

async function ask<Log>(query: Query<Log>, range: Range): Promise<Outcome<Log>> {
  try {
    return { range, logs: await query(range.from, range.to) };
  } catch (thrown) {
    const failure = judgeFailure(thrown);
    if (failure?.kind !== "unread") throw thrown;
    return { range, thrown, trouble: failure.trouble };
  }
}

/** How long the ranges are that a node is asked for. */
class Pace {
  /** [blocks] */
  length: number;
  /** Answered since the length changed. */
  #inARow = 0;
  /** How many must be answered before a longer one is tried; more after each attempt that failed. */
  #patience = STEADY;
  /** Halved for a doubtful reason since the node last answered. */
  #doubtful = 0;
  /** A length that the node has answered before. [blocks] */
  #proven = 0;

  /** Whether a range was too long. */
  #hasLimit = false;

  constructor(length: number) {
    this.length = length;
  }

  /** A length that may be too long is tried with one range. */
  get atOnce(): number {
    return this.length > this.#proven ? 1 : AT_ONCE;
  }

  /** Where nothing was too long yet, the next, longer range may not be either. */
  tryWhole(length: number): void {
    if (!this.#hasLimit) this.length = Math.max(this.length, length);
  }

  worked(length: number): void {
    this.#doubtful = 0;
    if (length < this.length) return;
    // What was too long elsewhere is not here.
    if (length > this.#proven) this.#patience = STEADY;
    this.#proven = length;
    if (++this.#inARow < this.#patience) return;
    this.#inARow = 0;
    this.length *= 2;
  }

  /** @returns Whether a shorter range may help. */
  shorten(length: number, trouble: Trouble): boolean {
    if (length === 1 || !mayBeTooLong(trouble)) return false;
    // One of several at once has said so already.
    if (length > this.length) return true;
    if (!saysSo(trouble) && ++this.#doubtful > DOUBTFUL_HALVINGS) return false;
    if (length > this.#proven && this.#proven > 0) this.#patience = Math.min(2 * this.#patience, MOST_PATIENT);
    this.#hasLimit = true;
    this.#inARow = 0;
    this.#proven = Math.min(this.#proven, length - 1);
    this.length = Math.ceil(length / 2);
    return true;
  }
}

/** Whether the node itself said something: whatever it is, its own limit may be behind it. */
const saysSo = (trouble: Trouble): boolean => trouble === "too-much" || trouble === "internal" || trouble === "other";

/** A node that is slow, or breaks down, over a long range may well answer a short one. */
const mayBeTooLong = (trouble: Trouble): boolean =>
  saysSo(trouble) || trouble === "timeout" || trouble === "broken" || trouble === "busy" || trouble === "garbled";

function unreadable(thrown: unknown, { from, to }: Range): UnreadableError {
  const failure = judgeFailure(thrown);
  const words = failure?.kind === "unread" ? failure.words : String(thrown);
  const trouble = failure?.kind === "unread" ? failure.trouble : "other";
  const blocks = from === to ? `block ${from}` : `blocks ${from} to ${to}`;
  // Whoever asked has named the request already.
  if (thrown instanceof UnreadableError && thrown.message.startsWith("The chain could not be read")) {
    return new UnreadableError(`The logs of ${blocks} are missing. ${thrown.message}`, trouble, { cause: thrown });
  }
  return new UnreadableError(describeUnread(`logs of ${blocks}`, words), trouble, { cause: thrown });
}
