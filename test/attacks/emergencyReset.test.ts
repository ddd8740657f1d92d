import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import hre from "hardhat";

import { getActors } from "../helpers/actors.js";
import { EXIT } from "../helpers/deployCore.js";
import { DAY, deployGateWorld, PERCENT, State, TIMELOCK } from "../helpers/gateWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { batch, execute, schedule } from "../helpers/operations.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Uneven, so that rounding shows. [shares] */
const ALICE = 7n * PERCENT + 1n;
const BOB = 5n * PERCENT + 12_345n;
const CAROL = 3n * PERCENT;

/**
 * A rage quit of alice's and bob's has begun, carol signals in the epoch that followed, both committees are in office;
 * the vault has earned a third, so that a share is worth more than a unit of the asset.
 */
async function deploy() {
  const world = await deployGateWorld(connection);
  const names = ["deployer", "alice", "bob", "carol", "whale", "stranger", "alarm", "warden"] as const;
  const { alarm, warden } = await getActors(ethers, ...names);
  const { asset, vault, timelock, lock, alice, bob, carol, enterRageQuit, escrow } = world;
  const share = await ethers.getContractAt("ShareMock", await escrow.SHARE());
  await asset.mint(vault, (await vault.totalAssets()) / 3n);
  await lock(bob, BOB);
  const epoch = await enterRageQuit(ALICE, alice);
  await lock(carol, CAROL);
  const self = await impersonate(connection, timelock);
  await timelock.connect(self).setEmergencyProtection({
    activationCommittee: alarm,
    executionCommittee: warden,
    protectionEndsAt: await timelock.PROTECTION_HARD_END(),
    modeDuration: TIMELOCK.emergencyLimit,
  });
  /** Both committees together put an end to the gate. */
  const reset = async () => {
    await timelock.connect(alarm).activateEmergencyMode();
    await timelock.connect(warden).emergencyReset();
  };
  return { ...world, share, alarm, warden, epoch, reset };
}
type World = Awaited<ReturnType<typeof deploy>>;

async function payout({ escrow, asset }: World, epoch: bigint, staker: HardhatEthersSigner): Promise<bigint> {
  const before = await asset.balanceOf(staker);
  await escrow.connect(staker).withdraw(epoch, staker);
  return (await asset.balanceOf(staker)) - before;
}

/** Drives the rage quit to its end, with a reset before the step of that index; @returns what was paid and when. */
async function ride(world: World, resetBefore: number | undefined) {
  const { escrow, epoch, at, now, alice, bob, reset, asset, vault } = world;
  let vessel = "";
  let withdrawableAfter = 0n;
  const begunAt = await now();
  const payments: bigint[] = [];
  const steps: readonly (() => Promise<unknown>)[] = [
    async () => {
      // The vault can pay a part.
      await vault.setLiquidity((await vault.totalAssets()) / 30n);
      await escrow.beginExit(epoch, ethers.ZeroAddress);
      ({ payer: vessel } = await escrow.getEpoch(epoch));
    },
    async () => {
      await vault.setLiquidity(ethers.MaxUint256);
      await escrow.beginExit(epoch, vessel);
      ({ withdrawableAfter } = await escrow.getEpoch(epoch));
    },
    async () => {
      await at(withdrawableAfter + 1n);
      payments.push(await payout(world, epoch, alice));
    },
    async () => payments.push(await payout(world, epoch, bob)),
  ];
  for (const [index, step] of steps.entries()) {
    if (index === resetBefore) await reset();
    const moment = begunAt + DAY * BigInt(index + 1);
    if (moment > (await now())) await at(moment);
    await step();
  }
  return { payments, withdrawableAfter, left: await asset.balanceOf(vessel) };
}

