import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { End, EXIT } from "../../helpers/deployCore.js";
import { DAY, deployGateWorld, HOUR, PERCENT, State, SUPPLY, type GateWorld } from "../../helpers/gateWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const deploy = () => deployGateWorld(connection);
/** Every rage quit in a row waits 50 days longer: 110, 160, then 180 for ever. */
const deployGrowing = () => deployGateWorld(connection, { phases: { withdrawalDelayGrowth: 50n * DAY } });

/** Alice has left with 10 % of all shares; everything is claimed, the extension runs. */
async function deployExtending() {
  const world = await deploy();
  const epoch = await world.enterRageQuit();
  return { ...world, epoch, completeAfter: await world.redeemAll(epoch) };
}

const { Normal, VetoSignalling, VetoCooldown, RageQuit } = State;
/** One of the 90 % that stay after alice has left. [shares] */
const PERCENT_LEFT = (9n * PERCENT) / 10n;
/** The votable supply never counts as less. [shares] */
const FLOOR = SUPPLY / 1_000n;

async function withdrawalDelayOf({ escrow }: GateWorld, epoch: bigint): Promise<bigint> {
  const [event] = await escrow.queryFilter(escrow.filters.RageQuitStarted(epoch));
  if (event === undefined) throw new Error(`epoch ${epoch} has not been closed`);
  return event.args.withdrawalDelay;
}

