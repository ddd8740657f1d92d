import path from "node:path";

import { compareAudits, type Comparison } from "../src/power/record/compareAudits.js";
import { lockText, readLock } from "../src/power/record/lockFile.js";
import { renderComparison } from "../src/power/render/terminal.js";
import type { AuditReport } from "../src/power/report.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { checkWritable, writeText } from "../src/terminal/output.js";
import type { Papers } from "./papers.js";

/** What a person asks an audit to leave behind. */
export interface Delivery {
  /** Whether this audit becomes what later ones are compared with. */
  lock: boolean;
  /** Where that stands, if not in its usual place. */
  lockFile: string | undefined;
}

/** Refuses, before any work is done, files that cannot be written. */
export function openDelivery({ lock, lockFile, ...files }: Delivery): void {
  for (const [option, file] of Object.entries<string | undefined>({ ...files, lockFile })) {
    if (file === undefined || (option === "lockFile" && !lock)) continue;
    if (file === "-") throw new SentenceError(`--${option === "lockFile" ? "lock-file" : option} takes a file.`);
    checkWritable(file);
  }
}

/** What became of the files. */
interface Delivered {
  /** Whether nothing got worse, and every file that is kept says what this audit says. */
  readonly isTrue: boolean;
  /** With the audit on record; undefined if there is none. */
  readonly comparison: Comparison | undefined;
}

export async function deliver(
  report: AuditReport,
  { lock, lockFile }: Delivery,
  papers: Papers,
  print: (text: string) => void,
): Promise<Delivered> {
  const place = lockFile ?? papers.lock;
  const shown = path.relative(process.cwd(), place);
  if (lock) {
    const before = await readLock(place).catch(() => undefined);
    await writeText(place, lockText(report.record));
    const comparison = before && compareAudits(before, report.record);
    if (comparison !== undefined) print(renderComparison(comparison, `${shown} as it was`));
    print(`On record in ${visible(shown)}: later audits are compared with this one.`);
    return { isTrue: true, comparison };
  }
  const before = await readLock(place);
  if (before === undefined) {
    if (lockFile !== undefined) throw new SentenceError(`${visible(lockFile)} does not exist; --lock writes it.`);
    print(`There is no ${visible(shown)} to compare with; --lock writes it.`);
    return { isTrue: true, comparison: undefined };
  }
  const comparison = compareAudits(before, report.record);
  print(renderComparison(comparison, shown));
  const isTrue = comparison.worse.length === 0;
  if (!isTrue) print("What got worse on purpose is accepted with --lock.");
  return { isTrue, comparison };
}
