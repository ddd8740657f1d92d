import fc from "fast-check";

import type { Entity, Formula, PowerSystem } from "../../../../src/power/core/index.js";
import { isDeep } from "../../../helpers/testProfile.js";

/** Keys 0 to 9 of at most eight entities: some have several. */
const KEYS = Array.from({ length: 10 }, (_, index) => `key${index}`);
const POWERS = ["p0", "p1", "p2", "p3", "p4"];
/** Few moments and delays, so that they meet. */
const moment = fc.constantFrom(100, 200, 300);
const delay = fc.constantFrom(0, 1, 2, 3, 10);

const { formula } = fc.letrec<{ formula: Formula }>((tie) => {
  const parts = fc.array(tie("formula"), { maxLength: 4 });
  const atom = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...KEYS).map((name): Formula => ({ kind: "principal", principal: name })) },
    { weight: 3, arbitrary: fc.constantFrom(...POWERS).map((name): Formula => ({ kind: "power", power: name })) },
    { weight: 1, arbitrary: fc.constantFrom<Formula>({ kind: "never" }, { kind: "nobody-needed" }) },
  );
  const expiry = fc.record(
    { at: moment, renewal: fc.record({ by: atom, hardEnd: fc.constantFrom(300, 400) }, { requiredKeys: ["by"] }) },
    { requiredKeys: ["at"] },
  );
  return {
    formula: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      atom,
      fc.record({ kind: fc.constantFrom("all", "any", "in-order"), of: parts }),
      fc.record({ kind: fc.constant("at-least"), threshold: fc.nat({ max: 4 }), of: parts }),
      fc.record({
        kind: fc.constant("at-least"),
        threshold: fc.integer({ min: 1, max: 5 }),
        of: fc
          .subarray(KEYS, { minLength: 3 })
          .map((keys) => keys.map((name): Formula => ({ kind: "principal", principal: name }))),
      }),
      fc.record({
        kind: fc.constant("weighted"),
        threshold: fc.bigInt({ min: -1n, max: 12n }),
        of: fc.array(fc.record({ weight: fc.bigInt({ min: 0n, max: 6n }), of: tie("formula") }), { maxLength: 5 }),
      }),
      fc.record({ kind: fc.constant("after"), seconds: delay, of: tie("formula") }),
      fc.record({ kind: fc.constant("in-mode"), mode: fc.constantFrom(...POWERS), of: tie("formula") }),
      fc.record({ kind: fc.constant("until"), expiry, of: tie("formula") }),
      fc.record({ kind: fc.constant("kept"), of: tie("formula") }),
    ),
  };
});

/** Up to eight; seldom so many, since every set of them is tried. */
const entityCount = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 2, max: isDeep ? 5 : 4 }) },
  { weight: isDeep ? 5 : 1, arbitrary: fc.integer({ min: 5, max: 8 }) },
);

/** Any system of a few powers, modes that some of them make, escalations in circles, keys of eight entities at most. */
export const arbitrarySystem: fc.Arbitrary<PowerSystem> = fc
  .record({
    formulas: fc.tuple(formula, formula, formula, formula, formula),
    escalations: fc.array(
      fc.record(
        { gains: fc.constantFrom(...POWERS), through: formula, seconds: delay },
        { requiredKeys: ["gains", "through"] },
      ),
      { maxLength: 4 },
    ),
    owners: entityCount.chain((count) =>
      fc.array(fc.nat({ max: count - 1 }), { minLength: KEYS.length, maxLength: KEYS.length }),
    ),
    now: fc.option(fc.constantFrom(50, 200, 350), { nil: undefined }),
  })
  .map(({ formulas, escalations, owners, now }) => ({
    powers: new Map(formulas.map((made, index) => [POWERS[index] ?? "", made])),
    escalations: escalations.map(({ gains, through, seconds }) => ({
      gains,
      through,
      ...(seconds !== undefined && { seconds }),
    })),
    identities: new Map(owners.map((owner, index) => [KEYS[index] ?? "", `E${owner}`])),
    ...(now !== undefined && { now }),
  }));

/** The entities of such a system. */
export const entitiesOf = (system: PowerSystem): Entity[] => [...new Set(system.identities?.values())];

/** A formula with some of its parts changed, those inside first. */
function rewrite(formula: Formula, change: (part: Formula) => Formula): Formula {
  const inner = (part: Formula): Formula => rewrite(part, change);
  switch (formula.kind) {
    case "nobody-needed":
    case "never":
    case "principal":
    case "power":
      return change(formula);
    case "all":
    case "any":
    case "in-order":
    case "at-least":
      return change({ ...formula, of: formula.of.map(inner) });
    case "weighted":
      return change({ ...formula, of: formula.of.map(({ weight, of }) => ({ weight, of: inner(of) })) });
    case "after":
    case "in-mode":
    case "until":
    case "kept":
      return change({ ...formula, of: inner(formula.of) });
  }
}

const CHANGES: readonly ((part: Formula) => Formula)[] = [
  (part) => (part.kind === "after" ? { ...part, seconds: Math.floor(part.seconds / 2) } : part),
  (part) => (part.kind === "until" ? { ...part, expiry: { at: 350 } } : part),
  (part) =>
    part.kind === "until"
      ? { ...part, expiry: { at: part.expiry.at, renewal: { by: { kind: "principal", principal: "key5" } } } }
      : part,
  (part) => (part.kind === "at-least" ? { ...part, threshold: Math.max(1, part.threshold - 1) } : part),
];

/** A system, and the same after its powers have changed: quicker, longer, renewable, with fewer, or altogether. */
export const arbitraryChange: fc.Arbitrary<{ readonly before: PowerSystem; readonly now: PowerSystem }> = fc
  .tuple(arbitrarySystem, formula, fc.nat({ max: CHANGES.length }))
  .map(([before, other, choice]) => {
    const change = CHANGES[choice];
    const changed = Array.from(before.powers, ([name, old]): [string, Formula] => {
      if (change !== undefined) return [name, rewrite(old, change)];
      return [name, name === "p0" ? other : old];
    });
    return { before, now: { ...before, powers: new Map(changed) } };
  });

const RUNS = isDeep ? 20_000 : 400;

/**
 * Tries some hundred cases, or thousands: the same every time for the same seed.
 *
 * @param share - of the runs, for what takes long
 */
export function check<T>(seed: number, arbitrary: fc.Arbitrary<T>, property: (value: T) => void, share = 1): void {
  fc.assert(fc.property(arbitrary, property), { seed, numRuns: Math.ceil(RUNS * share) });
}
