import { keccak256, toUtf8Bytes } from "ethers";

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
/** After so many refusals in one round it is the address that is wrong, and not the events. */
const REFUSALS = 10;
/** An event that was refused in so many rounds is given up. */
const ROUNDS = 5;

/**
 * What the webhook has not taken yet, sent on beside everything else, in its order. One event that the server refuses does
 * not hold the others back: it is given up once a later one was taken, and that is told.
 */
export class Outbox {
  #events: WatchEvent[];
  #running: Promise<void> | undefined;
  #complaint = "";
  readonly #rounds = new Map<string, number>();

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
    const refused: { readonly event: WatchEvent; readonly reason: string }[] = [];
    let trouble: string | undefined;
    let hasTaken = false;
    for (const event of [...this.#events]) {
      if (isStopped() && hasTaken) break;
      const outcome = await deliver(event);
      if (outcome === undefined) {
        this.#remove(event);
        hasTaken = true;
        refused.splice(0).forEach((one) => {
          this.#giveUp(one.event, one.reason);
        });
        continue;
      }
      trouble = outcome.reason;
      if (!outcome.isRefused) break;
      refused.push({ event, reason: outcome.reason });
      if (refused.length >= REFUSALS) break;
    }
    for (const { event, reason } of refused) {
      const rounds = (this.#rounds.get(event.id) ?? 0) + 1;
      this.#rounds.set(event.id, rounds);
      if (rounds >= ROUNDS) this.#giveUp(event, reason);
    }
    this.#tell(trouble);
  }

  #giveUp(event: WatchEvent, reason: string): void {
    this.#remove(event);
    this.#rounds.delete(event.id);
    // A note that is refused itself makes no other.
    if (event.kind === "keeper") return;
    this.#note(
      event,
      `The webhook has refused an event (${event.kind}) of block ${event.block}, which is left out: ${reason}.`,
    );
  }

  #note({ id, block }: WatchEvent, text: string): void {
    this.complain(text);
    this.#events.push({ id: keccak256(toUtf8Bytes(`left out:${id}`)).slice(0, 34), kind: "keeper", text, block });
  }

  #remove(event: WatchEvent): void {
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
