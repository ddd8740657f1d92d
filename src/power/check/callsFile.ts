import { getAddress, id as hashText, isAddress, isHexString } from "ethers";
import { z } from "zod";

import type { Call } from "../../protocol/calls.js";
import { SentenceError, sentences } from "../../protocol/errors.js";
import { batchOperation } from "../../protocol/operations/operation.js";
import { proposalOf } from "../../protocol/proposals.js";
import { checksumOf, type BuilderBatch } from "../../safe/transactionBuilder.js";
import { reasonOf, visible } from "../../protocol/visible.js";
import type { Entry } from "./addressBook.js";
import { encodeCall, encodeMethod, targetIn } from "./encodeCall.js";
import { subjectOf, type Subject } from "./asked.js";

/** What files are read against. */
interface Surroundings {
  readonly book: readonly Entry[];
  readonly addresses: { readonly governor: string };
  readonly chain: bigint;
  /** Whose batch it must be, if it is one that says whose; anybody's by default. */
  readonly safe?: string;
}

const hex = (what: string, bytes?: number) =>
  z.string().refine((text): boolean => isHexString(text, bytes) && text.length % 2 === 0, { error: what });
const data = hex("must be calldata: 0x, and pairs of hexadecimal digits");
const word = hex("must be 32 bytes: 0x, and 64 hexadecimal digits", 32);
const wei = { error: 'must be an amount of wei, like "0"' };
/** [wei] */
const value = z
  .union([z.string(wei).regex(/^\d{1,78}$/, wei), z.int(wei).nonnegative(wei)], wei)
  .transform(BigInt)
  .refine((amount) => amount < 2n ** 256n, { error: "must be below 2^256" });

const callSchema = z
  .strictObject({
    target: z.string(),
    value: value.default(0n),
    data: data.optional(),
    function: z.string().optional(),
    args: z.array(z.json()).default([]),
  })
  .refine((call) => call.data === undefined || call.function === undefined, {
    error: 'has both "data" and "function": give one of them',
  })
  .refine((call) => call.data !== undefined || call.function !== undefined || call.value > 0n, {
    error: 'does nothing: give "data", or "function" and "args", or a "value" to pay',
  });
const operationSchema = z.strictObject({
  description: z.string().optional(),
  predecessor: word.optional(),
  salt: word.optional(),
  calls: z.array(callSchema).min(1, { error: "must hold a call at least" }),
});

/** A batch as the Transaction Builder of Safe exports it; what else stands in it does not matter here. */
const builderSchema = z.object({
  meta: z.object({ checksum: z.string().nullish(), createdFromSafeAddress: z.string().nullish() }).nullish(),
  chainId: z.union([z.string().regex(/^\d+$/), z.int()]).transform(BigInt),
  transactions: z
    .array(
      z.object({
        to: z
          .string()
          .refine((text) => isAddress(text), { error: "must be an address" })
          .transform((text) => getAddress(text)),
        value: value.default(0n),
        data: data.nullish(),
        contractMethod: z
          .object({ name: z.string(), inputs: z.array(z.looseObject({ name: z.string(), type: z.string() })) })
          .nullish(),
        contractInputsValues: z.record(z.string(), z.string()).nullish(),
      }),
    )
    .min(1, { error: "must hold a transaction at least" }),
});

/** What tells an operation apart that somebody only asks about. */
const SALT = hashText("tribune check");
const RIGHT =
  'Right is [{ "target": "timelock", "function": "updateDelay", "args": ["259200"] }], or { "calls": […], "description": "…" }, ' +
  "or a batch of Safe's Transaction Builder.";

/**
 * The operation that a file describes.
 * @param name Of the file, for sentences.
 */
