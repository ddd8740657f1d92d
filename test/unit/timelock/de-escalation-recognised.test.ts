import { expect } from "chai";
import { ZeroHash, dataSlice, id as hashText } from "ethers";
import { network } from "hardhat";

import type { Operation } from "../../helpers/operations.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { CANCELLER, CLOSED, DELAY, timelockFixture } from "./timelockFixture.js";

const { deployAll, loadFixture, passDelay } = timelockFixture(await network.create());

type All = Awaited<ReturnType<typeof deployAll>>;

const ID = hashText("some operation");

const RECOGNISED: Readonly<Record<string, (all: All) => Operation>> = {
  "some by identifier": ({ own }) => single(own.cancelOperations(ID)),
  all: ({ own }) => single(own.cancelAllOperations()),
  "both in a batch": ({ own }) => batch([own.cancelOperations(ID, ID), own.cancelAllOperations()]),
  "none, by an empty list": ({ own }) => single(own.cancelOperations()),
  "all, with surplus data": ({ own }) => {
    const call = own.cancelAllOperations();
    return single({ ...call, data: `${call.data}c0ffee` });
  },
  "after a predecessor": ({ own }) => single(own.cancelAllOperations(), { predecessor: ID }),
};

const ORDINARY: Readonly<Record<string, (all: All) => Operation>> = {
  "an empty batch": () => batch([]),
  "a call with value": ({ own }) => single({ ...own.cancelAllOperations(), value: 1n }),
  "a batch in which one call has value": ({ own }) =>
    batch([own.cancelAllOperations(), { ...own.cancelAllOperations(), value: 1n }]),
  "the same call of another contract": ({ own, targetAddress }) =>
    single({ ...own.cancelAllOperations(), target: targetAddress }),
  "a batch in which one call goes to another contract": ({ own, targetAddress }) =>
    batch([own.cancelAllOperations(), { ...own.cancelAllOperations(), target: targetAddress }]),
  "a batch with an ordinary call first": ({ own, setRule }) => batch([setRule(1n), own.cancelAllOperations()]),
  "a batch with an ordinary call last": ({ own, setRule }) => batch([own.cancelAllOperations(), setRule(1n)]),
  "OpenZeppelin's cancel": ({ own }) => single(own.cancel(ID)),
  "a change of the delay": ({ own }) => single(own.updateDelay(DELAY)),
  "a batch with a change of the gate": ({ own, targetAddress }) =>
    batch([own.cancelAllOperations(), own.setGate(targetAddress)]),
  "a call of the timelock without data": ({ timelockAddress }) => single({ target: timelockAddress }),
  "a selector cut short": ({ own }) => {
    const call = own.cancelAllOperations();
    return single({ ...call, data: dataSlice(call.data, 0, 3) });
  },
};

describe("[DEE-1] DualGovernanceTimelock: a de-escalation is recognised", () => {
  for (const [what, make] of Object.entries(RECOGNISED)) {
    it(`when it withdraws ${what}, scheduled by a canceller`, async () => {
      const all = await loadFixture(deployAll);
      const operation = make(all);
      await schedule(all.timelock, all.dao, operation, DELAY);
      expect((await all.timelock.getOperation(operation.id)).isDeEscalation).to.be.true;
    });

    it(`not when it withdraws ${what}, but was scheduled by somebody who may not cancel`, async () => {
      const all = await loadFixture(deployAll);
      const operation = make(all);
      await schedule(all.timelock, all.scheduler, operation, DELAY);
      expect((await all.timelock.getOperation(operation.id)).isDeEscalation).to.be.false;
    });
  }

  for (const [what, make] of Object.entries(ORDINARY)) {
    it(`not when it is ${what}: that waits, and meets the gate, as everything does`, async () => {
      const all = await loadFixture(deployAll);
      const { timelock, gate, dao, stranger } = all;
      const operation = make(all);
      await gate.setAllAnswers(CLOSED["says no"]);
      await expect(schedule(timelock, dao, operation, DELAY)).to.be.revertedWithCustomError(
        timelock,
        "SchedulingClosed",
      );
      await gate.setAllAnswers(0);
      await schedule(timelock, dao, operation, DELAY);
      expect((await timelock.getOperation(operation.id)).isDeEscalation).to.be.false;
      await expect(execute(timelock, stranger, operation)).to.be.revertedWithCustomError(
        timelock,
        "TimelockUnexpectedOperationState",
      );
      await passDelay();
      await gate.setAllAnswers(CLOSED["says no"]);
      await expect(execute(timelock, stranger, operation)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    });
  }

  it("not in lists of different length, which are refused", async () => {
    const { timelock, gate, dao, timelockAddress, own } = await loadFixture(deployAll);
    await gate.setAllAnswers(CLOSED["says no"]);
    const { data } = own.cancelAllOperations();
    const connected = timelock.connect(dao);
    for (const [targets, values, payloads] of [
      [[timelockAddress], [], [data]],
      [[timelockAddress], [0n], []],
      [[], [0n], [data]],
    ] satisfies [string[], bigint[], string[]][]) {
      const lists = [targets, values, payloads] as const;
      await expect(connected.scheduleBatch(...lists, ZeroHash, ZeroHash, DELAY)).to.be.revertedWithCustomError(
        timelock,
        "SchedulingClosed",
      );
    }
    await gate.setAllAnswers(0);
    await expect(connected.scheduleBatch([timelockAddress], [], [data], ZeroHash, ZeroHash, DELAY))
      .to.be.revertedWithCustomError(timelock, "TimelockInvalidOperationLength")
      .withArgs(1, 1, 0);
  });

  it("when it is scheduled, once and for all: roles that change later change nothing", async () => {
    const { timelock, admin, dao, scheduler, own } = await loadFixture(deployAll);
    const marked = single(own.cancelAllOperations());
    const ordinary = single(own.cancelOperations(ID));
    await schedule(timelock, dao, marked, DELAY);
    await schedule(timelock, scheduler, ordinary, DELAY);
    await timelock.connect(admin).revokeRole(CANCELLER, dao);
    await timelock.connect(admin).grantRole(CANCELLER, scheduler);
    expect(await timelock.isOperationReady(marked.id)).to.be.true;
    expect(await timelock.isOperationReady(ordinary.id)).to.be.false;
  });

  it("anew when it is scheduled again, by whomever it is then", async () => {
    const { timelock, dao, scheduler, canceller, own } = await loadFixture(deployAll);
    const operation = single(own.cancelAllOperations());
    await schedule(timelock, dao, operation, DELAY);
    await timelock.connect(canceller).cancel(operation.id);
    await schedule(timelock, scheduler, operation, DELAY);
    expect((await timelock.getOperation(operation.id)).isDeEscalation).to.be.false;
    expect(await timelock.isOperationReady(operation.id)).to.be.false;
    await timelock.connect(canceller).cancelAllOperations();
    await schedule(timelock, dao, operation, DELAY);
    expect(await timelock.isOperationReady(operation.id)).to.be.true;
  });
});
