import { DAY } from "../src/model/units.js";
import { SentenceError } from "../src/protocol/errors.js";
import { readNumber } from "./readOption.js";

/** Between two looks. [seconds] */
const EVERY = 12n;
/** A day: who looks more seldom starts it by a timer, with --once. [seconds] */
const SELDOM = DAY;
/** Between two looks at a node that fails, unless they are further apart anyway. [ms] */
const LONGEST_WAIT = 60_000;

/** @param text Value of `--every`. @returns [ms] */
export function readEvery(text: string | undefined): number {
  const every = text === undefined ? EVERY : readNumber(text, "every");
  if (every >= 1n && every <= SELDOM) return Number(every) * 1_000;
  throw new SentenceError(`--every: ${every} is not from 1 to ${SELDOM} seconds, like ${EVERY}.`);
}

/** How long until the next look: longer after each failure in a row, and never sooner than was asked for. [ms] */
export const waitAfter = (failures: number, every: number): number =>
  Math.max(every, Math.min(LONGEST_WAIT, every * 2 ** failures));
