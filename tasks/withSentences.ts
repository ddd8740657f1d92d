import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError } from "../src/protocol/errors.js";
import { judgeFailure } from "../src/protocol/failure.js";

/**
 * Runs a task's action. What a person can mend, and what a network's node says, leave it as an error that Hardhat prints
 * without a stack trace.
 */
export async function withSentences<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof SentenceError) throw new HardhatPluginError("tribune", error.message, error);
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") throw error;
    throw new HardhatPluginError("tribune", `The network's node refuses: ${failure.words}.`, asError(error));
  }
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));
