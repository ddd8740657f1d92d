import { expect } from "chai";
import { id as hashText } from "ethers";
import { network } from "hardhat";

import type { Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single, stateBitmap } from "../../helpers/operations.js";
import { BOUNDS, CANCELLER, CLOSED, DAY, DELAY, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, networkHelpers, passDelay, time } = timelockFixture(await network.create());

/** Three ordinary operations, which nobody has executed yet. */
async function withThree() {
  const all = await deployAll();
  const operations = [1n, 2n, 3n].map((value) => single(all.setRule(value))) as [Operation, Operation, Operation];
  for (const operation of operations) await schedule(all.timelock, all.dao, operation, DELAY);
  const statesOf = (...some: readonly Operation[]) =>
    Promise.all(some.map(({ id }) => all.timelock.getOperationState(id)));
  return { ...all, operations, statesOf };
}

const { Unset, Waiting, Ready, Done } = OperationState;

describe("[DEE-1] DualGovernanceTimelock: de-escalation", () => {
  for (const [behaviour, answer] of Object.entries({ ...CLOSED, "is open": 0 })) {
    it(`is scheduled and executed at once while the gate ${behaviour}, unasked`, async () => {
      const { timelock, gate, dao, stranger, operations, own, statesOf } = await loadFixture(withThree);
      const [first, second, third] = operations;
      await gate.setAllAnswers(answer);
      const asked = [await gate.scheduleCount(), await gate.executionCount()];
      const some = single(own.cancelOperations(first.id, third.id));
      await schedule(timelock, dao, some, DELAY);
      const transaction = execute(timelock, stranger, some);
      await expect(transaction).to.emit(timelock, "Cancelled").withArgs(first.id);
      await expect(transaction).to.emit(timelock, "Cancelled").withArgs(third.id);
      expect(await statesOf(first, second, third, some)).to.deep.equal([Unset, Waiting, Unset, Done]);

      const everything = batch([own.cancelAllOperations()]);
      await schedule(timelock, dao, everything, DELAY);
      await expect(execute(timelock, stranger, everything))
        .to.emit(timelock, "CancelledThrough")
        .withArgs(4);
      expect(await statesOf(first, second, third, everything)).to.deep.equal([Unset, Unset, Unset, Done]);
      expect([await gate.scheduleCount(), await gate.executionCount()]).to.deep.equal(asked);
    });
  }

  it("needs no gate at all", async () => {
    const { timelock, gate, dao, stranger, own, operations, statesOf } = await loadFixture(withThree);
    await networkHelpers.setCode(await gate.getAddress(), "0x");
    const everything = single(own.cancelAllOperations());
    await schedule(timelock, dao, everything, DELAY);
    await execute(timelock, stranger, everything);
    expect(await statesOf(...operations)).to.deep.equal([Unset, Unset, Unset]);
  });

  it("names a delay within the bounds all the same, as every operation", async () => {
    const { timelock, dao, own } = await loadFixture(withThree);
    const everything = single(own.cancelAllOperations());
    await expect(schedule(timelock, dao, everything, DELAY - 1n))
      .to.be.revertedWithCustomError(timelock, "TimelockInsufficientDelay")
      .withArgs(DELAY - 1n, DELAY);
    await expect(schedule(timelock, dao, everything, BOUNDS.delayCeiling + 1n))
      .to.be.revertedWithCustomError(timelock, "DelayOutOfBounds")
      .withArgs(BOUNDS.delayCeiling + 1n, DELAY, BOUNDS.delayCeiling);
  });

  it("skips what is not pending: unknown, done, expired, cancelled, named twice", async () => {
    const { timelock, dao, canceller, stranger, own, operations, setRule } = await loadFixture(deployWithFates);
    const [done, cancelled, expired, pending] = operations;
    const ids = [hashText("unknown"), done.id, cancelled.id, expired.id, pending.id, pending.id];
    const some = single(own.cancelOperations(...ids));
    await schedule(timelock, dao, some, DELAY);
    await expect(execute(timelock, stranger, some))
      .to.emit(timelock, "Cancelled")
      .withArgs(pending.id);
    const events = await timelock.queryFilter(timelock.filters.Cancelled());
    expect(events.map(({ args }) => args.id)).to.deep.equal([cancelled.id, pending.id]);
    expect(await timelock.isOperationDone(done.id)).to.be.true;
    // A canceller's own list is treated alike.
    await schedule(timelock, dao, single(setRule(50n)), DELAY);
    await timelock.connect(canceller).cancelOperations(ids);
    expect(await timelock.queryFilter(timelock.filters.Cancelled())).to.have.lengthOf(2);
    expect(await timelock.isOperationDone(done.id)).to.be.true;
  });

  it("can be withdrawn itself", async () => {
    const { timelock, dao, canceller, stranger, own } = await loadFixture(withThree);
    const everything = single(own.cancelAllOperations());
    await schedule(timelock, dao, everything, DELAY);
    await timelock.connect(canceller).cancel(everything.id);
    await expect(execute(timelock, stranger, everything))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
      .withArgs(everything.id, stateBitmap("Ready"));
  });

  it("executes once", async () => {
    const { timelock, dao, stranger, own } = await loadFixture(withThree);
    const everything = single(own.cancelAllOperations());
    await schedule(timelock, dao, everything, DELAY);
    await execute(timelock, stranger, everything);
    await expect(execute(timelock, stranger, everything)).to.be.revertedWithCustomError(
      timelock,
      "TimelockUnexpectedOperationState",
    );
  });

  it("keeps to its predecessor", async () => {
    const { timelock, dao, stranger, own, operations } = await loadFixture(withThree);
    const [first] = operations;
    const afterwards = single(own.cancelAllOperations(), { predecessor: first.id });
    await schedule(timelock, dao, afterwards, DELAY);
    await expect(execute(timelock, stranger, afterwards))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexecutedPredecessor")
      .withArgs(first.id);
    await passDelay();
    await execute(timelock, stranger, first);
    await execute(timelock, stranger, afterwards);
  });

  it("expires as every operation does", async () => {
    const { timelock, dao, stranger, own } = await loadFixture(withThree);
    const everything = single(own.cancelAllOperations());
    await schedule(timelock, dao, everything, DELAY);
    const expiry = BigInt(await time.latest()) + DELAY + BOUNDS.grace;
    expect(await timelock.getExpiry(everything.id)).to.equal(expiry);
    await time.setNextBlockTimestamp(expiry + 1n);
    await expect(execute(timelock, stranger, everything))
      .to.be.revertedWithCustomError(timelock, "OperationExpired")
      .withArgs(everything.id, expiry);
    await time.setNextBlockTimestamp(expiry);
    await execute(timelock, stranger, everything);
  });

  it("fails, and stays ready, if its arguments cannot be read", async () => {
    const { timelock, dao, stranger, own, timelockAddress } = await loadFixture(withThree);
    const unreadable = `${own.cancelOperations().data.slice(0, 10)}ff`;
    const operation = single({ target: timelockAddress, data: unreadable });
    await schedule(timelock, dao, operation, DELAY);
    await expect(execute(timelock, stranger, operation)).to.be.revertedWithCustomError(timelock, "FailedCall");
    expect(await timelock.isOperationReady(operation.id)).to.be.true;
  });

  describe("touches only what is older than itself", () => {
    for (const way of ["by identifier", "all"] as const) {
      it(way, async () => {
        const { timelock, dao, stranger, rule, setRule, own, operations, statesOf } = await loadFixture(withThree);
        const newer = single(setRule(9n));
        const forgotten = single(
          way === "all" ? own.cancelAllOperations() : own.cancelOperations(newer.id, operations[0].id),
        );
        await schedule(timelock, dao, forgotten, DELAY);
        await schedule(timelock, dao, newer, DELAY);
        await passDelay();
        await execute(timelock, stranger, forgotten);
        expect(await statesOf(operations[0], newer)).to.deep.equal([Unset, Ready]);
        await execute(timelock, stranger, newer);
        expect(await rule.rule()).to.equal(9);
      });
    }

    it("not even what is older by its identifier, but was scheduled again", async () => {
      const { timelock, dao, canceller, stranger, own, operations, statesOf } = await loadFixture(withThree);
      const [first, second] = operations;
      const forgotten = batch([own.cancelOperations(first.id, second.id), own.cancelAllOperations()]);
      await schedule(timelock, dao, forgotten, DELAY);
      await timelock.connect(canceller).cancel(first.id);
      await schedule(timelock, dao, first, DELAY);
      await execute(timelock, stranger, forgotten);
      expect(await statesOf(first, second)).to.deep.equal([Waiting, Unset]);
    });

    it("nor another de-escalation that is newer", async () => {
      const { timelock, dao, stranger, own, operations, statesOf } = await loadFixture(withThree);
      const older = single(own.cancelAllOperations());
      const newer = batch([own.cancelAllOperations()]);
      for (const operation of [older, newer]) await schedule(timelock, dao, operation, DELAY);
      await execute(timelock, stranger, older);
      expect(await statesOf(newer, ...operations)).to.deep.equal([Ready, Unset, Unset, Unset]);
      await execute(timelock, stranger, newer);
    });

    it("and one that is older goes down with the rest", async () => {
      const { timelock, dao, stranger, own, statesOf } = await loadFixture(withThree);
      const older = single(own.cancelAllOperations());
      const newer = batch([own.cancelAllOperations()]);
      for (const operation of [older, newer]) await schedule(timelock, dao, operation, DELAY);
      await execute(timelock, stranger, newer);
      expect(await statesOf(older)).to.deep.equal([Unset]);
    });
  });

  describe("by a canceller's own call", () => {
    it("reaches everything that is pending", async () => {
      const { timelock, canceller, operations, statesOf } = await loadFixture(withThree);
      const [first, second, third] = operations;
      const connected = timelock.connect(canceller);
      await expect(connected.cancelOperations([third.id]))
        .to.emit(timelock, "Cancelled")
        .withArgs(third.id);
      expect(await statesOf(first, second, third)).to.deep.equal([Waiting, Waiting, Unset]);
      await expect(connected.cancelAllOperations()).to.emit(timelock, "CancelledThrough").withArgs(3);
      expect(await statesOf(first, second, third)).to.deep.equal([Unset, Unset, Unset]);
      await expect(connected.cancelAllOperations()).to.emit(timelock, "CancelledThrough").withArgs(3);
    });

    it("leaves alone what is scheduled afterwards, however often that happens", async () => {
      const { timelock, dao, canceller, stranger, rule, setRule } = await loadFixture(withThree);
      for (const value of [11n, 12n, 13n]) {
        await timelock.connect(canceller).cancelAllOperations();
        const next = single(setRule(value));
        await schedule(timelock, dao, next, DELAY);
        await passDelay();
        await execute(timelock, stranger, next);
        expect(await rule.rule()).to.equal(value);
      }
    });

    it("is refused to everybody else", async () => {
      const { timelock, admin, scheduler, stranger } = await loadFixture(withThree);
      for (const account of [admin, scheduler, stranger]) {
        const connected = timelock.connect(account);
        for (const attempt of [() => connected.cancelOperations([]), () => connected.cancelAllOperations()]) {
          await expect(attempt()).to.be.revertedWithCustomError(timelock, "CallerCannotDeEscalate").withArgs(account);
        }
      }
    });

    it("does not ask the gate", async () => {
      for (const answer of Object.values(CLOSED)) {
        const { timelock, gate, canceller, operations, statesOf } = await loadFixture(withThree);
        await passDelay();
        await gate.setAllAnswers(answer);
        await timelock.connect(canceller).cancelOperations([operations[0].id]);
        await timelock.connect(canceller).cancelAllOperations();
        expect(await statesOf(...operations)).to.deep.equal([Unset, Unset, Unset]);
      }
    });
  });

  describe("that was not recognised", () => {
    it("waits for the delay and the gate, then withdraws what is older", async () => {
      const { timelock, gate, scheduler, dao, stranger, own, setRule, operations, statesOf } =
        await loadFixture(withThree);
      const everything = single(own.cancelAllOperations());
      const newer = single(setRule(9n));
      await schedule(timelock, scheduler, everything, DELAY);
      await schedule(timelock, dao, newer, DELAY);
      await expect(execute(timelock, stranger, everything)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
      await passDelay();
      await gate.setAllAnswers(CLOSED["says no"]);
      await expect(execute(timelock, stranger, everything)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await gate.setAllAnswers(0);
      await execute(timelock, stranger, everything);
      expect(await statesOf(...operations, newer)).to.deep.equal([Unset, Unset, Unset, Ready]);
    });

    it("needs no canceller's role of the timelock's own", async () => {
      const { timelock, admin, scheduler, stranger, own, operations, statesOf } = await loadFixture(withThree);
      await timelock.connect(admin).revokeRole(CANCELLER, timelock);
      const everything = batch([own.cancelOperations(operations[0].id), own.cancelAllOperations()]);
      await schedule(timelock, scheduler, everything, DELAY);
      await passDelay();
      await execute(timelock, stranger, everything);
      expect(await statesOf(...operations)).to.deep.equal([Unset, Unset, Unset]);
    });

    it("is limited to what is older though the timelock is a canceller; plain cancel is not", async () => {
      const { timelock, dao, stranger, own, setRule, statesOf } = await loadFixture(withThree);
      const newer = single(setRule(8n));
      const newest = single(setRule(9n));
      const operation = batch([own.cancelOperations(newer.id), own.cancel(newest.id), own.cancelAllOperations()]);
      for (const each of [operation, newer, newest]) await schedule(timelock, dao, each, DELAY);
      await passDelay();
      await execute(timelock, stranger, operation);
      expect(await statesOf(newer, newest)).to.deep.equal([Ready, Unset]);
    });
  });
});

/** Operations that have met every fate: done, cancelled, expired, and one that is pending still. */
async function deployWithFates() {
  const all = await deployAll();
  const { timelock, dao, canceller, stranger, setRule } = all;
  const done = single(setRule(1n));
  const cancelled = single(setRule(2n));
  const expired = single(setRule(3n));
  const pending = single(setRule(4n));
  for (const operation of [done, cancelled, expired]) await schedule(timelock, dao, operation, DELAY);
  await timelock.connect(canceller).cancel(cancelled.id);
  await time.increase(DELAY);
  await execute(timelock, stranger, done);
  await time.increase(BOUNDS.grace + DAY);
  await schedule(timelock, dao, pending, DELAY);
  return { ...all, operations: [done, cancelled, expired, pending] as const };
}
