import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { OperationState } from "../../../src/protocol/enums.js";
import { batch, execute, schedule, single } from "../../helpers/operations.js";
import { CLOSED, DELAY, OPEN } from "./timelockFixture.js";
import { emergencyFixture, MODE, NOTHING, readStatus } from "./emergency-world.js";

const connection = await network.create();
const { provider } = connection;
const {
  around,
  aside,
  at,
  deployProtected,
  due,
  executes,
  inMode,
  loadFixture,
  networkHelpers,
  now,
  outcome,
  passDelay,
  time,
} = emergencyFixture(connection);

const { Ready, Waiting, Unset } = OperationState;

describe("[INV-9] DualGovernanceTimelock: emergency mode", () => {
  describe("entering", () => {
    it("is the activation committee's alone, which can do nothing else", async () => {
      const { timelock, admin, dao, canceller, stranger, warden, self, alarm } = await loadFixture(deployProtected);
      for (const account of [admin, dao, canceller, stranger, warden, self]) {
        await expect(timelock.connect(account).activateEmergencyMode())
          .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
          .withArgs(account, alarm);
      }
      await expect(timelock.connect(alarm).emergencyReset()).to.be.revertedWithCustomError(
        timelock,
        "EmergencyModeInactive",
      );
    });

    it("says until when, and which operation is the newest that may execute", async () => {
      const { timelock, alarm, warden, terms } = await loadFixture(due);
      const sent = await timelock.connect(alarm).activateEmergencyMode();
      const modeEndsAt = (await now()) + MODE;
      await expect(sent).to.emit(timelock, "EmergencyModeActivated").withArgs(modeEndsAt, 2);
      const status = await readStatus(timelock);
      expect(status).to.deep.equal([alarm.address, warden.address, terms.protectionEndsAt, MODE, modeEndsAt, 2n]);
    });

    it("works once: not again in the mode, nor after its end, nor after a reset", async () => {
      const { timelock, alarm, warden, modeEndsAt } = await loadFixture(inMode);
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "EmergencyModeActive")
        .withArgs(modeEndsAt);
      const again = () => outcome(timelock.connect(alarm).activateEmergencyMode());
      expect(await around(modeEndsAt, again)).to.deep.equal([
        "EmergencyModeActive",
        "EmergencyModeActive",
        "CallerIsNotActivationCommittee",
      ]);
      await aside(async () => {
        await timelock.connect(warden).emergencyReset();
        expect(await again()).to.equal("CallerIsNotActivationCommittee");
      });
      await time.increaseTo(modeEndsAt + 1n);
      await timelock.endEmergencyMode();
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
        .withArgs(alarm, ZeroAddress);
    });

    it("does not depend on the gate", async () => {
      const { timelock, gate, activate } = await loadFixture(due);
      for (const answer of Object.values(CLOSED)) {
        await aside(async () => {
          await gate.setAllAnswers(answer);
          expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(0);
          const endsAt = await activate();
          expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(endsAt);
        });
      }
    });
  });

  describe("executing", () => {
    it("is the execution committee's alone, one by one and in batches", async () => {
      const { timelock, admin, dao, stranger, alarm, warden, self, rule, older, other } = await loadFixture(inMode);
      for (const operation of [older, other]) {
        for (const account of [admin, dao, stranger, alarm, self]) {
          await expect(execute(timelock, account, operation))
            .to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee")
            .withArgs(account, warden);
        }
        await execute(timelock, warden, operation);
        expect(await timelock.isOperationDone(operation.id)).to.be.true;
      }
      expect(await rule.rule()).to.equal(2);
    });

    for (const [behaviour, answer] of Object.entries(CLOSED)) {
      it(`does not pass a gate that ${behaviour}, for the committee or anybody`, async () => {
        const { timelock, gate, warden, stranger, rule, older } = await loadFixture(inMode);
        await gate.setAllAnswers(answer);
        await expect(execute(timelock, warden, older))
          .to.be.revertedWithCustomError(timelock, "ExecutionClosed")
          .withArgs(older.id, gate);
        await expect(execute(timelock, stranger, older)).to.be.revertedWithCustomError(
          timelock,
          "CallerIsNotExecutionCommittee",
        );
        await gate.setAllAnswers(OPEN["says yes"]);
        await execute(timelock, warden, older);
        expect(await rule.rule()).to.equal(1);
      });
    }

    it("never reaches what was scheduled after the activation, in the same block or later", async () => {
      const { timelock, dao, warden, newer } = await loadFixture(inMode);
      await expect(execute(timelock, warden, newer))
        .to.be.revertedWithCustomError(timelock, "OperationTooNewForEmergency")
        .withArgs(newer.id, 3, 2);
      expect(await outcome(execute(timelock, dao, newer))).to.equal("CallerIsNotExecutionCommittee");
    });

    it("goes by the order within a block: what stands before the activation is old, what stands behind it new", async () => {
      const { timelock, dao, alarm, warden, setRule } = await loadFixture(deployProtected);
      const before = batch([setRule(7n)]);
      const behind = single(setRule(8n));
      await provider.request({ method: "evm_setAutomine", params: [false] });
      await schedule(timelock, dao, before, DELAY);
      await timelock.connect(alarm).activateEmergencyMode();
      await schedule(timelock, dao, behind, DELAY);
      await networkHelpers.mine();
      await provider.request({ method: "evm_setAutomine", params: [true] });
      const [first, second] = [await timelock.getOperation(before.id), await timelock.getOperation(behind.id)];
      expect([first.sequence, second.sequence]).to.deep.equal([1n, 2n]);
      expect(first.scheduledAt).to.equal(second.scheduledAt);
      expect((await timelock.emergencyStatus()).lastSequence).to.equal(1);
      await passDelay();
      expect(await outcome(execute(timelock, warden, behind))).to.equal("OperationTooNewForEmergency");
      await execute(timelock, warden, before);
    });

    it("asks for the base delay and the life of an operation as ever", async () => {
      const { timelock, dao, warden, setRule, activate, older } = await loadFixture(due);
      const young = batch([setRule(9n)]);
      await schedule(timelock, dao, young, DELAY);
      const scheduledAt = await now();
      await activate();
      const dueAt = scheduledAt + DELAY;
      const outcomes = await around(dueAt, () => outcome(execute(timelock, warden, young)));
      expect(outcomes).to.deep.equal(["TimelockUnexpectedOperationState", "done", "done"]);
      expect(await timelock.isOperation(older.id)).to.be.true;
    });

    it("finds what expires in the mode expired", async () => {
      const { timelock, warden, older, activate, setTerms } = await loadFixture(due);
      const expiry = await timelock.getExpiry(older.id);
      await time.increaseTo(expiry - 10n);
      await setTerms({ protectionEndsAt: expiry });
      await activate();
      const outcomes = await around(expiry, () => outcome(execute(timelock, warden, older)));
      expect(outcomes).to.deep.equal(["done", "done", "OperationExpired"]);
    });

    it("finds what is scheduled a second time too new, however old it was", async () => {
      const { timelock, dao, canceller, warden, older } = await loadFixture(inMode);
      await timelock.connect(canceller).cancel(older.id);
      await schedule(timelock, dao, older, DELAY);
      await passDelay();
      await expect(execute(timelock, warden, older))
        .to.be.revertedWithCustomError(timelock, "OperationTooNewForEmergency")
        .withArgs(older.id, 4, 2);
    });
  });

  describe("its last second", () => {
    it("still belongs to the execution committee; a second later everybody executes and nobody resets", async () => {
      const { timelock, stranger, warden, older, newer, modeEndsAt } = await loadFixture(inMode);
      const attempts: Record<string, readonly [() => Promise<unknown>, readonly string[]]> = {
        "the committee, what is old": [() => execute(timelock, warden, older), ["done", "done", "done"]],
        "the committee, what is new": [
          () => execute(timelock, warden, newer),
          ["OperationTooNewForEmergency", "OperationTooNewForEmergency", "done"],
        ],
        "a stranger": [
          () => execute(timelock, stranger, older),
          ["CallerIsNotExecutionCommittee", "CallerIsNotExecutionCommittee", "done"],
        ],
        reset: [() => timelock.connect(warden).emergencyReset(), ["done", "done", "EmergencyModeInactive"]],
        end: [
          () => timelock.connect(stranger).endEmergencyMode(),
          ["EmergencyModeActive", "EmergencyModeActive", "done"],
        ],
      };
      for (const [name, [attempt, expected]] of Object.entries(attempts)) {
        expect(await around(modeEndsAt, () => outcome(attempt())), name).to.deep.equal(expected);
      }
    });

    it("is the last in which status tells of it, whether or not anybody ends it", async () => {
      const { timelock, modeEndsAt } = await loadFixture(inMode);
      for (const moment of [modeEndsAt - 1n, modeEndsAt]) {
        await time.increaseTo(moment);
        expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(modeEndsAt);
      }
      await time.increaseTo(modeEndsAt + 1n);
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
      await timelock.endEmergencyMode();
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
    });

    it("ends the mode on record with the first execution after it, and wipes both committees", async () => {
      const { timelock, stranger, warden, alarm, older, newer, modeEndsAt } = await loadFixture(inMode);
      await at(modeEndsAt + 1n);
      await expect(execute(timelock, stranger, newer)).to.emit(timelock, "EmergencyModeEnded");
      await expect(execute(timelock, stranger, older)).not.to.emit(timelock, "EmergencyModeEnded");
      await expect(timelock.endEmergencyMode()).to.be.revertedWithCustomError(timelock, "EmergencyModeInactive");
      expect(await outcome(timelock.connect(warden).emergencyReset())).to.equal("EmergencyModeInactive");
      expect(await outcome(timelock.connect(alarm).activateEmergencyMode())).to.equal("CallerIsNotActivationCommittee");
    });

    it("is not put on record by an execution that the gate refuses, which changes nothing for anybody", async () => {
      const { timelock, gate, stranger, older, modeEndsAt } = await loadFixture(inMode);
      await time.increaseTo(modeEndsAt + 1n);
      await gate.setAllAnswers(CLOSED["says no"]);
      await expect(execute(timelock, stranger, older)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
      await expect(timelock.connect(stranger).endEmergencyMode()).to.emit(timelock, "EmergencyModeEnded");
    });
  });

  describe("ending", () => {
    it("needs a mode", async () => {
      const { timelock, self, stranger } = await loadFixture(deployProtected);
      for (const account of [self, stranger]) {
        await expect(timelock.connect(account).endEmergencyMode())
          .to.be.revertedWithCustomError(timelock, "EmergencyModeInactive")
          .withArgs();
      }
    });

    it("is nobody's before its time but the timelock's: neither committee can end it", async () => {
      const { timelock, admin, stranger, alarm, warden, self, modeEndsAt } = await loadFixture(inMode);
      for (const account of [admin, stranger, alarm, warden]) {
        await expect(timelock.connect(account).endEmergencyMode())
          .to.be.revertedWithCustomError(timelock, "EmergencyModeActive")
          .withArgs(modeEndsAt);
      }
      await expect(timelock.connect(self).endEmergencyMode()).to.emit(timelock, "EmergencyModeEnded");
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
    });
  });

  describe("views", () => {
    it("say Waiting of what is due in the mode and Ready of it a second after, as it happens", async () => {
      const all = await loadFixture(inMode);
      const { timelock, stranger, older, newer, modeEndsAt } = all;
      for (const moment of [modeEndsAt - 1n, modeEndsAt, modeEndsAt + 1n]) {
        await time.increaseTo(moment);
        for (const operation of [older, newer]) {
          const isOver = moment > modeEndsAt;
          expect(await timelock.getOperationState(operation.id)).to.equal(isOver ? Ready : Waiting);
          expect(await timelock.isOperationReady(operation.id)).to.equal(isOver);
          expect(await executes(all, stranger, operation)).to.equal(isOver);
        }
      }
    });

    it("tell timestamp, expiry and place in the order as before", async () => {
      const { timelock, older, activate } = await loadFixture(due);
      const look = async () => [
        await timelock.getTimestamp(older.id),
        await timelock.getExpiry(older.id),
        (await timelock.getOperation(older.id)).sequence,
      ];
      const before = await look();
      await activate();
      expect(await look()).to.deep.equal(before);
    });
  });

  describe("what stays open", () => {
    it("is scheduling, if the gate allows it", async () => {
      const { timelock, gate, dao, setRule } = await loadFixture(inMode);
      await schedule(timelock, dao, batch([setRule(4n)]), DELAY);
      await gate.setAllAnswers(CLOSED["says no"]);
      await expect(schedule(timelock, dao, batch([setRule(5n)]), DELAY)).to.be.revertedWithCustomError(
        timelock,
        "SchedulingClosed",
      );
    });

    it("is cancelling, in all three ways", async () => {
      const { timelock, canceller, older, other, newer } = await loadFixture(inMode);
      const connected = timelock.connect(canceller);
      await connected.cancel(older.id);
      await connected.cancelOperations([newer.id]);
      expect(await timelock.getOperationState(other.id)).to.equal(Waiting);
      await connected.cancelAllOperations();
      for (const { id } of [older, other, newer]) expect(await timelock.getOperationState(id)).to.equal(Unset);
    });

    it("[DEE-1] is de-escalation, by anybody, scheduled before the activation or after", async () => {
      for (const isBefore of [true, false]) {
        const { timelock, dao, stranger, alarm, own, gate, older, activate } = await loadFixture(due);
        const withdrawal = single(own.cancelOperations(older.id));
        if (isBefore) await schedule(timelock, dao, withdrawal, DELAY);
        await activate();
        await gate.setAllAnswers(CLOSED.reverts);
        if (!isBefore) await schedule(timelock, dao, withdrawal, DELAY);
        expect(await timelock.isOperationReady(withdrawal.id)).to.be.true;
        await execute(timelock, isBefore ? alarm : stranger, withdrawal);
        expect(await timelock.isOperation(older.id)).to.be.false;
        expect((await timelock.emergencyStatus()).modeEndsAt).not.to.equal(0);
      }
    });
  });
});
