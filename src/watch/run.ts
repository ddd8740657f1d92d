import type { WatchEdges, WatchStart } from "./edges.js";
import type { WatchPlace } from "./readView.js";
import { Rounds } from "./rounds.js";

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
