import { expect } from "chai";
import { ZeroHash } from "ethers";
import { network } from "hardhat";

import { batch, execute, schedule } from "../../helpers/operations.js";
import { State } from "../../helpers/deployCore.js";
import { BOUNDS, DAY, DELAY, FALLBACK_DELAY } from "./timelockFixture.js";
import { emergencyFixture } from "./emergency-world.js";

const { around, deployAll, deployProtected, deployTimelock, ethers, executes, loadFixture, now, outcome, time } =
  emergencyFixture(await network.create());

const LIMIT = 2n ** 32n - 1n;
const MAX = 2n ** 256n - 1n;
const deployGate = (delay: bigint) => ethers.deployContract("FallbackGate", [delay]);

describe("FallbackGate", () => {
  it("has a delay from a second to what any timelock needs", async () => {
    const factory = await ethers.getContractFactory("FallbackGate");
    for (const delay of [0n, LIMIT + 1n, MAX]) {
      await expect(deployGate(delay)).to.be.revertedWithCustomError(factory, "DelayOutOfRange").withArgs(delay, LIMIT);
    }
    for (const delay of [1n, FALLBACK_DELAY, LIMIT]) expect(await (await deployGate(delay)).DELAY()).to.equal(delay);
  });

  it("always says that governance is Normal, and lets everything be scheduled", async () => {
    const { stranger } = await loadFixture(deployAll);
    const gate = (await deployGate(FALLBACK_DELAY)).connect(stranger);
    expect(await gate.effectiveState()).to.equal(State.Normal);
    expect(await gate.canSchedule()).to.be.true;
    expect(await gate.admitSchedule()).to.be.true;
  });

  it("lets execute what was scheduled exactly its delay ago, asked by anybody, in both ways", async () => {
    const gate = await deployGate(FALLBACK_DELAY);
    const scheduledAt = await now();
    for (const [passed, expected] of [
      [FALLBACK_DELAY - 1n, false],
      [FALLBACK_DELAY, true],
      [FALLBACK_DELAY + 36_500n * DAY, true],
    ] as const) {
      await time.increaseTo(scheduledAt + passed);
      for (const ask of [gate.canExecute, gate.admitExecution]) {
        expect(await ask.staticCall(ZeroHash, scheduledAt)).to.equal(expected);
      }
    }
  });

  it("says no of the future, and does not overflow", async () => {
    const gate = await deployGate(1n);
    const present = await now();
    for (const scheduledAt of [present + 1n, present + DAY, MAX]) {
      expect(await gate.canExecute(ZeroHash, scheduledAt)).to.be.false;
      expect(await gate.admitExecution(ZeroHash, scheduledAt)).to.be.false;
    }
    expect(await gate.canExecute(ZeroHash, 0n)).to.be.true;
  });

  it("answers as a gate must, so that a timelock may be given it in the ordinary way", async () => {
    const { timelock, self } = await loadFixture(deployProtected);
    await timelock.connect(self).setGate(await timelock.FALLBACK_GATE());
    expect(await timelock.checkGate.staticCall()).to.be.true;
  });

  it("[INV-1] makes a base delay that is longer than its own count as before", async () => {
    const { admin, dao, stranger } = await loadFixture(deployAll);

    const timelock = await deployTimelock({ admin, proposers: [dao], rules: { fallbackDelay: DAY } });
    await timelock.setGate(await timelock.FALLBACK_GATE());
    const operation = batch([{ target: stranger.address }]);
    await schedule(timelock, dao, operation, DELAY);
    const dueAt = (await now()) + DELAY;
    const outcomes = await around(dueAt, () => outcome(execute(timelock, stranger, operation)));
    expect(outcomes).to.deep.equal(["TimelockUnexpectedOperationState", "done", "done"]);
  });

  it("[INV-11] makes the timelock's views tell what would happen, second by second", async () => {
    const all = await loadFixture(deployProtected);
    const { timelock, self, dao, stranger, setRule } = all;
    await timelock.connect(self).setGate(await timelock.FALLBACK_GATE());
    const operation = batch([setRule(1n)]);
    await schedule(timelock, dao, operation, DELAY);
    const scheduledAt = await now();
    const landsAt = scheduledAt + FALLBACK_DELAY;
    const expiry = scheduledAt + DELAY + BOUNDS.grace;
    for (const [moment, expected] of [
      [scheduledAt + DELAY, false],
      [landsAt - 1n, false],
      [landsAt, true],
      [expiry, true],
      [expiry + 1n, false],
    ] as const) {
      await time.increaseTo(moment);
      expect(await timelock.isOperationReady(operation.id)).to.equal(expected);
      expect(await executes(all, stranger, operation)).to.equal(expected);
    }
  });
});
