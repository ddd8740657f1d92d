import { readFile } from "node:fs/promises";

import { SentenceError } from "../protocol/errors.js";
import { reasonOf, visible } from "../protocol/visible.js";

/** What a file says; undefined if there is none. @throws {SentenceError} It cannot be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new SentenceError(`${visible(file)} cannot be read: ${reasonOf(error)}`);
  }
}

/** What a person's file says. @throws {SentenceError} There is none, or it cannot be read. */
export async function readText(file: string): Promise<string> {
  const text = await readIfThere(file);
  if (text === undefined) throw new SentenceError(`${visible(file)} does not exist.`);
  return text;
}
