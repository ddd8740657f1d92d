import path from "node:path";

import { boundedText } from "../protocol/bounded.js";
import { reasonOf, visible } from "../protocol/visible.js";

/** A mistake in the syntax of a file. */
interface Mistake {
  /** Another one than was asked for, if that is imported. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly reason: string;
}

/** As Hardhat's loader of TypeScript says it, in the second line. Columns are counted from 0 there. */
const TOLD = /^(.+):(\d+):(\d+): ERROR: (.+)$/m;

/**
 * Why a configuration cannot be read; of one with a mistake in its syntax also in which line and column.
 * @param file As given.
 */
export async function describeUnreadable(file: string, text: string, error: unknown): Promise<string> {
  const mistake = readTold(error) ?? (error instanceof SyntaxError ? await findMistake(file, text) : undefined);
  if (mistake === undefined) return `${visible(file)} cannot be read: ${reasonOf(error)}`;
  const { line, column, reason } = mistake;
  const isOther = path.resolve(mistake.file) !== path.resolve(file);
  const at = isOther ? path.relative("", mistake.file) : file;
  const why = visible(boundedText(reason, 300));
  return `${visible(at)} cannot be read: line ${line}, column ${column}: ${why}${isOther ? ` (for ${visible(file)})` : ""}`;
}

function readTold(error: unknown): Mistake | undefined {
  const [, file, line, column, reason] = TOLD.exec(error instanceof Error ? error.message : "") ?? [];
  if (file === undefined || reason === undefined) return undefined;
  return { file, line: Number(line), column: Number(column) + 1, reason };
}

/** Node names no place; the compiler behind Hardhat's loader does, if it is there. */
async function findMistake(file: string, text: string): Promise<Mistake | undefined> {
  const esbuild = await import("esbuild").catch(() => undefined);
  const loader = file.endsWith(".json") ? "json" : "js";
  try {
    await esbuild?.transform(text, { loader, sourcefile: file, logLevel: "silent" });
  } catch (error) {
    return readTold(error);
  }
  return undefined;
}
