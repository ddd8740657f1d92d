import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import type fc from "fast-check";

import { isDeep } from "../../helpers/testProfile.js";
import { Broken } from "./broken.js";
import { compileWithout } from "./compileWithout.js";
import { findBroken, playHistories, playHistory } from "./histories.js";
import { OPENINGS } from "./openings.js";
import { RULES } from "./rules.js";
import { CAUGHT_OTHERWISE } from "./rulesCaughtOtherwise.js";
import { stepsAfter, stepsOf, type Step } from "./steps.js";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** DIFFERENTIAL_SEED=<whole number> plays other histories. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_129);
/** OPENINGS=none plays histories that begin at random, of which not every one is noticed. */
const HAS_OPENINGS = process.env.OPENINGS !== "none";
const HISTORIES = 30;
const LENGTH = 40;
const FORKS = ["fulu", "gloas"] as const;
const TIMEOUT = 1_200_000; // [ms]

const openingOf = (id: string) => {
  const opening = OPENINGS[id];
  if (opening === undefined) throw new Error(`${id} has no opening`);
  return opening;
};

const historiesOf = (id: string): fc.Arbitrary<Step[]> =>
  HAS_OPENINGS ? stepsAfter(openingOf(id), LENGTH) : stepsOf(LENGTH);

describe("rules of the pool that are left out", () => {
  it("are as many as the page of the invariants says, each with an id and an opening of its own", async () => {
    expect(await readFile(`${ROOT}docs/invariants.md`, "utf8")).to.include(`${RULES.length} broken rules`);
    expect(RULES.map(({ id }) => id)).to.deep.equal(RULES.map((_, index) => `R${index + 1}`));
    expect(Object.keys(OPENINGS)).to.have.members(RULES.map(({ id }) => id));
  });
});

describe("rules whose absence something else catches", () => {
  for (const { says, file, test } of CAUGHT_OTHERWISE) {
    it(`have a test: ${says}`, async () => {
      expect(await readFile(ROOT + file, "utf8")).to.include(test);
    });
  }
});

/** Each rule is compiled out, which takes its time. `npm run test:controls` */
describe("histories of a pool that lacks one rule", () => {
  for (const rule of isDeep ? RULES : []) {
    it(`break where ${rule.id} is missing, and only there: ${rule.says}`, async () => {
      const start = Date.now();
      const bytecode = compileWithout(rule);
      const fork = rule.isGloas === true ? "gloas" : "fulu";
      const found = await findBroken({ fork, bytecode }, historiesOf(rule.id), HISTORIES, SEED);
      const { number, steps = [], error } = found ?? {};
      const what = error instanceof Error ? error.message : String(error);
      console.log(`      history ${number} (${fork}), ${Math.round((Date.now() - start) / 1000)} s: ${what}`);
      expect(error, "a history that noticed").to.be.instanceOf(Broken);
      // The same history with the rule: it is what is missing that was noticed.
      await playHistory({ fork }, steps);
    }).timeout(TIMEOUT);
  }

  for (const fork of isDeep ? FORKS : []) {
    it(`hold with all rules, however they begin (${fork})`, async () => {
      for (const { id } of RULES) await playHistories({ fork }, stepsAfter(openingOf(id), LENGTH), 2, SEED);
    }).timeout(TIMEOUT);
  }
});