export function parseCallsFile(text: string, name: string, surroundings: Surroundings): Subject {
  const json = parseJson(text, name);
  if (typeof json === "object" && json !== null) {
    if ("transactions" in json) return parseBuilder(json, name, surroundings);
    if ("kind" in json && json.kind === "safe-transaction") {
      throw new SentenceError(
        `${visible(name)} is a transaction of a committee's Safe, and no operation of the timelock: committee show tells what it does.`,
      );
    }
  }
  const given = shape(operationSchema, Array.isArray(json) ? { calls: json as unknown[] } : json, name);
  const { book } = surroundings;
  const calls = given.calls.map((call, index): Call => {
    try {
      const target = targetIn(book, call.target);
      const encoded =
        call.function === undefined ? (call.data ?? "0x") : encodeCall(book, target, call.function, call.args);
      return { target, value: call.value, data: encoded };
    } catch (error) {
      if (!(error instanceof SentenceError)) throw error;
      throw new SentenceError(`${visible(name)}, call ${index}: ${error.message}`);
    }
  });
  return toSubject(calls, given, surroundings);
}

function parseBuilder(json: object, name: string, surroundings: Surroundings): Subject {
  const { chain } = surroundings;
  const batch = shape(builderSchema, json, name);
  if (batch.meta?.checksum != null && batch.meta.checksum !== checksumOf(json as BuilderBatch)) {
    throw new SentenceError(
      `${visible(name)} was changed after it was written: its checksum does not fit. Export it anew; or, if the change is ` +
        'yours, take "checksum" out of it.',
    );
  }
  if (batch.chainId !== chain) {
    throw new SentenceError(`${visible(name)} is for chain ${batch.chainId}, and this is chain ${chain}.`);
  }
  refuseOtherSafe(batch.meta?.createdFromSafeAddress ?? "", name, surroundings);
  const calls = batch.transactions.map(({ to, value, data, contractMethod, contractInputsValues }, index): Call => {
    if (data != null) return { target: to, value, data };
    if (contractMethod == null) return { target: to, value, data: "0x" };
    try {
      return { target: to, value, data: encodeMethod(contractMethod, contractInputsValues ?? {}) };
    } catch (error) {
      throw new SentenceError(`${visible(name)}, transaction ${index}: ${reasonOf(error)}`);
    }
  });
  return toSubject(calls, {}, surroundings);
}

/** @param told Whose batch it is; empty where the file leaves it out. Some write the chain's short name before it. */
function refuseOtherSafe(told: string, name: string, { safe }: Surroundings): void {
  const own = told.replace(/^\w+:/, "");
  if (safe === undefined || own === "" || own.toLowerCase() === safe.toLowerCase()) return;
  throw new SentenceError(
    `${visible(name)} is a batch of the Safe ${visible(own)}, and this is to be a call of ${safe}: give the Safe that it was made ` +
      "for, or make it anew for this one.",
  );
}

interface Extras {
  readonly description?: string | undefined;
  readonly predecessor?: string | undefined;
  readonly salt?: string | undefined;
}

/** The Governor obeys what was proposed to it alone: what calls it is a proposal, unless the file says which operation. */
function toSubject(
  calls: readonly Call[],
  { description, predecessor, salt }: Extras,
  { addresses: { governor } }: Surroundings,
): Subject {
  if (predecessor === undefined && salt === undefined && calls.some(({ target }) => target === governor)) {
    return subjectOf(governor, proposalOf(description ?? "tribune check", calls));
  }
  const operation = batchOperation(calls, { salt: salt ?? SALT, ...(predecessor !== undefined && { predecessor }) });
  return { operation, description, proposal: undefined, scheduledIn: undefined };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SentenceError(`${visible(name)} is no JSON: ${reasonOf(error)}. ${RIGHT}`);
  }
}

function shape<Schema extends z.ZodType>(schema: Schema, json: unknown, name: string): z.output<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.map(String).join(".") || "the file"}: ${message}`,
  );
  throw new SentenceError(`${sentences(`${name} is no operation:`, problems)}\n${RIGHT}`);
}
