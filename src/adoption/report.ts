import type { AdoptingDao } from "../config/schema.js";
import type { Call } from "../protocol/calls.js";
import type { ProposalStateName } from "../protocol/enums.js";
import type { Proposal } from "../protocol/proposals.js";
import type { Estate } from "./estate/readEstate.js";
import type { Finding } from "./estate/types.js";
import type { Step } from "./play/stage.js";

/** One of the proposals, in their order. */
export interface PreparedProposal extends Proposal {
  /** How far the Governor has come with it, where it has it already. */
  readonly state?: ProposalStateName;
  /** Of the Governor: what whoever proposes sends. */
  readonly propose: Call;
}

/** What an adoption takes, and what was played of it. */
export interface AdoptionReport {
  readonly governor: string;
  readonly oldTimelock: string;
  readonly newTimelock: string;
  /** Whether the Governor obeys the new timelock already. */
  readonly hasAdopted: boolean;
  /** Whether the proposals are those of the way back. */
  readonly isBack: boolean;
  /** What is handed over, each in words. */
  readonly holdings: readonly string[];
  readonly contracts: Estate["contracts"];
  /** Contracts that name the timelock which hands over, and were not looked into. */
  readonly unlooked: readonly string[];
  /** Not accepted in the file. */
  readonly findings: readonly Finding[];
  readonly accepted: readonly Finding[];
  readonly notices: readonly string[];
  readonly proposals: readonly PreparedProposal[];
  readonly steps: readonly Step[];
}

/** Whether the DAO may vote on it: nothing is open, and everything that was played went as it should. */
export const isReady = ({ findings, steps, hasAdopted }: AdoptionReport): boolean =>
  findings.length === 0 && (hasAdopted || steps.length > 0) && steps.every(({ why }) => why === undefined);

/** Findings that are open, and those that the file accepts. */
export const sorted = (findings: readonly Finding[], { accepted = [] }: AdoptingDao) => ({
  findings: findings.filter(({ key }) => !accepted.includes(key)),
  accepted: findings.filter(({ key }) => accepted.includes(key)),
});
