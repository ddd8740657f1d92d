import { readFile } from "node:fs/promises";

import { SentenceError } from "../src/protocol/errors.js";
import { reasonOf, visible } from "../src/protocol/visible.js";

/** What a person's file says; a sentence if it cannot be read. */
export async function readTextFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be read: ${reasonOf(error)}`);
  }
}
