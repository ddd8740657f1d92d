import { expect } from "chai";
import hre from "hardhat";

import { SyncRule } from "../../../conformance/vaults/names.js";
import { deploySyncVault } from "../../../conformance/vaults/syncVaults.js";
import { getActors } from "../../../helpers/actors.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const DOLLAR = 10n ** 6n;

/** Alice holds 99 shares of 100, each of which is worth a dollar; the stranger holds one. */
async function deploy() {
  const { alice } = await getActors(ethers, "alice");
  const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
  const { mock: vault, stake, stranger } = await deploySyncVault(connection, asset);
  await stake(alice, 99n * DOLLAR);
  const redeem = (shares: bigint) => vault.connect(alice).redeem(shares * DOLLAR, alice, alice);
  return { asset, vault, alice, stranger, redeem };
}

describe("SyncVaultMock", () => {
  it("tells honestly what a market that is lent out can pay, and no more", async () => {
    const { asset, vault, alice, stranger, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.connect(stranger).borrow(60n * DOLLAR);
    expect(await vault.maxRedeem(alice)).to.equal(40n * DOLLAR);
    await expect(redeem(41n)).to.be.revertedWithCustomError(vault, "Illiquid");
    await redeem(40n);
    expect(await asset.balanceOf(alice)).to.equal(40n * DOLLAR);
  });

  it("realises a loss: pays a fraction of what the preview says", async () => {
    const { asset, vault, alice, stranger, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.connect(stranger).borrow(90n * DOLLAR);
    await vault.setRule(SyncRule.RealisesLoss, true);
    expect(await vault.previewRedeem(50n * DOLLAR)).to.equal(50n * DOLLAR);
    expect(await vault.maxRedeem(alice)).to.equal(99n * DOLLAR);
    await redeem(50n);
    expect(await asset.balanceOf(alice)).to.equal(10n * DOLLAR);
    expect(await vault.balanceOf(alice)).to.equal(49n * DOLLAR);
    expect(await vault.totalAssets()).to.equal(50n * DOLLAR);
  });

  it("shows no maximum and redeems; shows all and does not", async () => {
    const { vault, alice, stranger, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setRule(SyncRule.SaysNoMaximum, true);
    expect(await vault.maxRedeem(alice)).to.equal(0n);
    await redeem(9n);
    await vault.setRule(SyncRule.SaysNoMaximum, false);
    await vault.setRule(SyncRule.SaysFullMaximum, true);
    await vault.connect(stranger).borrow(await vault.liquidity());
    expect(await vault.maxRedeem(alice)).to.equal(90n * DOLLAR);
    await expect(redeem(1n)).to.be.revertedWithCustomError(vault, "Illiquid");
  });

  it("charges for leaving, as the preview says or not", async () => {
    const { asset, vault, alice, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setExitFee(1_000n);
    expect(await vault.previewRedeem(10n * DOLLAR)).to.equal(9n * DOLLAR);
    await vault.setRule(SyncRule.HidesFee, true);
    expect(await vault.previewRedeem(10n * DOLLAR)).to.equal(10n * DOLLAR);
    await redeem(10n);
    expect(await asset.balanceOf(alice)).to.equal(9n * DOLLAR);
  });

  it("keeps a part of the payment back", async () => {
    const { asset, vault, alice, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setWithheld(ethers.parseEther("0.5"));
    await redeem(10n);
    expect(await asset.balanceOf(alice)).to.equal(5n * DOLLAR);
  });

  it("is worth nothing for a while", async () => {
    const { vault, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setPrice(true, 0n);
    expect(await vault.convertToAssets(DOLLAR)).to.equal(0n);
    await vault.setRule(SyncRule.RefusesZero, true);
    await expect(redeem(1n)).to.be.revertedWithCustomError(vault, "NothingToPay");
    await vault.setPrice(false, 0n);
    expect(await vault.convertToAssets(DOLLAR)).to.equal(DOLLAR);
  });

  it("rounds its price", async () => {
    const { asset, vault } = await networkHelpers.loadFixture(deploy);
    await asset.mint(vault, 55n * DOLLAR);
    expect(await vault.convertToAssets(10n * DOLLAR)).to.be.within(15_499_990n, 15_500_000n);
    await vault.setPriceStep(DOLLAR);
    expect(await vault.convertToAssets(10n * DOLLAR)).to.equal(10n * DOLLAR);
  });

  it("refuses to redeem", async () => {
    const { vault, alice, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setRule(SyncRule.RefusesRedemption, true);
    expect(await vault.maxRedeem(alice)).to.equal(0n);
    await expect(redeem(1n)).to.be.revertedWithCustomError(vault, "RedemptionRefused");
  });

  it("pays admitted receivers only", async () => {
    const { vault, alice, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setRule(SyncRule.HasReceiverList, true);
    await expect(redeem(1n)).to.be.revertedWithCustomError(vault, "AccountNotAdmitted").withArgs(alice);
    await vault.setAdmitted(alice, true);
    await redeem(1n);
  });

  it("keeps a smallest supply, unless nothing stays", async () => {
    const { vault, stranger, redeem } = await networkHelpers.loadFixture(deploy);
    await vault.setMinimumSupply(2n * DOLLAR);
    await expect(redeem(99n)).to.be.revertedWithCustomError(vault, "SupplyTooSmall");
    await redeem(98n);
    await vault.setMinimumSupply(0n);
    await redeem(1n);
    await vault.setMinimumSupply(2n * DOLLAR);
    await vault.connect(stranger).redeem(DOLLAR, stranger, stranger);
    expect(await vault.totalSupply()).to.equal(0n);
  });

  it("is repaid, or loses what it lent", async () => {
    const { asset, vault, stranger } = await networkHelpers.loadFixture(deploy);
    await vault.connect(stranger).borrow(60n * DOLLAR);
    await asset.connect(stranger).approve(vault, 20n * DOLLAR);
    await vault.connect(stranger).repay(20n * DOLLAR);
    expect(await vault.totalAssets()).to.equal(100n * DOLLAR);
    await vault.writeOff(40n * DOLLAR);
    expect(await vault.totalAssets()).to.equal(60n * DOLLAR);
  });
});