/** Bob signals with R1 of what is left, so that signalling follows the running rage quit, and then leaves himself. */
async function followWith(world: GateWorld, who: GateWorld["bob"], epoch: bigint): Promise<bigint> {
  const { escrow, lock, redeemAll, pokeAt, machine, rules } = world;
  await lock(who, 12n * PERCENT);
  expect(await pokeAt((await redeemAll(epoch)) + 1n)).to.equal(VetoSignalling);
  const next = await escrow.runningEpoch();
  expect(await pokeAt((await machine()).activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
  return next;
}

describe("DualGovernance", () => {
  describe("in RageQuit", () => {
    it("waits for the exit, as long as nobody begins it or calls it off", async () => {
      const { enterRageQuit, redeemAll, gate, pokeAt, now, machine, statesAround } =
        await networkHelpers.loadFixture(deploy);
      const epoch = await enterRageQuit();
      expect(await pokeAt((await now()) + 400n * DAY)).to.equal(RageQuit);
      expect((await machine()).phaseEndsAt).to.equal(0n);
      const completeAfter = await redeemAll(epoch);
      await gate.poke();
      expect((await machine()).phaseEndsAt).to.equal(completeAfter);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoCooldown]);
    });

    it("waits for a vault that refuses until the exit is called off, and then twice as long", async () => {
      const { enterRageQuit, vault, escrow, pokeAt, now, statesAround, at } = await networkHelpers.loadFixture(deploy);
      const epoch = await enterRageQuit();
      await vault.setAnswer(vault.getFunction("redeem").fragment.selector, Answer.Revert);
      await expect(escrow.beginExit(epoch, ethers.ZeroAddress)).to.revert(ethers);
      const { closedAt } = await escrow.getEpoch(epoch);
      await at(closedAt + EXIT.callOffDelay + 1n);
      await escrow.callOff(epoch);
      const { completeAfter, end } = await escrow.getEpoch(epoch);
      expect([end, completeAfter]).to.deep.equal([End.CalledOff, (await now()) + EXIT.callOffExtension]);
      expect(await pokeAt((await now()) + HOUR)).to.equal(RageQuit);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoCooldown]);
    });

    it("cools down when the extension has passed below the signalling threshold", async () => {
      const { completeAfter, lock, bob, statesAround } = await networkHelpers.loadFixture(deployExtending);
      await lock(bob, PERCENT_LEFT - 1n);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoCooldown]);
    });

    it("signals again when the extension has passed at the signalling threshold of those who stayed", async () => {
      const { completeAfter, lock, bob, statesAround } = await networkHelpers.loadFixture(deployExtending);
      await lock(bob, PERCENT_LEFT);
      expect(await statesAround(completeAfter)).to.deep.equal([RageQuit, RageQuit, VetoSignalling]);
    });

    it("counts only the running epoch", async () => {
      const { completeAfter, escrow, gate, pokeAt } = await networkHelpers.loadFixture(deployExtending);
      expect(await escrow.lockedShares()).to.equal(0n);
      expect((await gate.effective()).reading.supportMax).to.equal(0n);
      expect(await pokeAt(completeAfter + 1n)).to.equal(VetoCooldown);
    });

    it("measures support without the shares that are leaving, before and after they are claimed", async () => {
      const { enterRageQuit, redeemAll, gate, lock, bob, now, pokeAt } = await networkHelpers.loadFixture(deploy);
      const epoch = await enterRageQuit();
      await lock(bob, PERCENT_LEFT);
      expect((await gate.effective()).reading.supportMax).to.equal(10n ** 16n);
      await redeemAll(epoch);
      await pokeAt((await now()) + HOUR);
      const { reading } = await gate.effective();
      expect([reading.supply, reading.lowestSupply]).to.deep.equal([90n * PERCENT, 90n * PERCENT]);
      expect(reading.supportMax).to.equal(10n ** 16n);
    });

    it("does not let deposits made meanwhile dilute those who signal", async () => {
      const { completeAfter, lock, bob, whale, asset, vault, pokeAt } =
        await networkHelpers.loadFixture(deployExtending);
      await lock(bob, PERCENT_LEFT);
      await asset.mint(whale, SUPPLY);
      await vault.connect(whale).deposit(SUPPLY, whale);
      expect(await pokeAt(completeAfter + 1n)).to.equal(VetoSignalling);
    });

    it("moves no token and asks the vault for nothing but its supply", async () => {
      const { enterSignalling, vault, escrow, pokeAt, rules, record } = await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      for (const name of ["totalSupply", "balanceOf", "transfer", "redeem", "maxRedeem", "asset"] as const) {
        await vault.setAnswer(vault.getFunction(name).fragment.selector, Answer.BurnGas);
      }
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
      expect(await record()).to.deep.equal([90n * PERCENT, 90n * PERCENT]);
      await vault.setAnswer(vault.getFunction("balanceOf").fragment.selector, Answer.Honest);
      expect(await vault.balanceOf(escrow)).to.equal(10n * PERCENT);
    });

    it("saturates where more is locked than the vault says exists", async () => {
      const { enterSignalling, vault, pokeAt, rules, record, gate, lock, bob, aside, redeemAll } =
        await networkHelpers.loadFixture(deploy);
      const activatedAt = await enterSignalling(10n * PERCENT);
      const { selector } = vault.getFunction("totalSupply").fragment;
      await vault.setAnswer(selector, Answer.One);
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
      expect(await record()).to.deep.equal([FLOOR, FLOOR]);
      await vault.setAnswer(selector, Answer.Honest);
      // As far as the record goes nobody is left, which the floor stands for: 1 % of it is R1.
      await lock(bob, FLOOR / 100n - 1n);
      expect((await gate.effective()).reading.supportMax).to.equal(((FLOOR / 100n - 1n) * 10n ** 18n) / FLOOR);
      const completeAfter = await redeemAll(1n);
      expect(await aside(() => pokeAt(completeAfter + 1n))).to.equal(VetoCooldown);
      await lock(bob, 1n);
      expect(await pokeAt(completeAfter + 1n)).to.equal(VetoSignalling);
    });

    it("lets governance schedule, and execute nothing", async () => {
      const { schedule, execute, enterRageQuit, timelock, at, now } = await networkHelpers.loadFixture(deploy);
      await schedule(1n);
      await enterRageQuit();
      await schedule(2n);
      await at((await now()) + 5n * DAY);
      for (const rule of [1n, 2n]) {
        await expect(execute(rule)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
      }
    });
  });

  describe("rounds", () => {
    it("count rage quits in a row; each waits longer for its withdrawals, up to the longest wait", async () => {
      const world = await networkHelpers.loadFixture(deployGrowing);
      const { bob, carol, whale, alice, machine } = world;
      let epoch = await world.enterRageQuit(10n * PERCENT, alice);
      const delays = [await withdrawalDelayOf(world, epoch)];
      for (const who of [bob, carol, whale]) {
        epoch = await followWith(world, who, epoch);
        delays.push(await withdrawalDelayOf(world, epoch));
      }
      expect(delays).to.deep.equal([110n * DAY, 160n * DAY, 180n * DAY, 180n * DAY]);
      expect((await machine()).round).to.equal(4n);
    });

    it("start again after a cooldown", async () => {
      const world = await networkHelpers.loadFixture(deployGrowing);
      const { enterRageQuit, redeemAll, pokeAt, machine, bob, now } = world;
      const epoch = await enterRageQuit();
      expect(await pokeAt((await redeemAll(epoch)) + 1n)).to.equal(VetoCooldown);
      expect((await machine()).round).to.equal(0n);
      expect(await pokeAt((await now()) + 5n * HOUR + 1n)).to.equal(Normal);
      const next = await enterRageQuit(10n * PERCENT, bob);
      expect((await machine()).round).to.equal(1n);
      expect(await withdrawalDelayOf(world, next)).to.equal(110n * DAY);
    });

    it("[INV-8] saturate at 255", async () => {
      const world = await networkHelpers.loadFixture(deployGrowing);
      const { enterSignalling, gate, pokeAt, rules, machine, carol } = world;
      const activatedAt = await enterSignalling(10n * PERCENT);
      // The machine is the gate's first slot: state, then round.
      const slot = BigInt(await ethers.provider.getStorage(gate, 0n));
      await networkHelpers.setStorageAt(await gate.getAddress(), 0n, slot | (254n << 8n));
      expect((await machine()).round).to.equal(254n);
      expect((await machine()).activatedAt).to.equal(activatedAt);
      expect(await pokeAt(activatedAt + rules.signalling.maxDuration + 1n)).to.equal(RageQuit);
      expect((await machine()).round).to.equal(255n);
      const next = await followWith(world, carol, 1n);
      expect((await machine()).round).to.equal(255n);
      expect(await withdrawalDelayOf(world, next)).to.equal(180n * DAY);
    });
  });
});
