import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { EXIT, End, PHASES, Phase, SIGNALLING, enterVault } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { impersonate } from "../../helpers/impersonate.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { close, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** The ways of `CooldownVessel`. */
const COOLDOWN = 0n;
const REDEEM = 1n;

/** An escrow of its own kind over a vault with a cooldown of seven days; alice and bob leave. */
async function closed() {
  const world = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("CooldownVaultMock", [asset]),
  });
  const vessel = await ethers.deployContract("CooldownVessel", [world.vault]);
  const escrow = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
  const rules = { signalling: SIGNALLING, phases: PHASES };
  const gate = await ethers.deployContract("DualGovernance", [world.timelock, escrow, rules]);
  await escrow.bindGate(gate);
  for (const person of [world.alice, world.bob, world.mallory]) {
    await world.share.connect(person).approve(escrow, ethers.MaxUint256);
  }
  const all = await close({ ...world, escrow, gate });
  const clone = await ethers.getContractAt("CooldownVessel", await escrow.vesselAt(1n, 0n));
  return { ...all, clone };
}

/** The cooldown runs. */
async function cooling() {
  const all = await closed();
  await all.escrow.beginExit(1n, all.clone);
  const [end] = await all.vault.cooldowns(all.clone);
  return { ...all, end };
}

describe("CooldownVessel", () => {
  it("starts the cooldown of everything, which the vault burns at once", async () => {
    const { escrow, share, clone, total, one } = await networkHelpers.loadFixture(closed);
    const begin = escrow.beginExit(1n, clone);
    await expect(begin).to.emit(escrow, "ExitBegun").withArgs(1n, clone, COOLDOWN, total);
    await expect(begin).not.to.emit(escrow, "SharesRedeemed");
    expect([await clone.pendingShares(), await clone.requestedShares()]).to.deep.equal([total, total]);
    expect(await share.totalSupply()).to.equal(872n * one);
    expect(await escrow.leavingShares(false)).to.equal(0n);
    expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
  });

  it("is paid when the cooldown is over, at the very second, and pays", async () => {
    const all = await networkHelpers.loadFixture(cooling);
    const { escrow, clone, total, end, unit } = all;
    await networkHelpers.time.setNextBlockTimestamp(end - 1n);
    const early = await escrow.claim(1n, clone);
    expect((await early.wait())?.logs).to.be.empty;
    expect(await clone.requestedShares()).to.equal(total);
    await networkHelpers.time.setNextBlockTimestamp(end);
    await expect(escrow.claim(1n, clone)).to.emit(escrow, "SharesRedeemed").withArgs(1n, clone, total, total);
    expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
    expect(await clone.requestedShares()).to.equal(0n);
    expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    await expectSolvent(all);
  });

  it("is not pending any more once it can be claimed, but requested until it is", async () => {
    const { clone, total, end } = await networkHelpers.loadFixture(cooling);
    await networkHelpers.time.increaseTo(end);
    expect([await clone.pendingShares(), await clone.requestedShares()]).to.deep.equal([0n, total]);
  });

  it("is paid at once when the vault abolishes the cooldown meanwhile", async () => {
    const { escrow, vault, clone, total } = await networkHelpers.loadFixture(cooling);
    await vault.setCooldownDuration(0n);
    expect(await clone.pendingShares()).to.equal(0n);
    await expect(escrow.claim(1n, clone)).to.emit(escrow, "SharesRedeemed").withArgs(1n, clone, total, total);
  });

  it("redeems at once while there is no cooldown", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, clone, total, unit } = all;
    await vault.setCooldownDuration(0n);
    await expect(escrow.beginExit(1n, clone)).to.emit(escrow, "ExitBegun").withArgs(1n, clone, REDEEM, total);
    expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
  });

  it("redeems at no less than the vault promises", async () => {
    const { escrow, vault, clone } = await networkHelpers.loadFixture(closed);
    await vault.setCooldownDuration(0n);
    await vault.setAnswer(vault.interface.getFunction("previewRedeem").selector, Answer.Zero);
    await expect(escrow.beginExit(1n, clone)).to.be.revertedWithCustomError(clone, "ExitRefused").withArgs(vault);
  });

  it("[INV-6] lets nobody start the time anew: a second cooldown is refused while one runs", async () => {
    const { escrow, share, vault, clone, mallory, end, one } = await networkHelpers.loadFixture(cooling);
    await share.connect(mallory).transfer(clone, 10n * one);
    await expect(clone.connect(await impersonate(connection, clone)).tryToBeginExit(COOLDOWN, 10n * one))
      .to.be.revertedWithCustomError(clone, "CooldownRuns")
      .withArgs(end);
    await escrow.claim(1n, clone);
    expect(await vault.cooldowns(clone)).to.deep.equal([end, 128n * one]);
    expect(await share.balanceOf(escrow)).to.equal(10n * one);
  });

  it("asks for everything or nothing", async () => {
    const { escrow, vault, clone, one } = await networkHelpers.loadFixture(closed);
    await vault.setMinimumSupply(900n * one);
    await expect(escrow.beginExit(1n, clone)).to.be.revertedWithCustomError(clone, "ExitRefused").withArgs(vault);
    await vault.setMinimumSupply(0n);
    await escrow.beginExit(1n, clone);
  });

  for (const answer of ["Revert", "BurnGas"] as const) {
    it(`[INV-8] waits for a vault that does not pay (${answer}), and is paid when it does`, async () => {
      const { escrow, vault, clone, total, end } = await networkHelpers.loadFixture(cooling);
      await networkHelpers.time.increaseTo(end);
      const { selector } = vault.interface.getFunction("unstake");
      await vault.setAnswer(selector, Answer[answer]);
      await escrow.claim(1n, clone, { gasLimit: 16_000_000n });
      expect(await clone.requestedShares()).to.equal(total);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
      await vault.setAnswer(selector, Answer.Honest);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "ExtensionStarted");
    });
  }

  it("[INV-8] hands shares back although the vault does not tell its cooldowns any more", async () => {
    const { escrow, asset } = await networkHelpers.loadFixture(closed);
    // A vault that has no cooldowns stands for one that has been upgraded away from them.
    const vault = await ethers.deployContract("HostileVaultMock", [asset]);
    const [holder] = await ethers.getSigners();
    if (holder === undefined) throw new Error("the chain has no accounts");
    await enterVault(connection, asset, vault, holder, 10n ** 18n);
    const vessel = await ethers.deployContract("CooldownVessel", [vault]);
    const other = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
    await other.createVessel(1n, 0n);
    const clone = vessel.attach(await other.vesselAt(1n, 0n)) as typeof vessel;
    await networkHelpers.setStorageAt(await clone.getAddress(), 0n, ethers.toBeHex(7n, 32));
    expect(await clone.requestedShares()).to.equal(7n);
    await vault.transfer(clone, 5n);
    const asEscrow = await impersonate(connection, other);
    await expect(clone.connect(asEscrow).claim(escrow, { gasLimit: 6_000_000n })).to.changeTokenBalance(
      ethers,
      vault,
      other,
      5n,
    );
  });

  it("is over by the clock of a year if the vault never pays", async () => {
    const { escrow, clone, closedAt } = await networkHelpers.loadFixture(cooling);
    expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.holdLimit);
    await networkHelpers.time.increaseTo(closedAt + EXIT.holdLimit);
    await escrow.callOff(1n);
    expect((await escrow.getEpoch(1n)).end).to.equal(End.ClockRanOut);
    await escrow.claim(1n, clone);
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(0n);
  });
});
