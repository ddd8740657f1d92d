import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, HOUR, PERCENT, State } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);
/** Shares may leave long before the least stay has passed. */
const deployWithShortLock = () => deployGateWorld(connection, { phases: { minLock: HOUR } });

const { VetoSignalling, VetoSignallingDeactivation, RageQuit } = State;

/** Support, and for how long it extends the timelock: 5 days at 1 %, 45 days at 10 %. */
const EXTENSIONS = [
  { shares: PERCENT, extension: 5n * DAY, name: "the signalling threshold" },
  { shares: 2n * PERCENT, extension: 5n * DAY + (40n * DAY) / 9n, name: "2 %" },
  { shares: (11n * PERCENT) / 2n, extension: 25n * DAY, name: "the middle between the thresholds" },
  { shares: 10n * PERCENT - 1n, extension: 45n * DAY - 1n, name: "just below the rage quit threshold" },
] as const;

describe("DualGovernance", () => {
  describe("in VetoSignalling", () => {
    for (const { shares, extension, name } of EXTENSIONS) {
      it(`is left for deactivation when the extension of ${name} has passed`, async () => {
        const { enterSignalling, statesAround } = await networkHelpers.loadFixture(deploy);
        const activatedAt = await enterSignalling(shares);
        expect(await statesAround(activatedAt + extension)).to.deep.equal([
          VetoSignalling,
          VetoSignalling,
          VetoSignallingDeactivation,
        ]);
      });
    }

    it("restarts the timer for deactivation", async () => {
      const { enterSignalling, enterDeactivation, machine, now, rules, gate } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      await enterDeactivation();
      const after = await machine();
      expect(after.phaseEndsAt).to.equal((await now()) + rules.signalling.deactivation);
      expect(after.activatedAt).to.equal(activatedAt);
      expect(await gate.persistedState()).to.equal(VetoSignallingDeactivation);
    });

    it("lasts for the least stay, whatever the support", async () => {
      const { enterSignalling, unlock, alice, at, state, statesAround } =
        await networkHelpers.loadFixture(deployWithShortLock);
      const activatedAt = await enterSignalling(PERCENT);
      await at(activatedAt + HOUR + 1n);
      await unlock(alice, PERCENT);
      expect(await state()).to.equal(VetoSignalling);
      expect(await statesAround(activatedAt + 5n * HOUR)).to.deep.equal([
        VetoSignalling,
        VetoSignalling,
        VetoSignallingDeactivation,
      ]);
    });

    it("lasts for the least stay again after a return from deactivation", async () => {
      const { enterSignalling, lock, bob, pokeAt, at, machine, statesAround } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      await pokeAt(activatedAt + 5n * DAY + 1n);
      // 1.1 % extends by 5 days and 10 h 40 min: signalling is back, and would end before the least stay has passed.
      const returnedAt = activatedAt + 5n * DAY + 10n * HOUR;
      await at(returnedAt);
      await lock(bob, PERCENT / 10n);
      expect((await machine()).state).to.equal(VetoSignalling);
      expect((await machine()).activatedAt).to.equal(activatedAt);
      expect(await statesAround(returnedAt + 5n * HOUR)).to.deep.equal([
        VetoSignalling,
        VetoSignalling,
        VetoSignallingDeactivation,
      ]);
    });

    it("is prolonged by more support, shortened by less", async () => {
      const { enterSignalling, lock, unlock, alice, bob, pokeAt, at, state } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(PERCENT);
      await lock(bob, PERCENT);
      expect(await pokeAt(activatedAt + 9n * DAY)).to.equal(VetoSignalling);
      await at(activatedAt + 9n * DAY + HOUR);
      await unlock(alice, PERCENT / 2n);
      expect(await state()).to.equal(VetoSignallingDeactivation);
    });

    it("ends in a rage quit when the longest extension has passed over the rage quit threshold", async () => {
      const { enterSignalling, statesAround } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      expect(await statesAround(activatedAt + 45n * DAY)).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
    });

    it("writes down what a rage quit starts with, and tells the escrow", async () => {
      const { enterSignalling, gate, escrow, machine, record, at, rules } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      await at(activatedAt + 45n * DAY + 1n);
      const poke = gate.poke();
      await expect(poke).to.emit(gate, "GovernanceStateChanged").withArgs(VetoSignalling, RageQuit, 1n);
      await expect(poke)
        .to.emit(escrow, "RageQuitStarted")
        .withArgs(1n, 10n * PERCENT, rules.phases.rageQuitExtension, 75n * DAY);
      const { phaseEndsAt, round } = await machine();
      expect([phaseEndsAt, round]).to.deep.equal([0n, 1n]);
      expect(await record()).to.deep.equal([90n * PERCENT, 90n * PERCENT]);
      expect(await escrow.runningEpoch()).to.equal(2n);
    });

    it("is not left by time while the rage quit threshold is held and the longest extension runs", async () => {
      const { enterSignalling, pokeAt } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      for (const days of [1n, 6n, 30n, 45n]) {
        expect(await pokeAt(activatedAt + days * DAY)).to.equal(VetoSignalling);
      }
    });

    it("lets governance schedule, and execute nothing", async () => {
      const { schedule, execute, enterSignalling, timelock, gate, pokeAt, now } =
        await networkHelpers.loadFixture(deploy);
      await schedule(1n);
      await enterSignalling(PERCENT);
      await schedule(2n);
      expect(await pokeAt((await now()) + 4n * DAY)).to.equal(VetoSignalling);
      for (const rule of [1n, 2n]) {
        await expect(execute(rule)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      }
      expect(await gate.canSchedule()).to.be.true;
    });
  });
});
