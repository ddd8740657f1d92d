import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { compareAudits, type Comparison } from "../src/power/record/compareAudits.js";
import { lockText, readLock } from "../src/power/record/lockFile.js";
import { renderMarkdown } from "../src/power/render/markdown.js";
import { renderSarif } from "../src/power/render/sarif.js";
import { createLocator, type SourceFile } from "../src/power/render/sources.js";
import { renderSvg } from "../src/power/render/svg.js";
import { renderComparison } from "../src/power/render/terminal.js";
import type { AuditReport } from "../src/power/report.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { checkWritable, toJson, writeText } from "../src/terminal/output.js";
import type { Papers } from "./papers.js";

/** What a person asks an audit to leave behind: files. */
export interface Delivery {
  /** Whether this audit becomes what later ones are compared with. */
  lock: boolean;
  /** Where that stands, if not in its usual place. */
  lockFile: string | undefined;
  markdown: string | undefined;
  svg: string | undefined;
  sarif: string | undefined;
}

/** Writes the files that this repository keeps. */
const KEEP = "npm run audit:record";

/** Refuses, before any work is done, files that cannot be written. */
export function openDelivery({ lock, lockFile, ...files }: Delivery): void {
  const written = { ...files, ...(lock && { "lock-file": lockFile }) };
  for (const [option, file] of Object.entries<string | undefined>(written)) {
    if (file === undefined) continue;
    if (file === "-") throw new SentenceError(`--${option} takes a file, not "-".`);
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

/** Compares with what is on record, and writes what was asked for. */
export async function deliver(
  report: AuditReport,
  delivery: Delivery,
  { root, papers, print }: { readonly root: string; readonly papers: Papers; readonly print: (text: string) => void },
): Promise<Delivered> {
  const lockFile = delivery.lockFile ?? papers.lock;
  const comparison = await compare(report, lockFile, delivery, print);
  const { kept, name, source, remark } = papers;
  const page = (file: string | undefined): string =>
    renderMarkdown(report, {
      name,
      remark,
      // Only what is kept here stands beside the pages that it links to.
      ...(file === kept?.markdown && { command: KEEP, picture: "docs/images/power.svg" }),
    });
  const write = async (file: string | undefined, text: () => string | Promise<string>): Promise<void> => {
    if (file !== undefined) await writeText(file, await text());
  };
  await write(delivery.markdown, () => page(path.resolve(delivery.markdown ?? "")));
  await write(delivery.svg, () => renderSvg(report));
  await write(delivery.sarif, async () => `${toJson(await findings(report, comparison, root, source))}\n`);
  // Whether just written or not: each must be there, and say what this audit says.
  const stale = kept && [
    ...(await findStale(kept.markdown, page(kept.markdown))),
    ...(await findStale(kept.svg, await renderSvg(report))),
    ...(await findStale(papers.lock, lockText(report.record))),
  ];
  for (const file of stale ?? []) {
    print(
      `${visible(path.relative(root, file))} is missing, or says something else than this audit: ${KEEP} writes it again.`,
    );
  }
  return {
    isTrue: (stale ?? []).length === 0 && (delivery.lock || (comparison?.worse ?? []).length === 0),
    comparison,
  };
}

async function compare(
  { record }: AuditReport,
  file: string,
  { lock, lockFile }: Delivery,
  print: (text: string) => void,
): Promise<Comparison | undefined> {
  const shown = path.relative(process.cwd(), file);
  // What is written anew may be broken now.
  const before = lock ? await readLock(file).catch(() => undefined) : await readLock(file);
  const comparison = before && compareAudits(before, record);
  if (comparison !== undefined) print(renderComparison(comparison, shown));
  if (lock) {
    await writeText(file, lockText(record));
    print(`On record in ${visible(shown)}: later audits are compared with this one.`);
  } else if (comparison === undefined) {
    if (lockFile !== undefined) throw new SentenceError(`${visible(lockFile)} does not exist; --lock writes it.`);
    print(`There is no ${visible(shown)} to compare with; --lock writes it.`);
  } else if (comparison.worse.length > 0) print("What got worse on purpose is accepted with --lock.");
  return comparison;
}

/** The file, if it is not there or says something else. */
async function findStale(file: string, text: string): Promise<string[]> {
  const found = await readFile(file, "utf8").catch(() => undefined);
  return found === text ? [] : [file];
}

const MANIFESTS = path.join("src", "power", "manifest");

async function findings(report: AuditReport, comparison: Comparison | undefined, root: string, source: string) {
  const manifests: SourceFile[] = [];
  for (const name of (await readdir(path.join(root, MANIFESTS))).sort()) {
    const file = path.posix.join("src/power/manifest", name);
    manifests.push({ file, text: await readFile(path.join(root, MANIFESTS, name), "utf8") });
  }
  const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8")) as { version: string };
  const otherwise = { file: source.split(path.sep).join("/"), line: 1 };
  return renderSarif(report, comparison, { locate: createLocator(manifests, otherwise), version });
}
