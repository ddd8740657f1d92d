import type { Refusal } from "../../protocol/failure.js";
import { judgeFailure } from "../../protocol/failure.js";
import { tryRead } from "../../protocol/tryRead.js";

/** Something on the chain that is not as the configuration says. */
export interface Finding {
  /** Errors fail a deployment; warnings are for a person to weigh. */
  readonly severity: "error" | "warning";
  /** What was looked at: a contract, and what of it. */
  readonly subject: string;
  /** What is there, and what should be. */
  readonly message: string;
}

/** Something that could not be read: nothing follows from it, and nothing is proven without it. */
export interface Unread {
  readonly subject: string;
  /** What the node said. */
  readonly message: string;
}

/** How many things were compared, and which were not as they should be. */
export interface Report {
  readonly checks: number;
  readonly findings: readonly Finding[];
  readonly unread: readonly Unread[];
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
  unread: reports.flatMap(({ unread }) => unread),
});

/** A part of the verification; if it cannot be read, that is no finding. */
export async function attempt(subject: string, verify: () => Promise<Report>): Promise<Report> {
  try {
    return await verify();
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread") throw error;
    return { checks: 1, findings: [], unread: [{ subject, message: failure.words }] };
  }
}

/** One check. */
export const verifyOne = (subject: string, find: () => Promise<Finding[]>): Promise<Report> =>
  attempt(subject, async () => ({ checks: 1, findings: await find(), unread: [] }));

/** Reads every value; one that its contract refuses to tell is a finding too. */
export const compareAll = async (comparisons: readonly Comparison[]): Promise<Report> =>
  merge(
    await Promise.all(
      comparisons.map((comparison) => verifyOne(comparison.subject, async () => await compare(comparison))),
    ),
  );

async function compare({ subject, actual, expected, format }: Comparison): Promise<Finding[]> {
  const show = (value: Value) => (typeof value === "bigint" && format ? format(value) : String(value));
  const answer = await tryRead(actual, subject);
  const tell = (what: string): Finding[] => [
    { severity: "error", subject, message: `${what}, should be ${show(expected)}` },
  ];
  if (!answer.answered) return tell(REFUSED[answer.refusal.kind]);
  return answer.value === expected ? [] : tell(`is ${show(answer.value)}`);
}

const REFUSED: Readonly<Record<Refusal["kind"], string>> = {
  reverted: "is not told, for the call reverts",
  empty: "is not told, for there is no such function",
  misshaped: "is told as something else",
};
