import type { Execution } from "./execution/execution.js";
import type { PowerRecord } from "./core/index.js";

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
  P2: "Every decision of the DAO's can be objected to",
  P3: "Those who object to a decision are out before it lands",
  P4: "Powers beside the DAO's are bounded, and end",
  P5: "Nobody blocks every repair for ever",
  P6: "Those who check each other are not the same",
} as const;
export type PropertyName = keyof typeof PROPERTIES;

/** One way to change a rule: a smallest coalition, those up to symmetry as one. */
export interface WayReport {
  /** By name: "voter 0", "2 of 3 of the activation committee". */
  readonly who: string;
  /** Entities in it; 0: anybody. */
  readonly size: number;
  /** The least time that it takes them. [seconds] */
  readonly seconds: number;
  /** Until when, if nobody else renews anything; absent: for ever. [unix seconds] */
  readonly end?: number;
  /** Until when, if everybody who can renews; absent: for ever. [unix seconds] */
  readonly renewedEnd?: number;
}

/** Who can change a rule, by way of the DAO or without it. */
export interface RuleReport {
  /** `ExampleVault._fee` */
  readonly rule: string;
  /** `vault.setFee(uint256)` */
  readonly by: readonly string[];
  /** Smallest coalitions; absent if there are too many to list. */
  readonly ways?: readonly WayReport[];
  /** Entities in the smallest one: the Nakamoto coefficient for control. Absent if nobody can. */
  readonly smallest: number | undefined;
  /** Entities in the smallest set that can keep it from being changed, this way: the one for block. Absent: nobody can. */
  readonly smallestBlock: number | undefined;
  /** The least time that any of them takes. [seconds] */
  readonly seconds: number | undefined;
  /** Whether it takes the DAO's own path. */
  readonly isDaos: boolean;
  /** Whether those affected can hold it up: as it was played (P2), never where it goes past the DAO. */
  readonly canObject: Outcome | "no";
  /** Whether they can be out before it lands (P3). */
  readonly canLeave: Outcome | "no";
  /** How powers beside the DAO's are bounded by which it is changed: `says` goes on where the function's name ends. */
  readonly bounds: readonly { readonly by: string; readonly says: string }[];
  /** What it may cost, in a sentence. */
  readonly cost: string;
}

/** A power that ends, or of which what it does ends. */
export interface EndReport {
  /** `timelock.activateEmergencyMode()` */
  readonly by: string;
  /** Who may call it, by name. */
  readonly holders: readonly string[];
  /** The last moment in which it works. Absent: it does not end. [unix seconds] */
  readonly at?: number;
  /** Whether nobody can move it. */
  readonly isHard: boolean;
  /** Who moves it: smallest coalitions by name, with what they call. */
  readonly renewal?: { readonly by: readonly string[]; readonly ways: readonly string[] };
  /** No renewal reaches beyond. Absent where there is a renewal: it can be renewed for ever. [unix seconds] */
  readonly hardEnd?: number;
  /** How long what it does lasts. [seconds] */
  readonly lasts?: number;
}

/** A committee, or the DAO: what it does without the DAO, and what the DAO does about it. */
export interface BodyReport {
  /** "seal committee" */
  readonly name: string;
  /** "2 of 3 owners" */
  readonly quorum: string;
  /** What one has to know of a Safe before one believes its quorum: nonce, modules, guard, fallback handler. */
  readonly safe?: {
    readonly owners: readonly string[];
    readonly threshold: number;
    readonly nonce: string;
    readonly modules: readonly string[];
    /** Absent: none. */
    readonly guard?: string;
    /** Absent: none. */
    readonly fallbackHandler?: string;
  };
  /** What it can change without the DAO: the functions, each with how it is bounded. */
  readonly bypasses: readonly { readonly by: string; readonly bound: string | undefined }[];
  /** Decisions of the DAO's that were played, and took something away from it. */
  readonly overriddenBy: readonly string[];
}

