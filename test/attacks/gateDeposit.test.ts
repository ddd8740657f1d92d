import { expect } from "chai";
import hre from "hardhat";

import { DAY, PERCENT, State, SUPPLY } from "../helpers/gateWorld.js";
import { deployFlashWorld, LOAN, type FlashWorld } from "./flashWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown, RageQuit } = State;

/** The operation that the attacker wants to land: scheduled before anybody objected. */
const RULE = 1n;
/** One that is younger than the objection. */
const YOUNG_RULE = 2n;

async function deploy() {
  const world = await deployFlashWorld(connection);
  await world.schedule(RULE);
  return world;
}

/** Signalling at 2 %, a second after it would fade if the loan diluted it to nothing. */
async function deploySignalling() {
  const world = await deploy();
  const activatedAt = await world.enterSignalling(2n * PERCENT);
  return { ...world, moment: activatedAt + 5n * DAY + 1n };
}

/** Deactivation, in its last second. */
async function deployDeactivating() {
  const world = await deploy();
  await world.enterSignalling(2n * PERCENT);
  const moment = await world.enterDeactivation();
  /** Everybody but alice leaves with so much that her 2 % are 10 %. */
  const leaveAll = async () => {
    for (const holder of [world.bob, world.carol, world.whale]) {
      await world.vault.connect(holder).redeem(await world.vault.balanceOf(holder), holder, holder);
    }
  };
  return { ...world, moment, leaveAll };
}

/** A cooldown that is over, with 2 % locked; the younger operation is due as well. */
async function deployCooled() {
  const world = await deploy();
  await world.enterSignalling(2n * PERCENT);
  await world.schedule(YOUNG_RULE);
  await world.pokeAt((await world.enterDeactivation()) + 1n);
  return { ...world, moment: (await world.machine()).phaseEndsAt + 1n };
}

/** A rage quit that is complete, with 1 % of those who stay locked. */
async function deployComplete() {
  const world = await deploy();
  const epoch = await world.enterRageQuit();
  await world.lock(world.bob, (9n * PERCENT) / 10n);
  return { ...world, moment: (await world.redeemAll(epoch)) + 1n };
}

const isDiluted = async ({ escrow, rules }: FlashWorld) =>
  ((await escrow.lockedShares()) * 10n ** 18n) / (SUPPLY + LOAN) < rules.signalling.signallingThreshold;

