import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import type { Comparison } from "../src/power/record/compareAudits.js";
import { lockText, readLock } from "../src/power/record/lockFile.js";
import { renderMarkdown } from "../src/power/render/markdown.js";
import { renderSarif } from "../src/power/render/sarif.js";
import { createLocator, type SourceFile } from "../src/power/render/sources.js";
import { renderSvg } from "../src/power/render/svg.js";
import { renderComparison } from "../src/power/render/terminal.js";
import type { AuditRecord, AuditReport } from "../src/power/report.js";
import { SentenceError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { checkWritable, toJson, writeWhole } from "../src/terminal/output.js";
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

/** Refuses, before any work is done, files that cannot be written, and a record that is named and not there. */
export async function openDelivery(delivery: Delivery): Promise<void> {
  const { lock, lockFile, ...files } = delivery;
  const written = { ...files, ...(lock && { "lock-file": lockFile }) };
  for (const [option, file] of Object.entries<string | undefined>(written)) {
    if (file === undefined) continue;
    if (file === "-") throw new SentenceError(`--${option} takes a file, not "-".`);
    checkWritable(file);
  }
  if (lockFile !== undefined) await readBefore(delivery, lockFile);
}

/**
 * What the audit will be compared with; undefined if nothing is on record. Read before it is made, so that nobody waits for
 * an audit that cannot be compared.
 * @param usual Where it is, if nobody says otherwise.
 */
export async function readBefore({ lock, lockFile }: Delivery, usual: string): Promise<AuditRecord | undefined> {
  // What is written anew may be broken now.
  if (lock) return await readLock(lockFile ?? usual).catch(() => undefined);
  const before = await readLock(lockFile ?? usual);
  if (before !== undefined || lockFile === undefined) return before;
  throw new SentenceError(`${visible(lockFile)} does not exist; --lock writes it.`);
}

/** What is said of an audit, and what of it is kept where. */
interface Papered {
  readonly root: string;
  readonly papers: Papers;
  /** With what was on record; undefined if nothing was. */
  readonly comparison: Comparison | undefined;
  readonly print: (text: string) => void;
}

/** Tells what got worse and better since the audit on record. */
export function tellComparison({ lock, lockFile }: Delivery, { papers, comparison, print }: Papered): void {
  const file = visible(path.relative(process.cwd(), lockFile ?? papers.lock));
  if (comparison !== undefined) print(renderComparison(comparison, file));
  if (lock) return;
  if (comparison === undefined) print(`There is no ${file} to compare with; --lock writes it.`);
  else if (comparison.worse.length > 0) print("What got worse on purpose is accepted with --lock.");
}

/**
 * Writes what was asked for. What later audits are compared with comes last: where something else cannot be written, the
 * old record stays.
 * @returns Whether nothing got worse, and every file that is kept says what this audit says.
 */
export async function deliver(report: AuditReport, delivery: Delivery, papered: Papered): Promise<boolean> {
  const { root, papers, comparison, print } = papered;
  const { kept, name, source, remark } = papers;
  const page = (file: string | undefined): string =>
    renderMarkdown(report, {
      name,
      remark,
      // Only what is kept here stands beside the pages that it links to.
      ...(file === kept?.markdown && { command: KEEP, picture: "docs/images/power.svg" }),
    });
  const write = async (file: string | undefined, text: () => string | Promise<string>): Promise<void> => {
    if (file !== undefined) await writeWhole(file, await text());
  };
  await write(delivery.markdown, () => page(path.resolve(delivery.markdown ?? "")));
  await write(delivery.svg, () => renderSvg(report));
  await write(delivery.sarif, async () => `${toJson(await findings(report, comparison, root, source))}\n`);
  if (delivery.lock) {
    const file = delivery.lockFile ?? papers.lock;
    await writeWhole(file, lockText(report.record));
    const shown = visible(path.relative(process.cwd(), file));
    print(`On record in ${shown}: later audits are compared with this one.`);
  }
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
  return (stale ?? []).length === 0 && (delivery.lock || (comparison?.worse ?? []).length === 0);
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
