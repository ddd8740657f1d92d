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
  { weight: 20, arbitrary: fc.integer({ min: 2, max: 5 }) },
  { weight: isDeep ? 5 : 1, arbitrary: fc.integer({ min: 6, max: 8 }) },
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

/** Fixed, so that the same systems are tried every time. */
export const OPTIONS = { seed: 20_260_301, numRuns: isDeep ? 20_000 : 700 };
