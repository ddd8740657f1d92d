import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { EXIT } from "../../helpers/deployCore.js";
import { DAY, deployGateWorld, HOUR, PERCENT, SHARE, State, SUPPLY, TIMELOCK } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** The world, with the verbs of a vault: `grow`, `shrink`, and `mute`, which decides how it tells its supply. */
async function deploy() {
  const world = await deployGateWorld(connection);
  const { vault, asset, whale } = world;
  const { selector } = vault.getFunction("totalSupply").fragment;
  const grow = async (shares: bigint) => {
    await asset.mint(whale, shares);
    await vault.connect(whale).deposit(shares, whale);
  };
  const shrink = (shares: bigint) => vault.connect(whale).redeem(shares, whale, whale);
  const mute = (answer: number) => vault.setAnswer(selector, answer);
  return { ...world, grow, shrink, mute, selector };
}

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;
/** The votable supply never counts as less. [shares] */
const FLOOR = SUPPLY / 1_000n;
const SILENT = ["Revert", "RevertBomb", "BurnGas", "Short", "Empty"] as const;

describe("DualGovernance", () => {
  describe("supply record", () => {
    it("is taken at the construction", async () => {
      const { record } = await networkHelpers.loadFixture(deploy);
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
    });

    it("is the floor if the vault is silent at the construction: one wei does not signal even then", async () => {
      const { vault, vessel, timelock, rules, alice, mute } = await networkHelpers.loadFixture(deploy);
      const escrow = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
      await mute(Answer.Revert);
      const gate = await ethers.deployContract("DualGovernance", [timelock, escrow, rules]);
      await escrow.bindGate(gate);
      expect((await gate.persisted())[1]).to.deep.equal([FLOOR, FLOOR]);
      await vault.connect(alice).approve(escrow, FLOOR);
      await escrow.connect(alice).lock(FLOOR / 100n - 1n, 0n);
      expect(await gate.persistedState()).to.equal(Normal);
      await escrow.connect(alice).lock(1n, 0n);
      expect(await gate.persistedState()).to.equal(VetoSignalling);
    });

    it("is refreshed in Normal by a poke with something locked, by nothing else", async () => {
      const { record, grow, gate, lock, unlock, alice, bob, schedule, execute, now, at } =
        await networkHelpers.loadFixture(deploy);
      await schedule(1n);
      await grow(PERCENT);
      await gate.poke();
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
      await lock(alice, SHARE);
      await lock(bob, SHARE);
      await schedule(2n);
      await at((await now()) + TIMELOCK.delay);
      await execute(1n);
      await unlock(bob, SHARE);
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
      await expect(gate.poke())
        .to.emit(gate, "SupplyRecorded")
        .withArgs(SUPPLY + PERCENT, SUPPLY + PERCENT);
      await expect(gate.poke()).not.to.emit(gate, "SupplyRecorded");
    });

    it("keeps no lowest in Normal: what a poke saw there is forgotten by the next", async () => {
      const { record, grow, shrink, gate, lock, alice, enterSignalling } = await networkHelpers.loadFixture(deploy);
      await lock(alice, SHARE);
      await shrink(30n * PERCENT);
      await gate.poke();
      expect(await record()).to.deep.equal([70n * PERCENT, 70n * PERCENT]);
      await grow(30n * PERCENT);
      await gate.poke();
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
      await shrink(30n * PERCENT);
      await gate.poke();
      await grow(30n * PERCENT);
      await enterSignalling(PERCENT);
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
    });

    it("keeps the lowest of the round outside Normal, and the last beside it", async () => {
      const { record, grow, shrink, gate, enterSignalling, lock, bob } = await networkHelpers.loadFixture(deploy);
      await enterSignalling(PERCENT);
      await shrink(10n * PERCENT);
      await gate.poke();
      await grow(20n * PERCENT);
      await lock(bob, SHARE);
      expect(await record()).to.deep.equal([110n * PERCENT, 90n * PERCENT]);
      const { reading } = await gate.effective();
      expect(reading.supportNow).to.equal(((PERCENT + SHARE) * 10n ** 18n) / (110n * PERCENT));
      expect(reading.supportMax).to.equal(((PERCENT + SHARE) * 10n ** 18n) / (90n * PERCENT));
    });

    it("keeps the lowest through deactivation, cooldown and a new activation; Normal leaves it alone", async () => {
      const { record, grow, shrink, gate, enterSignalling, enterDeactivation, pokeAt, machine, unlock, alice } =
        await networkHelpers.loadFixture(deploy);
      await enterSignalling(PERCENT);
      await shrink(10n * PERCENT);
      await gate.poke();
      await grow(10n * PERCENT);
      for (const state of [VetoSignallingDeactivation, VetoCooldown, VetoSignalling]) {
        if (state === VetoSignallingDeactivation) await enterDeactivation();
        else await pokeAt((await machine()).phaseEndsAt + 1n);
        expect((await machine()).state).to.equal(state);
        expect(await record()).to.deep.equal([SUPPLY, 90n * PERCENT]);
      }
      await enterDeactivation();
      await pokeAt((await machine()).phaseEndsAt + 1n);
      await unlock(alice, PERCENT);
      expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(Normal);
      expect(await record()).to.deep.equal([SUPPLY, 90n * PERCENT]);
    });

    it("starts anew with a rage quit: what is left when those who leave no longer count", async () => {
      const { record, grow, shrink, gate, enterSignalling, pokeAt, machine } = await networkHelpers.loadFixture(deploy);
      await enterSignalling(10n * PERCENT);
      await shrink(20n * PERCENT);
      await gate.poke();
      await grow(20n * PERCENT);
      await pokeAt((await machine()).activatedAt + 45n * DAY + 1n);
      expect((await machine()).state).to.equal(RageQuit);
      expect(await record()).to.deep.equal([90n * PERCENT, 90n * PERCENT]);
      await shrink(5n * PERCENT);
      await gate.poke();
      await grow(5n * PERCENT);
      await gate.poke();
      expect(await record()).to.deep.equal([90n * PERCENT, 85n * PERCENT]);
    });
  });

  describe("a vault that does not tell its supply", () => {
    for (const answer of SILENT) {
      it(`[SUP-3] by ${answer} leaves the last recorded supply in force, in every state`, async () => {
        const { mute, lock, alice, bob, gate, grow, pokeAt, now, machine, enterDeactivation, record, unlock } =
          await networkHelpers.loadFixture(deploy);
        await lock(alice, SHARE);
        await grow(10n * PERCENT);
        await gate.poke();
        await grow(10n * PERCENT);
        await mute(Answer[answer]);
        const measured = async () => (await gate.effective()).reading;
        const last = 110n * PERCENT;
        expect((await measured()).supply).to.equal(last);
        expect(await pokeAt((await now()) + HOUR)).to.equal(Normal);
        await lock(bob, (11n * PERCENT) / 10n - SHARE);
        expect((await measured()).supply).to.equal(last);
        expect((await machine()).state).to.equal(VetoSignalling);
        await enterDeactivation();
        expect((await machine()).state).to.equal(VetoSignallingDeactivation);
        expect((await measured()).supply).to.equal(last);
        await pokeAt((await machine()).phaseEndsAt + 1n);
        expect((await machine()).state).to.equal(VetoCooldown);
        expect((await measured()).supply).to.equal(last);
        await lock(bob, 10n * PERCENT);
        await pokeAt((await machine()).phaseEndsAt + 1n);
        await pokeAt((await machine()).activatedAt + 45n * DAY + 1n);
        expect((await machine()).state).to.equal(RageQuit);
        const left = last - (111n * PERCENT) / 10n;
        expect(await record()).to.deep.equal([left, left]);
        expect((await measured()).supply).to.equal(left);
        await lock(bob, SHARE);
        await networkHelpers.time.increase(HOUR * 6n);
        await unlock(bob, SHARE);
      });
    }

    it("is believed again as soon as it speaks", async () => {
      const { mute, lock, alice, grow, gate, record } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT);
      await mute(Answer.Revert);
      await grow(10n * PERCENT);
      await gate.poke();
      expect(await record()).to.deep.equal([SUPPLY, SUPPLY]);
      await mute(Answer.Honest);
      await gate.poke();
      expect(await record()).to.deep.equal([110n * PERCENT, SUPPLY]);
    });

    it("is taken at its word when the word is sane, however much comes after it", async () => {
      const { mute, lock, alice, gate, record } = await networkHelpers.loadFixture(deploy);
      await lock(alice, SHARE);
      await mute(Answer.Max);
      await gate.poke();
      expect(await record()).to.deep.equal([2n ** 128n - 1n, 2n ** 128n - 1n]);
      // One share, it says, and two hundred thousand bytes of zeros.
      await mute(Answer.Bomb);
      await gate.poke();
      expect(await record()).to.deep.equal([FLOOR, FLOOR]);
    });

    it("cannot overflow anything by the greatest number that there is", async () => {
      const { mute, lock, alice, gate, record, state } = await networkHelpers.loadFixture(deploy);
      await lock(alice, PERCENT / 2n);
      await mute(Answer.Max);
      await gate.poke();
      expect(await record()).to.deep.equal([2n ** 128n - 1n, 2n ** 128n - 1n]);
      expect((await gate.effective()).reading.supportNow).to.equal((PERCENT * 10n ** 18n) / 2n / (2n ** 128n - 1n));
      await lock(alice, 19n * PERCENT);
      expect(await state()).to.equal(Normal);
    });
  });
});
