/** Something a person can mend: shown as its message alone, without a stack trace. */
export class SentenceError extends Error {
  override name = "SentenceError";
}

/** One sentence per line under a heading. */
export const sentences = (heading: string, lines: readonly string[]): string =>
  [heading, ...lines.map((line) => `  - ${line}`)].join("\n");
