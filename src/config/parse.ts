import type { z } from "zod";

import { SentenceError, sentences } from "../protocol/errors.js";
import {
  adoptingSchema,
  daoSchema,
  namesExisting,
  type DaoConfig,
  type DaoDefinition,
  type FoundedDao,
} from "./schema.js";

/** A configuration that must not be deployed; every problem at once. */
export class ConfigError extends SentenceError {
  override name = "ConfigError";

  constructor(
    readonly source: string,
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super(sentences(`${source} has ${count}:`, problems));
  }
}

/**
 * Reads what a configuration file exports: its shape, units and figures. What the figures mean together is judged by
 * `checkDao`.
 * @param source Names the file in errors.
 */
export function parseDao(definition: DaoDefinition, source: string): FoundedDao;
export function parseDao(definition: unknown, source: string): DaoConfig;
export function parseDao(definition: unknown, source: string): DaoConfig {
  const schema = namesExisting(definition) ? adoptingSchema : daoSchema;
  const result = schema.safeParse(definition, { reportInput: true });
  if (result.success) return result.data;
  throw new ConfigError(
    source,
    result.error.issues.flatMap((issue) => describe(issue)),
  );
}

/** What a value must be, where the schema does not say so itself. */
const SHAPES: Readonly<Record<string, string>> = {
  object: "must be an object, { … }",
  array: "must be a list, [ … ]",
};

function describe(issue: z.core.$ZodIssue): string[] {
  const path = issue.path
    .map(String)
    .join(".")
    .replace(/\.(\d+)/g, "[$1]");
  const name = path === "" ? "the configuration" : path;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => `${path === "" ? key : `${path}.${key}`}: is not known; check its spelling`);
  }
  const message = (issue.code === "invalid_type" ? SHAPES[issue.expected] : undefined) ?? issue.message;
  const isMissing = issue.code === "invalid_type" && issue.input === undefined;
  return [`${name}: ${isMissing ? `is missing; it ${message}` : message}`];
}
