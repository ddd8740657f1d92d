import { expect } from "chai";
import hre from "hardhat";

import { SyncRule } from "../conformance/vaults/names.js";
import { End, beginExit, passWithdrawalDelay } from "../helpers/deployCore.js";
import { expectSolvent } from "../helpers/solvency.js";
import { closeSyncWorld, GENEROUS, type SyncWorld } from "./exitWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A vault that realises a loss for lack of liquidity: whoever redeems gets what is there. */
async function closed() {
  const all = await closeSyncWorld(connection);
  await all.vault.setRule(SyncRule.RealisesLoss, true);
  await all.asset.connect(all.mallory).approve(all.vault, ethers.MaxUint256);
  return all;
}

async function expectPaidInFull(all: SyncWorld) {
  const { escrow, asset, alice, bob, unit } = all;
  expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
  expect([await asset.balanceOf(alice), await asset.balanceOf(bob)]).to.deep.equal([100n * unit, 50n * unit]);
}

describe("[INV-6] attack: dry the market around one beginning", () => {
  it("would work on whoever redeems without asking for the price", async () => {
    const { vault, mallory, whale, asset, unit, one } = await networkHelpers.loadFixture(closed);
    await vault.connect(mallory).borrow(1_000n * unit);
    await vault.connect(whale).redeem(600n * one, whale, whale);
    expect(await asset.balanceOf(whale)).to.equal(0n);
  });

  it("fails: with nothing there, nothing is redeemed; with the market back, everything", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, share, vessel, mallory, unit, one } = all;
    await vault.connect(mallory).borrow(1_000n * unit);
    await expect(escrow.connect(mallory).beginExit(1n, ethers.ZeroAddress, GENEROUS))
      .to.be.revertedWithCustomError(vessel, "ExitRefused")
      .withArgs(vault);
    await vault.connect(mallory).repay(1_000n * unit);
    expect(await share.balanceOf(escrow)).to.equal(150n * one);
    await beginExit(all, 1n);
    await expectPaidInFull(all);
  });

  it("fails with all but a little borrowed: what is redeemed brings its price, and the rest waits", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, asset, mallory, unit, one, first } = all;
    await vault.connect(mallory).borrow(980n * unit);
    // An eighth is 18.75 units, which are there.
    await escrow.connect(mallory).beginExit(1n, first, GENEROUS);
    expect(await asset.balanceOf(first)).to.equal((150n * unit) / 8n);
    expect((await escrow.getEpoch(1n)).idleShares).to.equal((150n * one * 7n) / 8n);
    await expect(escrow.connect(mallory).beginExit(1n, first, GENEROUS)).to.revert(ethers);
    await vault.connect(mallory).repay(980n * unit);
    await escrow.beginExit(1n, first);
    await expectPaidInFull(all);
  });

  it("fails with a preview that falls silent, or says nothing is due, in that moment", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, share, vessel, mallory, unit, one } = all;
    await vault.connect(mallory).borrow(1_000n * unit);
    const { selector } = vault.interface.getFunction("previewRedeem");
    for (const answer of [2, 8, 10]) {
      // In the order of `Misbehaviour.Answer`: 0, a revert, all gas burnt.
      await vault.setAnswer(selector, answer);
      await expect(escrow.beginExit(1n, ethers.ZeroAddress, GENEROUS)).to.be.revertedWithCustomError(
        vessel,
        "ExitRefused",
      );
    }
    await vault.setAnswer(selector, 0);
    await vault.connect(mallory).repay(1_000n * unit);
    expect(await share.balanceOf(escrow)).to.equal(150n * one);
    await beginExit(all, 1n);
    await expectPaidInFull(all);
  });

  it("a vault that frees a little at a time is left a little at a time, for the full price", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, vault, mallory, unit, first, end } = all;
    await vault.setRule(SyncRule.RealisesLoss, false);
    await vault.connect(mallory).borrow(1_000n * unit);
    let count = 0;
    for (; (await end()) === End.None; ++count) {
      await vault.connect(mallory).repay(10n * unit);
      await escrow.beginExit(1n, first, GENEROUS);
    }
    expect(count).to.equal(15);
    await expectPaidInFull(all);
  });
});