describe("[INV-5] [INV-6] [INV-9] an emergency reset out of a live rage quit", () => {
  const STEPS = ["the exit begins", "the rest is asked for", "the first payment", "the last payment"];

  for (const [index, name] of STEPS.entries()) {
    it(`before ${name} changes neither what is paid, to the wei, nor when`, async () => {
      const world = await networkHelpers.loadFixture(deploy);
      const undisturbed = await world.aside(() => ride(world, undefined));
      const disturbed = await ride(world, index);
      expect(disturbed).to.deep.equal(undisturbed);
      const { gate, timelock } = world;
      expect(await timelock.gate()).to.equal(await timelock.FALLBACK_GATE());
      expect(await gate.effectiveState()).not.to.equal(State.Normal);
    });
  }

  it("pays each their part of the assets that their shares fetched", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const worth = await world.vault.previewRedeem(ALICE + BOB);
    expect(worth).to.be.greaterThan(ALICE + BOB);
    const { payments, left } = await ride(world, 0);
    const fetched = payments.reduce((sum, payment) => sum + payment, left);
    expect(payments).to.deep.equal([(fetched * ALICE) / (ALICE + BOB), (fetched * BOB) / (ALICE + BOB)]);
    // Redeemed in two parts, each rounded down by the vault.
    expect(worth - fetched).to.be.within(0n, 1n);
    expect(left).to.be.within(0n, 1n);
    await expectSolvent(world);
  });

  it("leaves the shares locked in the running epoch to their owners, after the least lock", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { escrow, reset, carol, share, unlock, lock, at, now, bob, rules } = world;
    await reset();
    await at((await now()) + rules.phases.minLock + 1n);
    await unlock(carol, CAROL - 1n);
    await unlock(carol, 1n);
    expect(await share.balanceOf(carol)).to.equal(20n * PERCENT);
    expect(await escrow.lockedShares()).to.equal(0);
    // Whoever still locks is told of nothing, and loses nothing.
    await lock(bob, PERCENT);
    await at((await now()) + rules.phases.minLock + 1n);
    await unlock(bob, PERCENT);
    await expectSolvent(world);
  });

  it("lets the old gate run on, without a say: what it forbids executes once the fallback delay has passed", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const { gate, reset, schedule: decide, now, at, target, state } = world;
    await reset();
    await decide(7n);
    const landsAt = (await now()) + TIMELOCK.fallbackDelay;
    await at(landsAt - 1n);
    await expect(world.execute(7n)).to.be.revertedWithCustomError(world.timelock, "ExecutionClosed");
    await at(landsAt);
    await world.execute(7n);
    expect(await target.rule()).to.equal(7);
    await gate.poke();
    expect(await state()).to.equal(State.RageQuit);
  });

  it("may be followed by a new gate with a new escrow, under which stakers object again", async () => {
    const world = await networkHelpers.loadFixture(deploy);
    const {
      timelock,
      vessel,
      rules,
      reset,
      deployer,
      stranger,
      alice,
      share,
      now,
      at,
      epoch,
      schedule: decide,
    } = world;
    await reset();
    const escrow = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
    const gate = await ethers.deployContract("DualGovernance", [timelock, escrow, rules]);
    await escrow.bindGate(gate);
    const data = timelock.interface.encodeFunctionData("setGate", [gate.target]);
    const repair = batch([{ target: timelock.target as string, data }]);
    await schedule(timelock, deployer, repair, TIMELOCK.delay);
    const landsAt = (await now()) + TIMELOCK.fallbackDelay;
    await decide(9n);
    await at(landsAt);
    await execute(timelock, stranger, repair);
    expect(await timelock.gate()).to.equal(gate);

    // What was decided under the fallback gate is gone; what is decided now can be objected to.
    const again = await decide(9n);
    await share.connect(alice).approve(escrow, ethers.MaxUint256);
    await escrow.connect(alice).lock(2n * PERCENT, 0n);
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
    await at((await now()) + TIMELOCK.delay);
    await expect(world.execute(9n)).to.be.revertedWithCustomError(timelock, "ExecutionClosed").withArgs(again, gate);

    // And the old rage quit still pays.
    const { payments } = await ride({ ...world, epoch }, undefined);
    expect(payments.every((payment) => payment > 0n)).to.be.true;
  });
});
