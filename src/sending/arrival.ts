import type { NodeFailure } from "../protocol/failure.js";
import { saysKnown, saysRefused } from "./poolWords.js";

/**
 * Whether a transaction may have arrived although handing it over has failed. A pool's own no means that it has not,
 * whatever its code, and so does a line on which nobody answers; a gateway that tells of a time-out, or of its own trouble,
 * may have passed it on before.
 */
export function mayHaveArrived({ isNodes, trouble, words }: NodeFailure): boolean {
  if (!isNodes) return trouble !== "refused";
  if (saysKnown(words)) return true;
  if (saysRefused(words)) return false;
  switch (trouble) {
    case "timeout":
    case "internal":
    case "broken":
    case "garbled":
      return true;
    case "refused":
    case "busy":
    case "too-much":
    case "behind":
    case "forgotten":
    case "unsupported":
    case "other":
      return false;
  }
}
