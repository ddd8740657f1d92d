import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import type { Call, Operation } from "../../helpers/operations.js";
import { OperationState } from "../../../src/protocol/enums.js";
import {
  batch,
  execute,
  encodeExecution,
  schedule,
  encodeScheduling,
  single,
  stateBitmap,
} from "../../helpers/operations.js";
import { CANCELLER, CLOSED, DELAY, PROPOSER, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, passDelay } = timelockFixture(await network.create());

/**
 * `outer` calls `target` (which calls back once, when told to) and then sets the rule to 1; `inner` sets it to 2. Both are
 * due, `outer` is the older. `catcher` makes several calls at once, shrugs when one fails, and may propose and cancel.
 */
async function due() {
  const all = await deployAll();
  const { timelock, timelockAddress, admin, dao, gate, target, catcher, callTarget, setRule, tryCalls } = all;
  for (const role of [PROPOSER, CANCELLER]) await timelock.connect(admin).grantRole(role, catcher);
  const outer = batch([callTarget("0x01"), setRule(1n)]);
  const inner = single(setRule(2n));
  for (const operation of [outer, inner]) await schedule(timelock, dao, operation, DELAY);
  await passDelay();

  const toTimelock = (data: string): Call => ({ target: timelockAddress, value: 0n, data });
  const run = (operation: Operation) => toTimelock(encodeExecution(operation));
  const plan = (operation: Operation) => toTimelock(encodeScheduling(operation, DELAY));
  const closeGate: Call = {
    target: await gate.getAddress(),
    value: 0n,
    data: gate.interface.encodeFunctionData("setAllAnswers", [CLOSED["says no"]]),
  };
  /** While `outer` runs, this call is made, and must succeed. */
  const during = (call: Call) => target.setReentry(call.target, call.data);
  /** While `outer` runs, these calls are made, in turn, whatever becomes of them. */
  const duringTry = async (...calls: readonly Call[]) => during(await tryCalls(...calls));
  /** How the calls of `duringTry` went. */
  const outcomes = async () => {
    const events = await catcher.queryFilter(catcher.filters.Tried());
    return events.map(({ args }) => args.success);
  };
  const answers = async () => {
    const events = await catcher.queryFilter(catcher.filters.Tried());
    return events.map(({ args }) => args.returndata);
  };
  const expectCaught = async (operation: Operation) => {
    await expect(execute(timelock, all.stranger, operation))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
      .withArgs(operation.id, stateBitmap("Ready"));
    expect(await timelock.isOperationReady(operation.id)).to.be.true;
  };
  return {
    ...all,
    ...{ outer, inner, toTimelock, run, plan, closeGate, during, duringTry, outcomes, answers, expectCaught },
  };
}

