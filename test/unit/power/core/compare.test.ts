import { expect } from "chai";

import {
  after,
  all,
  any,
  atLeast,
  blockingOf,
  coalitionsOf,
  compareRecords,
  controlOf,
  leastTime,
  NOBODY_NEEDED,
  power,
  principal,
  recordOf,
  solve,
  until,
  weighted,
  type Formula,
  type PowerRecord,
  type PowerSystem,
  type Worsening,
} from "../../../../src/power/core/index.js";
import { ask } from "../../../../src/power/core/solve.js";
import { arbitraryChange, arbitrarySystem, check, entitiesOf } from "./arbitrarySystem.js";
import { minimalOf, subsetsOf, written } from "./bruteForce.js";

const recordsOf = (system: PowerSystem): PowerRecord[] => {
  const solution = solve(system);
  const records = Array.from(system.powers.keys(), (name) =>
    recordOf(controlOf(solution, name), blockingOf(solution, name)),
  );
  // As a file keeps them.
  return JSON.parse(JSON.stringify(records)) as PowerRecord[];
};
const compare = (before: Formula, now: Formula): Worsening[] =>
  compareRecords(recordsOf({ powers: new Map([["x", before]]) }), recordsOf({ powers: new Map([["x", now]]) }));
const [a, b, c] = ["a", "b", "c"].map(principal) as [Formula, Formula, Formula];
const members = (count: number): Formula[] => Array.from({ length: count }, (_, index) => principal(`m${index}`));

