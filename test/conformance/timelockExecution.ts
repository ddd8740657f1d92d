import { expect } from "chai";
import { ZeroAddress, ZeroHash, parseEther } from "ethers";

import { OperationState } from "../../src/protocol/enums.js";
import { batch, execute, encodeExecution, schedule, single, stateBitmap } from "../helpers/operations.js";
import type { TimelockWorld } from "./timelockWorld.js";
import { MIN_DELAY, ROLES, SALT } from "./timelockWorld.js";

/** Calls, value, order, and whatever a target may try meanwhile. */
export function describeExecution(world: TimelockWorld): void {
  const { ethers, loadFixture, time, deployAll, scheduled, due } = world;

  describe("execute", () => {
    it("makes the calls as the timelock, once, and announces each", async () => {
      const { timelock, executor, target, rule, one, two } = await loadFixture(due);
      const ran = execute(timelock, executor, one);
      const [call] = one.calls;
      await expect(ran).to.emit(timelock, "CallExecuted").withArgs(one.id, 0, call?.target, call?.value, call?.data);
      expect(await rule.rule()).to.equal(1);
      expect(await timelock.getOperationState(one.id)).to.equal(OperationState.Done);
      expect(await timelock.getTimestamp(one.id)).to.equal(1);

      const ranBoth = execute(timelock, executor, two);
      for (const [index, { target: to, value, data }] of two.calls.entries()) {
        await expect(ranBoth).to.emit(timelock, "CallExecuted").withArgs(two.id, index, to, value, data);
      }
      await expect(ranBoth).to.emit(target, "Called").withArgs(timelock, 0, "0x1234");
      expect(await rule.rule()).to.equal(2);

      for (const operation of [one, two]) {
        await expect(execute(timelock, executor, operation))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(operation.id, stateBitmap("Ready"));
      }
    });

    it("refuses until the delay has passed, to the second", async () => {
      const { timelock, executor, one } = await loadFixture(scheduled);
      const dueAt = await timelock.getTimestamp(one.id);
      await time.setNextBlockTimestamp(dueAt - 1n);
      await expect(execute(timelock, executor, one))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(one.id, stateBitmap("Ready"));
      await time.setNextBlockTimestamp(dueAt);
      await execute(timelock, executor, one);
    });

    it("refuses what was never scheduled", async () => {
      const { timelock, executor, ruleCall } = await loadFixture(due);
      for (const operation of [single(ruleCall(99n)), batch([ruleCall(99n)])]) {
        await expect(execute(timelock, executor, operation))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(operation.id, stateBitmap("Ready"));
      }
    });

    it("refuses everybody but executors", async () => {
      const { timelock, admin, proposer, canceller, stranger, one, two } = await loadFixture(due);
      for (const account of [admin, proposer, canceller, stranger]) {
        for (const operation of [one, two]) {
          await expect(execute(timelock, account, operation))
            .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
            .withArgs(account, ROLES.executor);
        }
      }
    });

    it("is open to everybody once the zero address holds the role", async () => {
      const { timelock, admin, stranger, rule, one, two } = await loadFixture(due);
      await timelock.connect(admin).grantRole(ROLES.executor, ZeroAddress);
      await execute(timelock, stranger, one);
      await execute(timelock, stranger, two);
      expect(await rule.rule()).to.equal(2);
    });

    it("refuses lists of different length", async () => {
      const { timelock, executor, targetAddress } = await loadFixture(due);
      const connected = timelock.connect(executor);
      await expect(connected.executeBatch([targetAddress], [], ["0x"], ZeroHash, ZeroHash))
        .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
        .withArgs(1, 1, 0);
      await expect(connected.executeBatch([targetAddress], [0n], [], ZeroHash, ZeroHash))
        .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
        .withArgs(1, 0, 1);
    });

    it("passes on what a target reverts with, and stays ready", async () => {
      const { timelock, executor, target, rule, two } = await loadFixture(due);
      await target.setFailing(true);
      await expect(execute(timelock, executor, two)).to.be.revertedWithCustomError(target, "ToldToFail");
      expect(await rule.rule()).to.equal(0);
      expect(await timelock.isOperationReady(two.id)).to.be.true;
      await target.setFailing(false);
      await execute(timelock, executor, two);
    });

    it("reverts FailedCall when a target reverts without a reason", async () => {
      const { timelock, proposer, executor, rule } = await loadFixture(deployAll);
      const operation = single({ target: await rule.getAddress(), data: "0xdeadbeef" });
      await schedule(timelock, proposer, operation, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await expect(execute(timelock, executor, operation)).to.be.revertedWithCustomError(timelock, "FailedCall");
    });
  });

  describe("value", () => {
    it("comes in by plain transfers", async () => {
      const { timelock, stranger } = await loadFixture(deployAll);
      await expect(stranger.sendTransaction({ to: timelock, value: 5n })).to.changeEtherBalance(ethers, timelock, 5n);
    });

    for (const from of ["the timelock's balance", "the executor"] as const) {
      it(`goes out from ${from}`, async () => {
        const { timelock, proposer, executor, stranger, target, targetAddress } = await loadFixture(deployAll);
        const value = parseEther("1");
        const operation = batch([
          { target: targetAddress, value },
          { target: stranger.address, value: 2n * value },
        ]);
        await schedule(timelock, proposer, operation, MIN_DELAY);
        await time.increase(MIN_DELAY);
        const sent = from === "the executor" ? 3n * value : 0n;
        if (sent === 0n) await executor.sendTransaction({ to: timelock, value: 4n * value });
        await expect(execute(timelock, executor, operation, sent)).to.changeEtherBalances(
          ethers,
          [timelock, target, stranger],
          [sent - 3n * value, value, 2n * value],
        );
      });
    }

    it("that is missing makes the execution fail", async () => {
      const { timelock, proposer, executor, targetAddress } = await loadFixture(deployAll);
      const operation = single({ target: targetAddress, value: 1n });
      await schedule(timelock, proposer, operation, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await expect(execute(timelock, executor, operation)).to.be.revertedWithCustomError(timelock, "FailedCall");
    });

    it("that exceeds what the calls need stays in the timelock", async () => {
      const { timelock, executor, one } = await loadFixture(due);
      await expect(execute(timelock, executor, one, 9n)).to.changeEtherBalance(ethers, timelock, 9n);
    });
  });

  describe("predecessors", () => {
    async function inOrder() {
      const all = await deployAll();
      const first = single(all.ruleCall(1n));
      const second = batch([all.ruleCall(2n)], { predecessor: first.id });
      await schedule(all.timelock, all.proposer, second, MIN_DELAY);
      await time.increase(MIN_DELAY);
      return { ...all, first, second };
    }

    it("hold a successor back while unknown, waiting or ready", async () => {
      const { timelock, proposer, executor, first, second } = await loadFixture(inOrder);
      const expectHeldBack = () =>
        expect(execute(timelock, executor, second))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
          .withArgs(first.id);
      await expectHeldBack();
      await schedule(timelock, proposer, first, MIN_DELAY);
      await expectHeldBack();
      await time.increase(MIN_DELAY);
      await expectHeldBack();
      await execute(timelock, executor, first);
      await execute(timelock, executor, second);
    });

    it("hold a successor back when cancelled, until scheduled again and done", async () => {
      const { timelock, proposer, canceller, executor, first, second } = await loadFixture(inOrder);
      await schedule(timelock, proposer, first, MIN_DELAY);
      await timelock.connect(canceller).cancel(first.id);
      await expect(execute(timelock, executor, second))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
        .withArgs(first.id);
      await schedule(timelock, proposer, first, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await execute(timelock, executor, first);
      await execute(timelock, executor, second);
    });
  });

  describe("re-entrancy", () => {
    async function openToAll() {
      const all = await deployAll();
      await all.timelock.connect(all.admin).grantRole(ROLES.executor, ZeroAddress);
      const reentrant = single({ target: all.targetAddress, data: "0x01" });
      const other = single({ ...all.ruleCall(5n) }, { salt: SALT });
      await schedule(all.timelock, all.proposer, reentrant, MIN_DELAY);
      await schedule(all.timelock, all.proposer, other, MIN_DELAY);
      await time.increase(MIN_DELAY);
      return { ...all, reentrant, other };
    }

    it("cannot execute an operation twice", async () => {
      const { timelock, stranger, target, reentrant } = await loadFixture(openToAll);
      await target.setReentry(timelock, encodeExecution(reentrant));
      await expect(execute(timelock, stranger, reentrant))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(reentrant.id, stateBitmap("Ready"));
      expect(await target.callCount()).to.equal(0);
    });

    it("cannot execute a batch twice", async () => {
      const { timelock, proposer, stranger, target, targetAddress, ruleCall } = await loadFixture(openToAll);
      const operation = batch([{ target: targetAddress, data: "0x02" }, ruleCall(8n)]);
      await schedule(timelock, proposer, operation, MIN_DELAY);
      await time.increase(MIN_DELAY);
      await target.setReentry(timelock, encodeExecution(operation));
      await expect(execute(timelock, stranger, operation))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(operation.id, stateBitmap("Ready"));
    });

    it("cannot execute what the operation itself has cancelled", async () => {
      const { timelock, admin, stranger, target, reentrant } = await loadFixture(openToAll);
      await timelock.connect(admin).grantRole(ROLES.canceller, target);
      await target.setReentry(timelock, timelock.interface.encodeFunctionData("cancel", [reentrant.id]));
      await expect(execute(timelock, stranger, reentrant))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(reentrant.id, stateBitmap("Ready"));
      expect(await timelock.isOperationReady(reentrant.id)).to.be.true;
    });

    it("can execute another operation inside one", async () => {
      const { timelock, stranger, target, rule, reentrant, other } = await loadFixture(openToAll);
      await target.setReentry(timelock, encodeExecution(other));
      await execute(timelock, stranger, reentrant);
      expect(await timelock.isOperationDone(reentrant.id)).to.be.true;
      expect(await timelock.isOperationDone(other.id)).to.be.true;
      expect(await rule.rule()).to.equal(5);
    });

    it("can cancel another operation inside one", async () => {
      const { timelock, admin, stranger, target, reentrant, other } = await loadFixture(openToAll);
      await timelock.connect(admin).grantRole(ROLES.canceller, target);
      await target.setReentry(timelock, timelock.interface.encodeFunctionData("cancel", [other.id]));
      await execute(timelock, stranger, reentrant);
      expect(await timelock.isOperation(other.id)).to.be.false;
    });
  });
}
