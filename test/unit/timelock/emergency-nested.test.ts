import { expect } from "chai";
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { network } from "hardhat";

import { impersonate } from "../../helpers/impersonate.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, encodeExecution, schedule, single } from "../../helpers/operations.js";
import { DELAY } from "./timelockFixture.js";
import { emergencyFixture, MODE, NOTHING, readStatus } from "./emergency-world.js";

const connection = await network.create();
const { around, at, deployProtected, ethers, inMode, loadFixture, now, outcome, passDelay, time } =
  emergencyFixture(connection);

/**
 * The execution committee is a contract that operations call as well, and that then does what it was told: `committee`
 * acts as that contract.
 */
async function withContract() {
  const all = await deployProtected();
  await all.setTerms({ executionCommittee: all.targetAddress });
  return { ...all, committee: await impersonate(connection, all.target) };
}

describe("[INV-9] DualGovernanceTimelock: operations in emergency mode", () => {
  describe("that end it", () => {
    it("set governance free before the time, if they are older than the mode and the committee executes them", async () => {
      const { timelock, dao, stranger, warden, alarm, own, ownEnd, callTarget, target, activate } =
        await loadFixture(deployProtected);
      const ending = batch([callTarget("0x01"), ownEnd(), callTarget("0x02")]);
      const other = single(own.updateDelay(DELAY));
      for (const operation of [ending, other]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await activate();
      expect(await outcome(execute(timelock, stranger, ending))).to.equal("CallerIsNotExecutionCommittee");
      await expect(execute(timelock, warden, ending)).to.emit(timelock, "EmergencyModeEnded");
      expect(await target.callCount()).to.equal(2);
      expect(await timelock.isOperationDone(ending.id)).to.be.true;
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
      expect(await outcome(timelock.connect(alarm).activateEmergencyMode())).to.equal("CallerIsNotActivationCommittee");
      expect(await outcome(timelock.connect(warden).emergencyReset())).to.equal("EmergencyModeInactive");
      await execute(timelock, stranger, other);
    });

    it("fail once it has ended by itself", async () => {
      const { timelock, dao, warden, ownEnd, activate } = await loadFixture(deployProtected);
      const ending = single(ownEnd());
      await schedule(timelock, dao, ending, DELAY);
      await passDelay();
      const modeEndsAt = await activate();
      const outcomes = await around(modeEndsAt, () => outcome(execute(timelock, warden, ending)));
      expect(outcomes).to.deep.equal(["done", "done", "EmergencyModeInactive"]);
    });

    it("cannot be written in the mode: governance does not vote its way out of it", async () => {
      const { timelock, dao, stranger, warden, ownEnd, modeEndsAt } = await loadFixture(inMode);
      const ending = single(ownEnd());
      await schedule(timelock, dao, ending, DELAY);
      await passDelay();
      expect(await outcome(execute(timelock, warden, ending))).to.equal("OperationTooNewForEmergency");
      expect(await outcome(execute(timelock, stranger, ending))).to.equal("CallerIsNotExecutionCommittee");
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(modeEndsAt);
    });
  });

  describe("that give a term", () => {
    it("fail: nobody is appointed again in the mode", async () => {
      const { timelock, dao, warden, ownTerms, activate } = await loadFixture(deployProtected);
      const renewal = single(ownTerms());
      await schedule(timelock, dao, renewal, DELAY);
      await passDelay();
      const modeEndsAt = await activate();
      await expect(execute(timelock, warden, renewal))
        .to.be.revertedWithCustomError(timelock, "EmergencyModeActive")
        .withArgs(modeEndsAt);
      const outcomes = await around(modeEndsAt, () => outcome(execute(timelock, warden, renewal)));
      expect(outcomes).to.deep.equal(["EmergencyModeActive", "EmergencyModeActive", "done"]);
    });

    it("succeed after they have ended the mode: that is governance's own decision, older than the mode", async () => {
      const { timelock, dao, warden, alarm, ownTerms, ownEnd, activate } = await loadFixture(deployProtected);
      const decided = batch([ownEnd(), ownTerms({ modeDuration: 7n })]);
      await schedule(timelock, dao, decided, DELAY);
      await passDelay();
      await activate();
      await execute(timelock, warden, decided);
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(0);
      await timelock.connect(alarm).activateEmergencyMode();
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal((await now()) + 7n);
    });
  });

  describe("that reset through the committee inside themselves", () => {
    for (const [name, catches] of [
      ["and pass failures on", false],
      ["and shrug at failures", true],
    ] as const) {
      it(`${name}, are cancelled by it, and everything reverts together`, async () => {
        const all = await loadFixture(withContract);
        const { timelock, dao, gate, target, catcher, callTarget, resetData, tryCalls, setTerms, activate } = all;
        const reset = { target: all.timelockAddress, value: 0n, data: resetData };
        const committee = await impersonate(connection, catches ? catcher : target);
        if (catches) await setTerms({ executionCommittee: committee.address });
        else await target.setReentry(timelock, resetData);
        const operation = single(catches ? await tryCalls(reset) : callTarget("0x01"));
        await schedule(timelock, dao, operation, DELAY);
        await passDelay();
        const modeEndsAt = await activate();
        await expect(execute(timelock, committee, operation))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(operation.id, `0x${"4".padStart(64, "0")}`);
        expect(await timelock.gate()).to.equal(gate);
        expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(modeEndsAt);
        expect(await timelock.isOperation(operation.id)).to.be.true;
      });
    }
  });

  describe("that execute others through the committee inside themselves", () => {
    async function nested() {
      const all = await withContract();
      const { timelock, dao, callTarget, setRule, activate } = all;
      const inner = batch([setRule(5n)]);
      const outer = single(callTarget("0x01"));
      for (const operation of [inner, outer]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      const modeEndsAt = await activate();
      const newer = single(setRule(6n));
      await schedule(timelock, dao, newer, DELAY);
      await passDelay();
      return { ...all, inner, outer, newer, modeEndsAt };
    }

    it("work, as outside the mode", async () => {
      const { timelock, committee, target, rule, inner, outer } = await loadFixture(nested);
      await target.setReentry(timelock, encodeExecution(inner));
      await execute(timelock, committee, outer);
      expect(await rule.rule()).to.equal(5);
      for (const { id } of [inner, outer]) expect(await timelock.isOperationDone(id)).to.be.true;
    });

    it("fail if the inner one is newer than the mode", async () => {
      const { timelock, committee, target, outer, newer } = await loadFixture(nested);
      await target.setReentry(timelock, encodeExecution(newer));
      await expect(execute(timelock, committee, outer))
        .to.be.revertedWithCustomError(timelock, "OperationTooNewForEmergency")
        .withArgs(newer.id, 3, 2);
    });

    it("fail if it is not the committee that executes the inner one, the timelock itself included", async () => {
      const { timelock, dao, committee, catcher, tryCalls, timelockAddress, setRule, setTerms, activate } =
        await loadFixture(withContract);
      const inner = batch([setRule(5n)]);
      const data = encodeExecution(inner);
      const byTimelock = single({ target: timelockAddress, data });
      const byAnother = single(await tryCalls({ target: timelockAddress, value: 0n, data }));
      for (const operation of [inner, byTimelock, byAnother]) await schedule(timelock, dao, operation, DELAY);
      await setTerms({ executionCommittee: committee.address });
      await passDelay();
      await activate();
      await expect(execute(timelock, committee, byTimelock))
        .to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee")
        .withArgs(timelock, committee);
      await expect(execute(timelock, committee, byAnother))
        .to.emit(catcher, "Tried")
        .withArgs(0, false, anyValue);
      expect(await timelock.getOperationState(inner.id)).to.equal(OperationState.Waiting);
    });
  });

  describe("that run while the mode begins", () => {
    it("finish, and nothing after them but through the committee", async () => {
      const { timelock, dao, stranger, target, callTarget, setTerms, setRule } = await loadFixture(deployProtected);
      await setTerms({ activationCommittee: await target.getAddress() });
      const beginning = batch([callTarget("0x01"), callTarget("0x02")]);
      const other = single(setRule(1n));
      for (const operation of [beginning, other]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await target.setReentry(timelock, timelock.interface.encodeFunctionData("activateEmergencyMode"));
      const sent = await execute(timelock, stranger, beginning);
      await expect(sent)
        .to.emit(timelock, "EmergencyModeActivated")
        .withArgs((await now()) + MODE, 2);
      expect(await target.callCount()).to.equal(2);
      expect(await outcome(execute(timelock, stranger, other))).to.equal("CallerIsNotExecutionCommittee");
    });
  });

  describe("that change the gate", () => {
    it("finish, cancel everything else, and leave the mode as it is", async () => {
      const { timelock, dao, warden, stranger, own, newGate, setRule, callTarget, target, activate } =
        await loadFixture(deployProtected);
      const gate = await newGate();
      const change = batch([own.setGate(gate), callTarget("0x01")]);
      const other = single(setRule(1n));
      for (const operation of [change, other]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      const modeEndsAt = await activate();
      await execute(timelock, warden, change);
      expect(await timelock.gate()).to.equal(gate);
      expect(await target.callCount()).to.equal(1);
      expect(await timelock.isOperationDone(change.id)).to.be.true;
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(modeEndsAt);
      expect(await timelock.getOperationState(other.id)).to.equal(OperationState.Unset);
      await schedule(timelock, dao, other, DELAY);
      await time.increaseTo(modeEndsAt);
      expect(await timelock.isOperationReady(other.id)).to.be.false;
      await at(modeEndsAt + 1n);
      await execute(timelock, stranger, other);
    });
  });

  describe("with a predecessor", () => {
    it("wait for it in the mode as well", async () => {
      const { timelock, dao, warden, rule, setRule, activate } = await loadFixture(deployProtected);
      const first = single(setRule(1n));
      const second = batch([setRule(2n)], { predecessor: first.id });
      const orphan = batch([setRule(3n)], { predecessor: ethers.id("never scheduled") });
      for (const operation of [first, second, orphan]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await activate();
      for (const operation of [second, orphan]) {
        await expect(execute(timelock, warden, operation))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
          .withArgs(operation.predecessor);
      }
      await execute(timelock, warden, first);
      await execute(timelock, warden, second);
      expect(await rule.rule()).to.equal(2);
    });
  });
});