describe("[MARK-1] DualGovernanceTimelock: one operation inside another", () => {
  it("runs, asks the gate for itself, and lets the outer one finish", async () => {
    const { timelock, gate, stranger, rule, outer, inner, during, run } = await loadFixture(due);
    const asked = await gate.executionCount();
    await during(run(inner));
    await execute(timelock, stranger, outer);
    expect(await gate.executionCount()).to.equal(asked + 2n);
    expect(await gate.lastId()).to.equal(inner.id);
    expect(await rule.rule()).to.equal(1);
    for (const { id } of [outer, inner]) expect(await timelock.isOperationDone(id)).to.be.true;
  });

  it("gives the mark back: the outer one finishes though the gate closed meanwhile", async () => {
    const { timelock, stranger, outer, inner, duringTry, outcomes, run, closeGate } = await loadFixture(due);
    await duringTry(run(inner), closeGate);
    await execute(timelock, stranger, outer);
    expect(await outcomes()).to.deep.equal([true, true]);
    expect(await timelock.isOperationDone(outer.id)).to.be.true;
  });

  it("meets the gate as it is by then", async () => {
    const { timelock, stranger, outer, inner, duringTry, outcomes, run, closeGate } = await loadFixture(due);
    await duringTry(closeGate, run(inner));
    await execute(timelock, stranger, outer);
    expect(await outcomes()).to.deep.equal([true, false]);
    expect(await timelock.isOperationPending(inner.id)).to.be.true;
    expect(await timelock.isOperationDone(outer.id)).to.be.true;
  });

  it("may fail without harm to the outer one", async () => {
    const { timelock, dao, stranger, outer, setRule, duringTry, outcomes, run, closeGate } = await loadFixture(due);
    const early = single(setRule(3n));
    await schedule(timelock, dao, early, DELAY);
    const unknown = single(setRule(4n));
    await duringTry(run(early), run(unknown), closeGate);
    await execute(timelock, stranger, outer);
    expect(await outcomes()).to.deep.equal([false, false, true]);
    expect(await timelock.isOperationDone(outer.id)).to.be.true;
  });

  it("goes three deep", async () => {
    const { timelock, dao, stranger, catcher, rule, tryCalls, outer, inner, duringTry, outcomes, run, closeGate } =
      await loadFixture(due);
    const middle = batch([await tryCalls(run(inner), closeGate)]);
    await schedule(timelock, dao, middle, DELAY);
    await passDelay();
    await duringTry(run(middle));
    await execute(timelock, stranger, outer);
    expect(await outcomes()).to.deep.equal([true, true, true]);
    for (const { id } of [outer, middle, inner]) expect(await timelock.isOperationDone(id)).to.be.true;
    expect(await rule.rule()).to.equal(1);
    expect(await catcher.queryFilter(catcher.filters.Tried())).to.have.lengthOf(3);
  });

  it("can be called by the timelock itself", async () => {
    const { timelock, dao, stranger, rule, inner, run } = await loadFixture(due);
    const through = single(run(inner));
    await schedule(timelock, dao, through, DELAY);
    await passDelay();
    await execute(timelock, stranger, through);
    expect(await rule.rule()).to.equal(2);
  });

  it("leaves no mark for what follows in the same transaction", async () => {
    const { timelock, catcher, outer, inner, run, closeGate, outcomes } = await loadFixture(due);
    const calls = [run(outer), closeGate, run(outer), run(inner)];
    await catcher.tryCalls(
      calls.map((call) => call.target),
      calls.map((call) => call.data),
    );
    expect(await outcomes()).to.deep.equal([true, true, false, false]);
    expect(await timelock.isOperationDone(outer.id)).to.be.true;
    expect(await timelock.isOperationPending(inner.id)).to.be.true;
  });

  it("sees the running one ready, and others as the gate has them", async () => {
    const { timelock, stranger, outer, inner, duringTry, answers, toTimelock, closeGate } = await loadFixture(due);
    const stateOf = ({ id }: Operation) => toTimelock(timelock.interface.encodeFunctionData("getOperationState", [id]));
    await duringTry(stateOf(outer), stateOf(inner), closeGate, stateOf(outer), stateOf(inner));
    await execute(timelock, stranger, outer);
    const { Ready, Waiting } = OperationState;
    const [first, second, , third, fourth] = (await answers()).map((answer) => BigInt(answer === "0x" ? 0 : answer));
    expect([first, second, third, fourth]).to.deep.equal([Ready, Ready, Ready, Waiting]);
  });
});

