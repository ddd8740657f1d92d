import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { BOUNDS, CLOSED, DAY, DELAY, FALLBACK_DELAY } from "./timelockFixture.js";
import { emergencyFixture, NOTHING, readStatus } from "./emergency-world.js";

const { around, aside, at, deployProtected, inMode, loadFixture, networkHelpers, now, outcome, time } =
  emergencyFixture(await network.create());

/** A moment after the reset. */
async function reset() {
  const all = await inMode();
  await all.timelock.connect(all.warden).emergencyReset();
  return all;
}

describe("[INV-9] DualGovernanceTimelock: emergency reset", () => {
  it("cancels everything, puts the fallback gate in place, and takes both committees' power", async () => {
    const { timelock, gate, warden, alarm, older, other, newer } = await loadFixture(inMode);
    const fallbackGate = await timelock.FALLBACK_GATE();
    const sent = await timelock.connect(warden).emergencyReset();
    await expect(sent).to.emit(timelock, "EmergencyModeEnded");
    await expect(sent).to.emit(timelock, "GateSet").withArgs(gate, fallbackGate);
    await expect(sent).to.emit(timelock, "CancelledThrough").withArgs(3);
    expect(await timelock.gate()).to.equal(fallbackGate);
    expect(await readStatus(timelock)).to.deep.equal(NOTHING);
    for (const { id } of [older, other, newer]) {
      expect(await timelock.getOperationState(id)).to.equal(OperationState.Unset);
      expect(await timelock.getTimestamp(id)).to.equal(0);
    }
    await expect(timelock.connect(alarm).activateEmergencyMode())
      .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
      .withArgs(alarm, ZeroAddress);
  });

  it("is the execution committee's alone", async () => {
    const { timelock, admin, dao, canceller, stranger, alarm, self, warden } = await loadFixture(inMode);
    for (const account of [admin, dao, canceller, stranger, alarm, self]) {
      await expect(timelock.connect(account).emergencyReset())
        .to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee")
        .withArgs(account, warden);
    }
  });

  it("is nothing outside the mode", async () => {
    const { timelock, warden } = await loadFixture(deployProtected);
    await expect(timelock.connect(warden).emergencyReset())
      .to.be.revertedWithCustomError(timelock, "EmergencyModeInactive")
      .withArgs();
  });

  it("cannot be repeated", async () => {
    const { timelock, warden } = await loadFixture(reset);
    await expect(timelock.connect(warden).emergencyReset())
      .to.be.revertedWithCustomError(timelock, "EmergencyModeInactive")
      .withArgs();
  });

  it("does not depend on the gate, whatever that does", async () => {
    const { timelock, gate, warden } = await loadFixture(inMode);
    for (const answer of Object.values(CLOSED)) {
      await aside(async () => {
        await gate.setAllAnswers(answer);
        const sent = await timelock.connect(warden).emergencyReset();
        expect((await sent.wait())?.gasUsed).to.be.lessThan(100_000n);
        expect(await timelock.gate()).to.equal(await timelock.FALLBACK_GATE());
      });
    }
    await networkHelpers.setCode(await gate.getAddress(), "0x");
    await timelock.connect(warden).emergencyReset();
  });

  it("works with nothing pending, and when the fallback gate is in place already", async () => {
    const { timelock, warden, self, activate } = await loadFixture(deployProtected);
    const fallbackGate = await timelock.FALLBACK_GATE();
    await timelock.connect(self).setGate(fallbackGate);
    await activate();
    await expect(timelock.connect(warden).emergencyReset())
      .to.emit(timelock, "GateSet")
      .withArgs(fallbackGate, fallbackGate);
  });

  it("clears the record of a gate's silence", async () => {
    const { timelock, gate, warden } = await loadFixture(inMode);
    await gate.setAllAnswers(CLOSED.reverts);
    await timelock.checkGate();
    await expect(timelock.connect(warden).emergencyReset()).to.emit(timelock, "GateSilenceEnded").withArgs(gate);
    expect(await timelock.gateSilentSince()).to.equal(0);
  });

  describe("afterwards", () => {
    it("nothing that was cancelled executes, however long it waits; scheduled again it is new", async () => {
      const { timelock, dao, stranger, rule, older } = await loadFixture(reset);
      await time.increase(FALLBACK_DELAY);
      expect(await outcome(execute(timelock, stranger, older))).to.equal("TimelockUnexpectedOperationState");
      await schedule(timelock, dao, older, DELAY);
      const scheduledAt = await now();
      const outcomes = await around(scheduledAt + FALLBACK_DELAY, () => outcome(execute(timelock, stranger, older)));
      expect(outcomes).to.deep.equal(["ExecutionClosed", "done", "done"]);
      expect(await rule.rule()).to.equal(0);
    });

    it("whatever is scheduled waits for the fallback delay, and lives on for as long as before", async () => {
      const { timelock, dao, stranger, setRule } = await loadFixture(reset);
      const operation = batch([setRule(4n)]);
      await schedule(timelock, dao, operation, BOUNDS.delayCeiling);
      const scheduledAt = await now();
      const attempt = () => outcome(execute(timelock, stranger, operation));
      expect(await around(scheduledAt + FALLBACK_DELAY, attempt)).to.deep.equal(["ExecutionClosed", "done", "done"]);
      const expiry = await timelock.getExpiry(operation.id);
      expect(expiry).to.equal(scheduledAt + BOUNDS.delayCeiling + BOUNDS.grace);
      expect(await around(expiry, attempt)).to.deep.equal(["done", "done", "OperationExpired"]);
    });

    it("[DEE-1] de-escalation needs no delay", async () => {
      const { timelock, dao, stranger, own, setRule } = await loadFixture(reset);
      const contested = batch([setRule(4n)]);
      const withdrawal = single(own.cancelOperations(contested.id));
      for (const operation of [contested, withdrawal]) await schedule(timelock, dao, operation, DELAY);
      await execute(timelock, stranger, withdrawal);
      expect(await timelock.isOperation(contested.id)).to.be.false;
    });

    it("governance may install a new gate, and give new committees a term", async () => {
      const { timelock, dao, stranger, warden, alarm, own, ownTerms, newGate } = await loadFixture(reset);
      const gate = await newGate();
      const protectionEndsAt = (await now()) + 200n * DAY;
      const repair = batch([own.setGate(gate), ownTerms({ protectionEndsAt })]);
      await schedule(timelock, dao, repair, DELAY);
      await at((await now()) + FALLBACK_DELAY);
      await execute(timelock, stranger, repair);
      expect(await timelock.gate()).to.equal(gate);
      await timelock.connect(alarm).activateEmergencyMode();
      await timelock.connect(warden).emergencyReset();
    });
  });
});
