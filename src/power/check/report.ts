import type { AuditReport, PropertyName, Outcome } from "../report.js";
import type { DecodedCall } from "./decodeCalls.js";
import type { Effect } from "./effects.js";
import type { MovedHolding } from "./holdings.js";

/** What somebody should know before it is too late. */
export interface Warning {
  readonly kind:
    | "mixed"
    | "last-proposer"
    | "last-executor"
    | "no-code"
    | "code-changed"
    | "code-not-compared"
    | "open-initialiser"
    | "foreign-code"
    | "unknown-code"
    | "outside"
    | "reverts"
    | "expires"
    | "refused"
    | "short-of-ether";
  /** Whether it makes the operation a bad one; else it is to be looked at. */
  readonly isFailure: boolean;
  /** In a sentence. */
  readonly text: string;
}

/** How the operation ends. */
export type Ending =
  /** It executes. */
  | { readonly kind: "executes"; readonly at: bigint }
  /** It does not; what is told is what its calls would do one by one, made by the timelock. */
  | { readonly kind: "reverts" | "expires" | "unscheduled"; readonly why: string };

/** Who can do what, before and after. */
export interface PowerDifference {
  readonly verdicts: readonly {
    readonly property: PropertyName;
    readonly before: Outcome;
    readonly after: Outcome;
    /** What fails or is not known after, and did not before, in sentences. */
    readonly fresh: readonly string[];
  }[];
  /** What is worse, and better, in sentences. */
  readonly worse: readonly string[];
  readonly better: readonly string[];
}

/** What came of looking at who can do what. */
export type PowerAnswer =
  /** Nothing moves that anybody's power depends on. */
  | { readonly kind: "untouched" }
  /** It does not execute, so there is nothing after it. */
  | { readonly kind: "never" }
  /** Something moves, and who can do what was not computed. */
  | { readonly kind: "unjudged"; readonly why: string }
  | { readonly kind: "compared"; readonly difference: PowerDifference }
  /** Afterwards the audit comes to no end: what it plays does not work any more. */
  | { readonly kind: "broken"; readonly why: string };

/** Everything that is told of an operation. */
export interface CheckReport {
  readonly id: string;
  readonly description: string | undefined;
  /** The block in which it was scheduled; undefined if it was not. */
  readonly scheduledIn: number | undefined;
  readonly calls: readonly (DecodedCall & {
    /** What it moves of who may decide; undefined where it was not reached. */
    readonly effects: readonly Effect[] | undefined;
  })[];
  readonly ending: Ending;
  readonly effects: readonly Effect[];
  /** Of ETH. [wei] */
  readonly ether: readonly { readonly account: string; readonly before: bigint; readonly after: bigint }[];
  readonly holdings: readonly MovedHolding[];
  readonly power: PowerAnswer;
  readonly warnings: readonly Warning[];
  /** Names of accounts that are told by address. */
  readonly names: Readonly<Record<string, string>>;
}

const RANK: readonly Outcome[] = ["fails", "unproven", "holds"];
const isWorse = (before: Outcome, after: Outcome): boolean => RANK.indexOf(after) < RANK.indexOf(before);

/**
 * What the audits say before and after.
 * @param changes What their records differ in, in sentences.
 */
export function differenceOf(
  before: AuditReport,
  after: AuditReport,
  changes: { readonly worse: readonly string[]; readonly better: readonly string[] },
): PowerDifference {
  const verdicts = before.verdicts.map((old) => {
    const now = after.verdicts.find(({ property }) => property === old.property) ?? old;
    const known = new Set([...old.failures, ...old.gaps].map(timeless));
    const fresh = [...now.failures, ...now.gaps].filter((sentence) => !known.has(timeless(sentence)));
    return { property: old.property, before: old.outcome, after: now.outcome, fresh };
  });
  return { verdicts, ...changes };
}

/** Moments in it count for nothing: why a step reverts may name one, and the second audit is later. */
const timeless = (sentence: string): string => sentence.replace(/\b\d{10}\b/g, "…");

/** Whether the operation itself fails, or something worsens by it: what failed before, and still does, is not its doing. */
export function doesHarm({ warnings, power, ending }: Harm): boolean {
  if (ending.kind !== "executes" || power.kind === "broken" || warnings.some(({ isFailure }) => isFailure)) return true;
  if (power.kind !== "compared") return false;
  const { verdicts, worse } = power.difference;
  return worse.length > 0 || verdicts.some(({ before, after, fresh }) => fresh.length > 0 || isWorse(before, after));
}
type Harm = Pick<CheckReport, "warnings" | "power" | "ending">;

/**
 * 0 nothing worsens, 1 something fails or worsens or is not known any more, 2 all that is not proven was not before either, or
 * was not judged.
 */
export function exitCodeOf(report: Harm): number {
  const { power } = report;
  if (doesHarm(report)) return 1;
  if (power.kind === "unjudged") return 2;
  if (power.kind !== "compared") return 0;
  const { verdicts } = power.difference;
  if (verdicts.some(({ after }) => after === "fails")) return 1;
  return verdicts.some(({ after }) => after === "unproven") ? 2 : 0;
}