describe("flash deposit, poke, execute, redeem in one transaction", () => {
  for (const { edge, deployEdge, from, to } of [
    { edge: "VS → VSD", deployEdge: deploySignalling, from: VetoSignalling, to: VetoSignalling },
    { edge: "VC → N", deployEdge: deployCooled, from: VetoCooldown, to: VetoSignalling },
    { edge: "RQ → VC", deployEdge: deployComplete, from: RageQuit, to: VetoSignalling },
  ]) {
    it(`[INV-7] does not make ${edge} pass, though it dilutes the support below the signalling threshold`, async () => {
      const world = await networkHelpers.loadFixture(deployEdge);
      const { moment, state, aside, pokeAt, attackByDeposit, target, vault, asset, lender } = world;
      expect(await state()).to.equal(from);
      expect(await isDiluted(world)).to.be.true;
      expect(await aside(() => pokeAt(moment))).to.equal(to);
      for (const rule of [RULE, YOUNG_RULE]) {
        const reached = await aside(async () => {
          await attackByDeposit(moment, rule);
          return [await state(), await target.rule()];
        });
        expect(reached).to.deep.equal([to, 0n]);
      }
      await attackByDeposit(moment, RULE);
      expect(await vault.totalSupply()).to.be.at.most(SUPPLY);
      expect(await asset.balanceOf(lender)).to.equal(LOAN);
    });
  }

  it("[INV-7] does not make VSD → VC pass a second before its time", async () => {
    const { moment, state, attackByDeposit, target, aside } = await networkHelpers.loadFixture(deployDeactivating);
    await attackByDeposit(moment, RULE);
    expect(await state()).to.equal(VetoSignallingDeactivation);
    expect(await target.rule()).to.equal(0n);
    // A second later the cooldown is due for everybody, and lets the older operation run as it should.
    const landed = await aside(async () => {
      await attackByDeposit(moment + 1n, RULE);
      return [await state(), await target.rule()];
    });
    expect(landed).to.deep.equal([VetoCooldown, RULE]);
  });

  it("[INV-7] does not hide a shrinkage of the supply that anybody has recorded", async () => {
    const { moment, state, aside, attackByDeposit, target, gate, at, leaveAll } =
      await networkHelpers.loadFixture(deployDeactivating);
    await at(moment - 10n);
    await leaveAll();
    await gate.poke();
    // Alice's 2 % are the rage quit threshold of what is left: signalling is back, and stays.
    expect(await state()).to.equal(VetoSignalling);
    for (const offset of [0n, 1n, 2n]) {
      const reached = await aside(async () => {
        await attackByDeposit(moment + offset, RULE);
        return [await state(), await target.rule()];
      });
      expect(reached).to.deep.equal([VetoSignalling, 0n]);
    }
  });

  it("[SUP-5] hides for one transaction what nobody has recorded: only what was poked counts", async () => {
    const { moment, state, aside, pokeAt, attackByDeposit, at, leaveAll } =
      await networkHelpers.loadFixture(deployDeactivating);
    await at(moment - 10n);
    await leaveAll();
    expect(await aside(() => pokeAt(moment + 1n))).to.equal(VetoSignalling);
    await attackByDeposit(moment + 1n, RULE);
    expect(await state()).to.equal(VetoCooldown);
  });

  it("[SUP-5] puts an activation off by no more than its own transaction", async () => {
    const { attackByDeposit, vault, whale, bob, carol, lock, alice, now, pokeAt, state } =
      await networkHelpers.loadFixture(deploy);
    await lock(alice, PERCENT / 2n);
    await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
    for (const holder of [bob, carol]) await vault.connect(holder).redeem(5n * PERCENT, holder, holder);
    // Alice holds 1 % of what is left; nobody has poked yet.
    await attackByDeposit((await now()) + 1n, RULE);
    expect(await state()).to.equal(Normal);
    expect(await pokeAt((await now()) + 1n)).to.equal(VetoSignalling);
  });

  it("[INV-7] leaves no trace in a rage quit that it began: whoever locks records the supply as it is", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { enterSignalling, attackByDeposit, state, record, lock, bob, redeemAll, rules, target } = world;
    const activatedAt = await enterSignalling(10n * PERCENT);
    await attackByDeposit(activatedAt + rules.signalling.maxDuration + 1n, RULE);
    expect(await state()).to.equal(RageQuit);
    expect((await record()).lowest).to.equal(LOAN + 90n * PERCENT);
    // Bob locks 1 % of those who stay while the others' shares are still to be claimed, and need do no more.
    await lock(bob, (9n * PERCENT) / 10n);
    expect((await record()).lowest).to.equal(90n * PERCENT);
    await attackByDeposit((await redeemAll(1n)) + 1n, RULE);
    expect(await state()).to.equal(VetoSignalling);
    expect(await target.rule()).to.equal(0n);
  });

  it("[INV-7] and whoever locks after others have left is measured by what is left", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { enterRageQuit, attackByDeposit, state, lock, bob, whale, vault, redeemAll, target } = world;
    const epoch = await enterRageQuit();
    await vault.connect(whale).redeem(40n * PERCENT, whale, whale);
    await lock(bob, PERCENT / 2n);
    await attackByDeposit((await redeemAll(epoch)) + 1n, RULE);
    expect(await state()).to.equal(VetoSignalling);
    expect(await target.rule()).to.equal(0n);
  });
});
