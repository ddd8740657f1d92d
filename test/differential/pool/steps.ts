import fc from "fast-check";

/** What may happen beside a pool, with numbers that choose whom it happens to and how much. */
export const KINDS = [
  "key",
  "activate",
  "activate",
  "activate",
  "topUp",
  "gift",
  "merge",
  "exit",
  "exit",
  "slash",
  "reward",
  "penalise",
  "penalise",
  "deposit",
  "deposit",
  "request",
  "request",
  "finalise",
  "claim",
  "claim",
  "start",
  "prove",
  "proveAgain",
  "proveAll",
  "activateAgain",
  "activateExiting",
  "round",
  "round",
  "queue",
  "pass",
  "pass",
  "withhold",
] as const;

/** What a stranger or an operator puts on top. [ETH] */
export const TOP_UPS = [1, 2, 15.5, 30, 31, 40, 2020, 2047] as const;
/** How many epochs pass. */
export const EPOCHS = [1, 3, 9, 60, 225, 300, 1500] as const;
/** What a penalty takes of a balance. [1/100000] */
export const PENALTIES = [1, 5, 500, 10_000] as const;

export type Kind = (typeof KINDS)[number];

export interface Step {
  readonly kind: Kind;
  readonly which: number;
  readonly much: number;
}

export const stepsOf = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...KINDS), which: fc.nat({ max: 999 }), much: fc.nat({ max: 999 }) }), {
    minLength: length,
    maxLength: length,
  });

/** Random histories, every second of which begins with `opening`. */
export const stepsAfter = (opening: readonly Step[], length: number): fc.Arbitrary<Step[]> =>
  fc.tuple(fc.boolean(), stepsOf(length)).map(([isOpened, steps]) => (isOpened ? [...opening, ...steps] : steps));
