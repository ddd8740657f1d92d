import { expect } from "chai";

import { exitCodeOf, PROPERTIES } from "../../src/power/report.js";
import { createAuditWorld } from "./auditWorld.js";

describe("the power audit", () => {
  it("[PWR-7] proves of the default deployment that all six properties hold", async () => {
    const world = await createAuditWorld();
    const report = await world.audit();
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
