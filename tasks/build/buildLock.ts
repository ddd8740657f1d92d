import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

/** [ms] */
const POLL = 100;

/**
 * Runs `action` while no other process of this machine holds the lock. What a process left behind that ended without
 * giving it back is taken over.
 * @param file Exists while the lock is held, and says by whom.
 * @param onWait Called once if somebody else holds it.
 */
export async function withLock<Result>(
  file: string,
  action: () => Promise<Result>,
  onWait: (holder: number) => void = () => undefined,
): Promise<Result> {
  await mkdir(path.dirname(file), { recursive: true });
  const own = `${process.pid} ${randomUUID()}`;
  let hasTold = false;
  while (!(await create(file, own))) {
    const held = await readText(file);
    if (held === undefined) continue;
    if (isStale(held)) {
      await removeStale(file, held, own);
      continue;
    }
    const holder = Number.parseInt(held, 10);
    if (!hasTold && !Number.isNaN(holder)) onWait(holder);
    hasTold ||= !Number.isNaN(holder);
    await setTimeout(POLL);
  }
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

/** Whether the file did not exist before. */
async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/**
 * Two that wait see the same stale lock: whoever removed it second would remove the lock that the first has made since.
 * So only one at a time removes, and looks again before.
 */
async function removeStale(file: string, held: string, own: string): Promise<void> {
  const claim = `${file}.stale`;
  if (!(await create(claim, own))) {
    const claimed = await readText(claim);
    // Whoever removes may end before it has.
    if (claimed !== undefined && isStale(claimed)) await rm(claim, { force: true });
    else await setTimeout(POLL);
    return;
  }
  try {
    if ((await readText(file)) === held) await rm(file);
  } finally {
    await rm(claim, { force: true });
  }
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a process that has ended wrote it. Between its creation and its first byte a file names nobody. */
function isStale(text: string): boolean {
  const writer = Number.parseInt(text, 10);
  if (Number.isNaN(writer)) return false;
  try {
    process.kill(writer, 0);
    return false;
  } catch (error) {
    // Of another user.
    return codeOf(error) !== "EPERM";
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
