import type { Operation } from "./operations.js";

const MAX: Operation = { combine: Math.max, neutral: -Infinity, absorbing: Infinity, isIdempotent: true };
const MIN: Operation = { combine: Math.min, neutral: Infinity, absorbing: -Infinity, isIdempotent: true };

/** What AND, OR and THEN mean for one kind of figure. */
export interface Algebra {
  /** What holds, of nobody in particular. */
  readonly holds: number;
  /** What does not hold. */
  readonly fails: number;
  readonly both: Operation;
  readonly either: Operation;
  readonly inOrder: Operation;
}

/** The least time. [seconds]; infinite: not at all */
export const TIME: Algebra = {
  holds: 0,
  fails: Infinity,
  // There is no time below 0.
  both: { ...MAX, neutral: 0 },
  either: { ...MIN, absorbing: 0 },
  inOrder: {
    // A sum that is no exact number any more stays at the greatest that is.
    combine: (a, b) => (a === Infinity || b === Infinity ? Infinity : Math.min(a + b, Number.MAX_SAFE_INTEGER)),
    neutral: 0,
    absorbing: Infinity,
    isIdempotent: false,
  },
};

/** The last moment. [unix seconds]; infinite: it never ends; minus infinite: not at all */
export const END: Algebra = { holds: Infinity, fails: -Infinity, both: MIN, either: MAX, inOrder: MIN };
