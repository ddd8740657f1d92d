import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { deployBreakerWorld, SEAL_DURATION } from "../../helpers/breakerWorld.js";
import { State } from "../../helpers/deployCore.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

/** All three are sealed while governance signals. */
async function deploy() {
  const world = await deployBreakerWorld(connection);
  await world.gate.setState(State.VetoSignalling);
  await world.seal();
  const [first, second, third] = world.pausables;
  return { ...world, first, second, third };
}

describe("CircuitBreaker", () => {
  describe("reseal", () => {
    it("lets a running pause last until governance lifts it", async () => {
      const { breaker, first, reseal, governance } = await networkHelpers.loadFixture(deploy);
      await expect(reseal(first)).to.emit(breaker, "Resealed").withArgs(first.target);
      expect(await first.getResumeSinceTimestamp()).to.equal(ethers.MaxUint256);
      await time.increase(3650n * 86_400n);
      expect(await first.isPaused()).to.be.true;
      await breaker.connect(governance).resume(first);
      expect(await first.isPaused()).to.be.false;
    });

    for (const [name, state] of Object.entries(State)) {
      const isOpen = state !== State.Normal;
      it(`is ${isOpen ? "open" : "closed"} in ${name}`, async () => {
        const { breaker, gate, first, reseal } = await networkHelpers.loadFixture(deploy);
        await gate.setState(state);
        expect(await breaker.admitsReseal(first)).to.equal(isOpen);
        if (isOpen) await reseal(first);
        else {
          await expect(reseal(first))
            .to.be.revertedWithCustomError(breaker, "GovernanceIsNormal")
            .withArgs(gate.target);
        }
      });
    }

    it("[INV-9] gains nothing by a gate that does not tell a state", async () => {
      const { breaker, gate, first, reseal } = await networkHelpers.loadFixture(deploy);
      const { selector } = gate.getFunction("effectiveState").fragment;
      for (const state of [5n, 256n, ethers.MaxUint256]) {
        await gate.setState(state);
        expect(await breaker.admitsReseal(first)).to.be.false;
        await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "GovernanceIsNormal");
      }
      await gate.setState(State.RageQuit);
      const { Revert, RevertBomb, BurnGas, Empty, Short, Zero, Max } = Answer;
      for (const answer of [Revert, RevertBomb, BurnGas, Empty, Short, Zero, Max]) {
        await gate.setAnswer(selector, answer);
        expect(await breaker.admitsReseal(first)).to.be.false;
        await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "GovernanceIsNormal");
      }
    });

    it("[INV-9] is closed behind the fallback gate", async () => {
      const { breaker, first, reseal, timelock, governance, fallbackGate } = await networkHelpers.loadFixture(deploy);
      await timelock.connect(governance).setGate(fallbackGate);
      expect(await breaker.admitsReseal(first)).to.be.false;
      await expect(reseal(first))
        .to.be.revertedWithCustomError(breaker, "GovernanceIsNormal")
        .withArgs(fallbackGate.target);
    });

    it("is the reseal committee's alone", async () => {
      const { breaker, first, sealer, resealer, tiebreaker, stranger, governance } =
        await networkHelpers.loadFixture(deploy);
      for (const caller of [sealer, tiebreaker, stranger, governance]) {
        await expect(breaker.connect(caller).reseal(first))
          .to.be.revertedWithCustomError(breaker, "CallerIsNotResealCommittee")
          .withArgs(caller.address, resealer.address);
      }
    });

    it("[INV-9] starts no pause: not before, not in the second in which it ends, not after", async () => {
      const { breaker, first, reseal, governance, now } = await networkHelpers.loadFixture(deploy);
      const resumesAt = await first.getResumeSinceTimestamp();
      expect(resumesAt).to.be.greaterThan(await now());
      const snapshot = await networkHelpers.takeSnapshot();
      await time.setNextBlockTimestamp(resumesAt - 1n);
      await reseal(first);
      for (const moment of [resumesAt, resumesAt + 1n]) {
        await snapshot.restore();
        await time.increaseTo(moment);
        expect(await breaker.admitsReseal(first)).to.be.false;
        await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "NoRunningPause").withArgs(first.target);
      }
      await snapshot.restore();
      await breaker.connect(governance).resume(first);
      await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "NoRunningPause");
    });

    it("cannot be repeated, nor touch a pause that lasts until it is lifted anyway", async () => {
      const { breaker, first, reseal } = await networkHelpers.loadFixture(deploy);
      await reseal(first);
      expect(await breaker.admitsReseal(first)).to.be.false;
      await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "NoRunningPause");
    });

    it("refuses what is not named", async () => {
      const { breaker, resealer, makePausable } = await networkHelpers.loadFixture(deploy);
      const other = await makePausable();
      await other.pauseFor(SEAL_DURATION);
      expect(await breaker.admitsReseal(other)).to.be.false;
      await expect(breaker.connect(resealer).reseal(other))
        .to.be.revertedWithCustomError(breaker, "PausableNotNamed")
        .withArgs(other.target);
    });

    it("is all or nothing: the pause goes on as it was if it cannot be begun anew, or be ended", async () => {
      const { breaker, first, reseal } = await networkHelpers.loadFixture(deploy);
      const resumesAt = await first.getResumeSinceTimestamp();
      for (const [name, error] of [
        ["pauseFor", "PauseFailed"],
        ["resume", "ResumeFailed"],
      ] as const) {
        const { selector } = first.getFunction(name).fragment;
        for (const answer of [Answer.Revert, Answer.RevertBomb, Answer.BurnGas, Answer.Empty, Answer.Bomb]) {
          await first.setAnswer(selector, answer);
          // The breaker has nothing against it; what the pausable says, only the call tells.
          expect(await breaker.admitsReseal(first)).to.be.true;
          await expect(reseal(first)).to.be.revertedWithCustomError(breaker, error).withArgs(first.target);
          expect([await first.isPaused(), await first.getResumeSinceTimestamp()]).to.deep.equal([true, resumesAt]);
        }
        await first.setAnswer(selector, Answer.Honest);
      }
      await reseal(first);
    });

    it("believes neither of two words that contradict each other", async () => {
      const { breaker, first, second, reseal } = await networkHelpers.loadFixture(deploy);
      const answer = async (name: "isPaused" | "getResumeSinceTimestamp", value: number) =>
        first.setAnswer(first.getFunction(name).fragment.selector, value);
      await answer("isPaused", Answer.Zero);
      await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "NoRunningPause");
      await answer("isPaused", Answer.Honest);
      for (const value of [Answer.Zero, Answer.Max, Answer.Revert, Answer.BurnGas, Answer.Short]) {
        await answer("getResumeSinceTimestamp", value);
        await expect(reseal(first)).to.be.revertedWithCustomError(breaker, "NoRunningPause");
      }
      await reseal(second);
    });
  });
});
