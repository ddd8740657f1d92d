import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError } from "../src/protocol/errors.js";

/** Runs a task's action; what a person can mend leaves it as an error that Hardhat prints without a stack trace. */
export async function withSentences<Result>(action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof SentenceError) throw new HardhatPluginError("tribune", error.message, error);
    throw error;
  }
}
