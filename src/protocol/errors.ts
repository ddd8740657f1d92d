import { visible, visibleLines } from "./visible.js";

/** Something a person can mend: shown as its message alone, without a stack trace. */
export class SentenceError extends Error {
  override name = "SentenceError";

  constructor(message: string, options?: ErrorOptions) {
    super(visibleLines(message), options);
  }
}

/** One sentence per line under a heading. Whatever they quote, none of them becomes two. */
export const sentences = (heading: string, lines: readonly string[]): string =>
  [visible(heading), ...lines.map((line) => `  - ${visible(line)}`)].join("\n");