describe("what got worse, in the power core", () => {
  it("[PWR-6] is told exactly where some coalition can do more than before", () => {
    const seen = { "new-coalition": 0, "less-time": 0, "later-end": 0, renewal: 0, nothing: 0 };
    check(
      20_260_321,
      arbitraryChange,
      ({ before, now }) => {
        const found = compareRecords(recordsOf(before), recordsOf(now));
        const [old, later] = [solve(before), solve(now)];
        for (const name of now.powers.keys()) {
          const told = found.filter((worsening) => worsening.power === name);
          const entitiesIn = (kind: Worsening["kind"], isRenewal?: boolean): string[][] =>
            told.flatMap((worsening) =>
              worsening.kind === kind &&
              "coalitions" in worsening &&
              (isRenewal === undefined || (worsening.kind === "later-end" && worsening.isRenewal === isRenewal))
                ? [...coalitionsOf(worsening.coalitions)]
                : [],
            );
          const fresh: string[][] = [];
          const worse = { time: [] as string[][], end: [] as string[][], renewed: [] as string[][] };
          for (const coalition of subsetsOf(entitiesOf(now))) {
            const [was, is] = [old, later].map((solution) => {
              const figures = solution.figuresOf(name);
              return {
                time: leastTime(solution, name, coalition) ?? Infinity,
                end: ask(solution, figures.end, coalition),
                renewed: ask(solution, figures.renewedEnd, coalition),
              };
            });
            if (was === undefined || is === undefined) throw new Error("two sides");
            if (was.time === Infinity && is.time < Infinity) fresh.push(coalition);
            if (was.time === Infinity) continue;
            if (is.time < was.time) worse.time.push(coalition);
            if (is.end > was.end) worse.end.push(coalition);
            else if (is.renewed > was.renewed) worse.renewed.push(coalition);
          }
          const covers = (told: string[][], all: string[][]): void => {
            const isTold = (set: readonly string[]): boolean =>
              told.some((small) => small.every((member) => set.includes(member)));
            // Whoever is told of got worse, and of all who did some part is told of, be it of a worse kind.
            const key = new Set(written(all));
            expect(written(told).filter((set) => !key.has(set))).to.deep.equal([]);
            const others = [...entitiesIn("new-coalition"), ...entitiesIn("later-end")];
            expect(
              all.filter((set) => !isTold(set) && !others.some((small) => small.every((m) => set.includes(m)))),
            ).to.deep.equal([]);
          };
          expect(written(entitiesIn("new-coalition"))).to.deep.equal(written(minimalOf(fresh)));
          covers(entitiesIn("less-time"), worse.time);
          covers(entitiesIn("later-end", false), worse.end);
          covers(entitiesIn("later-end", true), worse.renewed);
          for (const { kind } of told) if (kind in seen) seen[kind as keyof typeof seen]++;
          if (entitiesIn("later-end", true).length > 0) seen.renewal++;
          if (told.length === 0) seen.nothing++;
        }
      },
      0.3,
    );
    for (const times of Object.values(seen)) expect(times).to.be.greaterThan(0);
  }).timeout(600_000);

  it("is nothing, from a record to itself", () => {
    check(
      20_260_322,
      arbitrarySystem,
      (system) => {
        const records = recordsOf(system);
        expect(compareRecords(records, records)).to.deep.equal([]);
      },
      0.1,
    );
  }).timeout(600_000);

  it("is a smaller coalition, and a new one", () => {
    const found = compare(atLeast(3, members(5)), atLeast(2, members(5)));
    expect(found.map(({ kind }) => kind)).to.deep.equal(["smaller-coalition", "new-coalition"]);
    expect(found[0]).to.include({ before: 3, after: 2 });
    expect(found[1]).to.have.nested.property("coalitions.choices[0].choose", 2);
    // The other way round it is easier to block.
    expect(compare(atLeast(2, members(5)), atLeast(3, members(5)))).to.deep.equal([
      { power: "x", kind: "smaller-block", before: 4, after: 3 },
    ]);
  });

  it("is one member swapped for another", () => {
    const found = compare(all(a, b), all(a, c));
    expect(found).to.have.length(1);
    expect(found[0]).to.include({ kind: "new-coalition" });
  });

  it("is less time, a later end, an end that can be moved", () => {
    expect(compare(after(100, a), after(50, a))).to.deep.include.members([
      {
        power: "x",
        kind: "less-time",
        before: 100,
        after: 50,
        coalitions: { choices: [{ choose: 1, of: ["a"] }], size: 1, count: 1n },
      },
    ]);
    const coalitions = { choices: [{ choose: 1, of: ["a"] }], size: 1, count: 1n };
    const ends = { power: "x", kind: "later-end", coalitions };
    expect(compare(until({ at: 100 }, a), until({ at: 200 }, a))).to.deep.equal([
      { ...ends, isRenewal: false, before: 100, after: 200 },
    ]);
    expect(compare(until({ at: 100 }, a), a)).to.deep.equal([{ ...ends, isRenewal: false, before: 100 }]);
    const renewable = until({ at: 100, renewal: { by: b, hardEnd: 900 } }, a);
    expect(compare(until({ at: 100 }, a), renewable)[0]).to.deep.equal({
      ...ends,
      isRenewal: true,
      before: 100,
      after: 900,
    });
    expect(compare(a, until({ at: 100 }, a))).to.deep.equal([]);
  });

  it("is what anybody can do at last, and a power that was not there", () => {
    expect(compare(a, NOBODY_NEEDED).map(({ kind }) => kind)).to.include("access");
    const before = recordsOf({ powers: new Map([["x", a]]) });
    const now = recordsOf({
      powers: new Map([
        ["x", a],
        ["y", any(power("x"), b)],
      ]),
    });
    expect(compareRecords(before, now)).to.deep.equal([{ power: "y", kind: "new-power" }]);
    expect(compareRecords(now, before)).to.deep.equal([]);
  });

  it("says so where there are too many coalitions to compare", () => {
    // Of different weights, so that hardly two of them are as good as each other.
    const parts = members(18).map((of, index) => ({ weight: 1_000n + BigInt(index) ** 2n, of }));
    const many = (votes: bigint): Formula => weighted(votes, parts);
    const found = compare(many(9_900n), many(9_000n));
    expect(found.map(({ kind }) => kind)).to.deep.equal(["smaller-coalition", "not-compared"]);
    const countOf = (votes: bigint): string | undefined =>
      recordsOf({ powers: new Map([["x", many(votes)]]) })[0]?.control.count;
    expect(found[1]).to.include({ countBefore: countOf(9_900n), countAfter: countOf(9_000n) });
    expect(compare(many(9_900n), many(9_900n))).to.deep.equal([]);
  });
});
