import { expect } from "chai";
import { network } from "hardhat";

import { execute, schedule, single } from "../../helpers/operations.js";
import { BOUNDS, DELAY, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, passDelay, time } = timelockFixture(await network.create());

/** A change of the delay that is due, and an operation scheduled before it. */
const changingTo = async (newDelay: bigint) => {
  const all = await loadFixture(deployAll);
  const change = single(all.own.updateDelay(newDelay));
  const pending = single(all.setRule(1n));
  for (const operation of [change, pending]) await schedule(all.timelock, all.dao, operation, DELAY);
  const pendingDue = BigInt(await time.latest()) + DELAY;
  await passDelay();
  return { ...all, change, pending, pendingDue };
};

describe("DualGovernanceTimelock: updateDelay", () => {
  for (const newDelay of [0n, BOUNDS.delayFloor - 1n, BOUNDS.delayCeiling + 1n, 2n ** 64n, 2n ** 256n - 1n]) {
    it(`refuses ${newDelay} s, outside the bounds, and can be tried again`, async () => {
      const { timelock, stranger, change } = await changingTo(newDelay);
      await expect(execute(timelock, stranger, change))
        .to.be.revertedWithCustomError(timelock, "DelayOutOfBounds")
        .withArgs(newDelay, BOUNDS.delayFloor, BOUNDS.delayCeiling);
      expect(await timelock.getMinDelay()).to.equal(DELAY);
      expect(await timelock.isOperationReady(change.id)).to.be.true;
    });
  }

  for (const newDelay of [BOUNDS.delayFloor, BOUNDS.delayCeiling]) {
    it(`takes ${newDelay} s, a bound itself: it counts for what is scheduled afterwards`, async () => {
      const { timelock, dao, stranger, rule, setRule, change, pending, pendingDue } = await changingTo(newDelay);
      await expect(execute(timelock, stranger, change))
        .to.emit(timelock, "MinDelayChange")
        .withArgs(DELAY, newDelay);
      expect(await timelock.getMinDelay()).to.equal(newDelay);
      expect(await timelock.getTimestamp(pending.id)).to.equal(pendingDue);
      await execute(timelock, stranger, pending);
      expect(await rule.rule()).to.equal(1);

      const next = single(setRule(2n));
      await expect(schedule(timelock, dao, next, newDelay - 1n))
        .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
        .withArgs(newDelay - 1n, newDelay);
      await schedule(timelock, dao, next, newDelay);
      const dueAt = BigInt(await time.latest()) + newDelay;
      expect(await timelock.getTimestamp(next.id)).to.equal(dueAt);
      expect(await timelock.getExpiry(next.id)).to.equal(dueAt + BOUNDS.grace);
    });
  }

  it("leaves at least one delay to schedule with: the ceiling is never below the minimum", async () => {
    const { timelock, dao, stranger, setRule, change } = await changingTo(BOUNDS.delayCeiling);
    await execute(timelock, stranger, change);
    await schedule(timelock, dao, single(setRule(5n)), BOUNDS.delayCeiling);
    await expect(schedule(timelock, dao, single(setRule(6n)), BOUNDS.delayCeiling + 1n))
      .to.be.revertedWithCustomError(timelock, "DelayOutOfBounds")
      .withArgs(BOUNDS.delayCeiling + 1n, BOUNDS.delayCeiling, BOUNDS.delayCeiling);
  });

  it("is for the timelock alone", async () => {
    const { timelock, admin, dao, canceller, stranger } = await loadFixture(deployAll);
    for (const account of [admin, dao, canceller, stranger]) {
      await expect(timelock.connect(account).updateDelay(DELAY))
        .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
        .withArgs(account);
    }
  });
});
