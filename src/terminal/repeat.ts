import { SentenceError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import { describeUnread } from "../protocol/tryRead.js";
import { visibleLines } from "../protocol/visible.js";
import type { Stop } from "./stopOnSignal.js";

/**
 * Does the same again and again until it is stopped. What a person can mend and what a node says is told, and it is tried
 * again; a mistake of ours ends it.
 * @param every Between two rounds. [ms]
 */
export async function repeat(round: () => Promise<void>, every: number, stop: Stop): Promise<void> {
  while (!stop.isStopped()) {
    try {
      await round();
    } catch (error) {
      process.stderr.write(`${visibleLines(sentenceOf(error))}\n`);
    }
    if (!stop.isStopped()) await stop.wait(every);
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof SentenceError) return error.message;
  const failure = judgeFailure(error);
  if (failure?.kind === "unread") return describeUnread(undefined, failure.words);
  throw error;
}
