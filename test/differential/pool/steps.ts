import fc from "fast-check";

/** What may happen beside a pool, and how often among all steps. */
const WEIGHTS = {
  key: 4,
  activate: 12,
  topUp: 4,
  gift: 4,
  merge: 4,
  exit: 5,
  requestExit: 3,
  forceExit: 5,
  slash: 3,
  show: 8,
  reward: 4,
  penalise: 7,
  deposit: 8,
  request: 6,
  finalise: 3,
  claim: 5,
  start: 5,
  prove: 5,
  proveAll: 5,
  round: 8,
  queue: 4,
  pass: 9,
  withhold: 4,
  windDown: 1,
  // What must be refused.
  activateAgain: 2,
  activateExiting: 2,
  activateByOldProof: 2,
  activateRobbed: 2,
  activateByOthersProof: 2,
  proveAgain: 2,
  proveWithoutFields: 2,
  proveByOthersBalance: 2,
  openByOldBlock: 2,
} as const;

export type Kind = keyof typeof WEIGHTS;
const KINDS = Object.keys(WEIGHTS) as Kind[];
const WEIGHTED = KINDS.flatMap((kind) => Array.from({ length: WEIGHTS[kind] }, () => kind));

/** What a stranger or an operator puts on top. [ETH] */
export const TOP_UPS = [1, 2, 15.5, 30, 31, 40, 2020, 2047] as const;
/** How many epochs pass. */
export const EPOCHS = [1, 3, 9, 60, 225, 300, 1500] as const;
/** What a penalty takes of a balance. [1/100000] */
export const PENALTIES = [1, 5, 500, 10_000] as const;

/** With numbers that choose whom it happens to and how much. */
export interface Step {
  readonly kind: Kind;
  readonly which: number;
  readonly much: number;
}

export const stepsOf = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...WEIGHTED), which: fc.nat({ max: 999 }), much: fc.nat({ max: 999 }) }), {
    minLength: length,
    maxLength: length,
  });

/** Random histories, every second of which begins with `opening`. */
export const stepsAfter = (opening: readonly Step[], length: number): fc.Arbitrary<Step[]> =>
  fc.tuple(fc.boolean(), stepsOf(length)).map(([isOpened, steps]) => (isOpened ? [...opening, ...steps] : steps));
