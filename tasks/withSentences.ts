import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError, UnreadableError } from "../src/protocol/errors.js";
import { judgeFailure } from "../src/protocol/failure.js";
import { describeUnread } from "../src/protocol/tryRead.js";
import { visibleLines } from "../src/protocol/visible.js";

/** What the process ends with where something could not be read, so that nothing is proven; 1 is for errors. */
export const UNREAD = 2;

/**
 * Runs a task's action. What a person can mend, and what a network's node says, leave it as an error that Hardhat prints
 * without a stack trace, and ends with 1. What could not be read is told here, because it ends with 2. Of any other error
 * Hardhat prints message and stack, and a node may have written them.
 */
export async function withSentences(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof UnreadableError) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = UNREAD;
      return;
    }
    const variable = describeVariable(error);
    if (variable !== undefined) throw new HardhatPluginError("tribune", variable);
    if (error instanceof SentenceError) throw new HardhatPluginError("tribune", error.message, error);
    const seen = new Set<unknown>();
    for (let one = error; one instanceof Error && !seen.has(one); one = one.cause) {
      seen.add(one);
      makeVisible(one);
    }
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread" || !(error instanceof Error)) throw error;
    throw new HardhatPluginError("tribune", `The network's node refuses: ${failure.words}.`, error);
  }
}

/** Of a configuration variable Hardhat's own errors say what is wrong, and not what would be right. */
function describeVariable(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== "HardhatError") return undefined;
  const [, variable] = /configuration variable "(\w+)"/i.exec(error.message) ?? [];
  if (variable === undefined) return undefined;
  const command = `npx hardhat keystore set ${variable}`;
  if (error.message.includes("Invalid URL")) {
    return `${variable} is no URL: right is one like "https://…"; ${command} --force asks for it again.`;
  }
  if (!error.message.includes("not found")) return undefined;
  return (
    `${variable} is not set: ${command} asks for it and keeps it encrypted; an environment variable of that name does as ` +
    "well."
  );
}

/**
 * The same for a verb whose 1 says what it found: whatever stops it, ends with 2. What a person can mend, and what a node
 * says, is told in a sentence; a mistake of ours with its trace.
 */
export async function withoutVerdict(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    process.stderr.write(`${visibleLines(tellError(error))}\n`);
    process.exitCode = UNREAD;
  }
}

function tellError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const variable = describeVariable(error);
  if (variable !== undefined) return variable;
  const failure = error instanceof SentenceError ? undefined : judgeFailure(error);
  if (failure?.kind === "unread") return describeUnread(undefined, failure.words);
  return error instanceof SentenceError || error.name === "HardhatError"
    ? error.message
    : (error.stack ?? error.message);
}

function makeVisible(error: Error): void {
  error.message = visibleLines(error.message);
  if (error.stack !== undefined) error.stack = visibleLines(error.stack);
}
