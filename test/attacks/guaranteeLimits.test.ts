import { expect } from "chai";
import hre from "hardhat";

import { DAY, deployGateWorld, PERCENT, State, TIMELOCK } from "../helpers/gateWorld.js";
import { deployFlashWorld } from "./flashWorld.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const { Normal, VetoSignalling, VetoSignallingDeactivation, VetoCooldown } = State;
const RULE = 1n;

/**
 * An operation is ripe. Alice has locked nine tenths of R1; then the whale left, so that her part is 1.41 % of what is
 * there, and nobody has poked since.
 */
async function deployUnseen() {
  const world = await deployFlashWorld(connection);
  const { schedule, lock, alice, vault, whale, at, now } = world;
  await schedule(RULE);
  await lock(alice, (9n * PERCENT) / 10n);
  await vault.connect(whale).redeem((362n * PERCENT) / 10n, whale, whale);
  await at((await now()) + TIMELOCK.delay);
  await networkHelpers.mine();
  return world;
}

describe("known limit of the guarantee: in Normal the supply has fallen and nobody has poked", () => {
  it("a flash deposit lands an operation although 1.41 % are locked and signalling is due", async () => {
    const { gate, state, target, execute, timelock, attackByDeposit, now } =
      await networkHelpers.loadFixture(deployUnseen);
    expect((await gate.effective()).reading.supportNow / 10n ** 14n).to.equal(141n);
    expect([await state(), await gate.effectiveState()]).to.deep.equal([Normal, VetoSignalling]);
    // By itself it does not land: the gate makes the transition first.
    await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    await attackByDeposit((await now()) + 1n, RULE);
    expect(await target.rule()).to.equal(RULE);
    expect([await state(), await gate.effectiveState()]).to.deep.equal([Normal, VetoSignalling]);
  });

  it("a poke before it closes this, whoever sends it", async () => {
    const { gate, state, target, attackByDeposit, now, stranger } = await networkHelpers.loadFixture(deployUnseen);
    await gate.connect(stranger).poke();
    expect(await state()).to.equal(VetoSignalling);
    await attackByDeposit((await now()) + 1n, RULE);
    expect([await target.rule(), await state()]).to.deep.equal([0n, VetoSignalling]);
  });

  it("a lock before it closes this, however small", async () => {
    const { lock, bob, state, target, attackByDeposit, now } = await networkHelpers.loadFixture(deployUnseen);
    await lock(bob, 1n);
    expect(await state()).to.equal(VetoSignalling);
    await attackByDeposit((await now()) + 1n, RULE);
    expect(await target.rule()).to.equal(0n);
  });
});

describe("[GUA-1] R2 was touched, and a part is unlocked at the last moment", () => {
  /** Scheduled, objected to with 10 % a second later, and left at that until 9 % would no longer extend. */
  async function deployTouched() {
    const world = await deployGateWorld(connection);
    const { schedule, enterSignalling, machine, now, at, rules } = world;
    await schedule(RULE);
    const scheduledAt = await now();
    await at(scheduledAt + 1n);
    const activatedAt = await enterSignalling(10n * PERCENT);
    expect((await machine()).rageQuitThresholdAt).to.equal(activatedAt);
    /** D(9 %): eight ninths of the way from the least to the greatest extension. [seconds] */
    const { minDuration, maxDuration, deactivation } = rules.signalling;
    const extension = minDuration + ((maxDuration - minDuration) * 8n) / 9n;
    return { ...world, scheduledAt, activatedAt, extension, deactivation };
  }

  it("the operation lands with 9 % still locked, not before D(9 %) and the deactivation have passed", async () => {
    const world = await networkHelpers.loadFixture(deployTouched);
    const { scheduledAt, activatedAt, extension, deactivation, unlock, alice, at, state, escrow } = world;
    const { machine, execute, timelock, target, aside, gate } = world;
    // A second earlier 9 % extend still.
    await aside(async () => {
      await at(activatedAt + extension);
      await unlock(alice, PERCENT);
      expect(await state()).to.equal(VetoSignalling);
    });
    await at(activatedAt + extension + 1n);
    await unlock(alice, PERCENT);
    expect(await state()).to.equal(VetoSignallingDeactivation);
    expect(await escrow.lockedShares()).to.equal(9n * PERCENT);
    const { phaseEndsAt } = await machine();
    expect(phaseEndsAt).to.equal(activatedAt + extension + 1n + deactivation);
    await aside(async () => {
      await at(phaseEndsAt);
      await expect(execute(RULE)).to.be.revertedWithCustomError(timelock, "ExecutionClosed");
    });
    await at(phaseEndsAt + 1n);
    await execute(RULE);
    expect([await target.rule(), await state()]).to.deep.equal([RULE, VetoCooldown]);
    expect((await gate.effective()).reading.supportMax).to.equal(9n * 10n ** 16n);
    // Three strict comparisons, and the second until somebody objected.
    const landed = phaseEndsAt + 1n;
    expect(landed).to.equal(scheduledAt + extension + deactivation + 3n);
    expect(landed).to.be.at.least(scheduledAt + extension + deactivation);
    expect(extension).to.be.within(40n * DAY, 41n * DAY);
  });

  it("cannot land earlier, whatever is unlocked first and locked again", async () => {
    const world = await networkHelpers.loadFixture(deployTouched);
    const { scheduledAt, activatedAt, extension, deactivation, unlock, lock, alice, at, execute, target, aside } =
      world;
    // Down to 9 % at once, and every day a poke; what stays locked decides.
    await at(activatedAt + DAY);
    await unlock(alice, PERCENT);
    let landed = 0n;
    for (let day = 2n; day < 60n && landed === 0n; ++day) {
      const moment = activatedAt + day * DAY;
      await at(moment);
      if (day === 20n) await lock(alice, 1n);
      else await world.gate.poke();
      const ok = await aside(async () => {
        await execute(RULE).catch(() => undefined);
        return (await target.rule()) === RULE;
      });
      if (ok) landed = moment;
    }
    expect(landed).to.be.at.least(scheduledAt + extension + deactivation);
    expect(landed).to.be.at.most(scheduledAt + extension + deactivation + 2n * DAY);
  });
});
