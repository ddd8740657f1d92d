import type { Deed } from "./deed.js";
import type { Deliver } from "./outbox.js";
import type { WatchPlace } from "./readView.js";
import { Rounds } from "./rounds.js";
import type { Memory, View, WatchEvent } from "./types.js";

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

/**
 * Follows the chain until it is stopped. An event is shown before it is on record as told, so that none is missed: after a
 * crash in between it is told again, with the same identifier.
 * @param once Whether one look is enough; then what cannot be read, or written, is thrown.
 */
export async function runWatch(place: WatchPlace, start: WatchStart, edges: WatchEdges, once = false): Promise<void> {
  const rounds = new Rounds(place, start, edges, once);
  try {
    while (!edges.isStopped()) {
      // The first look is at an older block.
      if ((await rounds.round()) === "begun") continue;
      if (once) break;
      await rounds.saveTaken();
      if (!edges.isStopped()) await edges.wait(rounds.failures);
    }
    await rounds.close();
  } catch (error) {
    await rounds.end(error);
    throw error;
  }
}
