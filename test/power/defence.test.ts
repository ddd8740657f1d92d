import { expect } from "chai";

import { isTooEarly, namesOfHelpers, replayDefences } from "../../src/power/play/defence.js";
import { roundToHours } from "../../src/power/record/figures.js";
import { readEnds } from "../../src/power/compose/ends.js";
import { readLimits } from "../../src/power/limits/limits.js";
import { openWorld } from "../../src/power/world/openWorld.js";
import { exemptUntil } from "../../src/power/verdicts/contest.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld } from "./auditWorld.js";

const RELEASERS = ["seal committee", "reseal committee", "tiebreaker"];
const HOUR = 3_600;
const DAY = 24 * HOUR;
const RESETTERS = ["activation committee", "execution committee"];
const ALL = { cohorts: ["rage quit"], over: new Set<string>() } as const;

if (isDeep) {
  describe("[PWR-32] the replay of those who object to a decision", function () {
    this.timeout(120_000);

    it("gets them out before it lands whichever bodies help, unless a pause makes a deadlock of their rage quit", async () => {
      const world = await createAuditWorld();
      await world.input.snapshot.branch(async () => {
        const { world: copy } = await openWorld(world.input);
        const { defences, gaps } = await replayDefences(copy, ALL);
        expect(gaps).to.deep.equal([]);
        const [afterBlocker] = defences.splice(3);
        expect(defences.map(namesOfHelpers)).to.deep.equal([[], RELEASERS, RESETTERS]);
        expect(defences.filter(isTooEarly)).to.deep.equal([]);
        // It is a deadlock as soon as they begin to leave.
        expect(afterBlocker && namesOfHelpers(afterBlocker)).to.deep.equal(["tiebreaker"]);
        expect(afterBlocker?.isAfterBlocker && isTooEarly(afterBlocker)).to.equal(true);
        const margins = defences.map(({ outAfter, landsAfter = 0n }) => Number(landsAfter - outAfter));
        // After a reset the fallback gate's delay ends 60 d after the queueing; those who left needed 49 d less an hour.
        expect(margins.map(roundToHours)).to.deep.equal([7 * DAY, 7 * DAY, 11 * DAY + HOUR]);
        const ends = await readEnds(copy);
        const hard = await copy.contracts.timelock.PROTECTION_HARD_END();
        const exempt = defences.filter((defence) => exemptUntil(defence, ends) !== undefined);
        expect(exempt.map(namesOfHelpers)).to.deep.equal([RESETTERS]);
        expect(exempt.map((defence) => exemptUntil(defence, ends))).to.deep.equal([Number(hard)]);
      });
      const { gate, vault } = world.tribune;
      await gate.connect(world.timelock).setWithdrawalBlockers([vault]);
      await world.input.snapshot.branch(async () => {
        const { world: copy } = await openWorld(world.input);
        const { defences } = await replayDefences(copy, ALL);
        const early = defences.filter(({ isAfterBlocker }) => !isAfterBlocker).filter(isTooEarly);
        expect(early.map(namesOfHelpers)).to.deep.equal([RELEASERS]);
      });
    });

    it("asks nobody for help whose power is over", async () => {
      const world = await createAuditWorld();
      await world.input.snapshot.branch(async () => {
        const { snapshot } = world.input;
        await snapshot.travelTo((await snapshot.now()) + BigInt(1_100 * DAY));
        const { world: copy } = await openWorld(world.input);
        const { over } = await readLimits(copy);
        const { defences, gaps } = await replayDefences(copy, { ...ALL, over });
        expect(gaps).to.deep.equal([]);
        expect(defences.map(namesOfHelpers)).to.deep.equal([[], ["tiebreaker"], ["tiebreaker"]]);
      });
    });
  });
}
