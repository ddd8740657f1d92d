import { createInterface } from "node:readline/promises";

import { SentenceError } from "../../src/protocol/errors.js";

/** What is not done unless the answer is yes, and what `--yes` does. */
interface Stake {
  /** `"Nothing was sent by this run"` */
  readonly nothing: string;
  /** `"send"` */
  readonly doIt: string;
}

const SENDING: Stake = { nothing: "Nothing was sent by this run", doIt: "send" };

/** Asks whoever sits at the terminal; throws a sentence unless the answer is yes. Standard output is left to the data. */
export async function confirm(
  question: string,
  { nothing, doIt }: Stake = SENDING,
  { stdin, stderr }: Pick<NodeJS.Process, "stdin" | "stderr"> = process,
): Promise<void> {
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new SentenceError(`${nothing}: without a terminal nobody can be asked. To ${doIt} all the same: --yes.`);
  }
  const terminal = createInterface({ input: stdin, output: stderr });
  const interrupted = new AbortController();
  // A terminal that asks takes Ctrl-C for itself, and Ctrl-D ends what can be answered: both are a no.
  for (const event of ["SIGINT", "close"]) {
    terminal.once(event, () => {
      interrupted.abort();
    });
  }
  try {
    const answer = await terminal.question(`${question} [yes/no] `, { signal: interrupted.signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
  } finally {
    terminal.close();
  }
  throw new SentenceError(`${nothing}.`);
}
