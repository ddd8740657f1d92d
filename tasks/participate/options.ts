import { readNumber } from "../readOption.js";
import type { Common } from "./participate.js";

/** What a verb about one rage quit takes. */
export interface EpochArguments extends Common {
  epoch: string | undefined;
}

/** @param text Value of `--epoch`. */
export const optionalEpoch = (text: string | undefined): bigint | undefined =>
  text === undefined ? undefined : readNumber(text, "epoch");
