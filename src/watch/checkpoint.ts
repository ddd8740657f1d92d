import { z } from "zod";

import { SentenceError } from "../protocol/errors.js";
import { visible } from "../protocol/visible.js";
import { readIfThere } from "../terminal/input.js";
import { toJson, writeWhole } from "../terminal/output.js";
import type { KeeperMemory } from "./attempts.js";
import type { Memory, WatchEvent } from "./types.js";

const count = z.string().regex(/^\d+$/).transform(BigInt);
const kinds = [
  ...(["state", "support", "proposed", "scheduled", "executed", "withdrawn", "ready", "expiry", "due"] as const),
  ...(["exit", "rule", "body", "alarm", "undone", "keeper", "started"] as const),
] as const;
const eventSchema = z.strictObject({ id: z.string(), kind: z.enum(kinds), text: z.string(), block: z.int() });
const attemptSchema = z.strictObject({
  ...{ command: z.string(), at: count, failures: z.int(), sentAt: count.optional() },
  left: z
    .strictObject({ key: z.string(), text: z.string(), isDone: z.literal(false), isAlarm: z.boolean().optional() })
    .optional(),
});
const keeperSchema = z
  .strictObject({
    attempts: z.array(attemptSchema.transform(({ left, ...rest }) => ({ ...rest, left }))),
    underWay: z
      .strictObject({
        ...{ command: z.string(), nonce: z.int(), hash: z.string().optional(), since: count },
        ...{ block: z.int().optional(), tip: count.optional(), call: z.string().optional() },
        isInPool: z.boolean().optional(),
      })
      .optional(),
    used: z.strictObject({ count: z.int(), at: count }).optional(),
  })
  .transform(({ attempts, underWay, used }): KeeperMemory => ({ attempts, underWay, used }));
const checkpointSchema = z.strictObject({
  /** Of this file. */
  format: z.literal(1),
  chain: z.int(),
  timelock: z.string(),
  memory: z.strictObject({
    blocks: z
      .array(z.strictObject({ number: z.int(), hash: z.string(), sequence: count, epoch: count, state: z.int() }))
      .min(1),
    told: z.array(z.strictObject({ key: z.string(), block: z.int(), text: z.string() })),
    standing: z.array(
      z.strictObject({ key: z.string(), ended: z.string().optional() }).transform(({ key, ended }) => ({ key, ended })),
    ),
    levels: z.record(z.string(), z.int()),
    operations: z.array(
      z
        .strictObject({
          ...{ id: z.string(), block: z.int(), title: z.string(), sequence: count },
          endedAt: z.int().optional(),
        })
        .transform(({ endedAt, ...rest }) => ({ ...rest, endedAt })),
    ),
    titles: z.array(z.strictObject({ operation: z.string(), title: z.string() })),
  }),
  /** What the webhook has not taken yet. */
  outbox: z.array(eventSchema),
  /** What the keeper has tried; files of before have none. */
  keeper: keeperSchema.optional(),
});

/** What a watch goes on from. */
export interface Checkpoint {
  readonly chain: number;
  readonly timelock: string;
  readonly memory: Memory;
  readonly outbox: readonly WatchEvent[];
  readonly keeper?: KeeperMemory | undefined;
}

/** Undefined if there is no file yet. @throws SentenceError if it is of another deployment, or no checkpoint. */
export async function readCheckpoint(
  file: string,
  { chain, timelock }: Pick<Checkpoint, "chain" | "timelock">,
): Promise<Checkpoint | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const found = checkpointSchema.safeParse(parse(text));
  if (!found.success) {
    throw new SentenceError(`${visible(file)} is no checkpoint that tribune watch has written: give another file.`);
  }
  const { format, ...checkpoint } = found.data;
  if (checkpoint.chain === chain && checkpoint.timelock === timelock) return checkpoint;
  throw new SentenceError(
    `${visible(file)} is the checkpoint (format ${format}) of the timelock ${checkpoint.timelock} on chain ${checkpoint.chain}, and this is ` +
      `${timelock} on chain ${chain}: give another file.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const writeCheckpoint = (file: string, checkpoint: Checkpoint): Promise<void> =>
  writeWhole(file, `${toJson({ format: 1, ...checkpoint })}\n`);
