import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { formatTime } from "../protocol/format.js";
import { judgeFailure } from "../protocol/failure.js";
import { describeUnread } from "../protocol/tryRead.js";
import { reasonOf } from "../protocol/visible.js";
import type { Deed } from "./deed.js";
import type { WatchEdges, WatchStart } from "./edges.js";
import { eventId } from "./eventId.js";
import type { Observation } from "./observe.js";
import { Outbox } from "./outbox.js";
import { readHead, readTerms, type WatchPlace } from "./readView.js";
import { tellStandstill } from "./standstill.js";
import { begin, look } from "./step.js";
import type { Memory, Term, View, WatchEvent } from "./types.js";

/** Powers are read again after so many blocks. */
const TERMS_KEPT = 300;
/** A node that has failed for so long is reported. [seconds] */
const SILENCE = 600n;
/** The same reason for doing nothing is not told again before it was away for so long. [seconds] */
const FORGOTTEN = 3_600n;

/** Conditions of the watch itself, which stand until a round succeeds. */
const ENDED = "watch-ended";
const SILENT = "node-silent";
const isOwn = ({ key }: Memory["standing"][number]): boolean => key.startsWith(ENDED) || key === SILENT;

/** One watch, round by round. */
export class Rounds {
  /** Of rounds in a row that failed. */
  failures = 0;
  #memory: Memory | undefined;
  #terms: { readonly at: number; readonly found: readonly Term[] } | undefined;
  readonly #outbox: Outbox;
  /** In the outbox when it was last written down. */
  #waiting: number;
  /** Why that which is told is not on record; undefined if it is. */
  #unsaved: unknown;
  #complaint = "";
  /** [unix seconds] */
  #failingSince: bigint | undefined;
  #isSilenceTold = false;
  /** Whether a round has succeeded. */
  #isGoing = false;
  /** Whether the last attempt to do what is due has failed. */
  #isOwed = false;
  /** Reasons that were told for doing nothing, and when they last held. [unix seconds] */
  readonly #reasons = new Map<string, bigint>();

  constructor(
    private readonly place: WatchPlace,
    start: WatchStart,
    private readonly edges: WatchEdges,
    private readonly once: boolean,
  ) {
    this.#memory = start.memory;
    this.#outbox = new Outbox(start.outbox, edges.deliver, edges.complain);
    this.#waiting = start.outbox.length;
  }

