import path from "node:path";

import { recordSchema, type DeploymentRecord } from "../protocol/addresses.js";
import { SentenceError } from "../protocol/errors.js";
import { readIfThere } from "../terminal/input.js";
import { toJson, writeKept } from "../terminal/output.js";

/** `deployments/31337/default.json` */
export const recordFile = (folder: string, chainId: number, dao: string): string =>
  path.join(folder, String(chainId), `${dao}.json`);

/** The record of a deployment, or undefined if there is none. */
export async function readRecord(file: string): Promise<DeploymentRecord | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const malformed = `${file} is not what a deployment has written there: restore it, or deploy under another name.`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new SentenceError(malformed);
  }
  const result = recordSchema.safeParse(json);
  if (!result.success) throw new SentenceError(malformed);
  return result.data;
}

export const writeRecord = (file: string, record: DeploymentRecord): Promise<void> =>
  writeKept(file, `${toJson(record)}\n`);
