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
  "finalise",
  "claim",
  "start",
  "prove",
  "proveAgain",
  "proveAll",
  "activateAgain",
  "round",
  "round",
  "queue",
  "pass",
  "pass",
  "withhold",
] as const;

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
