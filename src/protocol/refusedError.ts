import { SentenceError } from "./errors.js";
import type { PlannedCall } from "./plannedCall.js";

/** A contract's no to a call that was to be sent. What was sent before it is on the chain. */
export class RefusedError extends SentenceError {
  override name = "RefusedError";

  constructor(
    message: string,
    readonly planned: PlannedCall,
    /** Calls behind it, which were not sent for that reason. */
    readonly unsent: readonly PlannedCall[],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
