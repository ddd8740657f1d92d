import fc from "fast-check";

/** How much time passes before somebody acts. */
export interface Pause {
  /** "near" and "far" lead to the end of a timer or around it; "any" to anywhere. */
  readonly kind: "none" | "second" | "near" | "far" | "any";
  /** Which timer, or how far. */
  readonly which: number;
  /** Before the end of the timer, at it, or after it. */
  readonly offset: -1 | 0 | 1;
}

const KINDS = {
  /** Whatever leads on from here. */
  follow: 28,
  /** The next step of the longest way to a rage quit; often taken several times in a row. */
  crossLate: 4,
  wait: 8,
  poke: 6,
  lock: 14,
  unlock: 8,
  /** The timelock changes the rules. */
  change: 3,
  schedule: 12,
  execute: 12,
  cancel: 2,
  deEscalate: 1,
  exit: 6,
  withdraw: 3,
  /** Shares that an exit gave back are taken, or moved on. */
  back: 3,
  deposit: 3,
  redeem: 4,
  flash: 6,
  donate: 4,
  clawBack: 1,
  slash: 1,
  boundLiquidity: 1,
  silence: 1,
  speak: 2,
  /** Anything at all, by anybody, whether it makes sense or not. */
  stray: 5,
} as const;

type StepKind = keyof typeof KINDS;

/** One step of a sequence before it meets a world: which of the things that can be done there is done. */
export interface Step {
  readonly kind: StepKind;
  readonly pause: Pause;
  readonly who: number;
  readonly which: number;
  readonly size: number;
  readonly offset: -1 | 0 | 1;
}

/** Choices are taken modulo what there is to choose from. */
const CHOICES = 2 ** 16 - 1;

const weigh = <T extends string>(weights: Readonly<Record<T, number>>): fc.Arbitrary<T> =>
  fc.oneof(
    ...(Object.entries<number>(weights) as [T, number][]).map(([value, weight]) => ({
      arbitrary: fc.constant(value),
      weight,
    })),
  );

const offset = fc.constantFrom(-1 as const, 0 as const, 1 as const, 1 as const);

const step: fc.Arbitrary<Step> = fc.record({
  kind: weigh(KINDS),
  pause: fc.record({
    kind: weigh({ none: 10, second: 3, near: 8, far: 1, any: 3 }),
    which: fc.nat({ max: CHOICES }),
    offset,
  }),
  who: fc.nat({ max: CHOICES }),
  which: fc.nat({ max: CHOICES }),
  size: fc.nat({ max: CHOICES }),
  offset,
});

/** Sequences of exactly `length` steps; a failing one is shrunk by leaving out steps, and then pauses. */
class Sequences extends fc.Arbitrary<readonly Step[]> {
  constructor(private readonly length: number) {
    super();
  }

  override generate(random: fc.Random): fc.Value<readonly Step[]> {
    // Without bias towards small numbers: choices know no small.
    const steps: Step[] = [];
    while (steps.length < this.length) {
      const next = step.generate(random, undefined).value;
      const isCrossing = steps.at(-1)?.kind === "crossLate" && random.nextInt(0, 9) > 0;
      steps.push(isCrossing ? { ...next, kind: "crossLate" } : next);
    }
    return new fc.Value(steps, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is readonly Step[] {
    return Array.isArray(value);
  }

  override shrink(steps: readonly Step[]): fc.Stream<fc.Value<readonly Step[]>> {
    return fc.stream(this.simplerThan(steps));
  }

  private *simplerThan(steps: readonly Step[]): Generator<fc.Value<readonly Step[]>> {
    for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = steps.length; end > 0; end -= size) {
        yield new fc.Value(steps.toSpliced(Math.max(0, end - size), Math.min(size, end)), undefined);
      }
    }
    for (const [index, step] of steps.entries()) {
      if (step.pause.kind === "none") continue;
      yield new fc.Value(steps.with(index, { ...step, pause: { ...step.pause, kind: "none" } }), undefined);
    }
  }
}

export const sequencesOf = (length: number): fc.Arbitrary<readonly Step[]> => new Sequences(length);
