import { expect } from "chai";

import { isInstrumented } from "../../helpers/instrumented.js";
import { isDeep } from "../../helpers/testProfile.js";
import { HAPPENINGS } from "./history.js";
import { playHistories, playHistory } from "./histories.js";
import { PENALISED_EARLY } from "./openings.js";
import { stepsOf } from "./steps.js";

/** DIFFERENTIAL_SEED=<whole number> plays other histories. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_129);
// What counts coverage makes contracts slow, and learns nothing from more of the same. `npm run test:histories` plays 60.
const USUAL = isInstrumented ? 2 : Number(process.env.HISTORIES ?? 14);
const HISTORIES = isDeep ? 2_000 : USUAL;
/** So many meet everything that may happen. */
const ENOUGH = 60;
const LENGTH = isDeep ? 60 : 40;
const FORKS = ["fulu", "gloas"] as const;
const TIMEOUT = isDeep ? 14_400_000 : 300_000; // [ms]

/** Pool and beacon chain together, at random: what is counted against what there is. */
describe("[ACC-1] no ETH of the pool is counted twice", () => {
  for (const fork of FORKS) {
    it(`in ${HISTORIES / 2} histories of ${LENGTH} steps, seed ${SEED} (${fork})`, async () => {
      const done = await playHistories({ fork }, stepsOf(LENGTH), HISTORIES / 2, SEED);
      console.log(`      ${Array.from(done, ([kind, count]) => `${kind} ${count}`).join(", ")}`);
      const never = HAPPENINGS.filter((what) => !done.has(what) && !(what === "withhold" && fork === "fulu"));
      if (HISTORIES < ENOUGH) return;
      expect(never, "what never happened").to.deep.equal([]);
    }).timeout(TIMEOUT);

    it(`where others fill a key, which is penalised before its activation (${fork})`, async () => {
      const { done } = await playHistory({ fork }, PENALISED_EARLY);
      expect(PENALISED_EARLY.filter(({ kind }) => !done.has(kind))).to.deep.equal([]);
    }).timeout(TIMEOUT);
  }
});
