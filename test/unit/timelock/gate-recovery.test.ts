import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { ADMIN, BOUNDS, CLOSED, DAY, DELAY, FALLBACK_DELAY, OPEN } from "./timelockFixture.js";
import { emergencyFixture } from "./emergency-world.js";

const { around, aside, at, deployTimelock, due, loadFixture, networkHelpers, now, outcome, passDelay, time } =
  emergencyFixture(await network.create());

const TIMEOUT = 365n * DAY;
const QUESTIONS = ["canSchedule", "canExecute", "admitSchedule", "admitExecution"] as const;
/** What no working gate does; to say no is an answer. */
const BROKEN = Object.entries(CLOSED).filter(([, answer]) => answer !== Answer.Zero);

/** A tiebreaker in its seat, two operations that are due, and a gate that works. */
async function watched() {
  const all = await due();
  const { timelock, self, canceller: tiebreaker, gate } = all;
  await timelock.connect(self).setTiebreaker(tiebreaker, TIMEOUT);
  const fail = () => gate.setAllAnswers(Answer.Revert);
  const recover = () => gate.setAllAnswers(Answer.Honest);
  const silentSince = () => timelock.gateSilentSince();
  /** @returns When the tiebreaker may act. [unix seconds] */
  const silence = async () => {
    await fail();
    await timelock.checkGate();
    return (await now()) + TIMEOUT;
  };
  return { ...all, tiebreaker, fail, recover, silence, silentSince };
}

/** The gate has been on record as silent for the whole timeout but a second. */
async function overdue() {
  const all = await watched();
  const replaceableAt = await all.silence();
  await time.increaseTo(replaceableAt - 1n);
  return { ...all, replaceableAt };
}

