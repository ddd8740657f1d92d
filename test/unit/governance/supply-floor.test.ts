import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { DAY, deployGateWorld, PERCENT, State, SUPPLY } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

/** One in a thousand of the shares that the escrow found. [shares] */
const FLOOR = SUPPLY / 1_000n;
/** The least that signals, and the least that leaves, however few shares are left. [shares] */
const LEAST_R1 = FLOOR / 100n;
const LEAST_R2 = FLOOR / 10n;

/** The world; `empty` lets everybody redeem what they hold. */
async function deploy() {
  const world = await deployGateWorld(connection);
  const { vault, alice, bob, carol, whale } = world;
  async function empty() {
    for (const holder of [alice, bob, carol, whale]) {
      const shares = await vault.balanceOf(holder);
      if (shares > 0n) await vault.connect(holder).redeem(shares, holder, holder);
    }
  }
  return { ...world, empty };
}

describe("DualGovernance", () => {
  describe("the floor of the supply", () => {
    it("is one in a thousand of what there was at the deployment", async () => {
      const { escrow } = await networkHelpers.loadFixture(deploy);
      expect(await escrow.SUPPLY_FLOOR()).to.equal(FLOOR);
    });

    it("keeps one wei, locked at the launch, from signalling when everybody else has gone", async () => {
      const { lock, alice, vault, empty, gate, state, record, pokeAt, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, 1n);
      await empty();
      expect(await vault.totalSupply()).to.equal(1n);
      await gate.poke();
      expect(await state()).to.equal(Normal);
      expect(await record()).to.deep.equal([FLOOR, FLOOR]);
      expect((await gate.effective()).reading.supportNow).to.equal(10n ** 18n / FLOOR);
      expect(await pokeAt((await now()) + 100n * DAY)).to.equal(Normal);
    });

    it("keeps one wei of a signaller from starting a rage quit when everybody else has gone", async () => {
      const { enterSignalling, unlock, alice, empty, gate, state, machine, pokeAt, now, record } =
        await networkHelpers.loadFixture(deploy);
      await enterSignalling(10n * PERCENT);
      await networkHelpers.time.increase(DAY);
      await unlock(alice, 10n * PERCENT - 1n);
      await empty();
      await gate.poke();
      expect((await record()).lowest).to.equal(FLOOR);
      expect(await state()).to.equal(VetoSignallingDeactivation);
      expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(VetoCooldown);
      expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(Normal);
      expect(await pokeAt((await now()) + 100n * DAY)).to.equal(Normal);
    });

    it("protects whoever has R1 of it", async () => {
      const { lock, alice, empty, state, machine, pokeAt, gate, rules } = await networkHelpers.loadFixture(deploy);
      await lock(alice, LEAST_R1);
      expect(await state()).to.equal(Normal);
      await empty();
      await gate.poke();
      expect(await state()).to.equal(VetoSignalling);
      expect((await gate.effective()).reading.supportMax).to.equal(rules.signalling.signallingThreshold);
      const { activatedAt } = await machine();
      expect(await pokeAt(activatedAt + rules.signalling.minDuration + 1n)).to.equal(VetoSignallingDeactivation);
    });

    it("protects nobody who has less than R1 of it although it is all there is", async () => {
      const { lock, alice, vault, empty, pokeAt, now } = await networkHelpers.loadFixture(deploy);
      await lock(alice, LEAST_R1 - 1n);
      await empty();
      expect(await vault.totalSupply()).to.equal(LEAST_R1 - 1n);
      expect(await pokeAt((await now()) + DAY)).to.equal(Normal);
    });

    it("lets whoever has R2 of it leave, and stands for those who stay", async () => {
      const { lock, alice, empty, gate, machine, pokeAt, record, rules, redeemAll } =
        await networkHelpers.loadFixture(deploy);
      await lock(alice, LEAST_R2);
      await empty();
      await gate.poke();
      const { activatedAt, rageQuitThresholdAt } = await machine();
      expect(rageQuitThresholdAt).to.equal(activatedAt);
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
      expect(await record()).to.deep.equal([FLOOR, FLOOR]);
      expect(await pokeAt((await redeemAll(1n)) + 1n)).to.equal(VetoCooldown);
    });

    it("counts shares locked in a vault that calls itself empty against it", async () => {
      const { lock, alice, vault, state, gate } = await networkHelpers.loadFixture(deploy);
      await vault.setAnswer(vault.getFunction("totalSupply").fragment.selector, Answer.Zero);
      await lock(alice, LEAST_R1 - 1n);
      expect(await state()).to.equal(Normal);
      await lock(alice, FLOOR);
      expect(await state()).to.equal(VetoSignalling);
      expect((await gate.effective()).reading.supportMax).to.equal(10n ** 18n);
    });
  });
});
