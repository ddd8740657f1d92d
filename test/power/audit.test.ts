import { expect } from "chai";

import { DEADLOCK, NORMAL } from "../../src/power/modes/modes.js";
import { partsOf } from "../../src/power/manifest/parts.js";
import { compareAudits } from "../../src/power/record/compareAudits.js";
import { lockText, parseLock } from "../../src/power/record/lockFile.js";
import { renderMarkdown } from "../../src/power/render/markdown.js";
import { exitCodeOf, PROPERTIES } from "../../src/power/report.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";

describe("the power audit", () => {
  if (isDeep) {
    // `npm run audit` says the same, and CI runs it.
    it("[INV-12] [PWR-7] proves of the default deployment that all six properties hold", async () => {
      const world = await createAuditWorld();
      const report = await world.audit();
      for (const { property, outcome, evidence, failures, gaps } of report.verdicts) {
        expect({ failures, gaps }, `${property}, ${PROPERTIES[property]}`).to.deep.equal({ failures: [], gaps: [] });
        expect(evidence).not.to.deep.equal([]);
        expect(outcome).to.equal("holds");
      }
      expect(exitCodeOf(report)).to.equal(0);
    }).timeout(300_000);
  }

  it("[INV-12] [PWR-7] finds nothing wrong with the default deployment, and proves nothing by a few modes", async () => {
    const world = await createAuditWorld();
    const report = await world.audit({ only: ({ name }) => SOME.has(name), isQuick: true });
    expect(report.verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
    expect(report.figures.modes.map(({ name }) => name)).to.have.members([...SOME]);
    expect(report.verdicts.find(({ property }) => property === "P2")?.outcome).to.equal("unproven");
    expect(exitCodeOf(report)).to.equal(2);
    // The hostile majority of the stories.
    expect(report.carriers).to.deep.equal([{ name: "voter 0", withholds: true }]);
    // What it leaves behind, and no address of this run in it.
    const text = lockText(report.record);
    const read = parseLock(text) ?? expect.fail("the lock cannot be read");
    expect(lockText(read)).to.equal(text);
    expect(compareAudits(report.record, read)).to.deep.equal({ worse: [], better: [] });
    for (const { address } of partsOf(world.tribune.addresses)) expect(text).not.to.include(address);
    expect(text).to.include('"timelock.activateEmergencyMode() can be used until": {"value": "730 d"');
    expect(renderMarkdown(report, { name: "Tribune" })).to.include("day 730, renewable by voter 0");
  }).timeout(120_000);
});

/** Without the first two P5 would not be judged. */
const SOME: ReadonlySet<string> = new Set([NORMAL, DEADLOCK, "emergency mode in RageQuit"]);
