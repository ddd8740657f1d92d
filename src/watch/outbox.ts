import { eventId } from "./eventId.js";
import type { WatchEvent } from "./types.js";

/** Why an event did not arrive. */
export interface Undelivered {
  /** The end of a sentence. */
  readonly reason: string;
  /** Whether the server does not want this one; else it may take it later. */
  readonly isRefused: boolean;
}
export type Deliver = (event: WatchEvent) => Promise<Undelivered | undefined>;

/** So many are kept; of more, the oldest are dropped. */
const KEPT = 1_000;
/** After so many refusals a round ends: then it is the address that is wrong, or the server, and not the events. */
const REFUSALS = 10;

/**
 * What the webhook has not taken yet, sent on beside everything else, in its order. One event that the server refuses does
 * not hold the others back: it is given up where it is refused before and after another one was taken, and that is told.
 * Where none is taken, all are kept.
 */
export class Outbox {
  #events: WatchEvent[];
  #running: Promise<void> | undefined;
  #complaint = "";
  /** Those that were refused, and how many had been taken by then. */
  readonly #refused = new Map<string, number>();
  #taken = 0;
  /** What says that another was left out. */
  readonly #notes = new Set<string>();

  constructor(
    events: readonly WatchEvent[],
    private readonly deliver: Deliver | undefined,
    private readonly complain: (sentence: string) => void,
  ) {
    this.#events = [...events];
  }

  get events(): readonly WatchEvent[] {
    return this.#events;
  }

  add(events: readonly WatchEvent[]): void {
    if (this.deliver === undefined) return;
    // After a crash what was on its way is told again.
    const known = new Set(this.#events.map(({ id }) => id));
    this.#events.push(...events.filter(({ id }) => !known.has(id)));
    const over = this.#events.length - KEPT;
    if (over <= 0) return;
    // One place more is for the note that says so.
    const dropped = this.#events.splice(0, over + 1);
    dropped.forEach(({ id }) => this.#refused.delete(id));
    const [first, last] = [dropped[0], dropped.at(-1)];
    if (first === undefined || last === undefined) return;
    const blocks = `of blocks ${first.block} to ${last.block}`;
    this.#note(
      first,
      `The webhook has not taken ${dropped.length} events ${blocks} for so long that they were dropped.`,
    );
  }

  /** Goes on sending, unless it is under way already. */
  send(isStopped: () => boolean): void {
    if (this.deliver === undefined || this.#running !== undefined) return;
    this.#running = this.#sendAll(this.deliver, isStopped).finally(() => {
      this.#running = undefined;
    });
  }

  /** Until what is under way has ended. */
  async settle(): Promise<void> {
    await this.#running;
  }

  async #sendAll(deliver: Deliver, isStopped: () => boolean): Promise<void> {
    const tried = new Set<string>();
    let trouble: string | undefined;
    for (let refusals = 0; refusals < REFUSALS && !(isStopped() && tried.size > 0);) {
      const event = this.#next(tried);
      if (event === undefined) break;
      tried.add(event.id);
      const outcome = await deliver(event);
      if (outcome === undefined) {
        this.#remove(event);
        ++this.#taken;
        continue;
      }
      trouble = outcome.reason;
      if (!outcome.isRefused) break;
      ++refusals;
      const before = this.#refused.get(event.id) ?? this.#taken;
      this.#refused.set(event.id, this.#taken);
      if (before < this.#taken) this.#giveUp(event, outcome.reason);
    }
    this.#tell(trouble);
  }

  /** The oldest, at first; then those that were not refused since one was taken. */
  #next(tried: ReadonlySet<string>): WatchEvent | undefined {
    if (tried.size === 0) return this.#events[0];
    return this.#events.find(({ id }) => !tried.has(id) && this.#refused.get(id) !== this.#taken);
  }

  #giveUp(event: WatchEvent, reason: string): void {
    this.#remove(event);
    // A note that is refused itself makes no other.
    if (this.#notes.has(event.id)) return;
    this.#note(
      event,
      `The webhook has refused an event (${event.kind}) of block ${event.block}, which is left out: ${reason}.`,
    );
  }

  #note({ id, block }: WatchEvent, text: string): void {
    this.complain(text);
    const note = eventId(`left out:${id}`);
    this.#notes.add(note);
    this.#events.push({ id: note, kind: "keeper", text, block });
  }

  #remove(event: WatchEvent): void {
    this.#refused.delete(event.id);
    this.#events = this.#events.filter((one) => one !== event);
  }

  #tell(trouble: string | undefined): void {
    const complaint =
      trouble === undefined || this.#events.length === 0
        ? ""
        : `The webhook has not taken every event yet: ${trouble}.`;
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.complain(complaint === "" ? "The webhook takes events again." : complaint);
  }
}
