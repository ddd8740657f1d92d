import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { SentenceError } from "../protocol/errors.js";

/** JSON with amounts as decimal strings, which no reader rounds. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item), 2);

/** Writes a text file, and the folders it needs; what stops it becomes a sentence. */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    throw new SentenceError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Where a verb's text and data go. */
export interface Output {
  /** Shows text to the person; without its colours where no terminal shows them, or NO_COLOR forbids them. */
  readonly print: (text?: string) => void;
  /** Delivers the data, if they were asked for. */
  readonly data: (value: unknown) => Promise<void>;
}

/**
 * @param json Value of the option `--json`: a file, `-` for standard output, undefined for no data. With `-` the data
 * have standard output to themselves, and text goes to standard error.
 */
export function openOutput(json: string | undefined): Output {
  const text = json === "-" ? process.stderr : process.stdout;
  const isColoured = text.isTTY && !process.env.NO_COLOR;
  return {
    print: (line = "") => {
      text.write(`${isColoured ? line : stripVTControlCharacters(line)}\n`);
    },
    data: async (value) => {
      if (json === undefined) return;
      if (json === "-") process.stdout.write(`${toJson(value)}\n`);
      else await writeText(json, `${toJson(value)}\n`);
    },
  };
}
