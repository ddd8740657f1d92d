import { expect } from "chai";
import hre from "hardhat";

import { deployDeadlockWorld, TIMEOUT } from "../../helpers/deadlockWorld.js";
import { DAY, PERCENT, State, TIMELOCK } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const deploy = () => deployDeadlockWorld(connection);

const RULE = 1n;
const OTHER = 2n;

/** A rage quit that is a deadlock by its blocker. Two operations were scheduled in it; their base delay has passed. */
async function deployDeadlock() {
  const world = await deploy();
  const { gate, timelock, tiebreaker, at, now, makeOperation } = world;
  const epoch = await world.enterDeadlock();
  const id = await world.schedule(RULE);
  const otherId = await world.schedule(OTHER);
  await time.increase(TIMELOCK.delay);
  const release = (which = id) => gate.connect(tiebreaker).release(which);
  /** The second in which `id` was scheduled. */
  const { scheduledAt } = await timelock.getOperation(id);
  const isReady = () => timelock.isOperationReady(id);
  const cancel = () => timelock.cancel(id);
  const reschedule = async () => {
    await timelock.schedule(...makeOperation(RULE), TIMELOCK.delay);
    await at((await now()) + TIMELOCK.delay);
    await networkHelpers.mine();
  };
  return { ...world, epoch, id, otherId, scheduledAt, release, isReady, cancel, reschedule };
}

