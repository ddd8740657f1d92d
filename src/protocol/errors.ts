import { visible, visibleLines } from "./visible.js";

/** Something a person can mend: shown as its message alone, without a stack trace. */
export class SentenceError extends Error {
  override name = "SentenceError";

  constructor(message: string, options?: ErrorOptions) {
    super(visibleLines(message), options);
  }
}

/** What keeps a node from answering. */
export type Trouble =
  /** Nobody listens there. */
  | "refused"
  /** The line broke, or whoever stands before the node failed. */
  | "broken"
  | "timeout"
  /** Too many requests for now. */
  | "busy"
  /** More was asked for than it gives at once. */
  | "too-much"
  /** It has not seen that block yet, as a backend that lags. */
  | "behind"
  /** It has thrown that state or history away. */
  | "forgotten"
  /** It does not offer that method. */
  | "unsupported"
  /** What came is no answer, or only a part of one. */
  | "garbled"
  /** It failed by itself. */
  | "internal"
  | "other";

/** The chain could not be read: nothing follows from it about what is on the chain. */
export class UnreadableError extends SentenceError {
  override name = "UnreadableError";

  constructor(
    message: string,
    readonly trouble: Trouble = "other",
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** One sentence per line under a heading. Whatever they quote, none of them becomes two. */
export const sentences = (heading: string, lines: readonly string[]): string =>
  [visible(heading), ...lines.map((line) => `  - ${visible(line)}`)].join("\n");
