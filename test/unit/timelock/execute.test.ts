import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import type { Call, Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single, stateBitmap } from "../../helpers/operations.js";
import { BOUNDS, CLOSED, DAY, DELAY, OPEN, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, networkHelpers, passDelay, time } = timelockFixture(await network.create());

const KINDS: Readonly<Record<string, (call: Call) => Operation>> = {
  execute: (call) => single(call),
  executeBatch: (call) => batch([call, call]),
};

describe("[INV-1] [INV-2] [EXP-1] DualGovernanceTimelock: execution", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    describe(kind, () => {
      async function scheduled() {
        const all = await deployAll();
        const operation = make(all.setRule(1n));
        await schedule(all.timelock, all.dao, operation, DELAY);
        const scheduledAt = BigInt(await time.latest());
        return { ...all, operation, scheduledAt, dueAt: scheduledAt + DELAY };
      }

      async function due() {
        const all = await scheduled();
        await time.increaseTo(all.dueAt);
        return all;
      }

      it("tells the gate what is to run and since when it was scheduled, once", async () => {
        const { timelock, gate, stranger, rule, operation, scheduledAt } = await loadFixture(due);
        const before = await gate.executionCount();
        await execute(timelock, stranger, operation);
        expect(await gate.executionCount()).to.equal(before + 1n);
        expect(await gate.lastId()).to.equal(operation.id);
        expect(await gate.lastScheduledAt()).to.equal(scheduledAt);
        expect(await rule.rule()).to.equal(1);
      });

      it("does not ask the gate before the base delay has passed", async () => {
        const { timelock, gate, stranger, operation, dueAt } = await loadFixture(scheduled);
        await gate.setAllAnswers(CLOSED.reverts);
        await time.setNextBlockTimestamp(dueAt - 1n);
        await expect(execute(timelock, stranger, operation))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
          .withArgs(operation.id, stateBitmap("Ready"));
      });

      for (const [behaviour, answer] of Object.entries(CLOSED)) {
        it(`reverts ExecutionClosed while the gate ${behaviour}, and goes through once it opens`, async () => {
          const { timelock, gate, stranger, rule, operation } = await loadFixture(due);
          await gate.setAllAnswers(answer);
          await expect(execute(timelock, stranger, operation))
            .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
            .withArgs(operation.id, gate);
          expect(await rule.rule()).to.equal(0);
          await gate.setAllAnswers(OPEN["says yes"]);
          await execute(timelock, stranger, operation);
          expect(await rule.rule()).to.equal(1);
        });
      }

      it("goes through while the gate says yes at length", async () => {
        const { timelock, gate, stranger, operation } = await loadFixture(due);
        await gate.setAllAnswers(OPEN["says yes and adds 200 kB of zeros"]);
        await execute(timelock, stranger, operation);
      });

      it("reverts ExecutionClosed when the gate's code is gone", async () => {
        const { timelock, gate, stranger, operation } = await loadFixture(due);
        await networkHelpers.setCode(await gate.getAddress(), "0x");
        await expect(execute(timelock, stranger, operation))
          .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
          .withArgs(operation.id, gate);
      });

      it("runs in the last second of the grace period", async () => {
        const { timelock, stranger, operation, dueAt } = await loadFixture(due);
        await time.increaseTo(dueAt + BOUNDS.grace - 1n);
        expect(await timelock.isOperationReady(operation.id)).to.be.true;
        await time.setNextBlockTimestamp(dueAt + BOUNDS.grace);
        await execute(timelock, stranger, operation);
      });

      it("reverts OperationExpired a second later, and ever after", async () => {
        const { timelock, gate, stranger, operation, dueAt } = await loadFixture(due);
        const before = await gate.executionCount();
        const expiry = dueAt + BOUNDS.grace;
        await time.increaseTo(expiry);
        for (const now of [expiry + 1n, expiry + DAY, expiry + 36_500n * DAY]) {
          await time.setNextBlockTimestamp(now);
          await expect(execute(timelock, stranger, operation))
            .to.be.revertedWithCustomError(timelock, "OperationExpired")
            .withArgs(operation.id, expiry);
        }
        expect(await gate.executionCount()).to.equal(before);
      });

      it("says that there is nothing to execute, not that the gate is closed, once it was withdrawn", async () => {
        const { timelock, gate, canceller, stranger, operation, dueAt } = await loadFixture(due);
        await timelock.connect(canceller).cancelAllOperations();
        await gate.setAllAnswers(CLOSED["says no"]);
        for (const now of [dueAt + DAY, dueAt + BOUNDS.grace + DAY]) {
          await time.increaseTo(now);
          await expect(execute(timelock, stranger, operation))
            .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
            .withArgs(operation.id, stateBitmap("Ready"));
        }
      });

      it("leaves no record but OpenZeppelin's", async () => {
        const { timelock, stranger, operation } = await loadFixture(due);
        await execute(timelock, stranger, operation);
        const record = await timelock.getOperation(operation.id);
        expect([record.scheduledAt, record.sequence, record.isDeEscalation]).to.deep.equal([0n, 0n, false]);
        expect(await timelock.getOperationState(operation.id)).to.equal(OperationState.Done);
        expect(await timelock.lastSequence()).to.equal(1);
      });

      it("refuses a second time", async () => {
        const { timelock, stranger, operation } = await loadFixture(due);
        await execute(timelock, stranger, operation);
        for (const wait of [1n, BOUNDS.grace * 2n]) {
          await time.increase(wait);
          await expect(execute(timelock, stranger, operation))
            .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
            .withArgs(operation.id, stateBitmap("Ready"));
        }
      });
    });
  }

  describe("predecessors", () => {
    async function inOrder() {
      const all = await deployAll();
      const first = single(all.setRule(1n));
      const second = batch([all.setRule(2n)], { predecessor: first.id });
      await schedule(all.timelock, all.dao, first, DELAY);
      await schedule(all.timelock, all.dao, second, DELAY);
      return { ...all, first, second };
    }
    type All = Awaited<ReturnType<typeof inOrder>>;

    const withdrawals: Readonly<Record<string, (all: All) => Promise<unknown>>> = {
      "was cancelled": ({ timelock, canceller, first }) => timelock.connect(canceller).cancel(first.id),
      "was withdrawn": ({ timelock, canceller, first }) => timelock.connect(canceller).cancelOperations([first.id]),
    };
    for (const [what, withdraw] of Object.entries(withdrawals)) {
      it(`hold the successor back when the predecessor ${what}, until it is done after all`, async () => {
        const all = await loadFixture(inOrder);
        const { timelock, dao, stranger, rule, first, second } = all;
        await withdraw(all);
        await passDelay();
        await expect(execute(timelock, stranger, second))
          .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
          .withArgs(first.id);
        await schedule(timelock, dao, first, DELAY);
        await passDelay();
        await execute(timelock, stranger, first);
        await execute(timelock, stranger, second);
        expect(await rule.rule()).to.equal(2);
      });
    }

    it("that have expired hold the successor back until it expires too", async () => {
      const { timelock, stranger, first, second } = await loadFixture(inOrder);
      const firstDue = await timelock.getTimestamp(first.id);
      // The successor was scheduled a second later, and so expires a second later.
      await time.setNextBlockTimestamp(firstDue + BOUNDS.grace + 1n);
      await expect(execute(timelock, stranger, second))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
        .withArgs(first.id);
      await time.setNextBlockTimestamp(firstDue + BOUNDS.grace + 2n);
      await expect(execute(timelock, stranger, second)).to.be.revertedWithCustomError(timelock, "OperationExpired");
    });

    it("that are done stay done when everything else is withdrawn", async () => {
      const { timelock, canceller, stranger, first, second } = await loadFixture(inOrder);
      await passDelay();
      await execute(timelock, stranger, first);
      await timelock.connect(canceller).cancelAllOperations();
      expect(await timelock.isOperationDone(first.id)).to.be.true;
      expect(await timelock.getOperationState(second.id)).to.equal(OperationState.Unset);
    });

    it("of zero is none", async () => {
      const { timelock, first } = await loadFixture(inOrder);
      expect(first.predecessor).to.equal(ZeroHash);
      expect(await timelock.isOperation(ZeroHash)).to.be.false;
    });
  });
});
