import fc from "fast-check";

export const PEOPLE = ["alice", "bob", "carol"] as const;
export type Person = (typeof PEOPLE)[number];

/** How much, in thousandths of what there is; more than a thousand is more than there is. */
type Part = number;

export type Move =
  | { readonly kind: "deposit"; readonly who: Person; readonly gwei: number }
  | { readonly kind: "request"; readonly who: Person; readonly controller: Person; readonly part: Part }
  | { readonly kind: "redeem" | "withdraw" | "surrender"; readonly who: Person; readonly part: Part }
  | { readonly kind: "claim" | "surrenderRequest"; readonly part: Part }
  | { readonly kind: "collectWindDown"; readonly who: Person }
  | { readonly kind: "gain"; readonly milliEther: number; readonly duePermille: number }
  | { readonly kind: "loss"; readonly part: Part; readonly bondPart: Part }
  | { readonly kind: "pay"; readonly part: Part }
  | { readonly kind: "haircut"; readonly part: Part }
  | { readonly kind: "stake"; readonly keys: number }
  | { readonly kind: "finalise" | "settle" | "beginWindDown" };

export interface Step {
  readonly move: Move;
  /** Time before it. [seconds] */
  readonly wait: number;
}

const person = fc.constantFrom(...PEOPLE);
/** Usually some of it, sometimes all, nothing or too much. */
const part = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 999 }) },
  { weight: 3, arbitrary: fc.constant(1000) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1001) },
);
const of = <Kind extends Move["kind"]>(kind: Kind) => fc.constant(kind);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: of("deposit"), who: person, gwei: fc.integer({ min: 0, max: 2e11 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: of("request"), who: person, controller: person, part }) },
  { weight: 4, arbitrary: fc.record({ kind: of("redeem"), who: person, part }) },
  { weight: 4, arbitrary: fc.record({ kind: of("withdraw"), who: person, part }) },
  { weight: 2, arbitrary: fc.record({ kind: of("surrender"), who: person, part }) },
  { weight: 2, arbitrary: fc.record({ kind: of("claim"), part }) },
  { weight: 2, arbitrary: fc.record({ kind: of("surrenderRequest"), part }) },
  { weight: 2, arbitrary: fc.record({ kind: of("collectWindDown"), who: person }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: of("gain"),
      milliEther: fc.integer({ min: 0, max: 20_000 }),
      duePermille: fc.integer({ min: 0, max: 100 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: of("loss"), part: fc.integer({ min: 1, max: 300 }), bondPart: part }) },
  { weight: 3, arbitrary: fc.record({ kind: of("pay"), part: fc.integer({ min: 1, max: 1000 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: of("haircut"), part: fc.integer({ min: 0, max: 100 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: of("stake"), keys: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: of("finalise") }) },
  { weight: 1, arbitrary: fc.record({ kind: of("settle") }) },
  // Rare, for nothing else comes after it.
  { weight: 1, arbitrary: fc.record({ kind: of("beginWindDown") }) },
);

const wait = fc.oneof(
  fc.constant(1),
  fc.integer({ min: 2, max: 86_400 }),
  fc.integer({ min: 86_400, max: 40 * 86_400 }),
);

export const stepsOf = (length: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ move, wait }), { minLength: length, maxLength: length, size: "max" });
