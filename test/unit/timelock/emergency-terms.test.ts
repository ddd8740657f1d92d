import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { execute, schedule, single } from "../../helpers/operations.js";
import { ADMIN, BOUNDS, DAY, DELAY } from "./timelockFixture.js";
import { emergencyFixture, MODE, NO_TERMS, NOTHING, readStatus } from "./emergency-world.js";

const {
  around,
  aside,
  at,
  deployAll,
  deployProtected,
  deployTimelock,
  inMode,
  loadFixture,
  now,
  outcome,
  passDelay,
  time,
} = emergencyFixture(await network.create());

/** The last that the record could hold. [unix seconds] */
const LAST_SECOND = 2n ** 40n - 1n;

describe("[INV-9] DualGovernanceTimelock: the emergency committees' term", () => {
  describe("who may give and take it", () => {
    it("is the timelock itself, by an operation like any other", async () => {
      const { timelock, dao, stranger, ownTerms, alarm, warden } = await loadFixture(deployProtected);
      const protectionEndsAt = await timelock.PROTECTION_HARD_END();
      const operation = single(ownTerms({ protectionEndsAt, modeDuration: 1n }));
      await schedule(timelock, dao, operation, DELAY);
      await passDelay();
      const sent = await execute(timelock, stranger, operation);
      const given = [alarm.address, warden.address, protectionEndsAt, 1n];
      await expect(sent).to.emit(timelock, "EmergencyProtectionSet").withArgs(given);
      expect(await readStatus(timelock)).to.deep.equal([...given, 0n, 0n]);
    });

    it("is nobody else: no committee, no role, no admin once there is a gate", async () => {
      const { timelock, admin, dao, scheduler, canceller, stranger, alarm, warden, terms } =
        await loadFixture(deployProtected);
      expect(await timelock.hasRole(ADMIN, admin)).to.be.true;
      for (const account of [admin, dao, scheduler, canceller, stranger, alarm, warden]) {
        for (const values of [terms, NO_TERMS]) {
          await expect(timelock.connect(account).setEmergencyProtection(values))
            .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
            .withArgs(account);
        }
      }
    });

    it("is an admin as well while there is no gate, and nobody else then", async () => {
      const { admin, dao, alarm, terms, stranger, gate } = await loadFixture(deployProtected);
      const timelock = await deployTimelock({ admin, proposers: [dao] });
      for (const account of [dao, alarm, stranger]) {
        await expect(timelock.connect(account).setEmergencyProtection(terms))
          .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
          .withArgs(account);
      }
      await timelock.setEmergencyProtection(terms);
      await timelock.setEmergencyProtection(NO_TERMS);
      await timelock.setEmergencyProtection(terms);
      await timelock.setGate(gate);
      await expect(timelock.setEmergencyProtection(terms))
        .to.be.revertedWithCustomError(timelock, "TimelockUnauthorizedCaller")
        .withArgs(admin);
    });

    it("leaves a timelock that was never given any without the mode", async () => {
      const { timelock, admin, stranger } = await loadFixture(deployAll);
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
      for (const account of [admin, stranger]) {
        await expect(timelock.connect(account).activateEmergencyMode())
          .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
          .withArgs(account, ZeroAddress);
      }
    });
  });

  describe("its limits", () => {
    it("two committees, both named and different", async () => {
      const { timelock, setTerms, alarm, warden } = await loadFixture(deployProtected);
      for (const missing of [{ activationCommittee: ZeroAddress }, { executionCommittee: ZeroAddress }]) {
        await expect(setTerms(missing)).to.be.revertedWithCustomError(timelock, "EmergencyCommitteeZero").withArgs();
      }
      await expect(setTerms({ ...NO_TERMS, modeDuration: 1n }))
        .to.be.revertedWithCustomError(timelock, "EmergencyCommitteeZero")
        .withArgs();
      await expect(setTerms({ ...NO_TERMS, protectionEndsAt: LAST_SECOND }))
        .to.be.revertedWithCustomError(timelock, "EmergencyCommitteeZero")
        .withArgs();
      await expect(setTerms({ activationCommittee: warden.address }))
        .to.be.revertedWithCustomError(timelock, "EmergencyCommitteesEqual")
        .withArgs(warden);
      await setTerms({ activationCommittee: warden.address, executionCommittee: alarm.address });
    });

    it("an end from this very second to the hard end, and not a second beyond", async () => {
      const { timelock, setTerms } = await loadFixture(deployProtected);
      const moment = (await now()) + DAY;
      const latest = await timelock.PROTECTION_HARD_END();
      for (const protectionEndsAt of [0n, moment - 1n, latest + 1n, LAST_SECOND]) {
        await aside(async () => {
          await at(moment);
          await expect(setTerms({ protectionEndsAt }))
            .to.be.revertedWithCustomError(timelock, "ProtectionEndOutOfRange")
            .withArgs(protectionEndsAt, moment, latest);
        });
      }
    });

    for (const name of ["this very second", "the hard end itself"] as const) {
      it(`an end at ${name} is taken`, async () => {
        const { setTerms, timelock } = await loadFixture(deployProtected);
        const moment = (await now()) + DAY;
        await at(moment);
        const protectionEndsAt = name === "this very second" ? moment : await timelock.PROTECTION_HARD_END();
        await setTerms({ protectionEndsAt });
        expect((await timelock.emergencyStatus()).terms.protectionEndsAt).to.equal(protectionEndsAt);
      });
    }

    it("a mode from a second to the limit", async () => {
      const { timelock, setTerms } = await loadFixture(deployProtected);
      for (const modeDuration of [0n, BOUNDS.emergencyLimit + 1n, 2n ** 32n - 1n]) {
        await expect(setTerms({ modeDuration }))
          .to.be.revertedWithCustomError(timelock, "EmergencyDurationOutOfRange")
          .withArgs(modeDuration, BOUNDS.emergencyLimit);
      }
      for (const modeDuration of [1n, BOUNDS.emergencyLimit]) {
        await setTerms({ modeDuration });
        expect((await timelock.emergencyStatus()).terms.modeDuration).to.equal(modeDuration);
      }
    });
  });

  describe("its end", () => {
    it("is the last second in which the mode can be entered", async () => {
      const { timelock, alarm, protectionEndsAt } = await loadFixture(deployProtected);
      const outcomes = await around(protectionEndsAt, () => outcome(timelock.connect(alarm).activateEmergencyMode()));
      expect(outcomes).to.deep.equal(["done", "done", "ProtectionEnded"]);
    });

    it("does not shorten a mode that was entered in its last second", async () => {
      const { timelock, alarm, warden, protectionEndsAt } = await loadFixture(deployProtected);
      await at(protectionEndsAt);
      await timelock.connect(alarm).activateEmergencyMode();
      await at(protectionEndsAt + MODE);
      await timelock.connect(warden).emergencyReset();
    });

    it("is told with the error, for ever", async () => {
      const { timelock, alarm, protectionEndsAt } = await loadFixture(deployProtected);
      await time.increaseTo(protectionEndsAt + 36_500n * DAY);
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "ProtectionEnded")
        .withArgs(protectionEndsAt);
    });

    it("may be followed by a new term, which governance alone can give", async () => {
      const { timelock, alarm, setTerms, activate, protectionEndsAt } = await loadFixture(deployProtected);
      await time.increaseTo(protectionEndsAt + DAY);
      await setTerms({ protectionEndsAt: protectionEndsAt + 10n * DAY });
      const endsAt = await activate();
      expect((await timelock.connect(alarm).emergencyStatus()).modeEndsAt).to.equal(endsAt);
    });
  });

  describe("and the hard end", () => {
    const ONE_SECOND = { modeDuration: 1n };

    it("can be renewed up to it, as often as governance likes, and never past it", async () => {
      const { timelock, setTerms } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      const createdAt = hardEnd - BOUNDS.protectionLimit;
      for (let year = 1n; year < 3n; ++year) {
        const moment = createdAt + year * 365n * DAY;
        await at(moment);
        await setTerms({ protectionEndsAt: hardEnd });
        // What the limit would allow if it counted from now.
        await at(moment + 1n);
        await expect(setTerms({ protectionEndsAt: moment + BOUNDS.protectionLimit }))
          .to.be.revertedWithCustomError(timelock, "ProtectionEndOutOfRange")
          .withArgs(moment + BOUNDS.protectionLimit, moment + 1n, hardEnd);
        expect((await timelock.emergencyStatus()).terms.protectionEndsAt).to.equal(hardEnd);
        expect(await timelock.PROTECTION_HARD_END()).to.equal(hardEnd);
      }
    });

    it("can be given and used in its last second, and no second later", async () => {
      const { timelock, setTerms, alarm } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      const given = await around(hardEnd, () => outcome(setTerms({ protectionEndsAt: hardEnd })));
      expect(given).to.deep.equal(["done", "done", "ProtectionEndOutOfRange"]);
      await setTerms({ protectionEndsAt: hardEnd });
      const entered = await around(hardEnd, () => outcome(timelock.connect(alarm).activateEmergencyMode()));
      expect(entered).to.deep.equal(["done", "done", "ProtectionEnded"]);
    });

    it("cannot be given by any end after it: not the present second, not a later one", async () => {
      const { timelock, setTerms } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      for (const later of [1n, DAY, 36_500n * DAY]) {
        const moment = hardEnd + later;
        await time.increaseTo(moment - 1n);
        for (const protectionEndsAt of [0n, hardEnd, moment, moment + 1n, LAST_SECOND]) {
          await aside(async () => {
            await at(moment);
            await expect(setTerms({ protectionEndsAt }))
              .to.be.revertedWithCustomError(timelock, "ProtectionEndOutOfRange")
              .withArgs(protectionEndsAt, moment, hardEnd);
          });
        }
      }
    });

    it("lets a mode that was entered in its last second last its whole time, with its reset", async () => {
      const { timelock, setTerms, alarm, warden } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      await setTerms({ protectionEndsAt: hardEnd });
      await at(hardEnd);
      await timelock.connect(alarm).activateEmergencyMode();
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal(hardEnd + MODE);
      const resets = await around(hardEnd + MODE, () => outcome(timelock.connect(warden).emergencyReset()));
      expect(resets).to.deep.equal(["done", "done", "EmergencyModeInactive"]);
      await at(hardEnd + MODE);
      await timelock.connect(warden).emergencyReset();
      expect(await timelock.gate()).to.equal(await timelock.FALLBACK_GATE());
    });

    it("cannot be got round by ending the mode and giving another term", async () => {
      const { timelock, setTerms, self, alarm } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      await setTerms({ protectionEndsAt: hardEnd });
      await at(hardEnd);
      await timelock.connect(alarm).activateEmergencyMode();
      await timelock.connect(self).endEmergencyMode();
      await expect(setTerms({ protectionEndsAt: hardEnd, ...ONE_SECOND })).to.be.revertedWithCustomError(
        timelock,
        "ProtectionEndOutOfRange",
      );
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
        .withArgs(alarm, ZeroAddress);
    });

    it("does not stay with terms given before it: they can be cleared in its last second and ever after", async () => {
      const { timelock, setTerms } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      await setTerms({ protectionEndsAt: hardEnd });
      const cleared = await around(hardEnd, () => outcome(setTerms(NO_TERMS)));
      expect(cleared).to.deep.equal(["done", "done", "done"]);
      await time.increaseTo(hardEnd + 36_500n * DAY);
      await setTerms(NO_TERMS);
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
    });

    it("does not keep a mode that is over from being cleared after it", async () => {
      const { timelock, setTerms, alarm } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      await setTerms({ protectionEndsAt: hardEnd, ...ONE_SECOND });
      await at(hardEnd);
      await timelock.connect(alarm).activateEmergencyMode();
      await at(hardEnd + 2n);
      await expect(setTerms(NO_TERMS)).to.emit(timelock, "EmergencyModeEnded");
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
    });

    it("moves with no reset, no other gate and no other term", async () => {
      const { timelock, setTerms, self, alarm, warden, newGate } = await loadFixture(deployProtected);
      const hardEnd = await timelock.PROTECTION_HARD_END();
      await timelock.connect(alarm).activateEmergencyMode();
      await timelock.connect(warden).emergencyReset();
      await timelock.connect(self).setGate(await newGate());
      await setTerms({ protectionEndsAt: hardEnd });
      expect(await timelock.PROTECTION_HARD_END()).to.equal(hardEnd);
      await at(hardEnd + 1n);
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "ProtectionEnded")
        .withArgs(hardEnd);
    });
  });

  describe("taken away", () => {
    it("leaves both committees without power at once", async () => {
      const { timelock, alarm, warden, setTerms } = await loadFixture(deployProtected);
      const sent = await setTerms(NO_TERMS);
      await expect(sent).to.emit(timelock, "EmergencyProtectionSet").withArgs([ZeroAddress, ZeroAddress, 0n, 0n]);
      expect(await readStatus(timelock)).to.deep.equal(NOTHING);
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
        .withArgs(alarm, ZeroAddress);
      await expect(timelock.connect(warden).emergencyReset()).to.be.revertedWithCustomError(
        timelock,
        "EmergencyModeInactive",
      );
    });

    it("from one committee and given to another works like a new term", async () => {
      const { timelock, alarm, stranger, setTerms, warden } = await loadFixture(deployProtected);
      await setTerms({ activationCommittee: stranger.address });
      await expect(timelock.connect(alarm).activateEmergencyMode())
        .to.be.revertedWithCustomError(timelock, "CallerIsNotActivationCommittee")
        .withArgs(alarm, stranger);
      await timelock.connect(stranger).activateEmergencyMode();
      await timelock.connect(warden).emergencyReset();
    });
  });

  describe("in the mode", () => {
    it("cannot be changed or taken, up to the mode's last second; a second later it can, and the mode is over", async () => {
      const { timelock, setTerms, modeEndsAt, alarm } = await loadFixture(inMode);
      for (const terms of [NO_TERMS, {}]) {
        await expect(setTerms(terms))
          .to.be.revertedWithCustomError(timelock, "EmergencyModeActive")
          .withArgs(modeEndsAt);
      }
      const outcomes = await around(modeEndsAt, () => outcome(setTerms()));
      expect(outcomes).to.deep.equal(["EmergencyModeActive", "EmergencyModeActive", "done"]);

      await at(modeEndsAt + 1n);
      const sent = await setTerms({ modeDuration: 5n });
      await expect(sent).to.emit(timelock, "EmergencyModeEnded");
      const [, , , duration, endsAt, last] = await readStatus(timelock);
      expect([duration, endsAt, last]).to.deep.equal([5n, 0n, 0n]);
      await timelock.connect(alarm).activateEmergencyMode();
      expect((await timelock.emergencyStatus()).modeEndsAt).to.equal((await now()) + 5n);
    });
  });
});
