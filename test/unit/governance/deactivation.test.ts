import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, HOUR, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);

const { VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

/** Two percent of alice's have faded into deactivation, a second after their extension of 9.44 days. */
async function deployFaded() {
  const world = await deploy();
  const activatedAt = await world.enterSignalling(2n * PERCENT);
  const enteredAt = activatedAt + 5n * DAY + (40n * DAY) / 9n + 1n;
  await world.pokeAt(enteredAt);
  return { ...world, activatedAt, enteredAt };
}

/** Faded after the longest extension, so that no support below the rage quit threshold brings signalling back. */
async function deployLate() {
  const world = await deploy();
  const activatedAt = await world.enterSignalling(2n * PERCENT);
  await world.enterDeactivation();
  return { ...world, activatedAt, enteredAt: await world.now() };
}

describe("DualGovernance", () => {
  describe("in VetoSignallingDeactivation", () => {
    it("cools down when the deactivation has passed", async () => {
      const { enteredAt, statesAround } = await networkHelpers.loadFixture(deployFaded);
      expect(await statesAround(enteredAt + 3n * DAY)).to.deep.equal([
        VetoSignallingDeactivation,
        VetoSignallingDeactivation,
        VetoCooldown,
      ]);
    });

    it("returns to signalling when more support extends up to this very moment, not a second further", async () => {
      const { activatedAt, enteredAt, aside, at, lock, bob, state } = await networkHelpers.loadFixture(deployFaded);
      const states: bigint[] = [];
      // 2.2 % extends by 5 days and 460,800 s, which is within the deactivation.
      const extended = activatedAt + 5n * DAY + 460_800n;
      expect(extended)
        .to.be.greaterThan(enteredAt)
        .and.lessThan(enteredAt + 3n * DAY);
      for (const offset of [-1n, 0n, 1n]) {
        const reached = aside(async () => {
          await at(extended + offset);
          await lock(bob, PERCENT / 5n);
          return await state();
        });
        states.push(await reached);
      }
      expect(states).to.deep.equal([VetoSignalling, VetoSignalling, VetoSignallingDeactivation]);
    });

    it("returns within the activation: neither the round's start nor its configuration moves", async () => {
      const { activatedAt, enteredAt, at, lock, bob, machine, rules } = await networkHelpers.loadFixture(deployFaded);
      const before = await machine();
      await at(enteredAt + HOUR);
      await lock(bob, PERCENT);
      const after = await machine();
      expect(after.state).to.equal(VetoSignalling);
      expect(after.activatedAt).to.equal(activatedAt);
      expect(after.frozenConfig).to.equal(before.frozenConfig);
      expect(after.phaseEndsAt).to.equal(enteredAt + HOUR + rules.signalling.minActive);
    });

    it("returns when the rage quit threshold is reached, however late", async () => {
      const { enteredAt, at, lock, bob, machine, activatedAt, rules } = await networkHelpers.loadFixture(deployLate);
      expect(enteredAt).to.be.greaterThan(activatedAt + rules.signalling.maxDuration);
      await at(enteredAt + 3n * DAY);
      await lock(bob, 8n * PERCENT);
      const after = await machine();
      expect(after.state).to.equal(VetoSignalling);
      expect(after.rageQuitThresholdAt).to.equal(enteredAt + 3n * DAY);
    });

    it("stays with a wei less than the rage quit threshold", async () => {
      const { enteredAt, at, lock, bob, state } = await networkHelpers.loadFixture(deployLate);
      await at(enteredAt + 3n * DAY);
      await lock(bob, 8n * PERCENT - 1n);
      expect(await state()).to.equal(VetoSignallingDeactivation);
    });

    it("cools down instead when the return comes a second too late", async () => {
      const { enteredAt, at, lock, bob, machine } = await networkHelpers.loadFixture(deployLate);
      await at(enteredAt + 3n * DAY + 1n);
      await lock(bob, 8n * PERCENT);
      // The lock finds the cooldown due; it counts, and signalling follows when the cooldown has passed.
      expect((await machine()).state).to.equal(VetoCooldown);
      expect((await machine()).rageQuitThresholdAt).to.equal(0n);
    });

    it("ends in a rage quit when the join window passed since the rage quit threshold was first counted", async () => {
      const { activatedAt, enteredAt, at, lock, unlock, bob, state, aside, machine } =
        await networkHelpers.loadFixture(deployLate);
      // Bob crosses the threshold late, takes back so much that signalling fades again, and crosses it once more.
      const rageQuitThresholdAt = enteredAt + HOUR;
      await at(rageQuitThresholdAt);
      await lock(bob, 8n * PERCENT);
      const fadedAt = rageQuitThresholdAt + 5n * HOUR + 1n;
      await at(fadedAt);
      await unlock(bob, 1n);
      expect((await machine()).state).to.equal(VetoSignallingDeactivation);
      expect((await machine()).rageQuitThresholdAt)
        .to.equal(rageQuitThresholdAt)
        .and.greaterThan(activatedAt);
      const states: bigint[] = [];
      for (const offset of [-1n, 0n, 1n]) {
        const reached = aside(async () => {
          await at(rageQuitThresholdAt + DAY + offset);
          await lock(bob, 1n);
          return await state();
        });
        states.push(await reached);
      }
      expect(states).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
    });

    it("lets governance neither schedule nor execute", async () => {
      const { schedule, enterSignalling, enterDeactivation, makeOperation, execute, timelock, gate } =
        await networkHelpers.loadFixture(deploy);
      await schedule(1n);
      await enterSignalling(PERCENT);
      await enterDeactivation();
      expect(await gate.canSchedule()).to.be.false;
      await expect(timelock.schedule(...makeOperation(2n), 4n * DAY))
        .to.be.revertedWithCustomError(timelock, "SchedulingClosed")
        .withArgs(gate);
      await expect(execute(1n)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    });
  });
});
