import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import type { Call, Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { BOUNDS, CLOSED, DAY, DELAY, OPEN, PROPOSER, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, networkHelpers, passDelay, time } = timelockFixture(await network.create());

const KINDS: Readonly<Record<string, (call: Call, salt?: string) => Operation>> = {
  schedule: (call, salt = ZeroHash) => single(call, { salt }),
  scheduleBatch: (call, salt = ZeroHash) => batch([call, call], { salt }),
};

describe("DualGovernanceTimelock: scheduling", () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    describe(kind, () => {
      it("refuses a delay above the ceiling, however long", async () => {
        const { timelock, dao, setRule } = await loadFixture(deployAll);
        for (const delay of [BOUNDS.delayCeiling + 1n, 2n ** 40n, 2n ** 64n, 2n ** 256n - 1n]) {
          await expect(schedule(timelock, dao, make(setRule(1n)), delay))
            .to.be.revertedWithCustomError(timelock, "DelayOutOfBounds")
            .withArgs(delay, DELAY, BOUNDS.delayCeiling);
        }
      });

      it("refuses a delay below the present minimum", async () => {
        const { timelock, dao, setRule } = await loadFixture(deployAll);
        for (const delay of [0n, BOUNDS.delayFloor, DELAY - 1n]) {
          await expect(schedule(timelock, dao, make(setRule(1n)), delay))
            .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
            .withArgs(delay, DELAY);
        }
      });

      it("takes the ceiling itself", async () => {
        const { timelock, dao, setRule } = await loadFixture(deployAll);
        const operation = make(setRule(1n));
        await schedule(timelock, dao, operation, BOUNDS.delayCeiling);
        expect(await timelock.getTimestamp(operation.id)).to.equal(BigInt(await time.latest()) + BOUNDS.delayCeiling);
      });

      it("asks the gate once, through the call that may change it", async () => {
        const { timelock, gate, dao, setRule } = await loadFixture(deployAll);
        const before = await gate.scheduleCount();
        await schedule(timelock, dao, make(setRule(1n)), DELAY);
        expect(await gate.scheduleCount()).to.equal(before + 1n);
      });

      for (const [behaviour, answer] of Object.entries(CLOSED)) {
        it(`reverts SchedulingClosed while the gate ${behaviour}`, async () => {
          const { timelock, gate, dao, setRule } = await loadFixture(deployAll);
          const operation = make(setRule(1n));
          await gate.setAnswer(gate.interface.getFunction("admitSchedule").selector, answer);
          await expect(schedule(timelock, dao, operation, DELAY))
            .to.be.revertedWithCustomError(timelock, "SchedulingClosed")
            .withArgs(gate);
          expect(await timelock.isOperation(operation.id)).to.be.false;
          expect(await timelock.lastSequence()).to.equal(0);
        });
      }

      for (const [behaviour, answer] of Object.entries(OPEN)) {
        it(`goes through while the gate ${behaviour}`, async () => {
          const { timelock, gate, dao, setRule } = await loadFixture(deployAll);
          await gate.setAllAnswers(answer);
          await schedule(timelock, dao, make(setRule(1n)), DELAY);
        });
      }

      it("reverts SchedulingClosed when the gate's code is gone", async () => {
        const { timelock, gate, dao, setRule } = await loadFixture(deployAll);
        await networkHelpers.setCode(await gate.getAddress(), "0x");
        await expect(schedule(timelock, dao, make(setRule(1n)), DELAY))
          .to.be.revertedWithCustomError(timelock, "SchedulingClosed")
          .withArgs(gate);
      });

      it("is for proposers, whatever the gate says", async () => {
        const { timelock, admin, canceller, stranger, setRule } = await loadFixture(deployAll);
        for (const account of [admin, canceller, stranger]) {
          await expect(schedule(timelock, account, make(setRule(1n)), DELAY))
            .to.be.revertedWithCustomError(timelock, "AccessControlUnauthorizedAccount")
            .withArgs(account, PROPOSER);
        }
      });

      it("records the time and the place in the order", async () => {
        const { timelock, dao, scheduler, setRule } = await loadFixture(deployAll);
        for (const [index, account] of [dao, scheduler, dao].entries()) {
          const operation = make(setRule(BigInt(index)));
          await schedule(timelock, account, operation, DELAY);
          const record = await timelock.getOperation(operation.id);
          expect(record.scheduledAt).to.equal(await time.latest());
          expect(record.sequence).to.equal(index + 1);
          expect(record.isDeEscalation).to.be.false;
          expect(await timelock.lastSequence()).to.equal(index + 1);
        }
      });

      it("takes no place in the order when it is refused", async () => {
        const { timelock, dao, setRule } = await loadFixture(deployAll);
        await schedule(timelock, dao, make(setRule(1n)), DELAY);
        await expect(schedule(timelock, dao, make(setRule(1n)), DELAY)).to.be.revertedWithCustomError(
          timelock,
          "TimelockUnexpectedOperationState",
        );
        expect(await timelock.lastSequence()).to.equal(1);
      });
    });
  }

  describe("again", () => {
    async function withTwo() {
      const all = await deployAll();
      const first = single(all.setRule(1n));
      const second = single(all.setRule(2n));
      await schedule(all.timelock, all.dao, first, DELAY);
      await schedule(all.timelock, all.dao, second, DELAY);
      return { ...all, first, second };
    }

    type Withdraw = (all: Awaited<ReturnType<typeof withTwo>>) => Promise<unknown>;
    const withdrawals: Readonly<Record<string, Withdraw>> = {
      "was cancelled": ({ timelock, canceller, first }) => timelock.connect(canceller).cancel(first.id),
      "was withdrawn by its identifier": ({ timelock, canceller, first }) =>
        timelock.connect(canceller).cancelOperations([first.id]),
      "was withdrawn with all the others": ({ timelock, canceller }) =>
        timelock.connect(canceller).cancelAllOperations(),
      "has expired": async () => time.increase(DELAY + BOUNDS.grace + DAY),
    };

    for (const [what, withdraw] of Object.entries(withdrawals)) {
      it(`takes a new place in the order, and waits the whole delay, once it ${what}`, async () => {
        const all = await loadFixture(withTwo);
        const { timelock, dao, stranger, rule, first } = all;
        await withdraw(all);
        expect(await timelock.getOperationState(first.id)).to.equal(OperationState.Unset);
        await schedule(timelock, dao, first, DELAY);
        const record = await timelock.getOperation(first.id);
        expect(record.sequence).to.equal(3);
        expect(record.scheduledAt).to.equal(await time.latest());
        expect(await timelock.getTimestamp(first.id)).to.equal(record.scheduledAt + DELAY);
        await expect(execute(timelock, stranger, first)).to.be.revertedWithCustomError(
          timelock,
          "TimelockUnexpectedOperationState",
        );
        await passDelay();
        await execute(timelock, stranger, first);
        expect(await rule.rule()).to.equal(1);
      });
    }

    it("is refused for good once done", async () => {
      const { timelock, dao, stranger, first } = await loadFixture(withTwo);
      await passDelay();
      await execute(timelock, stranger, first);
      await time.increase(BOUNDS.grace * 2n);
      await expect(schedule(timelock, dao, first, DELAY)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
    });
  });
});