describe("DualGovernanceTimelock: an operation that", () => {
  it("is executed inside itself reverts, even if somebody swallows the first failure", async () => {
    const { outer, duringTry, run, expectCaught } = await loadFixture(due);
    await duringTry(run(outer));
    await expectCaught(outer);
  });

  for (const way of ["cancel", "cancelOperations", "cancelAllOperations"] as const) {
    it(`is cancelled meanwhile by ${way} reverts`, async () => {
      const { own, outer, duringTry, expectCaught } = await loadFixture(due);
      await duringTry(own[way](outer.id));
      await expectCaught(outer);
    });
  }

  it("is cancelled meanwhile reverts, though it is scheduled again at once", async () => {
    const { own, outer, duringTry, plan, expectCaught } = await loadFixture(due);
    await duringTry(own.cancel(outer.id), plan(outer));
    await expectCaught(outer);
  });

  it("is cancelled meanwhile reverts, though it is scheduled and executed again at once", async () => {
    const { own, outer, duringTry, plan, run, expectCaught } = await loadFixture(due);
    await duringTry(own.cancelAllOperations(), plan(outer), run(outer));
    await expectCaught(outer);
  });

  it("is cancelled meanwhile does not bring itself back by withdrawing less than was withdrawn", async () => {
    const { timelock, dao, own, callTarget, inner, duringTry, expectCaught } = await loadFixture(due);
    const withdrawing = batch([callTarget("0x04"), own.cancelAllOperations()]);
    await schedule(timelock, dao, withdrawing, DELAY);
    await passDelay();
    await duringTry(own.cancelAllOperations());
    await expectCaught(withdrawing);
    expect(await timelock.isOperationReady(inner.id)).to.be.true;
  });

  it("is scheduled meanwhile is refused, as it is still pending", async () => {
    const { timelock, stranger, outer, duringTry, plan, outcomes } = await loadFixture(due);
    await duringTry(plan(outer));
    await execute(timelock, stranger, outer);
    expect(await outcomes()).to.deep.equal([false]);
  });

  describe("changes the gate", () => {
    /** As `outer`, but its second call changes the gate. */
    async function changing() {
      const all = await due();
      const change = batch([all.callTarget("0x02"), all.own.setGate(await all.newGate()), all.setRule(3n)]);
      await schedule(all.timelock, all.dao, change, DELAY);
      await passDelay();
      return { ...all, change };
    }

    for (const way of ["cancel", "cancelOperations", "cancelAllOperations"] as const) {
      it(`does not come back to life when it was cancelled by ${way} before`, async () => {
        const { timelock, gate, own, change, duringTry, expectCaught } = await loadFixture(changing);
        await duringTry(own[way](change.id));
        await expectCaught(change);
        expect(await timelock.gate()).to.equal(gate);
      });
    }

    it("does not run early when it was cancelled and scheduled again before", async () => {
      const { own, change, duringTry, plan, expectCaught } = await loadFixture(changing);
      await duringTry(own.cancel(change.id), plan(change));
      await expectCaught(change);
    });

    it("does not run twice when it executed inside itself before", async () => {
      const { change, duringTry, run, expectCaught } = await loadFixture(changing);
      await duringTry(run(change));
      await expectCaught(change);
    });

    it("cancels what was scheduled meanwhile too", async () => {
      const { timelock, stranger, setRule, change, duringTry, plan, outcomes } = await loadFixture(changing);
      const meanwhile = single(setRule(9n));
      await duringTry(plan(meanwhile));
      await execute(timelock, stranger, change);
      expect(await outcomes()).to.deep.equal([true]);
      expect(await timelock.isOperation(meanwhile.id)).to.be.false;
      expect(await timelock.isOperationDone(change.id)).to.be.true;
    });

    it("takes an outer operation down with it: nothing happens", async () => {
      const { timelock, gate, outer, change, duringTry, run, expectCaught } = await loadFixture(changing);
      await duringTry(run(change));
      await expectCaught(outer);
      expect(await timelock.gate()).to.equal(gate);
      expect(await timelock.isOperationReady(change.id)).to.be.true;
    });

    it("as the outer one outlives an inner one that ran before", async () => {
      const { timelock, gate, stranger, inner, change, duringTry, run } = await loadFixture(changing);
      await duringTry(run(inner));
      await execute(timelock, stranger, change);
      expect(await timelock.gate()).not.to.equal(gate);
      for (const { id } of [inner, change]) expect(await timelock.isOperationDone(id)).to.be.true;
    });

    it("cannot run an older operation afterwards", async () => {
      const { timelock, dao, stranger, own, newGate, tryCalls, inner, run, outcomes } = await loadFixture(changing);
      const change = batch([own.setGate(await newGate()), await tryCalls(run(inner))]);
      await schedule(timelock, dao, change, DELAY);
      await passDelay();
      await execute(timelock, stranger, change);
      expect(await outcomes()).to.deep.equal([false]);
      expect(await timelock.getOperationState(inner.id)).to.equal(OperationState.Unset);
    });
  });

  describe("runs a de-escalation inside", () => {
    it("that is newer, and withdraws it, reverts", async () => {
      const { timelock, dao, own, outer, duringTry, run, expectCaught } = await loadFixture(due);
      for (const withdrawal of [single(own.cancelAllOperations()), single(own.cancelOperations(outer.id))]) {
        await schedule(timelock, dao, withdrawal, DELAY);
        await duringTry(run(withdrawal));
        await expectCaught(outer);
        expect(await timelock.isOperationReady(withdrawal.id)).to.be.true;
      }
    });

    it("that is newer, and withdraws others, finishes", async () => {
      const { timelock, dao, stranger, own, outer, inner, during, run } = await loadFixture(due);
      const withdrawal = single(own.cancelOperations(inner.id));
      await schedule(timelock, dao, withdrawal, DELAY);
      await during(run(withdrawal));
      await execute(timelock, stranger, outer);
      expect(await timelock.isOperationDone(outer.id)).to.be.true;
      expect(await timelock.isOperation(inner.id)).to.be.false;
    });

    it("that is older finishes: the older one cannot reach it", async () => {
      const { timelock, dao, stranger, own, callTarget, during, run } = await loadFixture(due);
      const withdrawal = single(own.cancelAllOperations());
      await schedule(timelock, dao, withdrawal, DELAY);
      const newer = batch([callTarget("0x03")]);
      await schedule(timelock, dao, newer, DELAY);
      await passDelay();
      await during(run(withdrawal));
      await execute(timelock, stranger, newer);
      expect(await timelock.isOperationDone(newer.id)).to.be.true;
      expect(await timelock.isOperationDone(withdrawal.id)).to.be.true;
    });

    it("that it has itself scheduled, and that withdraws it, reverts", async () => {
      const { own, outer, duringTry, plan, run, expectCaught } = await loadFixture(due);
      const withdrawal = single(own.cancelAllOperations());
      await duringTry(plan(withdrawal), run(withdrawal));
      await expectCaught(outer);
    });

    it("runs it though the gate has closed meanwhile", async () => {
      const { timelock, dao, stranger, own, outer, inner, duringTry, run, closeGate, outcomes } =
        await loadFixture(due);
      const withdrawal = single(own.cancelOperations(inner.id));
      await schedule(timelock, dao, withdrawal, DELAY);
      await duringTry(closeGate, run(withdrawal));
      await execute(timelock, stranger, outer);
      expect(await outcomes()).to.deep.equal([true, true]);
      expect(await timelock.isOperation(inner.id)).to.be.false;
    });

    it("reaches by its own calls as far after as before", async () => {
      const { timelock, dao, stranger, own, inner, setRule, run } = await loadFixture(due);
      // The mark is back when `cancelAllOperations` asks whose call it is: the outer operation's, older than `newer`.
      const withdrawal = single(own.cancelOperations(ZeroHash));
      const outermost = batch([run(withdrawal), own.cancelAllOperations()]);
      const newer = single(setRule(9n));
      for (const operation of [outermost, newer, withdrawal]) await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      await execute(timelock, stranger, outermost);
      expect(await timelock.isOperation(inner.id)).to.be.false;
      expect(await timelock.isOperationReady(newer.id)).to.be.true;
    });
  });

  describe("schedules", () => {
    it("gives what it schedules a newer place, out of its own reach", async () => {
      const { timelock, admin, dao, stranger, own, setRule, timelockAddress, inner, plan } = await loadFixture(due);
      await timelock.connect(admin).grantRole(PROPOSER, timelockAddress);
      const meanwhile = single(setRule(9n));
      const scheduling = batch([plan(meanwhile), own.cancelAllOperations(), own.cancelOperations(meanwhile.id)]);
      await schedule(timelock, dao, scheduling, DELAY);
      await passDelay();
      await execute(timelock, stranger, scheduling);
      expect(await timelock.isOperationPending(meanwhile.id)).to.be.true;
      expect(await timelock.isOperation(inner.id)).to.be.false;
    });

    it("meets the gate as everybody does, except for a de-escalation", async () => {
      const { timelock, stranger, own, setRule, outer, duringTry, plan, closeGate, outcomes } = await loadFixture(due);
      const withdrawal = single(own.cancelAllOperations());
      await duringTry(closeGate, plan(single(setRule(9n))), plan(withdrawal));
      await execute(timelock, stranger, outer);
      expect(await outcomes()).to.deep.equal([true, false, true]);
      expect((await timelock.getOperation(withdrawal.id)).isDeEscalation).to.be.true;
    });
  });
});

