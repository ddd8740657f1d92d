import { getAddress, isAddress } from "ethers";
import { z } from "zod";

import { parseDuration, UnitError } from "../protocol/format.js";
import { SentenceError, sentences } from "../protocol/errors.js";
import { reasonOf, visible } from "../protocol/visible.js";

/** Moments of a rehearsal after which somebody may do something. */
const MOMENTS = ["start", "deploy", "lock", "rage-quit", "begin-exit", "claim"] as const;
export type Moment = (typeof MOMENTS)[number];

const address = z
  .string()
  .refine((text) => isAddress(text), { error: ({ input }) => `"${String(input)}" is not an address` })
  .transform((text) => getAddress(text));

/** Calldata, in which `{vessel}` and the like stand for what only the rehearsal knows: 32 bytes each. */
const data = z.string().regex(/^0x(?:[0-9a-fA-F]{2}|\{[a-z]+\d*\})*$/, {
  error: 'must be hexadecimal, like "0x…"; {escrow}, {vessel}, {vessel0} to {vessel7} and {shares} stand for 32 bytes',
});

const value = z
  .union([z.string().regex(/^\d+$/, { error: "must be an amount of wei" }), z.int().nonnegative()])
  .transform((amount) => BigInt(amount));

const after = z.union([z.enum(MOMENTS), z.string()]).transform((text, context): Moment | bigint => {
  const moment = MOMENTS.find((known) => known === text);
  if (moment !== undefined) return moment;
  try {
    return parseDuration(text);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    const known = MOMENTS.map((name) => `"${name}"`).join(", ");
    context.addIssue({ code: "custom", message: `must be one of ${known}, or a time after "begin-exit", like "7 d"` });
    return z.NEVER;
  }
});

const call = { from: address, to: address, data, value: value.optional() };

/** What somebody does for the vault, so that it goes on. */
export const settleSchema = z.array(z.strictObject({ ...call, after }), { error: "must be a list, [ { … } ]" });
/** What somebody does to the market behind the vault. */
export const drainSchema = z.array(z.strictObject(call), { error: "must be a list, [ { … } ]" });

export type Settlement = z.output<typeof settleSchema>[number];
export type Drain = z.output<typeof drainSchema>[number];

/** Reads what stands in a file; every problem at once. */
export function parseFile<Schema extends z.ZodType>(schema: Schema, text: string, file: string): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SentenceError(`${visible(file)} is no JSON: ${reasonOf(error)}.`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "the file"}: ${message}`,
  );
  throw new SentenceError(sentences(`${file} cannot be played:`, problems));
}
