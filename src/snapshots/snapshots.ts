import { readFile } from "node:fs/promises";
import path from "node:path";

import type { ArtifactManager } from "hardhat/types/artifacts";

import { measureRows, type OpenChain } from "../gas/measure.js";
import { ROW_KEYS, ROWS } from "../gas/rows.js";
import { listArtifacts, readSizes } from "../gas/sizes.js";
import { writeKept } from "../terminal/output.js";
import { isArray, listDifferences, type Json } from "./snapshotDifference.js";
import { readLayouts } from "../compiler/storageLayouts.js";

/** What is committed, and checked against the code. */
export interface Snapshot {
  readonly file: string;
  readonly content: Json;
}

const FOLDER = "snapshots";

/** Gas of every measured operation, sizes and storage layouts of every contract but mocks. */
export async function takeSnapshots(artifacts: ArtifactManager, openChain: OpenChain): Promise<Snapshot[]> {
  const names = await listArtifacts(artifacts);
  const layouts = await readLayouts(artifacts, names);
  return [
    { file: "gas.json", content: await takeGas(openChain) },
    { file: "size.json", content: toJson(await readSizes(artifacts)) },
    { file: "storage.json", content: toJson(layouts) },
  ];
}

async function takeGas(openChain: OpenChain): Promise<Json> {
  const { figures, floors } = await measureRows(openChain);
  const rows = ROW_KEYS.map((key) => [ROWS[key].operation, figures[key] ?? null] as const);
  return { operations: Object.fromEntries(rows), floors: { ...floors } };
}

const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;

/** What has changed since the snapshots were committed, a line each; empty if nothing has. */
export async function compareSnapshots(root: string, snapshots: readonly Snapshot[]): Promise<string[]> {
  const differences: string[] = [];
  for (const { file, content } of snapshots) {
    const committed = await readSnapshot(path.join(root, FOLDER, file));
    if (committed === undefined) differences.push(`${FOLDER}/${file} is missing`);
    else differences.push(...listDifferences(committed, content).map((line) => `${FOLDER}/${file}: ${line}`));
  }
  return differences;
}

async function readSnapshot(file: string): Promise<Json | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Json;
  } catch {
    return undefined;
  }
}

/** @returns The files, from `root`. */
export async function writeSnapshots(root: string, snapshots: readonly Snapshot[]): Promise<string[]> {
  for (const { file, content } of snapshots) {
    await writeKept(path.join(root, FOLDER, file), `${render(content)}\n`);
  }
  return snapshots.map(({ file }) => `${FOLDER}/${file}`);
}

/** JSON with one line for whatever holds nothing but plain values, so that a difference is a line. */
function render(value: Json, indent = ""): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const values: readonly Json[] = Object.values(value);
  const isFlat = indent !== "" && values.every((item) => typeof item !== "object" || item === null);
  if (values.length === 0 || (isFlat && values.length <= 5)) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (isArray(value)) return `[\n${values.map((item) => inner + render(item, inner)).join(",\n")}\n${indent}]`;
  const lines = Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${render(item, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}
