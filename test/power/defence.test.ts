import { expect } from "chai";

import { isTooEarly, replayDefences } from "../../src/power/defence.js";
import { roundToHours } from "../../src/power/record/figures.js";
import { readEnds } from "../../src/power/ends.js";
import { openScene } from "../../src/power/openScene.js";
import { exemptUntil } from "../../src/power/verdicts/contest.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";

const WITH_ALL = ["seal committee", "reseal committee", "tiebreaker"];
const HOUR = 3_600;
const DAY = 24 * HOUR;
const RESETTERS = ["activation committee", "execution committee"];

if (isDeep) {
  describe("[PWR-32] the replay of those who object to a decision", function () {
    this.timeout(120_000);

    it("gets them out before it lands whichever bodies help, unless a pause makes a deadlock of their rage quit", async () => {
      const world = await createAuditWorld();
      await world.cast.snapshot.branch(async () => {
        const { scene } = await openScene(world.cast);
        const { defences, gaps } = await replayDefences(scene, ["rage quit"]);
        expect(gaps).to.deep.equal([]);
        expect(defences.map(({ helpers }) => helpers)).to.deep.equal([[], WITH_ALL, RESETTERS]);
        expect(defences.filter(isTooEarly)).to.deep.equal([]);
        const margins = defences.map(({ outAfter, landsAfter = 0n }) => Number(landsAfter - outAfter));
        // After a reset the fallback gate's delay ends 60 d after the queueing; those who left needed 49 d less an hour.
        expect(margins.map(roundToHours)).to.deep.equal([7 * DAY, 7 * DAY, 11 * DAY + HOUR]);
        const ends = await readEnds(scene);
        const hard = await scene.contracts.timelock.PROTECTION_HARD_END();
        const exempt = defences.filter((defence) => exemptUntil(defence, ends) !== undefined);
        expect(exempt.map(({ helpers }) => helpers)).to.deep.equal([RESETTERS]);
        expect(exempt.map((defence) => exemptUntil(defence, ends))).to.deep.equal([Number(hard)]);
      });
      const { gate, vault } = world.tribune;
      await gate.connect(world.timelock).setWithdrawalBlockers([vault]);
      await world.cast.snapshot.branch(async () => {
        const { scene } = await openScene(world.cast);
        const { defences } = await replayDefences(scene, ["rage quit"]);
        expect(defences.filter(isTooEarly).map(({ helpers }) => helpers)).to.deep.equal([WITH_ALL]);
      });
    });
  });
}
