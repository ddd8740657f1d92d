import { keccak256, toUtf8Bytes } from "ethers";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { describeUnread } from "../protocol/tryRead.js";
import type { Deed } from "./sendBounded.js";
import { readHead, readTerms, type WatchPlace } from "./readView.js";
import { begin, look, type Step } from "./step.js";
import type { Memory, Term, View, WatchEvent } from "./types.js";

/** What a watch has to do with beside the chain. */
export interface WatchEdges {
  /** Shows an event, once. */
  readonly tell: (event: WatchEvent) => void;
  /** Says what is wrong for the moment, or that it is over. */
  readonly complain: (sentence: string) => void;
  /** Sends an event on; why it did not arrive, or undefined. */
  readonly deliver?: ((event: WatchEvent) => Promise<string | undefined>) | undefined;
  /** Keeps what a later start goes on from. */
  readonly save?: ((memory: Memory, outbox: readonly WatchEvent[]) => Promise<void>) | undefined;
  /** Does what is due. */
  readonly act?: ((view: View) => Promise<Deed[]>) | undefined;
  /** Until the next look; longer after each failure in a row. */
  readonly wait: (failures: number) => Promise<void>;
  readonly isStopped: () => boolean;
}

/** What a watch goes on from. */
export interface WatchStart {
  readonly memory: Memory | undefined;
  readonly outbox: readonly WatchEvent[];
}

/** Powers are read again after so many blocks. */
const TERMS_KEPT = 300;
/** What a webhook does not take is kept; of more, the oldest are dropped. */
const OUTBOX = 1_000;

/**
 * Follows the chain until it is stopped. An event is shown before it is on record as told, so that none is missed: after a
 * crash in between it is told again, with the same identifier.
 * @param once Whether one look is enough; then what cannot be read is thrown.
 */
export async function runWatch(place: WatchPlace, start: WatchStart, edges: WatchEdges, once = false): Promise<void> {
  let { memory } = start;
  let outbox = [...start.outbox];
  let terms: { readonly at: number; readonly found: readonly Term[] } | undefined;
  let failures = 0;
  let complaint = "";
  let undone = new Set<string>();

  const tellAll = (events: readonly WatchEvent[]): void => {
    events.forEach(edges.tell);
    if (edges.deliver !== undefined) outbox = [...outbox, ...events].slice(-OUTBOX);
  };

  const readStep = async (): Promise<Step | undefined> => {
    const head = await readHead(place.provider);
    if (terms === undefined || head.number >= terms.at + TERMS_KEPT) {
      terms = { at: head.number, found: await readTerms(place, head) };
    }
    return memory === undefined ? await begin(place, terms.found) : await look(place, memory, terms.found);
  };

  const deliverAll = async (): Promise<void> => {
    for (let [first] = outbox; first !== undefined && edges.deliver !== undefined; [first] = outbox) {
      const reason = await edges.deliver(first);
      if (reason !== undefined) {
        complain(`The webhook has not taken ${outbox.length} events yet: ${reason}.`);
        return;
      }
      outbox = outbox.slice(1);
    }
  };

  const complain = (sentence: string): void => {
    if (sentence !== complaint) edges.complain(sentence);
    complaint = sentence;
  };

  while (!edges.isStopped()) {
    let isFirst = false;
    let isNew = false;
    try {
      const waiting = outbox.length;
      const step = await readStep();
      if (step !== undefined) {
        isFirst = memory === undefined;
        isNew = true;
        tellAll(step.events);
        ({ memory } = step);
        if (edges.act !== undefined && !isFirst) {
          const deeds = await edges.act(step.view);
          tellAll(
            deeds.filter(({ key, isDone }) => isDone || !undone.has(key)).map((deed) => toEvent(deed, step.view)),
          );
          undone = new Set(deeds.filter(({ isDone }) => !isDone).map(({ key }) => key));
        }
      }
      if (complaint !== "" && outbox.length === 0) {
        edges.complain("The node answers again.");
        complaint = "";
      }
      await deliverAll();
      if (memory !== undefined && (isNew || outbox.length !== waiting)) await edges.save?.(memory, outbox);
      failures = 0;
    } catch (error) {
      const unread = asUnread(error);
      if (unread === undefined || once) throw unread ?? error;
      complain(unread.message);
      failures += 1;
      // What was told so far is on record all the same.
      if (memory !== undefined && isNew) await edges.save?.(memory, outbox);
    }
    // The first look is at an older block.
    if (isFirst) continue;
    if (once || edges.isStopped()) return;
    await edges.wait(failures);
  }
}

const toEvent = ({ key, text }: Deed, { block }: View): WatchEvent => ({
  id: keccak256(toUtf8Bytes(`${key}@${block.hash}`)).slice(0, 34),
  kind: "keeper",
  text,
  block: block.number,
});

/** The node's failure in an error; undefined where the error is another. */
function asUnread(error: unknown): UnreadableError | undefined {
  if (error instanceof UnreadableError) return error;
  if (error instanceof SentenceError) return undefined;
  const failure = judgeFailure(error);
  return failure?.kind === "unread"
    ? new UnreadableError(describeUnread(undefined, failure.words), failure.trouble, { cause: error })
    : undefined;
}
