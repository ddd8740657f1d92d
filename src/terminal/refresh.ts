import { UnreadableError } from "../protocol/errors.js";
import type { Stop } from "./stopOnSignal.js";

/** What keeps a screen fresh. */
export interface Screen {
  /** Something that changes when there is something new to show. */
  readonly version: () => Promise<string>;
  readonly show: () => Promise<void>;
  /** Told that the node does not answer, and why. */
  readonly complain: (sentence: string) => void;
}

/** Shows again whenever the version changes, until it is stopped. @param every Between two looks. [ms] */
export async function refresh({ version, show, complain }: Screen, every: number, stop: Stop): Promise<void> {
  let shown: string | undefined;
  while (!stop.isStopped()) {
    try {
      const found = await version();
      if (found !== shown) await show();
      shown = found;
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      complain(error.message);
      // Whatever comes next is shown below the complaint.
      shown = undefined;
    }
    if (!stop.isStopped()) await stop.wait(every);
  }
}
