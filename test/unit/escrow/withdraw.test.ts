import { expect } from "chai";
import hre from "hardhat";

import {
  Phase,
  at,
  beginExit,
  claimAll,
  enterRageQuit,
  passExtension,
  passWithdrawalDelay,
} from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice and bob have left with 150 units of 18 decimals; the extension runs. */
async function extension() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await enterRageQuit(all);
  const clone = await beginExit(all, 1n);
  await claimAll(all, 1n);
  return { ...all, clone };
}

async function withdrawable() {
  const all = await extension();
  await passWithdrawalDelay(all, 1n);
  return all;
}

describe("VetoEscrow: withdraw", () => {
  it("pays the second after the delay, and not at it", async () => {
    const all = await networkHelpers.loadFixture(extension);
    const { escrow, asset, clone, alice, unit, one } = all;
    const { withdrawableAfter } = await escrow.getEpoch(1n);
    await at(all, withdrawableAfter);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "NotYetWithdrawable")
      .withArgs(1n, withdrawableAfter, withdrawableAfter);
    await at(all, withdrawableAfter + 1n);
    const withdraw = escrow.connect(alice).withdraw(1n, alice);
    await expect(withdraw)
      .to.emit(escrow, "AssetsFixed")
      .withArgs(1n, 150n * unit);
    await expect(withdraw)
      .to.emit(escrow, "AssetsWithdrawn")
      .withArgs(1n, alice, alice, 100n * one, 100n * unit);
    await expect(withdraw).to.changeTokenBalances(ethers, asset, [clone, alice], [-100n * unit, 100n * unit]);
    expect(await escrow.positionOf(1n, alice)).to.deep.equal([0n, 0n]);
    await expectSolvent(all);
  });

  it("tells what it pays", async () => {
    const { escrow, bob, unit } = await networkHelpers.loadFixture(withdrawable);
    expect(await escrow.connect(bob).withdraw.staticCall(1n, bob)).to.equal(50n * unit);
  });

  it("pays each staker once", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, alice, bob } = all;
    for (const person of [alice, bob]) {
      await escrow.connect(person).withdraw(1n, person);
      await expect(escrow.connect(person).withdraw(1n, person))
        .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
        .withArgs(1n, person);
    }
    await expectSolvent(all);
  });

  it("says AssetsFixed once", async () => {
    const { escrow, alice, bob } = await networkHelpers.loadFixture(withdrawable);
    await escrow.connect(alice).withdraw(1n, alice);
    await expect(escrow.connect(bob).withdraw(1n, bob)).not.to.emit(escrow, "AssetsFixed");
  });

  it("pays nobody without a position, and does not fix anything by trying", async () => {
    const { escrow, carol } = await networkHelpers.loadFixture(withdrawable);
    await expect(escrow.connect(carol).withdraw(1n, carol))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(1n, carol);
    expect(await escrow.queryFilter(escrow.filters.AssetsFixed())).to.be.empty;
  });

  it("pays whomever the staker names, but not nobody", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, asset, alice, carol, unit, one } = all;
    await expect(escrow.connect(alice).withdraw(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(
      escrow,
      "ZeroReceiver",
    );
    const withdraw = escrow.connect(alice).withdraw(1n, carol);
    await expect(withdraw)
      .to.emit(escrow, "AssetsWithdrawn")
      .withArgs(1n, alice, carol, 100n * one, 100n * unit);
    await expect(withdraw).to.changeTokenBalances(ethers, asset, [alice, carol], [0n, 100n * unit]);
  });

  it("refuses epochs that are not that far", async () => {
    const all = await networkHelpers.loadFixture(extension);
    const { escrow, alice } = all;
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [2n, Phase.Signalling],
      [ethers.MaxUint256, Phase.None],
    ] as const) {
      await expect(escrow.connect(alice).withdraw(epoch, alice))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Withdrawing);
    }
    await passExtension(all, 1n);
    await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(escrow, "NotYetWithdrawable");
  });

  it("refuses an epoch before its exit, and while it is claimed", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
    });
    const { escrow, alice, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Closed, Phase.Withdrawing);
    await beginExit(all, 1n);
    await networkHelpers.time.increase(400n * 86_400n);
    await expect(escrow.connect(alice).withdraw(1n, alice))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Claiming, Phase.Withdrawing);
  });

  it("does not need the gate: it pays whatever state governance is in", async () => {
    const all = await networkHelpers.loadFixture(withdrawable);
    const { escrow, gate, alice } = all;
    await networkHelpers.setCode(await gate.getAddress(), "0xfe");
    await escrow.connect(alice).withdraw(1n, alice);
    await expectSolvent(all);
  });
});
