import type { Deed } from "./deed.js";
import type { Deliver } from "./outbox.js";
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
