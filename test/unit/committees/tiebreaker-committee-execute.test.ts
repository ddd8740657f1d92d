import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { COMMITTEE_DELAY, deployTiebreakerWorld, MOTION_MARGIN } from "../../helpers/tiebreakerWorld.js";
import { TIMELOCK } from "../../helpers/deployCore.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const { time } = networkHelpers;
const DAY = 86_400n;

/** Three of five agree to everything. */
async function deploy() {
  const world = await deployTiebreakerWorld(connection);
  const { approve, a, b, c, release, resume, replace, motionOf } = world;
  for (const motion of [release, resume, replace]) await approve(motion, a, b, c);
  const { quorumAt } = await motionOf(release);
  /** When all three motions may be executed. */
  const ripe = (await motionOf(replace)).quorumAt + COMMITTEE_DELAY;
  return { ...world, quorumAt, ripe };
}

describe("TiebreakerCommittee", () => {
  describe("execute", () => {
    it("waits for its delay, to the second", async () => {
      const { committee, release, execute, quorumAt, aside, at, gate, operation } =
        await networkHelpers.loadFixture(deploy);
      const due = quorumAt + COMMITTEE_DELAY;
      await at(due - 1n);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "MotionTooYoung").withArgs(due);
      for (const moment of [due, due + 1n]) {
        await aside(async () => {
          await at(moment);
          await expect(execute(release))
            .to.emit(committee, "MotionExecuted")
            .withArgs(...release);
          expect([await gate.lastRelease(), await gate.releaseCount()]).to.deep.equal([operation.id, 1n]);
        });
      }
    });

    it("resumes what the breaker names", async () => {
      const { resume, execute, ripe, pausables, committee, pausable, breaker, paused, seal } =
        await networkHelpers.loadFixture(deploy);
      await time.increaseTo(ripe);
      // The seal has run out by now; somebody pauses it again.
      await pausable.pauseFor(400n * DAY);
      await expect(execute(resume)).to.emit(breaker, "Resumed").withArgs(pausable.target, committee.target);
      expect(await paused()).to.deep.equal([false, false, false]);
      await expect(seal(pausables[1])).to.be.revertedWithCustomError(breaker, "SealSpent");
    });

    it("replaces a gate that has been silent for the whole timeout", async () => {
      const { gate, timelock, fallbackGate, approve, a, b, c, d, replace, execute, committee, ripe } =
        await networkHelpers.loadFixture(deploy);
      await time.increaseTo(ripe);
      await expect(execute(replace)).to.be.revertedWithCustomError(timelock, "GateNotRecordedSilent");
      await gate.setAllAnswers(Answer.Revert);
      await timelock.checkGate();
      const silentSince = await timelock.gateSilentSince();
      await expect(execute(replace)).to.be.revertedWithCustomError(timelock, "GateSilenceTooYoung");
      const replaceable = silentSince + TIMELOCK.tiebreakerFloor;
      await time.increaseTo(replaceable - COMMITTEE_DELAY - DAY);
      await expect(execute(replace)).to.be.revertedWithCustomError(committee, "MotionLapsed");
      await approve(replace, a, b, c, d);
      await time.increaseTo(replaceable);
      await execute(replace);
      expect(await timelock.gate()).to.equal(fallbackGate.target);
      await expect(execute(replace)).to.be.revertedWithCustomError(committee, "InvalidSubject");
    });

    it("is spent: what is to be done again is agreed to again", async () => {
      const { committee, release, execute, ripe, motionOf, countOf } = await networkHelpers.loadFixture(deploy);
      await time.increaseTo(ripe);
      await execute(release);
      expect([...(await motionOf(release)), await countOf(release)]).to.deep.equal([0n, 0n, 0n, 0]);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(0n, 3n);
    });

    it("that fails keeps its approvals, and can be tried again", async () => {
      const { release, resume, execute, ripe, gate, breaker, committee, motionOf, pausable } =
        await networkHelpers.loadFixture(deploy);
      await time.increaseTo(ripe);
      const before = [...(await motionOf(release))];
      await gate.setFailing(true);
      await expect(execute(release)).to.be.revertedWithCustomError(gate, "ToldToFail");
      expect([...(await motionOf(release))]).to.deep.equal(before);
      await gate.setFailing(false);
      await execute(release);
      await gate.setDeadlocked(false);
      await pausable.pauseFor(DAY);
      await expect(execute(resume))
        .to.be.revertedWithCustomError(breaker, "CallerCannotResume")
        .withArgs(committee.target);
      await gate.setDeadlocked(true);
      await execute(resume);
    });

    it("needs a seat: a committee that is not the timelock's tiebreaker can do nothing", async () => {
      const { resume, replace, execute, ripe, timelock, governance, breaker, stranger, pausable } =
        await networkHelpers.loadFixture(deploy);
      await timelock.connect(governance).setTiebreaker(stranger, TIMELOCK.tiebreakerFloor);
      await time.increaseTo(ripe);
      await pausable.pauseFor(DAY);
      await expect(execute(resume)).to.be.revertedWithCustomError(breaker, "CallerCannotResume");
      await expect(execute(replace)).to.be.revertedWithCustomError(timelock, "CallerIsNotTiebreaker");
    });

    it("lapses a second after its margin", async () => {
      const { committee, release, execute, quorumAt, aside, at, motionOf } = await networkHelpers.loadFixture(deploy);
      const end = quorumAt + COMMITTEE_DELAY + MOTION_MARGIN;
      for (const moment of [end - 1n, end]) {
        await aside(async () => {
          await at(moment);
          await execute(release);
        });
      }
      await time.increaseTo(end + 1n);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "MotionLapsed").withArgs(end);
      expect([...(await motionOf(release))]).to.deep.equal([0n, 0n, 0n]);
    });

    it("of a motion that has lapsed begins with new approvals, none of which counts twice", async () => {
      const { committee, release, execute, ripe, at, motionOf, a, b, d, approve, withdraw } =
        await networkHelpers.loadFixture(deploy);
      await time.increaseTo(ripe + MOTION_MARGIN + 1n);
      await expect(withdraw(release, a)).to.be.revertedWithCustomError(committee, "NotApproved");
      expect(await committee.hasApproved(...release, a)).to.be.false;
      await approve(release, a, d);
      const { lapsesAfter, quorumAt, approvals } = await motionOf(release);
      expect(lapsesAfter).to.be.greaterThan(ripe + 2n * MOTION_MARGIN);
      expect([quorumAt, approvals]).to.deep.equal([0n, 0b1001n]);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "NoQuorum").withArgs(2n, 3n);
      await approve(release, b);
      const due = (await motionOf(release)).quorumAt + COMMITTEE_DELAY;
      await at(due - 1n);
      await expect(execute(release)).to.be.revertedWithCustomError(committee, "MotionTooYoung");
      await at(due);
      await execute(release);
    });

    it("has all its time however late the quorum comes, and none is announced that comes too late", async () => {
      const { committee, release, execute, at, aside, withdraw, approve, motionOf, c, d } =
        await networkHelpers.loadFixture(deploy);
      await withdraw(release, c);
      // Losing its quorum gives a motion its margin to reach one again.
      const lapse = BigInt(await time.latest()) + MOTION_MARGIN;
      expect((await motionOf(release)).lapsesAfter).to.equal(lapse);
      await aside(async () => {
        await at(lapse);
        await approve(release, d);
        const end = lapse + COMMITTEE_DELAY + MOTION_MARGIN;
        expect((await motionOf(release)).lapsesAfter).to.equal(end);
        await at(end);
        await execute(release);
      });
      await at(lapse + 1n);
      await expect(committee.connect(d).approve(...release)).to.not.emit(committee, "QuorumReached");
      expect((await motionOf(release)).approvals).to.equal(0b1000n);
    });

    it("is not put off by who opens its motion early and alone", async () => {
      const { committee, resume, execute, at, approve, withdraw, motionOf, a, b, c, d, pausable } =
        await networkHelpers.loadFixture(deploy);
      for (const member of [a, b, c]) await withdraw(resume, member);
      await approve(resume, a);
      await at((await motionOf(resume)).lapsesAfter);
      await approve(resume, b);
      await approve(resume, c, d);
      expect((await motionOf(resume)).quorumAt).to.equal(0n);
      await approve(resume, a);
      const { quorumAt } = await motionOf(resume);
      await at(quorumAt + COMMITTEE_DELAY);
      await pausable.pauseFor(DAY);
      await expect(execute(resume)).to.emit(committee, "MotionExecuted");
    });
  });
});