describe("DualGovernanceTimelock: a gate that calls back", () => {
  it("cannot run the operation twice", async () => {
    const { timelock, gate, stranger, outer, run } = await loadFixture(due);
    const again = run(outer);
    await gate.setReentry(again.target, again.data);
    await expect(execute(timelock, stranger, outer))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
      .withArgs(outer.id, stateBitmap("Ready"));
  });

  it("may run another one, which does not disturb the first", async () => {
    const { timelock, gate, stranger, rule, outer, inner, run } = await loadFixture(due);
    const other = run(inner);
    await gate.setReentry(other.target, other.data);
    await execute(timelock, stranger, outer);
    for (const { id } of [outer, inner]) expect(await timelock.isOperationDone(id)).to.be.true;
    expect(await rule.rule()).to.equal(1);
  });

  it("and cancels the operation that it lets through stops it", async () => {
    const { timelock, admin, gate, stranger, own, outer } = await loadFixture(due);
    await timelock.connect(admin).grantRole(CANCELLER, gate);
    for (const call of [own.cancel(outer.id), own.cancelOperations(outer.id), own.cancelAllOperations()]) {
      await gate.setReentry(call.target, call.data);
      await expect(execute(timelock, stranger, outer))
        .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
        .withArgs(outer.id, stateBitmap("Ready"));
    }
  });

  it("while something is scheduled cannot get it scheduled twice", async () => {
    const { timelock, admin, gate, dao, setRule, plan } = await loadFixture(due);
    await timelock.connect(admin).grantRole(PROPOSER, gate);
    const operation = single(setRule(9n));
    const same = plan(operation);
    await gate.setReentry(same.target, same.data);
    await expect(schedule(timelock, dao, operation, DELAY))
      .to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState")
      .withArgs(operation.id, stateBitmap("Unset"));
  });
});
