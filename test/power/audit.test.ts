import { expect } from "chai";

import { exitCodeOf, PROPERTIES } from "../../src/power/report.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";

/** The rest is for the deep profile, and for `npm run audit`, which CI runs too. */
const USUAL: ReadonlySet<string> = new Set([
  "Normal",
  "VetoSignallingDeactivation",
  "RageQuit, a vessel with shares",
  "after a rage quit",
  "an exit called off",
  "emergency mode",
  "after emergency mode",
  "a pause in VetoSignalling",
  "a motion begun",
  "a deadlock",
  "a deadlock, and a quorum of the tiebreaker",
  "a gate that does not answer",
]);

describe("the power audit", () => {
  it("[PWR-7] proves of the default deployment that all six properties hold", async () => {
    const world = await createAuditWorld();
    const report = await world.audit(isDeep ? {} : { only: ({ name }) => USUAL.has(name) });
    for (const { property, outcome, evidence, failures, gaps } of report.verdicts) {
      expect({ failures, gaps }, `${property}, ${PROPERTIES[property]}`).to.deep.equal({ failures: [], gaps: [] });
      expect(evidence).not.to.deep.equal([]);
      expect(outcome).to.equal("holds");
    }
    expect(exitCodeOf(report)).to.equal(0);
    // The hostile majority of the stories.
    expect(report.carrier).to.equal("voter 0");
  }).timeout(300_000);
});