/** Who carries what the DAO decides. */
export interface VotesReport {
  /** Everything that can vote. [token units] */
  readonly total: string;
  /** [token units] */
  readonly quorum: string;
  /** Largest first, 20 at most. `share` is a part of the total. [1e18 = 100 %] */
  readonly holders: readonly { readonly name: string; readonly votes: string; readonly share: string }[];
  /** The least number of entities that carry a decision if nobody else votes. Absent: not even all. */
  readonly unopposed: number | undefined;
  /** The same against everybody else. */
  readonly opposed: number | undefined;
}

/** Who carries alone what the DAO decides. */
export interface CarrierReport {
  readonly name: string;
  /** Whether all others together decide nothing: then it keeps every repair from being decided, if it likes. */
  readonly withholds: boolean;
}

/** What a contract of the system holds. */
export interface HoldingReport {
  /** "the vault" */
  readonly holder: string;
  /** Of the asset, or of shares. */
  readonly token: string;
  /** [units of the token] */
  readonly amount: string;
  readonly decimals: number;
}

/** What is kept of an audit: by name, with nothing that the next audit of the same system would tell otherwise. */
export interface AuditRecord {
  readonly verdicts: Readonly<Record<PropertyName, Outcome>>;
  /** Who is behind a name, where it is a key: names of contracts are the system's own. */
  readonly keys: Readonly<Record<string, string>>;
  /** Who can change each rule, and who without the DAO; entities by name, moments from the deployment's beginning. */
  readonly powers: readonly PowerRecord[];
  /** Who may call what in which modes: every guarded function, and of open ones whoever changes a rule by it. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly figures: Readonly<Record<string, Figure>>;
}

export const ANYBODY = "anybody";
/** In the place of all of them. */
export const EVERY_MODE = "every mode";

/** A figure of a system, as people write it, and which direction is the worse one. */
export interface Figure {
  /** `"10 d"`, `"1.5 %"`; `"never"` is later than any moment. */
  readonly value: string;
  readonly worse: "more" | "less";
}

/** A mode, and whether it was reached. */
export interface ModeReport {
  readonly name: string;
  /** Why it was not reached; undefined if it was. */
  readonly why: string | undefined;
}

/** Everything that the audit says. */
export interface AuditReport {
  readonly verdicts: readonly Verdict[];
  /** By way of the DAO. */
  readonly rules: readonly RuleReport[];
  /** Without the DAO. */
  readonly bypasses: readonly RuleReport[];
  /** Every power that ends. */
  readonly ends: readonly EndReport[];
  /** Who can bypass the DAO, whom the DAO can override. */
  readonly bodies: readonly BodyReport[];
  readonly votes: VotesReport;
  readonly holdings: readonly HoldingReport[];
  readonly figures: {
    readonly modes: readonly ModeReport[];
    readonly functions: number;
    /** Of these, functions that ask for nobody in particular. */
    readonly open: number;
    readonly accounts: number;
    readonly passed: number;
    readonly refused: number;
    readonly decisions: number;
  };
  /** Who alone carries what the DAO decides, largest first: a delegate, and whoever can take enough back from it. */
  readonly carriers: readonly CarrierReport[];
  /** When the deployment began, from which its terms count; 0 where nobody told. [unix seconds] */
  readonly began: number;
  /** What is kept of it to compare with later. */
  readonly record: AuditRecord;
  /** Smallest coalitions that were let do what was computed. */
  readonly executions: readonly Execution[];
  /** Where the time went, roughly, in order. [seconds] */
  readonly seconds: readonly { readonly part: string; readonly seconds: number }[];
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
export function exitCodeOf({ verdicts }: Pick<AuditReport, "verdicts">): number {
  if (verdicts.some(({ outcome }) => outcome === "fails")) return 1;
  return verdicts.some(({ outcome }) => outcome === "unproven") ? 2 : 0;
}

/** What every report rests on, and none proves. */
export const ASSUMPTIONS = [
  "Keys that are not listed as one entity belong to different people, and people do not collude off chain.",
  "The code of the contracts does what its tests say; libraries, compiler and chain have no fault.",
] as const;
