import { keccak256, toUtf8Bytes } from "ethers";

import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { describeUnread } from "../protocol/tryRead.js";
import { reasonOf } from "../protocol/visible.js";
import type { Deed } from "./deed.js";
import { readHead, readTerms, type WatchPlace } from "./readView.js";
import { Outbox, type Deliver } from "./outbox.js";
import type { Observation } from "./observe.js";
import { tellStandstill } from "./standstill.js";
import { begin, look } from "./step.js";
import type { Memory, Term, View, WatchEvent } from "./types.js";

/** What a watch has to do with beside the chain. */
export interface WatchEdges {
  /** Shows an event, once. */
  readonly tell: (event: WatchEvent) => void;
  /** Says what is wrong for the moment, or that it is over. */
  readonly complain: (sentence: string) => void;
  /** Sends an event on; why it did not arrive, or undefined. */
  readonly deliver?: Deliver | undefined;
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

/**
 * Follows the chain until it is stopped. An event is shown before it is on record as told, so that none is missed: after a
 * crash in between it is told again, with the same identifier.
 * @param once Whether one look is enough; then what cannot be read is thrown.
 */
export async function runWatch(place: WatchPlace, start: WatchStart, edges: WatchEdges, once = false): Promise<void> {
  let { memory } = start;
  let terms: { readonly at: number; readonly found: readonly Term[] } | undefined;
  let failures = 0;
  let complaint = "";
  let undone = new Set<string>();
  const outbox = new Outbox(start.outbox, edges.deliver, edges.complain);
  let waiting = outbox.events.length;

  const tellAll = (events: readonly WatchEvent[]): void => {
    // First what may be lost: whatever stops the showing must not stop the sending.
    outbox.add(events);
    events.forEach(edges.tell);
  };
  const save = async (): Promise<void> => {
    waiting = outbox.events.length;
    if (memory !== undefined) await edges.save?.(memory, [...outbox.events]);
  };

  const readStep = async (): Promise<(Observation & { readonly view?: View }) | undefined> => {
    const head = await readHead(place.provider);
    if (terms === undefined || head.number >= terms.at + TERMS_KEPT) {
      terms = { at: head.number, found: await readTerms(place, head) };
    }
    if (memory === undefined) return await begin(place, terms.found);
    const step = await look(place, memory, terms.found);
    return step ?? (await tellStandstill(place.provider, head, memory, place.now?.()));
  };

  /** What is due, once what was told is on record: a transaction takes its time. */
  const act = async (view: View): Promise<void> => {
    const deeds = await edges.act?.(view);
    if (deeds === undefined) return;
    tellAll(deeds.filter(({ key, isDone }) => isDone || !undone.has(key)).map((deed) => toEvent(deed, view)));
    undone = new Set(deeds.filter(({ isDone }) => !isDone).map(({ key }) => key));
    await save();
  };

  /** Whoever hears of the DAO through the webhook alone must hear that it goes silent; not at each new start. */
  const tellEnd = (error: unknown): void => {
    const key = `${ENDED}:${reasonOf(error)}`;
    if (memory?.standing.some((one) => one.key === key) === true) return;
    outbox.add([alarm(key, `The watch ends by an error: ${reasonOf(error)}`, memory)]);
    if (memory !== undefined) {
      memory = { ...memory, standing: [...memory.standing, { key, ended: undefined }] };
    }
  };

  const complain = (sentence: string): void => {
    if (sentence !== complaint) edges.complain(sentence);
    complaint = sentence;
  };

  while (!edges.isStopped()) {
    let isFirst = false;
    try {
      const step = await readStep();
      if (complaint !== "") edges.complain("The node answers again.");
      complaint = "";
      if (step !== undefined) {
        isFirst = memory === undefined;
        tellAll(step.events);
        const ended = memory?.standing.find(isEnd);
        memory = { ...step.memory, standing: step.memory.standing.filter((one) => !isEnd(one)) };
        if (ended !== undefined) tellAll([alarm(`over:${ended.key}`, "The watch goes on again.", memory)]);
        await save();
      }
      if (!once) outbox.send(edges.isStopped);
      if (step?.view !== undefined && !isFirst) await act(step.view);
      failures = 0;
    } catch (error) {
      const unread = asUnread(error);
      if (unread === undefined || once) {
        if (unread === undefined) tellEnd(error);
        await outbox.settle();
        outbox.send(() => false);
        await outbox.settle();
        await save();
        throw unread ?? error;
      }
      complain(unread.message);
      failures += 1;
    }
    // The first look is at an older block.
    if (isFirst) continue;
    if (once) break;
    if (outbox.events.length !== waiting) await save();
    if (!edges.isStopped()) await edges.wait(failures);
  }
  // What the first round has not reached.
  await outbox.settle();
  if (once) outbox.send(edges.isStopped);
  await outbox.settle();
  if (outbox.events.length !== waiting) await save();
}

const toEvent = ({ key, text, isAlarm }: Deed, { block }: View): WatchEvent => ({
  id: keccak256(toUtf8Bytes(`${key}@${block.hash}`)).slice(0, 34),
  kind: isAlarm === true ? "alarm" : "keeper",
  text,
  block: block.number,
});

/** A condition that stands once an error has ended the watch, until a look succeeds. */
const ENDED = "watch-ended";
const isEnd = ({ key }: Memory["standing"][number]): boolean => key.startsWith(ENDED);

const alarm = (key: string, text: string, memory: Memory | undefined): WatchEvent => {
  const newest = memory?.blocks.at(-1);
  const id = keccak256(toUtf8Bytes(`${key}@${newest?.hash ?? ""}`)).slice(0, 34);
  return { id, kind: "alarm", text, block: newest?.number ?? 0 };
};

/** The node's failure in an error; undefined where the error is another. */
function asUnread(error: unknown): UnreadableError | undefined {
  if (error instanceof UnreadableError) return error;
  if (error instanceof SentenceError) return undefined;
  const failure = judgeFailure(error);
  return failure?.kind === "unread"
    ? new UnreadableError(describeUnread(undefined, failure.words), failure.trouble, { cause: error })
    : undefined;
}
