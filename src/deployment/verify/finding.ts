import { reasonOf } from "../../protocol/visible.js";

/** Something on the chain that is not as the configuration says. */
export interface Finding {
  /** Errors fail a deployment; warnings are for a person to weigh. */
  readonly severity: "error" | "warning";
  /** What was looked at: a contract, and what of it. */
  readonly subject: string;
  /** What is there, and what should be. */
  readonly message: string;
}

/** How many things were compared, and which were not as they should be. */
export interface Report {
  readonly checks: number;
  readonly findings: readonly Finding[];
}

type Value = bigint | number | string | boolean;

/** One value of the chain and what it should be. */
export interface Comparison {
  readonly subject: string;
  readonly actual: () => Promise<Value>;
  readonly expected: Value;
  /** How the value is shown; as it is by default. */
  readonly format?: ((value: bigint) => string) | undefined;
}

export const merge = (reports: readonly Report[]): Report => ({
  checks: reports.reduce((sum, { checks }) => sum + checks, 0),
  findings: reports.flatMap(({ findings }) => findings),
});

/** Reads every value; one that cannot be read is a finding too. */
export async function compareAll(comparisons: readonly Comparison[]): Promise<Report> {
  const findings = await Promise.all(comparisons.map((comparison) => compare(comparison)));
  return { checks: comparisons.length, findings: findings.filter((finding) => finding !== undefined) };
}

async function compare({ subject, actual, expected, format }: Comparison): Promise<Finding | undefined> {
  const show = (value: Value) => (typeof value === "bigint" && format ? format(value) : String(value));
  let value: Value;
  try {
    value = await actual();
  } catch (error) {
    return { severity: "error", subject, message: `cannot be read, should be ${show(expected)}: ${reasonOf(error)}` };
  }
  if (value === expected) return undefined;
  return { severity: "error", subject, message: `is ${show(value)}, should be ${show(expected)}` };
}
