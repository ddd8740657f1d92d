import { expect } from "chai";
import hre from "hardhat";

import { DAY, PERCENT, State } from "../helpers/gateWorld.js";
import { deployFlashWorld } from "./flashWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

const RULE = 1n;
/** The attacker's own shares, 40 % of all: with them out of the vault, 6 in 1,000 are 1 %. */
const OWN = 40n * PERCENT;
/** The least that such an attacker can pass off as R1, and as R2: R · (1 − f). [shares] */
const SMALL_R1 = (6n * PERCENT) / 10n;
const SMALL_R2 = 6n * PERCENT;

/** The gate's world; the attacker owns what was the whale's. */
async function deploy() {
  const world = await deployFlashWorld(connection);
  await world.vault.connect(world.whale).transfer(world.attacker, OWN);
  await world.schedule(RULE);
  return world;
}

/** Signalling with R1, in the second in which it fades. */
async function deploySignalling() {
  const world = await deploy();
  const activatedAt = await world.enterSignalling(PERCENT);
  return { ...world, activatedAt, moment: activatedAt + 5n * DAY + 1n };
}

/** Deactivation, a second after its end. */
async function deployDeactivating() {
  const world = await deploy();
  await world.enterSignalling(PERCENT);
  return { ...world, moment: (await world.enterDeactivation()) + 1n };
}

/** A cooldown that is over; `shares` are locked. */
async function deployCooled(shares: bigint) {
  const world = await deploy();
  await world.enterSignalling(PERCENT);
  await world.pokeAt((await world.enterDeactivation()) + 1n);
  await world.unlock(world.alice, PERCENT - shares);
  return { ...world, moment: (await world.machine()).phaseEndsAt + 1n };
}
const deployCooledBelow = () => deployCooled(SMALL_R1 - 1n);
const deployCooledAt = () => deployCooled(SMALL_R1);

/** A rage quit of 10 % that is complete; `shares` of those who stay are locked, and the attacker's are 40 of 90. */
async function deployComplete(shares: bigint) {
  const world = await deploy();
  const epoch = await world.enterRageQuit();
  await world.lock(world.bob, shares);
  return { ...world, moment: (await world.redeemAll(epoch)) + 1n };
}
const deployCompleteBelow = () => deployComplete(PERCENT / 2n - 1n);
const deployCompleteAt = () => deployComplete(PERCENT / 2n);

/** The state that the attack leaves, beside the one of an honest poke in the same second. */
async function compare(world: Awaited<ReturnType<typeof deployDeactivating>>) {
  const { aside, pokeAt, attackByRedemption, moment, state, vault, attacker } = world;
  const honest = await aside(() => pokeAt(moment));
  await attackByRedemption(moment, OWN, RULE);
  expect(await vault.balanceOf(attacker)).to.equal(OWN);
  return { honest, attacked: await state() };
}

describe("redeem, poke, deposit again in one transaction", () => {
  describe("activates signalling at R1 · (1 − f)", () => {
    for (const { shares, reached, name } of [
      { shares: SMALL_R1 - 1n, reached: Normal, name: "not with a wei less" },
      { shares: SMALL_R1, reached: VetoSignalling, name: "there" },
    ]) {
      it(`[SUP-6] ${name}`, async () => {
        const world = await networkHelpers.loadFixture(deploy);
        await world.lock(world.alice, shares);
        const now = await world.now();
        expect(await compare({ ...world, moment: now + 1n })).to.deep.equal({ honest: Normal, attacked: reached });
      });
    }
  });

  it("[SUP-6] prolongs signalling at most to the extension of R ÷ (1 − f)", async () => {
    const world = await networkHelpers.loadFixture(deploySignalling);
    const { activatedAt, statesAround } = world;
    expect(await compare(world)).to.deep.equal({ honest: VetoSignallingDeactivation, attacked: VetoSignalling });
    // 1 % of all is 1.67 % of what was left for a moment: 5 d and 2/27 of 40 d, rounded down.
    expect(await statesAround(activatedAt + 5n * DAY + (40n * DAY * 2n) / 27n - 1n)).to.deep.equal([
      VetoSignalling,
      VetoSignalling,
      VetoSignallingDeactivation,
    ]);
  });

  it("[SUP-6] counts the rage quit threshold at R2 · (1 − f), not below", async () => {
    const { enterSignalling, lock, alice, attackByRedemption, machine, pokeAt, now, aside } =
      await networkHelpers.loadFixture(deploy);
    const activatedAt = await enterSignalling(SMALL_R2 - 1n);
    const missed = await aside(async () => {
      await attackByRedemption((await now()) + 1n, OWN, RULE);
      return (await machine()).rageQuitThresholdAt;
    });
    expect(missed).to.equal(0n);
    await lock(alice, 1n);
    await attackByRedemption((await now()) + 1n, OWN, RULE);
    expect((await machine()).rageQuitThresholdAt).to.equal(await now());
    expect(await pokeAt(activatedAt + 45n * DAY)).to.equal(VetoSignalling);
    expect(await pokeAt(activatedAt + 45n * DAY + 1n)).to.equal(RageQuit);
  });

  it("[INV-7] lets VSD → VC pass when it is due, no sooner", async () => {
    const world = await networkHelpers.loadFixture(deployDeactivating);
    const early = { ...world, moment: world.moment - 1n };
    expect(await world.aside(() => compare(early))).to.deep.equal({
      honest: VetoSignallingDeactivation,
      attacked: VetoSignallingDeactivation,
    });
    expect(await compare(world)).to.deep.equal({ honest: VetoCooldown, attacked: VetoCooldown });
  });

  for (const { edge, deployBelow, deployAt, relaxed } of [
    { edge: "VC → N", deployBelow: deployCooledBelow, deployAt: deployCooledAt, relaxed: Normal },
    { edge: "RQ → VC", deployBelow: deployCompleteBelow, deployAt: deployCompleteAt, relaxed: VetoCooldown },
  ]) {
    it(`[SUP-6] holds ${edge} back from R1 · (1 − f) on, not below`, async () => {
      const below = await networkHelpers.loadFixture(deployBelow);
      expect(await compare(below)).to.deep.equal({ honest: relaxed, attacked: relaxed });
      const reached = await networkHelpers.loadFixture(deployAt);
      expect(await compare(reached)).to.deep.equal({ honest: relaxed, attacked: VetoSignalling });
    });
  }

  it("[SUP-6] lowers the record for the round only: the next activation starts with what is there", async () => {
    const { lock, unlock, alice, attackByRedemption, now, record, machine, enterDeactivation, pokeAt } =
      await networkHelpers.loadFixture(deploy);
    await lock(alice, PERCENT);
    await attackByRedemption((await now()) + 1n, OWN, RULE);
    expect((await record()).lowest).to.equal(60n * PERCENT);
    await enterDeactivation();
    await pokeAt((await machine()).phaseEndsAt + 1n);
    await unlock(alice, PERCENT);
    expect(await pokeAt((await machine()).phaseEndsAt + 1n)).to.equal(Normal);
    await lock(alice, PERCENT);
    expect((await record()).lowest).to.equal(100n * PERCENT);
  });
});
