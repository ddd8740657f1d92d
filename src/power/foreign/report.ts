import type { WayReport } from "../report.js";

/** Who can do one thing in a system. */
export interface ForeignRule {
  /** "code of the vault" */
  readonly rule: string;
  readonly effect: "changes" | "blocks";
  /** Functions by which. */
  readonly by: readonly string[];
  /** Smallest coalitions: "2 of 0x…, 0x…, 0x…", "anybody". Empty: nobody who is known. */
  readonly ways: readonly WayReport[];
  /** Entities in the smallest one; absent if nobody can. */
  readonly smallest?: number;
  /** Entities in the smallest set that can keep it from being done; absent if nobody can. */
  readonly smallestBlock?: number;
  /** The least time it takes anybody. [seconds] */
  readonly seconds?: number;
  /** Whether it was executed both ways: whoever may could, nobody else could. */
  readonly status: "proven" | "inferred" | "unproven";
  /** What was executed, or why not, one sentence for each function. */
  readonly evidence: readonly string[];
}

/** Somebody who does alone what should take several. */
export interface ForeignFinding {
  readonly rule: string;
  readonly effect: "changes" | "blocks";
  /** Address or entity; absent: anybody. */
  readonly actor?: string;
  /** The least time it takes. [seconds] */
  readonly seconds: number;
  readonly status: ForeignRule["status"];
  readonly sentence: string;
}

/** Everything that is said of a system that is not Tribune. Never that all is well. */
export interface ForeignReport {
  readonly contracts: readonly { readonly name: string; readonly address: string; readonly kinds: readonly string[] }[];
  readonly rules: readonly ForeignRule[];
  readonly findings: readonly ForeignFinding[];
  /** What a person should know, in sentences. */
  readonly notices: readonly string[];
  /** What is not proven, in sentences. */
  readonly gaps: readonly string[];
  readonly figures: { readonly accounts: number; readonly passed: number; readonly refused: number };
}

/** 1 somebody alone controls or blocks something, 2 nobody was found who does: which proves nothing. Never 0. */
export const exitCodeOfForeign = ({ findings }: ForeignReport): 1 | 2 => (findings.length > 0 ? 1 : 2);
