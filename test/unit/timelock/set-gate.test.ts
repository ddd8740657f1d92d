import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { ADMIN, CLOSED, DELAY, timelockFixture } from "./timelockFixture.js";

const { deployAll, deployTimelock, ethers, loadFixture, passDelay } = timelockFixture(await network.create());

/** What no working gate does; to say no is an answer. */
const BROKEN = Object.entries(CLOSED).filter(([, answer]) => answer !== Answer.Zero);
const QUESTIONS = ["canSchedule", "canExecute", "admitSchedule", "admitExecution"] as const;

async function withoutGate() {
  const all = await deployAll();
  const timelock = await deployTimelock({ admin: all.admin, proposers: [all.dao] });
  return { ...all, timelock };
}

/** A change of the gate between two ordinary operations, all due. */
async function changing() {
  const all = await deployAll();
  const newGate = await all.newGate();
  const older = single(all.setRule(1n));
  const change = batch([all.own.setGate(newGate), all.callTarget("0x01")]);
  const newer = single(all.setRule(2n));
  for (const operation of [older, change, newer]) await schedule(all.timelock, all.dao, operation, DELAY);
  await passDelay();
  return { ...all, newGate, older, change, newer };
}

describe("DualGovernanceTimelock: setGate", () => {
  describe("by an admin", () => {
    it("works once", async () => {
      const { timelock, admin, gate, newGate } = await loadFixture(withoutGate);
      const transaction = timelock.connect(admin).setGate(gate);
      await expect(transaction).to.emit(timelock, "GateSet").withArgs(ZeroAddress, gate);
      await expect(transaction).to.emit(timelock, "CancelledThrough").withArgs(0);
      expect(await timelock.gate()).to.equal(gate);
      expect(await timelock.lastSequence()).to.equal(0);
      for (const again of [gate, await newGate()]) {
        await expect(timelock.connect(admin).setGate(again))
          .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
          .withArgs(admin);
      }
    });

    it("does not work once the admin has left", async () => {
      const { timelock, admin, gate } = await loadFixture(withoutGate);
      await timelock.connect(admin).renounceRole(ADMIN, admin);
      await expect(timelock.connect(admin).setGate(gate))
        .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
        .withArgs(admin);
    });

    it("is refused to everybody else, with a gate and without", async () => {
      for (const fixture of [withoutGate, deployAll]) {
        const { timelock, dao, scheduler, canceller, stranger, gate } = await loadFixture(fixture);
        for (const account of [dao, scheduler, canceller, stranger]) {
          await expect(timelock.connect(account).setGate(gate))
            .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
            .withArgs(account);
        }
      }
    });
  });

  describe("probes the new gate", () => {
    for (const question of QUESTIONS) {
      for (const [behaviour, answer] of BROKEN) {
        it(`and refuses it if it ${behaviour} when asked ${question}`, async () => {
          const { timelock, admin } = await loadFixture(withoutGate);
          const gate = await ethers.deployContract("SwitchGateMock");
          await gate.setAnswer(gate.interface.getFunction(question).selector, answer);
          await expect(timelock.connect(admin).setGate(gate))
            .to.be.revertedWithCustomError(timelock, "GateWithoutAnswer")
            .withArgs(gate);
          expect(await timelock.gate()).to.equal(ZeroAddress);
        });
      }
    }

    it("and refuses accounts without code, precompiles and contracts that are no gate", async () => {
      const { timelock, admin, stranger, target, rule } = await loadFixture(withoutGate);
      const identity = "0x0000000000000000000000000000000000000004";
      const others = [ZeroAddress, stranger.address, identity, await target.getAddress(), await rule.getAddress()];
      for (const other of [...others, await timelock.getAddress()]) {
        await expect(timelock.connect(admin).setGate(other))
          .to.be.revertedWithCustomError(timelock, "GateWithoutAnswer")
          .withArgs(other);
      }
    });

    it("but takes one that says no", async () => {
      const { timelock, admin, gate } = await loadFixture(withoutGate);
      await gate.setAllAnswers(CLOSED["says no"]);
      await timelock.connect(admin).setGate(gate);
      expect(await timelock.gate()).to.equal(gate);
    });
  });

  describe("by an operation", () => {
    it("cancels every other pending operation, older and newer", async () => {
      const { timelock, gate, stranger, rule, newGate, older, change, newer } = await loadFixture(changing);
      const transaction = execute(timelock, stranger, change);
      await expect(transaction).to.emit(timelock, "GateSet").withArgs(gate, newGate);
      await expect(transaction).to.emit(timelock, "CancelledThrough").withArgs(3);
      expect(await timelock.gate()).to.equal(newGate);
      expect(await timelock.isOperationDone(change.id)).to.be.true;
      for (const operation of [older, newer]) {
        expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Unset);
        await expect(execute(timelock, stranger, operation)).to.be.revertedWithCustomError(
          timelock,
          "TimelockUnexpectedOperationState",
        );
      }
      expect(await rule.rule()).to.equal(0);
    });

    it("leaves alone what is scheduled afterwards, and lets the cancelled be scheduled again", async () => {
      const { timelock, dao, stranger, rule, older, change, newer } = await loadFixture(changing);
      await execute(timelock, stranger, change);
      for (const operation of [newer, older]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      for (const operation of [newer, older]) await execute(timelock, stranger, operation);
      expect(await rule.rule()).to.equal(1);
    });

    it("lets the operation finish though the new gate says no", async () => {
      const { timelock, dao, stranger, target, own, callTarget } = await loadFixture(deployAll);
      const closed = await ethers.deployContract("SwitchGateMock");
      await closed.setAllAnswers(CLOSED["says no"]);
      const change = batch([callTarget("0x01"), own.setGate(await closed.getAddress()), callTarget("0x02")]);
      await schedule(timelock, dao, change, DELAY);
      await passDelay();
      await execute(timelock, stranger, change);
      expect(await target.callCount()).to.equal(2);
      expect(await timelock.isOperationDone(change.id)).to.be.true;
      await expect(schedule(timelock, dao, single(callTarget("0x03")), DELAY))
        .to.be.revertedWithCustomError(timelock, "SchedulingClosed")
        .withArgs(closed);
    });

    it("works several times in one operation", async () => {
      const { timelock, dao, stranger, own, newGate } = await loadFixture(deployAll);
      const gates = [await newGate(), await newGate(), await newGate()];
      const change = batch(gates.map((gate) => own.setGate(gate)));
      await schedule(timelock, dao, change, DELAY);
      await passDelay();
      await execute(timelock, stranger, change);
      expect(await timelock.gate()).to.equal(gates[2]);
      expect(await timelock.isOperationDone(change.id)).to.be.true;
    });

    it("to the gate that is set already cancels all the same", async () => {
      const { timelock, gate, dao, stranger, own, setRule } = await loadFixture(deployAll);
      const other = single(setRule(1n));
      const change = single(own.setGate(await gate.getAddress()));
      for (const operation of [other, change]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await execute(timelock, stranger, change);
      expect(await timelock.isOperation(other.id)).to.be.false;
    });

    it("with a broken gate fails, and changes nothing", async () => {
      const { timelock, gate, dao, stranger, own, setRule } = await loadFixture(deployAll);
      const broken = await ethers.deployContract("SwitchGateMock");
      await broken.setAnswer(broken.interface.getFunction("admitExecution").selector, Answer.Revert);
      const other = single(setRule(1n));
      const change = single(own.setGate(await broken.getAddress()));
      for (const operation of [other, change]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await expect(execute(timelock, stranger, change))
        .to.be.revertedWithCustomError(timelock, "GateWithoutAnswer")
        .withArgs(broken);
      expect(await timelock.gate()).to.equal(gate);
      expect(await timelock.isOperationReady(other.id)).to.be.true;
      expect(await timelock.isOperationReady(change.id)).to.be.true;
    });

    it("takes the newest place in the order, past what it has cancelled", async () => {
      const { timelock, stranger, dao, setRule, change } = await loadFixture(changing);
      await execute(timelock, stranger, change);
      expect(await timelock.lastSequence()).to.equal(4);
      const next = single(setRule(9n));
      await schedule(timelock, dao, next, DELAY);
      expect((await timelock.getOperation(next.id)).sequence).to.equal(5);
    });

    it("of an operation that goes on to withdraw all others keeps that operation alive", async () => {
      const { timelock, dao, stranger, own, newGate, setRule } = await loadFixture(deployAll);
      const other = single(setRule(1n));
      const change = batch([own.setGate(await newGate()), own.cancelAllOperations(), own.cancelOperations(other.id)]);
      for (const operation of [other, change]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await execute(timelock, stranger, change);
      expect(await timelock.isOperationDone(change.id)).to.be.true;
    });

    it("waits for the gate that it replaces", async () => {
      const { timelock, gate, stranger, change } = await loadFixture(changing);
      for (const answer of Object.values(CLOSED)) {
        await gate.setAllAnswers(answer);
        await expect(execute(timelock, stranger, change)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      }
    });
  });
});
