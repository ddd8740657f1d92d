import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, HOUR, PERCENT, State, type GateWorld } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

/** Alice signals with 9 %: a lock of bob's makes the rage quit threshold. `longestUntil` ends the longest extension. */
async function deployNearThreshold(joinWindow = DAY) {
  const world = await deployGateWorld(connection, { signalling: { joinWindow } });
  const activatedAt = await world.enterSignalling(9n * PERCENT);
  return { ...world, longestUntil: activatedAt + world.rules.signalling.maxDuration };
}
const deploy = () => deployNearThreshold();
const deployWithoutWindow = () => deployNearThreshold(0n);

const { VetoSignalling, VetoSignallingDeactivation, RageQuit } = State;

const rageQuitThresholdAt = async ({ machine }: GateWorld) => (await machine()).rageQuitThresholdAt;

describe("DualGovernance", () => {
  describe("join window", () => {
    it("costs an early crossing nothing", async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { at, lock, bob, statesAround, longestUntil } = world;
      await at(longestUntil - DAY);
      await lock(bob, PERCENT);
      expect(await rageQuitThresholdAt(world)).to.equal(longestUntil - DAY);
      expect(await statesAround(longestUntil)).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
    });

    it("holds a rage quit back after a late crossing", async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { at, lock, bob, statesAround, longestUntil } = world;
      await at(longestUntil - HOUR);
      await lock(bob, PERCENT);
      expect(await statesAround(longestUntil - HOUR + DAY)).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
    });

    it("[JOIN-3] cannot be skipped: not even the last lock of all starts the rage quit", async () => {
      const { at, lock, bob, state, longestUntil, gate, pokeAt } = await networkHelpers.loadFixture(deploy);
      await at(longestUntil);
      await expect(lock(bob, PERCENT)).to.emit(gate, "RageQuitThresholdCounted").withArgs(longestUntil);
      expect(await state()).to.equal(VetoSignalling);
      expect(await pokeAt(longestUntil + DAY)).to.equal(VetoSignalling);
    });

    it("lets everybody still lock in the same epoch, and no longer than it runs", async () => {
      const { at, lock, bob, carol, whale, state, longestUntil, escrow } = await networkHelpers.loadFixture(deploy);
      await at(longestUntil);
      await lock(bob, PERCENT);
      await at(longestUntil + DAY);
      await lock(carol, 20n * PERCENT);
      expect(await state()).to.equal(VetoSignalling);
      await at(longestUntil + DAY + 1n);
      await lock(whale, 40n * PERCENT);
      expect(await state()).to.equal(RageQuit);
      expect((await escrow.getEpoch(1n)).totalShares).to.equal(30n * PERCENT);
      expect((await escrow.positionOf(2n, whale)).shares).to.equal(40n * PERCENT);
    });

    it("[JOIN-1] cannot be used up early: falling below the threshold before the longest extension ends clears it", async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { at, lock, unlock, bob, carol, gate, longestUntil, statesAround } = world;
      await lock(bob, PERCENT);
      await at(longestUntil - 30n * DAY);
      await expect(unlock(bob, 1n)).to.emit(gate, "RageQuitThresholdCounted").withArgs(0n);
      expect(await rageQuitThresholdAt(world)).to.equal(0n);
      await at(longestUntil - 1n);
      await lock(carol, PERCENT);
      expect(await statesAround(longestUntil - 1n + DAY)).to.deep.equal([VetoSignalling, VetoSignalling, RageQuit]);
    });

    for (const { offset, cleared } of [
      { offset: -1n, cleared: true },
      { offset: 0n, cleared: true },
      { offset: 1n, cleared: false },
    ]) {
      const moment = offset === 0n ? "in" : offset < 0n ? "a second before" : "a second after";
      it(`is ${cleared ? "cleared" : "kept"} by a dip ${moment} the end of the longest extension`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        const { at, lock, unlock, bob, longestUntil } = world;
        const countedAt = longestUntil - HOUR * 6n;
        await at(countedAt);
        await lock(bob, PERCENT);
        await at(longestUntil + offset);
        await unlock(bob, PERCENT);
        expect(await rageQuitThresholdAt(world)).to.equal(cleared ? 0n : countedAt);
      });
    }

    it("[JOIN-2] cannot be renewed for ever: after the longest extension its first value is fixed", async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { at, lock, unlock, bob, carol, whale, longestUntil, state } = world;
      const countedAt = longestUntil;
      await at(countedAt);
      await lock(bob, PERCENT);
      // Dips and new crossings inside the window change nothing.
      await at(countedAt + 6n * HOUR);
      await unlock(bob, PERCENT);
      expect(await state()).to.equal(VetoSignallingDeactivation);
      await at(countedAt + 7n * HOUR);
      await lock(carol, PERCENT);
      expect(await state()).to.equal(VetoSignalling);
      await at(countedAt + 13n * HOUR);
      await unlock(carol, PERCENT);
      await at(countedAt + DAY + 1n);
      await lock(whale, PERCENT);
      expect(await rageQuitThresholdAt(world)).to.equal(countedAt);
      expect(await state()).to.equal(RageQuit);
    });

    it("is forgotten with the round: the next activation counts anew", async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const { at, lock, unlock, alice, bob, carol, pokeAt, machine, longestUntil, now } = world;
      await at(longestUntil);
      await lock(bob, PERCENT);
      await at(longestUntil + 6n * HOUR);
      await unlock(bob, PERCENT);
      await pokeAt((await machine()).phaseEndsAt + 1n);
      expect(await rageQuitThresholdAt(world)).to.equal(longestUntil);
      await unlock(alice, PERCENT);
      await pokeAt((await machine()).phaseEndsAt + 1n);
      expect((await machine()).state).to.equal(VetoSignalling);
      expect(await rageQuitThresholdAt(world)).to.equal(0n);
      await lock(carol, 2n * PERCENT);
      expect(await rageQuitThresholdAt(world)).to.equal(await now());
    });

    it("of no length still leaves the second of the crossing to others", async () => {
      const { pokeAt, at, lock, bob, carol, longestUntil, state, statesAround, escrow } =
        await networkHelpers.loadFixture(deployWithoutWindow);
      expect(await pokeAt(longestUntil + 1n)).to.equal(VetoSignallingDeactivation);
      await at(longestUntil + HOUR);
      await lock(bob, PERCENT);
      expect(await state()).to.equal(VetoSignalling);
      expect(await statesAround(longestUntil + HOUR + 2n)).to.deep.equal([RageQuit, RageQuit, RageQuit]);
      await at(longestUntil + HOUR + 1n);
      await lock(carol, PERCENT);
      expect((await escrow.getEpoch(1n)).totalShares).to.equal(10n * PERCENT);
    });
  });
});
