import { createInterface } from "node:readline/promises";

import { SentenceError } from "../../src/protocol/errors.js";

/** Asks whoever sits at the terminal; throws a sentence unless the answer is yes. Standard output is left to the data. */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new SentenceError(
      "Nothing was sent by this run: without a terminal nobody can be asked. To send all the same: --yes.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const interrupted = new AbortController();
  // A terminal that asks takes Ctrl-C for itself.
  terminal.once("SIGINT", () => {
    interrupted.abort();
  });
  try {
    const answer = await terminal.question(`${question} [yes/no] `, { signal: interrupted.signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
  } finally {
    terminal.close();
  }
  throw new SentenceError("Nothing was sent by this run.");
}
