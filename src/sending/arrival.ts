import type { NodeFailure } from "../protocol/failure.js";

/** How nodes say that they have that transaction already, or that its nonce is used. */
const HAS_IT = /already (known|imported|exists)|known transaction|nonce.{0,20}too low/i;

export const saysKnown = (words: string): boolean => HAS_IT.test(words);

/**
 * Whether a transaction may have arrived although handing it over has failed. A pool's own no means that it has not; a
 * gateway that tells of a time-out, or of its own trouble, may have passed it on before.
 */
export function mayHaveArrived({ isNodes, trouble, words }: NodeFailure): boolean {
  if (!isNodes || saysKnown(words)) return true;
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
