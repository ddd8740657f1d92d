import type { PlannedCall } from "../plannedCall.js";

/** What somebody would send, in this order, and what that means for them. */
export interface Plan {
  readonly calls: readonly PlannedCall[];
  /** Sentences, to be read before anything is sent. */
  readonly means: readonly string[];
}