describe("[INV-9] DualGovernanceTimelock: gate recovery", () => {
  describe("the tiebreaker's seat", () => {
    it("is given by the timelock itself, and by an admin while there is no gate", async () => {
      const { timelock, self, admin, dao, scheduler, canceller, stranger, gate } = await loadFixture(watched);
      await expect(timelock.connect(self).setTiebreaker(stranger, TIMEOUT))
        .to.emit(timelock, "TiebreakerSet")
        .withArgs(stranger, TIMEOUT);
      expect(await timelock.tiebreaker()).to.equal(stranger);
      for (const account of [admin, dao, scheduler, canceller, stranger]) {
        await expect(timelock.connect(account).setTiebreaker(account, TIMEOUT))
          .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
          .withArgs(account);
      }
      const young = await deployTimelock({ admin, proposers: [dao] });
      expect(await outcome(young.connect(stranger).setTiebreaker(stranger, TIMEOUT))).to.equal(
        "TimelockUnauthorizedCaller",
      );
      await young.setTiebreaker(stranger, TIMEOUT);
      await young.setGate(gate);
      expect(await outcome(young.setTiebreaker(stranger, TIMEOUT))).to.equal("TimelockUnauthorizedCaller");
      expect(await young.hasRole(ADMIN, admin)).to.be.true;
    });

    it("has a timeout from the floor to the ceiling, and not a second less or more", async () => {
      const { timelock, self, tiebreaker } = await loadFixture(watched);
      const { tiebreakerFloor, tiebreakerCeiling } = BOUNDS;
      const connected = timelock.connect(self);
      for (const timeout of [0n, tiebreakerFloor - 1n, tiebreakerCeiling + 1n, 2n ** 32n + TIMEOUT, 2n ** 256n - 1n]) {
        for (const account of [tiebreaker.address, ZeroAddress]) {
          await expect(connected.setTiebreaker(account, timeout))
            .to.be.revertedWithCustomError(timelock, "TiebreakerTimeoutOutOfRange")
            .withArgs(timeout, tiebreakerFloor, tiebreakerCeiling);
        }
      }
      for (const timeout of [tiebreakerFloor, tiebreakerCeiling]) {
        await connected.setTiebreaker(tiebreaker, timeout);
        expect(await timelock.tiebreakerTimeout()).to.equal(timeout);
      }
    });

    it("may be empty: then nobody replaces a silent gate", async () => {
      const { timelock, self, tiebreaker } = await loadFixture(overdue);
      await timelock.connect(self).setTiebreaker(ZeroAddress, TIMEOUT);
      for (const account of [tiebreaker, self]) {
        await expect(timelock.connect(account).replaceSilentGate())
          .to.be.revertedWithCustomError(timelock, "CallerIsNotTiebreaker")
          .withArgs(account, ZeroAddress);
      }
    });
  });

  describe("checking", () => {
    for (const [behaviour, answer] of BROKEN) {
      it(`puts a gate on record that ${behaviour}, be it in only one of the four questions`, async () => {
        const { timelock, gate, stranger } = await loadFixture(watched);
        for (const question of QUESTIONS) {
          await aside(async () => {
            await gate.setAnswer(gate.interface.getFunction(question).selector, answer);
            const sent = await timelock.connect(stranger).checkGate();
            await expect(sent).to.emit(timelock, "GateSilent").withArgs(gate);
            expect(await timelock.gateSilentSince(), question).to.equal(await now());
          });
        }
      });
    }

    it("puts a gate without code on record", async () => {
      const { timelock, gate } = await loadFixture(watched);
      await networkHelpers.setCode(await gate.getAddress(), "0x");
      expect(await timelock.checkGate.staticCall()).to.be.false;
      await expect(timelock.checkGate()).to.emit(timelock, "GateSilent").withArgs(gate);
    });

    for (const [behaviour, answer] of [...Object.entries(OPEN), ["says no", Answer.Zero] as const]) {
      it(`has nothing to say of a gate that ${behaviour}`, async () => {
        const { timelock, gate } = await loadFixture(watched);
        await gate.setAllAnswers(answer);
        expect(await timelock.checkGate.staticCall()).to.be.true;
        const sent = await timelock.checkGate();
        expect((await sent.wait())?.logs).to.deep.equal([]);
        expect(await timelock.gateSilentSince()).to.equal(0);
      });
    }

    it("finds the gate silent before there is one, and forgets it with the first", async () => {
      const { admin, dao, gate } = await loadFixture(watched);
      const timelock = await deployTimelock({ admin, proposers: [dao] });
      await expect(timelock.checkGate()).to.emit(timelock, "GateSilent").withArgs(ZeroAddress);
      await expect(timelock.setGate(gate)).to.emit(timelock, "GateSilenceEnded").withArgs(ZeroAddress);
      expect(await timelock.gateSilentSince()).to.equal(0);
    });
  });

  describe("the record", () => {
    it("keeps its first moment, however often the gate is checked", async () => {
      const { timelock, silence, silentSince } = await loadFixture(watched);
      await silence();
      const since = await silentSince();
      await time.increase(DAY);
      const sent = await timelock.checkGate();
      expect((await sent.wait())?.logs).to.deep.equal([]);
      expect(await silentSince()).to.equal(since);
    });

    it("is cleared by an answer, and begins anew with the next failure", async () => {
      const { timelock, gate, tiebreaker, recover, fail, silentSince, replaceableAt } = await loadFixture(overdue);
      await recover();
      await expect(timelock.checkGate()).to.emit(timelock, "GateSilenceEnded").withArgs(gate);
      expect(await silentSince()).to.equal(0);
      await fail();
      await time.increaseTo(replaceableAt + DAY);
      await expect(timelock.connect(tiebreaker).replaceSilentGate())
        .to.be.revertedWithCustomError(timelock, "GateNotRecordedSilent")
        .withArgs(gate);
      await timelock.checkGate();
      const anew = await now();
      expect(await silentSince()).to.equal(anew);
      await expect(timelock.connect(tiebreaker).replaceSilentGate())
        .to.be.revertedWithCustomError(timelock, "GateSilenceTooYoung")
        .withArgs(anew + TIMEOUT);
    });

    it("is cleared by an execution that the gate lets through", async () => {
      const { timelock, gate, stranger, older, recover, silence, silentSince } = await loadFixture(watched);
      await silence();
      await recover();
      await expect(execute(timelock, stranger, older))
        .to.emit(timelock, "GateSilenceEnded")
        .withArgs(gate);
      expect(await silentSince()).to.equal(0);
    });

    it("stays when an operation fails that the gate had let through", async () => {
      const { timelock, gate, dao, stranger, target, callTarget, fail, recover, silence, silentSince } =
        await loadFixture(watched);
      const failing = single(callTarget("0x01"));
      await schedule(timelock, dao, failing, DELAY);
      await passDelay();
      await target.setFailing(true);
      await silence();
      const since = await silentSince();
      await recover();
      expect(await outcome(execute(timelock, stranger, failing))).not.to.equal("done");
      await fail();
      expect(await silentSince()).to.equal(since);
      expect(await timelock.gate()).to.equal(gate);
    });

    it("survives refused executions, scheduling, cancelling and de-escalation", async () => {
      const all = await loadFixture(watched);
      const { timelock, gate, dao, canceller, stranger, older, other, own, setRule, silence, silentSince } = all;
      await silence();
      const since = await silentSince();
      for (const answer of Object.values(CLOSED)) {
        await gate.setAllAnswers(answer);
        expect(await outcome(execute(timelock, stranger, older))).to.equal("ExecutionClosed");
      }
      await gate.setAnswer(gate.interface.getFunction("admitSchedule").selector, Answer.One);
      const withdrawal = single(own.cancelOperations(other.id));
      for (const operation of [withdrawal, batch([setRule(8n)])]) await schedule(timelock, dao, operation, DELAY);
      await execute(timelock, stranger, withdrawal);
      await timelock.connect(canceller).cancel(older.id);
      expect(await silentSince()).to.equal(since);
    });

    it("goes with the gate that it is about", async () => {
      const { timelock, self, gate, newGate, silence, silentSince } = await loadFixture(watched);
      await silence();
      await expect(timelock.connect(self).setGate(await newGate()))
        .to.emit(timelock, "GateSilenceEnded")
        .withArgs(gate);
      expect(await silentSince()).to.equal(0);
      expect(await timelock.checkGate.staticCall()).to.be.true;
    });
  });

  describe("replacing", () => {
    it("is possible from the second in which the record is as old as the timeout", async () => {
      const { timelock, tiebreaker, silence } = await loadFixture(watched);
      const replaceableAt = await silence();
      const replace = () => outcome(timelock.connect(tiebreaker).replaceSilentGate());
      expect(await around(replaceableAt, replace)).to.deep.equal(["GateSilenceTooYoung", "done", "done"]);
    });

    it("goes by the timeout in force, however long it was when the record was made", async () => {
      const { timelock, self, tiebreaker, silence, silentSince } = await loadFixture(watched);
      await silence();
      const replace = () => outcome(timelock.connect(tiebreaker).replaceSilentGate());
      for (const timeout of [BOUNDS.tiebreakerCeiling, BOUNDS.tiebreakerFloor]) {
        await timelock.connect(self).setTiebreaker(tiebreaker, timeout);
        const outcomes = await around((await silentSince()) + timeout, replace);
        expect(outcomes).to.deep.equal(["GateSilenceTooYoung", "done", "done"]);
      }
    });

    it("is the tiebreaker's alone", async () => {
      const all = await loadFixture(overdue);
      const { timelock, admin, dao, scheduler, stranger, alarm, warden, self, tiebreaker, replaceableAt } = all;
      await time.increaseTo(replaceableAt);
      for (const account of [admin, dao, scheduler, stranger, alarm, warden, self]) {
        await expect(timelock.connect(account).replaceSilentGate())
          .to.be.revertedWithCustomError(timelock, "CallerIsNotTiebreaker")
          .withArgs(account, tiebreaker);
      }
    });

    it("is refused while the gate is not on record", async () => {
      const { timelock, gate, tiebreaker, fail } = await loadFixture(watched);
      await fail();
      await time.increase(TIMEOUT * 10n);
      await expect(timelock.connect(tiebreaker).replaceSilentGate())
        .to.be.revertedWithCustomError(timelock, "GateNotRecordedSilent")
        .withArgs(gate);
    });

    it("is refused when the gate answers again, were it only for this moment", async () => {
      const { timelock, gate, tiebreaker, replaceableAt, silentSince } = await loadFixture(overdue);
      for (const answer of [Answer.Honest, Answer.Zero, Answer.One]) {
        await gate.setAllAnswers(answer);
        await time.increase(DAY);
        await expect(timelock.connect(tiebreaker).replaceSilentGate())
          .to.be.revertedWithCustomError(timelock, "GateAnswers")
          .withArgs(gate);
      }
      expect(await silentSince()).to.equal(replaceableAt - TIMEOUT);
    });

    it("installs the fallback gate, cancels everything, and happens once", async () => {
      const { timelock, gate, tiebreaker, older, other, dao, stranger, replaceableAt, rule } =
        await loadFixture(overdue);
      const fallbackGate = await timelock.FALLBACK_GATE();
      await at(replaceableAt);
      const sent = await timelock.connect(tiebreaker).replaceSilentGate();
      await expect(sent).to.emit(timelock, "GateSilenceEnded").withArgs(gate);
      await expect(sent).to.emit(timelock, "GateSet").withArgs(gate, fallbackGate);
      await expect(sent).to.emit(timelock, "CancelledThrough").withArgs(2);
      expect(await timelock.gate()).to.equal(fallbackGate);
      for (const { id } of [older, other]) {
        expect(await timelock.getOperationState(id)).to.equal(OperationState.Unset);
      }
      await timelock.checkGate();
      await time.increase(TIMEOUT);
      await expect(timelock.connect(tiebreaker).replaceSilentGate())
        .to.be.revertedWithCustomError(timelock, "GateNotRecordedSilent")
        .withArgs(fallbackGate);

      await schedule(timelock, dao, older, DELAY);
      const landsAt = (await now()) + FALLBACK_DELAY;
      const outcomes = await around(landsAt, () => outcome(execute(timelock, stranger, older)));
      expect(outcomes).to.deep.equal(["ExecutionClosed", "done", "done"]);
      expect(await rule.rule()).to.equal(0);
    });
  });

  describe("in emergency mode", () => {
    async function overdueInMode() {
      const all = await overdue();
      await all.setTerms({ protectionEndsAt: all.replaceableAt + DAY });
      const modeEndsAt = await all.activate();
      return { ...all, modeEndsAt };
    }

    it("the gate can be checked and replaced; the mode goes on, with nothing left to execute", async () => {
      const { timelock, tiebreaker, warden, dao, older, modeEndsAt } = await loadFixture(overdueInMode);
      expect(await outcome(execute(timelock, warden, older))).not.to.equal("done");
      expect(await timelock.checkGate.staticCall()).to.be.false;
      await timelock.connect(tiebreaker).replaceSilentGate();
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(modeEndsAt);
      await schedule(timelock, dao, older, DELAY);
      const landsAt = (await now()) + FALLBACK_DELAY;
      expect(landsAt).to.be.greaterThan(modeEndsAt);
      expect(await around(landsAt, () => outcome(execute(timelock, warden, older)))).to.deep.equal([
        "ExecutionClosed",
        "done",
        "done",
      ]);
    });

    it("the execution committee may still reset afterwards, which costs governance what it scheduled since", async () => {
      const { timelock, tiebreaker, warden, dao, older } = await loadFixture(overdueInMode);
      await timelock.connect(tiebreaker).replaceSilentGate();
      await schedule(timelock, dao, older, DELAY);
      await timelock.connect(warden).emergencyReset();
      expect(await timelock.gate()).to.equal(await timelock.FALLBACK_GATE());
      expect(await timelock.isOperation(older.id)).to.be.false;
    });

    it("a reset makes the tiebreaker's case moot", async () => {
      const { timelock, tiebreaker, warden } = await loadFixture(overdueInMode);
      await timelock.connect(warden).emergencyReset();
      expect(await outcome(timelock.connect(tiebreaker).replaceSilentGate())).to.equal("GateNotRecordedSilent");
    });
  });
});
