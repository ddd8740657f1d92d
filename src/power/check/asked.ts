import type { Operation } from "../../protocol/operations/operation.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";

/** An operation that somebody asks about. */
export interface Subject {
  readonly operation: Operation;
  /** What a proposal or a file says of it. */
  readonly description: string | undefined;
  /** What the Governor is, or would be, asked: then it is executed by way of it. */
  readonly proposal: Proposal | undefined;
  /** The block in which it was scheduled last; undefined if it is not scheduled. */
  readonly scheduledIn: number | undefined;
}

/** What a proposal becomes. */
export const subjectOf = (governor: string, proposal: Proposal): Subject => ({
  operation: operationOf(governor, proposal),
  description: proposal.description,
  proposal,
  scheduledIn: undefined,
});
