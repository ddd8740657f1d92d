import { HardhatPluginError } from "hardhat/plugins";

/** Something a person can mend: shown as its message alone, without a stack trace. */
export class SentenceError extends Error {
  override name = "SentenceError";
}

/** One sentence per line under a heading. */
export const sentences = (heading: string, lines: readonly string[]): string =>
  [heading, ...lines.map((line) => `  - ${line}`)].join("\n");

/** Runs a task's action; what a person can mend leaves it as an error that Hardhat prints without a stack trace. */
export async function withSentences<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof SentenceError) throw new HardhatPluginError("tribune", error.message, error);
    throw error;
  }
}
