import { expect } from "chai";

import { isInstrumented } from "../../helpers/instrumented.js";
import { isDeep } from "../../helpers/testProfile.js";
import { compileWithout } from "./compileWithout.js";
import { playHistories } from "./histories.js";
import { RULES } from "./rules.js";
import { KINDS } from "./steps.js";

/** DIFFERENTIAL_SEED=<whole number> plays other histories. */
const SEED = Number(process.env.DIFFERENTIAL_SEED ?? 20_261_129);
// What counts coverage makes contracts slow, and learns nothing from more of the same. `npm run test:histories` plays 60.
const USUAL = isInstrumented ? 2 : Number(process.env.HISTORIES ?? 14);
const HISTORIES = isDeep ? 2_000 : USUAL;
const LENGTH = isDeep ? 60 : 40;
const FORKS = ["fulu", "gloas"] as const;
const TIMEOUT = isDeep ? 14_400_000 : 300_000; // [ms]

/** Pool and beacon chain together, at random: what is counted against what there is. */
describe("[ACC-1] no ETH of the pool is counted twice", () => {
  for (const fork of FORKS) {
    it(`in ${HISTORIES / 2} histories of ${LENGTH} steps, seed ${SEED} (${fork})`, async () => {
      const done = await playHistories({ fork }, HISTORIES / 2, LENGTH, SEED);
      console.log(`      ${Array.from(done, ([kind, count]) => `${kind} ${count}`).join(", ")}`);
      const never = KINDS.filter((kind) => !done.has(kind) && !(kind === "withhold" && fork === "fulu"));
      if (isInstrumented) return;
      expect(never, "kinds of steps that never did anything").to.deep.equal([]);
    }).timeout(TIMEOUT);
  }

  // Each is compiled anew, which takes its time.
  for (const rule of isDeep ? RULES : []) {
    it(`but would be, or be lost, without the rule ${rule.id}: ${rule.says}`, async () => {
      const bytecode = compileWithout(rule);
      const broken: string[] = [];
      for (const fork of FORKS) {
        await playHistories({ fork, bytecode }, 200, LENGTH, SEED).catch((error: unknown) => {
          broken.push(error instanceof Error ? (/Broken: (.*)/.exec(error.message)?.[1] ?? error.message) : "");
        });
        if (broken.length > 0) break;
      }
      console.log(`      ${broken[0]?.split("\n")[0]}`);
      expect(broken.length, "histories that noticed").to.be.greaterThan(0);
    }).timeout(TIMEOUT);
  }
});
