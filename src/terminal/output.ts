import { randomUUID } from "node:crypto";
import { accessSync, constants, statSync } from "node:fs";
import { mkdir, open, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { SentenceError } from "../protocol/errors.js";
import { reasonOf, visible, visibleLines } from "../protocol/visible.js";

/** JSON with amounts as decimal strings, which no reader rounds. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? item.toString() : item), 2);

/** Writes a text file; what stops it becomes a sentence. */
export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be written: ${reasonOf(error)}`);
  }
}

/** The same, whole or not at all: whatever stops it, the file is the old one or the new one. A device is written to. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const before = await stat(file).catch(() => undefined);
  if (before !== undefined && !before.isFile()) {
    await writeText(file, text);
    return;
  }
  let draft: string | undefined;
  try {
    // What a link leads to is replaced, and not the link.
    const target = before === undefined ? file : await realpath(file);
    draft = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.${randomUUID()}`);
    const handle = await open(draft, "wx", before === undefined ? undefined : before.mode & 0o777);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    if (draft !== undefined) await rm(draft, { force: true });
    throw new SentenceError(`${visible(file)} cannot be written: ${reasonOf(error)}`);
  }
}

/** The same for what this project keeps in a place of its own: the folders are made. */
export async function writeKept(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
  } catch (error) {
    throw new SentenceError(`${visible(file)} cannot be written: ${reasonOf(error)}`);
  }
  await writeWhole(file, text);
}

/** Refuses a file that cannot be written, before any work is done for it. */
export function checkWritable(file: string): void {
  const refuse = (what: string) => new SentenceError(`${visible(file)} cannot be written: ${what}`);
  if (kindOf(file) === "folder") throw refuse("it is a folder; give a file in it.");
  const folder = path.dirname(path.resolve(file));
  if (kindOf(folder) !== "folder") throw refuse(`there is no folder ${visible(folder)}; make it first.`);
  try {
    accessSync(kindOf(file) === "file" ? file : folder, constants.W_OK);
  } catch (error) {
    throw refuse(reasonOf(error));
  }
}

function kindOf(file: string): "file" | "folder" | undefined {
  try {
    return statSync(file).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** The colours that this project gives its text. */
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[(?:0|1|2|7|22|27|3[1-69])m/g;

/** Text as a stream may show it: every line ours, in our colours or none, and nothing else that acts on a terminal. */
export function toPrintable(text: string, isColoured: boolean): string {
  const parts = text.split(COLOURS).map(visibleLines);
  const colours = isColoured ? text.match(COLOURS) : null;
  return parts.map((part, index) => `${part}${colours?.[index] ?? ""}`).join("");
}

/** Where a verb's text and data go. */
export interface Output {
  /** Shows text to the person; without its colours where no terminal shows them, or NO_COLOR forbids them. */
  readonly print: (text?: string) => void;
  /** Delivers the data, if they were asked for. */
  readonly data: (value: unknown) => Promise<void>;
  /** Says what went wrong beside something worse, which ends the command. */
  readonly complain: (error: unknown) => void;
}

/**
 * @param json Value of the option `--json`: a file, `-` for standard output, undefined for no data. With `-` the data
 * have standard output to themselves, and text goes to standard error. A file that cannot be written is refused at once.
 */
export function openOutput(json: string | undefined): Output {
  if (json !== undefined && json !== "-") checkWritable(json);
  const text = json === "-" ? process.stderr : process.stdout;
  const isColoured = text.isTTY && !process.env.NO_COLOR;
  return {
    print: (line = "") => {
      text.write(`${toPrintable(line, isColoured)}\n`);
    },
    data: async (value) => {
      if (json === undefined) return;
      if (json === "-") process.stdout.write(`${toJson(value)}\n`);
      else await writeWhole(json, `${toJson(value)}\n`);
    },
    complain: (error) => {
      process.stderr.write(`${reasonOf(error)}\n`);
    },
  };
}
