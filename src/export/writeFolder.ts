import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";

import { SentenceError } from "../protocol/errors.js";
import { reasonOf, visible } from "../protocol/visible.js";

export type IsOurs = (files: readonly string[], readText: (file: string) => Promise<string>) => Promise<boolean>;

/**
 * Puts a folder in its place as a whole: before, there is the earlier one or none; afterwards, the new one.
 * @param isOurs Whether a folder with these files, by their paths in it, was written here before, and by nobody since.
 * @throws {SentenceError} A folder with anything else in it, or one that cannot be written.
 */
export async function writeFolder(folder: string, files: ReadonlyMap<string, string>, isOurs: IsOurs): Promise<void> {
  try {
    const target = await realpath(folder).catch(() => path.resolve(folder));
    const isThere = await checkFolder(target, isOurs);
    await mkdir(path.dirname(target), { recursive: true });
    const draft = `${target}.${randomUUID()}`;
    try {
      for (const [file, text] of files) {
        await mkdir(path.dirname(path.join(draft, file)), { recursive: true });
        await writeFile(path.join(draft, file), text);
      }
      const old = `${draft}.old`;
      if (isThere) await rename(target, old);
      try {
        await rename(draft, target);
      } catch (error) {
        if (isThere) await rename(old, target);
        throw error;
      }
      await rm(old, { recursive: true, force: true });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  } catch (error) {
    if (error instanceof SentenceError) throw error;
    throw new SentenceError(`${visible(folder)} cannot be written: ${reasonOf(error)}`);
  }
}

/**
 * Whether there is a folder that may be replaced.
 * @throws {SentenceError} Something else is there.
 */
export async function checkFolder(folder: string, isOurs: IsOurs): Promise<boolean> {
  const found = await stat(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new SentenceError(`${visible(folder)} cannot be read: ${reasonOf(error)}`);
  });
  if (found === undefined) return false;
  if (!found.isDirectory()) throw new SentenceError(`${visible(folder)} is a file; give a folder.`);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  if (entries.length === 0 || (await isOurs(files, (file) => readFile(path.join(folder, file), "utf8")))) return true;
  throw new SentenceError(
    `${visible(folder)} has other files in it, and would be replaced as a whole: give a folder that is empty, or not there yet.`,
  );
}