  /** One look, and what is due after it. @returns Whether it was the first of all. */
  async round(): Promise<"begun" | "looked" | "failed"> {
    try {
      const step = await this.#look();
      const isFirst = this.#memory === undefined;
      if (step !== undefined) {
        this.#tell(step.events);
        const own = this.#memory?.standing.filter(isOwn) ?? [];
        this.#memory = { ...step.memory, standing: [...step.memory.standing.filter((one) => !isOwn(one)), ...own] };
        await this.#save();
      }
      // Beside what is done: a transaction takes its time.
      this.#send();
      if (step?.view !== undefined && !isFirst) {
        this.#isOwed = true;
        await this.#act(step.view);
        this.#isOwed = false;
      }
      this.failures = 0;
      this.#isGoing = true;
      if (!this.#isOwed) await this.#answered();
      return isFirst ? "begun" : "looked";
    } catch (error) {
      const unread = asUnread(error);
      if (unread === undefined || this.once) throw unread ?? error;
      await this.#failed(unread);
      this.#send();
      return "failed";
    }
  }

  /** Writes down what the webhook has taken since. */
  async saveTaken(): Promise<void> {
    if (this.#outbox.events.length !== this.#waiting) await this.#save();
  }

  /** Stopped, or done: what is not sent yet is sent at the next start, where there can be one. */
  async close(): Promise<void> {
    await this.#outbox.settle();
    // A timer's next look would send it again.
    if (this.once && this.#unsaved !== undefined) throw this.#unsaved as Error;
    if (this.once || this.edges.save === undefined) this.#outbox.send(() => false);
    await this.#outbox.settle();
    await this.saveTaken();
  }

  /** Whoever hears of the DAO through the webhook alone must hear that it goes silent; not at each new start. */
  async end(error: unknown): Promise<void> {
    if (error === this.#unsaved) return;
    if (asUnread(error) === undefined) {
      const key = `${ENDED}:${reasonOf(error)}`;
      if (!this.#stands(key)) {
        this.#outbox.add([alarm(key, `The watch ends by an error: ${reasonOf(error)}`, this.#memory)]);
        this.#stand(key);
      }
    }
    await this.#outbox.settle();
    await this.#save();
    const isKept = this.edges.save === undefined || (this.#memory !== undefined && this.#unsaved === undefined);
    if (!isKept) return;
    this.#outbox.send(() => false);
    await this.#outbox.settle();
    await this.saveTaken();
  }

  async #look(): Promise<(Observation & { readonly view?: View }) | undefined> {
    const { place } = this;
    const head = await readHead(place.provider);
    if (this.#terms === undefined || head.number >= this.#terms.at + TERMS_KEPT) {
      this.#terms = { at: head.number, found: await readTerms(place, head) };
    }
    if (this.#memory === undefined) return await begin(place, this.#terms.found);
    const step = await look(place, this.#memory, this.#terms.found);
    return step ?? (await tellStandstill(place.provider, head, this.#memory, place.now?.()));
  }

  /** What is due, once what was told is on record. */
  async #act(view: View): Promise<void> {
    const deeds = await this.edges.act?.(view);
    if (deeds === undefined) return;
    const now = view.block.timestamp;
    for (const [key, at] of this.#reasons) if (now >= at + FORGOTTEN) this.#reasons.delete(key);
    const fresh = deeds.filter(({ key, isDone }) => isDone || !this.#reasons.has(key));
    for (const { key, isDone } of deeds) if (!isDone) this.#reasons.set(key, now);
    this.#tell(fresh.map((deed) => toEvent(deed, view)));
    await this.#save();
  }

  async #answered(): Promise<void> {
    if (this.#complaint !== "") this.edges.complain("The node answers again.");
    this.#complaint = "";
    this.#failingSince = undefined;
    this.#isSilenceTold = false;
    const own = this.#memory?.standing.filter(isOwn) ?? [];
    if (this.#memory === undefined || own.length === 0) return;
    this.#tell([alarm(`over:${own.map(({ key }) => key).join()}`, "The watch goes on again.", this.#memory)]);
    this.#memory = { ...this.#memory, standing: this.#memory.standing.filter((one) => !isOwn(one)) };
    await this.#save();
  }

  /** A node that is away for a while is no event; one that stays away is. */
  async #failed({ message }: UnreadableError): Promise<void> {
    if (message !== this.#complaint) this.edges.complain(message);
    this.#complaint = message;
    this.failures += 1;
    const now = this.place.now?.() ?? BigInt(Math.floor(Date.now() / 1_000));
    this.#failingSince ??= now;
    if (now < this.#failingSince + SILENCE || this.#isSilenceTold || this.#stands(SILENT)) return;
    this.#isSilenceTold = true;
    const text = `The node has failed in every round since ${formatTime(this.#failingSince)}. ${message}`;
    this.#tell([alarm(SILENT, text, this.#memory)]);
    this.#stand(SILENT);
    await this.#save();
  }

  #tell(events: readonly WatchEvent[]): void {
    // First what may be lost: whatever stops the showing must not stop the sending.
    this.#outbox.add(events);
    events.forEach(this.edges.tell);
  }

  #send(): void {
    // What is not on record would be sent again at each start, of a process that ends at once.
    if (!this.once && (this.#unsaved === undefined || this.#isGoing)) this.#outbox.send(this.edges.isStopped);
  }

  /** A record that cannot be written ends nothing: that is said once, and the watch goes on without. */
  async #save(): Promise<void> {
    if (this.#memory === undefined) return;
    const wasUnsaved = this.#unsaved !== undefined;
    try {
      await this.edges.save?.(this.#memory, [...this.#outbox.events]);
      this.#unsaved = undefined;
    } catch (error) {
      this.#unsaved = error;
    }
    this.#waiting = this.#outbox.events.length;
    if (wasUnsaved === (this.#unsaved !== undefined)) return;
    const text =
      this.#unsaved === undefined
        ? "The checkpoint can be written again."
        : `${reasonOf(this.#unsaved).replace(/\.?$/, ".")} After a restart, what has happened since is reported again.`;
    this.edges.complain(text);
    this.#outbox.add([alarm(wasUnsaved ? "saved" : "unsaved", text, this.#memory)]);
  }

  #stands(key: string): boolean {
    return this.#memory?.standing.some((one) => one.key === key) === true;
  }

  #stand(key: string): void {
    if (this.#memory === undefined) return;
    this.#memory = { ...this.#memory, standing: [...this.#memory.standing, { key, ended: undefined }] };
  }
}

const toEvent = ({ key, text, isAlarm }: Deed, { block }: View): WatchEvent => ({
  id: eventId(`${key}@${block.hash}`),
  kind: isAlarm === true ? "alarm" : "keeper",
  text,
  block: block.number,
});

const alarm = (key: string, text: string, memory: Memory | undefined): WatchEvent => {
  const newest = memory?.blocks.at(-1);
  return { id: eventId(`${key}@${newest?.hash ?? ""}`), kind: "alarm", text, block: newest?.number ?? 0 };
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
