/** What became of a property. Nothing is green without something that was executed. */
export type Outcome = "holds" | "fails" | "unproven";

/** One of the six properties, judged. */
export interface Verdict {
  readonly property: PropertyName;
  readonly outcome: Outcome;
  /** What was executed, in sentences. */
  readonly evidence: readonly string[];
  /** What is wrong, and who can do it, in sentences. */
  readonly failures: readonly string[];
  /** What is not known, in sentences. */
  readonly gaps: readonly string[];
}

export const PROPERTIES = {
  P1: "Nobody changes a rule alone",
  P2: "Every change can be objected to",
  P3: "Those who object are out before it lands",
  P4: "Powers beside the DAO's are bounded, and end",
  P5: "Nobody blocks every repair for ever",
  P6: "Those who check each other are not the same",
} as const;
export type PropertyName = keyof typeof PROPERTIES;

/** Who can change a rule. */
export interface RuleReport {
  /** `ExampleVault._fee` */
  readonly rule: string;
  /** `vault.setFee(uint256)` */
  readonly by: readonly string[];
  /** Smallest coalitions, by name: "voter 0", "2 of owner 0 of seal committee, owner 1 of seal committee". */
  readonly coalitions: readonly string[];
  /** Entities in the smallest one; absent if nobody can. */
  readonly smallest: number | undefined;
  /** The least time it takes them. [seconds] */
  readonly seconds: number | undefined;
  /** Whether it takes the DAO's own path: then stakers can object to it, and leave first. */
  readonly isDaos: boolean;
  /** How a power beside the DAO's is bounded, in a sentence. */
  readonly bound: string | undefined;
}

/** Everything that the audit says. */
export interface AuditReport {
  readonly verdicts: readonly Verdict[];
  readonly rules: readonly RuleReport[];
  /** What else may change a rule without the DAO. */
  readonly bypasses: readonly RuleReport[];
  readonly figures: {
    readonly modes: readonly { readonly name: string; readonly why: string | undefined }[];
    readonly functions: number;
    readonly accounts: number;
    readonly passed: number;
    readonly refused: number;
    readonly decisions: number;
  };
  /** Who alone carries what the DAO decides; absent if nobody does. */
  readonly carrier: string | undefined;
}

export function verdictOf(
  property: PropertyName,
  evidence: readonly string[],
  failures: readonly string[],
  gaps: readonly string[],
): Verdict {
  const isProven = evidence.length > 0 && gaps.length === 0;
  const outcome = failures.length > 0 ? "fails" : isProven ? "holds" : "unproven";
  return { property, outcome, evidence, failures, gaps };
}

/** 0 all hold, 1 something fails, 2 something is not proven. */
export function exitCodeOf({ verdicts }: AuditReport): number {
  if (verdicts.some(({ outcome }) => outcome === "fails")) return 1;
  return verdicts.some(({ outcome }) => outcome === "unproven") ? 2 : 0;
}

/** What every report rests on, and none proves. */
export const ASSUMPTIONS = [
  "Keys that are not listed as one entity belong to different people, and people do not collude off chain.",
  "The code of the contracts does what its tests say; libraries, compiler and chain have no fault.",
] as const;