describe("DualGovernance", () => {
  describe("release", () => {
    it("[INV-2] lets exactly this operation through, whoever executes it", async () => {
      const { gate, timelock, target, execute, release, isReady, id, scheduledAt } =
        await networkHelpers.loadFixture(deployDeadlock);
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await expect(release()).to.emit(gate, "OperationReleased").withArgs(id, scheduledAt);
      expect([await gate.releasedSchedule(id), await isReady()]).to.deep.equal([scheduledAt, true]);
      await execute(RULE);
      expect(await target.rule()).to.equal(RULE);
      await expect(execute(OTHER)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      expect(await gate.persistedState()).to.equal(State.RageQuit);
    });

    it("is the tiebreaker's alone; the DAO's timelock is not it, nor an account without a seat", async () => {
      const { gate, timelock, id, governance, stranger, tiebreaker, deployer } =
        await networkHelpers.loadFixture(deployDeadlock);
      for (const caller of [governance, stranger, deployer]) {
        await expect(gate.connect(caller).release(id))
          .to.be.revertedWithCustomError(gate, "CallerIsNotTiebreaker")
          .withArgs(caller.address, tiebreaker.address);
      }
      await timelock.connect(governance).setTiebreaker(ethers.ZeroAddress, TIMEOUT);
      await expect(gate.connect(tiebreaker).release(id))
        .to.be.revertedWithCustomError(gate, "CallerIsNotTiebreaker")
        .withArgs(tiebreaker.address, ethers.ZeroAddress);
    });

    it("needs a deadlock: not a second too early", async () => {
      const { gate, enterRageQuit, schedule, machine, tiebreaker, aside, at } =
        await networkHelpers.loadFixture(deploy);
      await enterRageQuit();
      const { activatedAt } = await machine();
      await time.increaseTo(activatedAt + TIMEOUT - 10n * DAY);
      const id = await schedule(RULE);
      const released: boolean[] = [];
      for (const offset of [-1n, 0n, 1n]) {
        await aside(async () => {
          await at(activatedAt + TIMEOUT + offset);
          // With gas of its own, so that a call that fails is mined, in the very second that was set.
          const release = gate.connect(tiebreaker).release(id, { gasLimit: 3_000_000n });
          if (offset < 0n) await expect(release).to.be.revertedWithCustomError(gate, "NotDeadlocked");
          else await release;
          released.push((await gate.releasedSchedule(id)) !== 0n);
        });
      }
      expect(released).to.deep.equal([false, true, true]);
    });

    it("is refused in Normal and while signalling", async () => {
      const { gate, schedule, tiebreaker, block, enterSignalling } = await networkHelpers.loadFixture(deploy);
      await block();
      const id = await schedule(RULE);
      await expect(gate.connect(tiebreaker).release(id)).to.be.revertedWithCustomError(gate, "NotDeadlocked");
      await enterSignalling(10n * PERCENT);
      await expect(gate.connect(tiebreaker).release(id)).to.be.revertedWithCustomError(gate, "NotDeadlocked");
    });

    it("knows no operation of its own: what is unknown, cancelled, done or expired is refused", async () => {
      const { gate, timelock, id, otherId, release, execute, cancel, aside, at } =
        await networkHelpers.loadFixture(deployDeadlock);
      const refuses = async (which: string) => {
        await expect(release(which)).to.be.revertedWithCustomError(gate, "OperationNotPending").withArgs(which);
      };
      await refuses(ethers.id("unknown"));
      await refuses(ethers.ZeroHash);
      await aside(async () => {
        await cancel();
        await refuses(id);
      });
      await aside(async () => {
        await timelock.cancelAllOperations();
        await refuses(id);
      });
      await aside(async () => {
        await release();
        await execute(RULE);
        await refuses(id);
      });
      const expiry = await timelock.getExpiry(otherId);
      await aside(async () => {
        await at(expiry);
        await release(otherId);
      });
      await at(expiry + 1n);
      await refuses(otherId);
    });

    it("does not make an operation older: its base delay and its expiry still bind", async () => {
      const { timelock, enterDeadlock, schedule, makeOperation, stranger, gate, tiebreaker, aside, at, now } =
        await networkHelpers.loadFixture(deploy);
      await enterDeadlock();
      const id = await schedule(RULE);
      const due = (await now()) + TIMELOCK.delay;
      // With gas of its own, so that a call that fails is mined, in the very second that was set.
      const execute = () => timelock.connect(stranger).execute(...makeOperation(RULE), { gasLimit: 3_000_000n });
      await gate.connect(tiebreaker).release(id);
      const outcomes: boolean[] = [];
      for (const moment of [due - 1n, due, due + TIMELOCK.grace, due + TIMELOCK.grace + 1n]) {
        await aside(async () => {
          await at(moment);
          await networkHelpers.mine();
          outcomes.push(await timelock.isOperationReady(id));
        });
        await aside(async () => {
          await at(moment);
          if (moment < due) {
            await expect(execute()).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
          } else if (moment > due + TIMELOCK.grace) {
            await expect(execute()).to.be.revertedWithCustomError(timelock, "OperationExpired");
          } else await execute();
        });
      }
      expect(outcomes).to.deep.equal([false, true, true, false]);
    });

    it("does not count for an operation that was cancelled and scheduled anew", async () => {
      const { timelock, release, cancel, reschedule, execute, isReady, gate, id } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      await cancel();
      await reschedule();
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      expect(await gate.isDeadlocked()).to.be.true;
      await release();
      await execute(RULE);
      expect((await timelock.getOperation(id)).sequence).to.equal(0n);
    });

    it("does not outlast the deadlock", async () => {
      const { timelock, release, execute, isReady, blocker, redeemAll, epoch, lock, bob, pokeAt, schedule, target } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      await blocker.resume();
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      // Neither in the signalling that follows, with the blocker paused again.
      await lock(bob, 12n * PERCENT);
      expect(await pokeAt((await redeemAll(epoch)) + 1n)).to.equal(State.VetoSignalling);
      await blocker.pauseFor(ethers.MaxUint256);
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await schedule(3n);
      expect(await target.rule()).to.equal(0n);
    });

    it("[INV-3] does not carry into a cooldown what objection has held back", async () => {
      const { timelock, release, execute, redeemAll, epoch, pokeAt, blocker } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      expect(await pokeAt((await redeemAll(epoch)) + 1n)).to.equal(State.VetoCooldown);
      expect(await blocker.isPaused()).to.be.true;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    });

    it("[INV-9] does not revive in the deadlock of a later halt", async () => {
      const { timelock, release, execute, redeemAll, epoch, pokeAt, machine, lock, bob, gate, rules, isReady } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      await pokeAt((await redeemAll(epoch)) + 1n);
      await lock(bob, 12n * PERCENT);
      expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(State.VetoSignalling);
      const { activatedAt } = await machine();
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(State.RageQuit);
      expect([await gate.isDeadlocked(), await gate.haltedSince()]).to.deep.equal([true, activatedAt]);
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await release();
      await execute(RULE);
    });

    it("may be made of several operations; each is judged when it executes", async () => {
      const { timelock, release, otherId, execute, gate, governance, isReady } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      await release(otherId);
      await execute(OTHER);
      expect(await isReady()).to.be.true;
      await gate.connect(governance).setWithdrawalBlockers([]);
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    });

    it("may be of an operation that ends the deadlock; the next one waits again", async () => {
      const { timelock, gate, blocker, release, execute, governance, id, tiebreaker } =
        await networkHelpers.loadFixture(deployDeadlock);
      const data = gate.interface.encodeFunctionData("setWithdrawalBlockers", [[]]);
      const repair = [gate.target, 0n, data, ethers.ZeroHash, ethers.ZeroHash] as const;
      await timelock.schedule(...repair, TIMELOCK.delay);
      const repairId = await timelock.hashOperation(...repair);
      await gate.connect(tiebreaker).release(repairId);
      await release(id);
      await time.increase(TIMELOCK.delay);
      await timelock.execute(...repair);
      expect([await timelock.isOperationDone(repairId), await gate.isDeadlocked()]).to.deep.equal([true, false]);
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      await gate.connect(governance).setWithdrawalBlockers([blocker]);
      await execute(RULE);
    });

    it("does not pass emergency mode: only the execution committee may execute it", async () => {
      const { timelock, governance, release, execute, makeOperation, alice, carol, target, isReady, now } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      const terms = {
        activationCommittee: alice,
        executionCommittee: carol,
        protectionEndsAt: (await now()) + 100n * DAY,
        modeDuration: 10n * DAY,
      };
      await timelock.connect(governance).setEmergencyProtection(terms);
      await timelock.connect(alice).activateEmergencyMode();
      expect(await isReady()).to.be.false;
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "CallerIsNotExecutionCommittee");
      await expect(timelock.connect(carol).execute(...makeOperation(OTHER))).to.be.revertedWithCustomError(
        timelock,
        "ExecutionClosed",
      );
      await timelock.connect(carol).execute(...makeOperation(RULE));
      expect(await target.rule()).to.equal(RULE);
    });

    it("means nothing to a gate that has been replaced, and the new gate knows nothing of it", async () => {
      const { timelock, governance, gate, release, id, execute, tiebreaker } =
        await networkHelpers.loadFixture(deployDeadlock);
      await release();
      await timelock.connect(governance).setGate(await timelock.FALLBACK_GATE());
      await expect(gate.connect(tiebreaker).release(id)).to.be.revertedWithCustomError(gate, "OperationNotPending");
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "TimelockUnexpectedOperationState");
    });
  });
});
