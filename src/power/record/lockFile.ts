import stringify from "json-stringify-pretty-compact";
import { z } from "zod";

import { SentenceError } from "../../protocol/errors.js";
import { visible } from "../../protocol/visible.js";
import { readIfThere } from "../../terminal/input.js";
import type { PowerRecord } from "../core/index.js";
import type { AuditRecord } from "../report.js";
import { amountOf } from "./figures.js";

const outcome = z.enum(["holds", "fails", "unproven"]);
const count = z.int().nonnegative();
const moment = z.int();
const coalition = z.strictObject({
  choices: z.array(z.strictObject({ choose: count, of: z.array(z.string()) })),
  seconds: count,
  end: moment.exactOptional(),
  renewedEnd: moment.exactOptional(),
});
const sizes = { smallest: count.exactOptional(), count: z.string().regex(/^\d+$/) };
const who = z.strictObject({
  access: z.enum(["nobody", "coalitions", "anybody-in-a-mode", "anybody"]),
  control: z.strictObject({ ...sizes, coalitions: z.array(coalition).exactOptional() }),
  blocking: z.strictObject(sizes),
});
const figure = z.strictObject({
  value: z.string().refine((text) => amountOf(text) !== undefined, "is neither a duration nor a percentage"),
  worse: z.enum(["more", "less"]),
});

/** As it stands in the file: what is the same of many powers stands there once. */
const lockSchema = z.strictObject({
  /** Of this file. */
  format: z.literal(1),
  about: z.string(),
  verdicts: z.strictObject({ P1: outcome, P2: outcome, P3: outcome, P4: outcome, P5: outcome, P6: outcome }),
  keys: z.record(z.string(), z.string()),
  powers: z.array(who.extend({ powers: z.array(z.string()) })),
  calls: z.record(z.string(), z.record(z.string(), z.array(z.string()))),
  figures: z.record(z.string(), figure),
});

const ABOUT =
  "Who can change the rules of this deployment, as an audit has proved it. Written by npx hardhat tribune audit --lock: " +
  "later audits are compared with it, and fail where something got worse. Moments are seconds from the deployment's beginning.";

/** The same record gives the same bytes. */
export function lockText({ verdicts, keys, powers, calls, figures }: AuditRecord): string {
  const grouped = new Map<string, { powers: string[]; rest: Omit<PowerRecord, "power"> }>();
  for (const { power, ...rest } of powers) {
    const key = JSON.stringify(rest);
    const group = grouped.get(key) ?? { powers: [], rest };
    grouped.set(key, { ...group, powers: [...group.powers, power] });
  }
  const lock = {
    format: 1,
    about: ABOUT,
    verdicts,
    keys,
    powers: [...grouped.values()].map(({ powers, rest }) => ({ powers, ...rest })),
    calls,
    figures,
  };
  return `${stringify(lock, { maxLength: 120 })}\n`;
}

/** The record that a text was made of. */
export function parseLock(text: string): AuditRecord | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = lockSchema.safeParse(content);
  if (!parsed.success) return undefined;
  const { verdicts, keys, powers, calls, figures } = parsed.data;
  return {
    verdicts,
    keys,
    powers: powers.flatMap(({ powers, ...rest }) => powers.map((power) => ({ power, ...rest }))),
    calls,
    figures,
  };
}

/** The record in a file; undefined where there is no file. */
export async function readLock(file: string): Promise<AuditRecord | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const record = parseLock(text);
  if (record === undefined) {
    throw new SentenceError(
      `${visible(file)} is not what an audit with --lock has written there: restore it, or write it again with --lock.`,
    );
  }
  return record;
}
