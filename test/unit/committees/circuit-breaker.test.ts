import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { deployBreakerWorld, SEAL_DURATION, SEAL_TERM } from "../../helpers/breakerWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const deploy = () => deployBreakerWorld(connection);

const DAY = 86_400n;

describe("CircuitBreaker", () => {
  describe("construction", () => {
    async function deployWith(changes: {
      timelock?: string;
      sealCommittee?: string;
      resealCommittee?: string;
      duration?: bigint;
      expiry?: bigint;
    }) {
      const { timelock, sealer, resealer, breaker, now } = await networkHelpers.loadFixture(deploy);
      const moment = (await now()) + 1n;
      await time.setNextBlockTimestamp(moment);
      const deployment = ethers.deployContract("CircuitBreaker", [
        changes.timelock ?? timelock,
        changes.sealCommittee ?? sealer,
        changes.resealCommittee ?? resealer,
        changes.duration ?? SEAL_DURATION,
        moment + (changes.expiry ?? SEAL_TERM),
      ]);
      return { breaker, sealer, moment, deployment };
    }

    it("fixes everything for good", async () => {
      const { breaker, timelock, sealer, resealer, expiry } = await networkHelpers.loadFixture(deploy);
      expect(
        await Promise.all([breaker.TIMELOCK(), breaker.SEAL_COMMITTEE(), breaker.RESEAL_COMMITTEE()]),
      ).to.deep.equal([timelock.target, sealer.address, resealer.address]);
      expect(await Promise.all([breaker.SEAL_DURATION(), breaker.SEAL_EXPIRY(), breaker.sealedAt()])).to.deep.equal([
        SEAL_DURATION,
        expiry,
        0n,
      ]);
    });

    it("refuses a timelock without code, a committee of nobody, and one committee in both seats", async () => {
      const { stranger } = await networkHelpers.loadFixture(deploy);
      const one = await deployWith({ timelock: stranger.address });
      await expect(one.deployment).to.be.revertedWithCustomError(one.breaker, "NoCode").withArgs(stranger.address);
      for (const seat of ["sealCommittee", "resealCommittee"]) {
        const { deployment, breaker } = await deployWith({ [seat]: ethers.ZeroAddress });
        await expect(deployment).to.be.revertedWithCustomError(breaker, "CommitteeZero");
      }
      const { sealer } = one;
      const both = await deployWith({ resealCommittee: sealer.address });
      await expect(both.deployment)
        .to.be.revertedWithCustomError(both.breaker, "CommitteesEqual")
        .withArgs(sealer.address);
    });

    it("takes a pause of one second to 30 days, and no other", async () => {
      for (const duration of [0n, 30n * DAY + 1n, ethers.MaxUint256]) {
        const { deployment, breaker } = await deployWith({ duration });
        await expect(deployment)
          .to.be.revertedWithCustomError(breaker, "SealDurationOutOfRange")
          .withArgs(duration, 30n * DAY);
      }
      for (const duration of [1n, 30n * DAY]) await (await deployWith({ duration })).deployment;
    });

    it("takes a term that ends in this second or within a year, and no other", async () => {
      for (const expiry of [-1n, 365n * DAY + 1n]) {
        const { deployment, breaker, moment } = await deployWith({ expiry });
        await expect(deployment)
          .to.be.revertedWithCustomError(breaker, "SealExpiryOutOfRange")
          .withArgs(moment + expiry, moment, moment + 365n * DAY);
      }
      for (const expiry of [0n, 365n * DAY]) await (await deployWith({ expiry })).deployment;
    });
  });

  describe("bind", () => {
    async function deployUnbound() {
      const world = await deploy();
      const { timelock, sealer, resealer, expiry } = world;
      const args = [timelock, sealer, resealer, SEAL_DURATION, expiry] as const;
      return { ...world, unbound: await ethers.deployContract("CircuitBreaker", [...args]) };
    }

    it("names pausables, once, by the deployer", async () => {
      const { unbound, pausables, stranger, sealer, deployer } = await networkHelpers.loadFixture(deployUnbound);
      const addresses = pausables.map(({ target }) => target);
      for (const caller of [stranger, sealer]) {
        await expect(unbound.connect(caller).bind(addresses))
          .to.be.revertedWithCustomError(unbound, "CallerIsNotDeployer")
          .withArgs(caller.address, deployer.address);
      }
      expect(await unbound.isSealUsable()).to.be.false;
      await expect(unbound.bind(addresses)).to.emit(unbound, "PausablesBound").withArgs(addresses);
      expect(await unbound.pausables()).to.deep.equal(addresses);
      expect(await unbound.isSealUsable()).to.be.true;
      await expect(unbound.bind(addresses)).to.be.revertedWithCustomError(unbound, "AlreadyBound");
      expect([await unbound.isNamed(addresses[0] ?? ""), await unbound.isNamed(stranger)]).to.deep.equal([true, false]);
    });

    it("refuses none, more than eight, and one twice", async () => {
      const { unbound, pausables, makePausable } = await networkHelpers.loadFixture(deployUnbound);
      await expect(unbound.bind([])).to.be.revertedWithCustomError(unbound, "NoPausables");
      const nine = await Promise.all(Array.from({ length: 9 }, makePausable));
      await expect(unbound.bind(nine)).to.be.revertedWithCustomError(unbound, "TooManyPausables").withArgs(9n, 8n);
      await expect(unbound.bind([pausables[0], pausables[1], pausables[0]]))
        .to.be.revertedWithCustomError(unbound, "PausableRepeated")
        .withArgs(pausables[0].target);
      await unbound.bind(nine.slice(1));
    });

    it("refuses accounts without code, precompiles, and contracts that do not answer as a pausable", async () => {
      const { unbound, stranger, timelock } = await networkHelpers.loadFixture(deployUnbound);
      const precompiles = [1n, 2n, 3n, 4n, 5n, 6n, 8n, 9n, 10n, 256n].map((index) => ethers.toBeHex(index, 20));
      for (const account of [stranger.address, await timelock.getAddress(), ...precompiles]) {
        await expect(unbound.bind([account]))
          .to.be.revertedWithCustomError(unbound, "PausableWithoutAnswer")
          .withArgs(ethers.getAddress(account));
      }
    });

    it("refuses one whose views fail", async () => {
      const { unbound, pausables } = await networkHelpers.loadFixture(deployUnbound);
      const [pausable] = pausables;
      const failures = [Answer.Revert, Answer.RevertBomb, Answer.BurnGas, Answer.Empty, Answer.Short];
      for (const name of ["isPaused", "getResumeSinceTimestamp"] as const) {
        const { selector } = pausable.getFunction(name).fragment;
        for (const answer of [...failures, ...(name === "isPaused" ? [Answer.Two, Answer.Max] : [])]) {
          await pausable.setAnswer(selector, answer);
          await expect(unbound.bind([pausable])).to.be.revertedWithCustomError(unbound, "PausableWithoutAnswer");
        }
        await pausable.setAnswer(selector, Answer.Honest);
      }
    });
  });

  describe("seal", () => {
    it("pauses what is named for the fixed time, and is spent", async () => {
      const { breaker, pausables, seal, sealer, paused, now } = await networkHelpers.loadFixture(deploy);
      const [first, second] = pausables;
      await expect(seal(first, second))
        .to.emit(breaker, "Sealed")
        .withArgs(first.target, SEAL_DURATION)
        .and.to.emit(breaker, "Sealed")
        .withArgs(second.target, SEAL_DURATION);
      expect(await paused()).to.deep.equal([true, true, false]);
      expect(await first.getResumeSinceTimestamp()).to.equal((await now()) + SEAL_DURATION);
      const sealedAt = await now();
      expect([await breaker.sealedAt(), await breaker.isSealUsable()]).to.deep.equal([sealedAt, false]);
      await expect(breaker.connect(sealer).seal([pausables[2]]))
        .to.be.revertedWithCustomError(breaker, "SealSpent")
        .withArgs(sealedAt);
      await time.increaseTo(sealedAt + SEAL_DURATION);
      expect(await paused()).to.deep.equal([false, false, false]);
      await expect(seal()).to.be.revertedWithCustomError(breaker, "SealSpent");
    });

    for (const [when, offset, isUsable] of [
      ["can be used a second before its expiry", -1n, true],
      ["can be used in its last second", 0n, true],
      ["cannot be used a second after its last", 1n, false],
    ] as const) {
      it(`[INV-9] ${when}, and the view of that very block says so`, async () => {
        const { breaker, expiry, seal, sealer, paused, pausables } = await networkHelpers.loadFixture(deploy);
        const snapshot = await networkHelpers.takeSnapshot();
        await time.setNextBlockTimestamp(expiry + offset);
        if (isUsable) {
          await seal();
          expect(await paused()).to.deep.equal([true, true, true]);
        } else await expect(seal()).to.be.revertedWithCustomError(breaker, "SealExpired").withArgs(expiry);
        await snapshot.restore();

        await time.increaseTo(expiry + offset);
        const blockTag = await ethers.provider.getBlockNumber();
        expect(await breaker.isSealUsable({ blockTag })).to.equal(isUsable);
        const trial = breaker.connect(sealer).seal.staticCall([...pausables], { blockTag });
        expect(await trial.then(() => true).catch(() => false)).to.equal(isUsable);
      });
    }

    it("is the seal committee's alone", async () => {
      const { breaker, pausables, resealer, tiebreaker, stranger, governance, deployer, sealer } =
        await networkHelpers.loadFixture(deploy);
      for (const caller of [resealer, tiebreaker, stranger, governance, deployer]) {
        await expect(breaker.connect(caller).seal([...pausables]))
          .to.be.revertedWithCustomError(breaker, "CallerIsNotSealCommittee")
          .withArgs(caller.address, sealer.address);
      }
    });

    it("refuses what is not named, whatever else is, and is not spent", async () => {
      const { breaker, pausables, seal, makePausable, paused } = await networkHelpers.loadFixture(deploy);
      const other = await makePausable();
      await expect(seal(pausables[0], other))
        .to.be.revertedWithCustomError(breaker, "PausableNotNamed")
        .withArgs(other.target);
      expect([await paused(), await breaker.isSealUsable()]).to.deep.equal([[false, false, false], true]);
    });

    it("that names no pausable reverts, and the right is not spent", async () => {
      const { breaker, sealer } = await networkHelpers.loadFixture(deploy);
      await expect(breaker.connect(sealer).seal([])).to.be.revertedWithCustomError(breaker, "NothingPaused");
      expect(await breaker.isSealUsable()).to.be.true;
    });

    it("of one named twice, or of more than there can be, reverts, and the right is not spent", async () => {
      const { breaker, pausables, seal } = await networkHelpers.loadFixture(deploy);
      const [first, second] = pausables;
      await expect(seal(first, second, first))
        .to.be.revertedWithCustomError(breaker, "PausableRepeated")
        .withArgs(first.target);
      await expect(seal(...Array.from({ length: 9 }, () => first)))
        .to.be.revertedWithCustomError(breaker, "TooManyPausables")
        .withArgs(9n, 8n);
      expect(await breaker.isSealUsable()).to.equal(true);
    });

    it("replaces a shorter pause: whoever else may pause cannot keep a contract from it", async () => {
      const { breaker, pausables, seal, now } = await networkHelpers.loadFixture(deploy);
      const [first, second] = pausables;
      await first.pauseFor(3_600n);
      await expect(seal(first, second)).to.emit(breaker, "Sealed").withArgs(first.target, SEAL_DURATION);
      expect(await first.getResumeSinceTimestamp()).to.equal((await now()) + SEAL_DURATION);
    });

    it("is done one by one by the breaker alone", async () => {
      const { breaker, pausables, sealer, governance, stranger } = await networkHelpers.loadFixture(deploy);
      for (const caller of [sealer, governance, stranger]) {
        await expect(breaker.connect(caller).tryToSeal(pausables[0]))
          .to.be.revertedWithCustomError(breaker, "CallerIsNotBreaker")
          .withArgs(caller.address, breaker.target);
      }
    });

    it("leaves out what is paused for at least as long", async () => {
      const { breaker, pausables, seal } = await networkHelpers.loadFixture(deploy);
      const [first, second, third] = pausables;
      await first.pauseFor(SEAL_DURATION + DAY);
      await third.pauseFor(ethers.MaxUint256);
      const resumesAt = await first.getResumeSinceTimestamp();
      await expect(seal(first, third)).to.be.revertedWithCustomError(breaker, "NothingPaused");
      await expect(seal(first, second)).to.emit(breaker, "SealFailed").withArgs(first.target);
      expect(await first.getResumeSinceTimestamp()).to.equal(resumesAt);
    });
  });

  describe("resume", () => {
    it("is governance's, in whatever state", async () => {
      const { breaker, pausables, seal, governance, paused } = await networkHelpers.loadFixture(deploy);
      await seal();
      await expect(breaker.connect(governance).resume(pausables[1]))
        .to.emit(breaker, "Resumed")
        .withArgs(pausables[1].target, governance.address);
      expect(await paused()).to.deep.equal([true, false, true]);
    });

    it("is the tiebreaker's in a deadlock, and only then", async () => {
      const { breaker, pausables, seal, tiebreaker, gate, paused } = await networkHelpers.loadFixture(deploy);
      await seal();
      const resume = () => breaker.connect(tiebreaker).resume(pausables[0]);
      await expect(resume()).to.be.revertedWithCustomError(breaker, "CallerCannotResume").withArgs(tiebreaker.address);
      await gate.setDeadlocked(true);
      await resume();
      expect(await paused()).to.deep.equal([false, true, true]);
    });

    it("is nobody else's, also in a deadlock", async () => {
      const { breaker, pausables, seal, sealer, resealer, stranger, deployer, gate } =
        await networkHelpers.loadFixture(deploy);
      await seal();
      await gate.setDeadlocked(true);
      for (const caller of [sealer, resealer, stranger, deployer]) {
        await expect(breaker.connect(caller).resume(pausables[0]))
          .to.be.revertedWithCustomError(breaker, "CallerCannotResume")
          .withArgs(caller.address);
      }
    });

    it("is no tiebreaker's whose seat was given away", async () => {
      const { breaker, pausables, seal, tiebreaker, gate, timelock, governance, stranger } =
        await networkHelpers.loadFixture(deploy);
      await seal();
      await gate.setDeadlocked(true);
      await timelock.connect(governance).setTiebreaker(stranger, await timelock.TIEBREAKER_FLOOR());
      await expect(breaker.connect(tiebreaker).resume(pausables[0])).to.be.revertedWithCustomError(
        breaker,
        "CallerCannotResume",
      );
      await breaker.connect(stranger).resume(pausables[0]);
    });

    it("is not the tiebreaker's behind the fallback gate, which knows no deadlock", async () => {
      const { breaker, pausables, seal, tiebreaker, gate, timelock, governance, fallbackGate } =
        await networkHelpers.loadFixture(deploy);
      await seal();
      await gate.setDeadlocked(true);
      await timelock.connect(governance).setGate(fallbackGate);
      await expect(breaker.connect(tiebreaker).resume(pausables[0])).to.be.revertedWithCustomError(
        breaker,
        "CallerCannotResume",
      );
      await breaker.connect(governance).resume(pausables[0]);
    });

    const SILENCES = { ...Answer, Honest: undefined, One: undefined, Bomb: undefined, Dear: undefined };
    it("is not the tiebreaker's by a gate that fails to answer", async () => {
      const { breaker, pausables, seal, tiebreaker, gate } = await networkHelpers.loadFixture(deploy);
      await seal();
      await gate.setDeadlocked(true);
      const { selector } = gate.getFunction("isDeadlocked").fragment;
      for (const answer of Object.values(SILENCES)) {
        if (answer === undefined) continue;
        await gate.setAnswer(selector, answer);
        await expect(breaker.connect(tiebreaker).resume(pausables[0])).to.be.revertedWithCustomError(
          breaker,
          "CallerCannotResume",
        );
      }
    });

    it("refuses what is not named, and what is not paused or does not say so", async () => {
      const { breaker, pausables, seal, governance, makePausable } = await networkHelpers.loadFixture(deploy);
      const other = await makePausable();
      await expect(breaker.connect(governance).resume(other)).to.be.revertedWithCustomError(
        breaker,
        "PausableNotNamed",
      );
      const [first] = pausables;
      await expect(breaker.connect(governance).resume(first))
        .to.be.revertedWithCustomError(breaker, "ResumeFailed")
        .withArgs(first.target);
      await seal();
      const selectorOf = (name: "isPaused" | "resume") => first.getFunction(name).fragment.selector;
      for (const [name, answer] of [
        ["isPaused", Answer.One],
        ["isPaused", Answer.Two],
        ["isPaused", Answer.Revert],
        ["resume", Answer.Empty],
        ["resume", Answer.Revert],
        ["resume", Answer.BurnGas],
      ] as const) {
        await first.setAnswer(selectorOf(name), answer);
        await expect(breaker.connect(governance).resume(first)).to.be.revertedWithCustomError(breaker, "ResumeFailed");
        await first.setAnswer(selectorOf(name), Answer.Honest);
      }
      await breaker.connect(governance).resume(first);
    });
  });
});
