import { expect } from "chai";
import hre from "hardhat";

import { getActors } from "../../../helpers/actors.js";

const { ethers, networkHelpers } = await hre.network.create();

const DOLLAR = 10n ** 6n;
const DAY = 86_400n;

async function deploy() {
  const { alice } = await getActors(ethers, "alice");
  const asset = await ethers.deployContract("RebasingAssetMock", ["Dollar", "USD", 6]);
  const vault = await ethers.deployContract("CooldownVaultMock", [asset]);
  await asset.mint(alice, 100n * DOLLAR);
  await asset.connect(alice).approve(vault, 100n * DOLLAR);
  await vault.connect(alice).deposit(100n * DOLLAR, alice);
  const cool = (shares: bigint) => vault.connect(alice).cooldownShares(shares * DOLLAR);
  const unstake = () => vault.connect(alice).unstake(alice);
  return { asset, vault, alice, cool, unstake };
}

describe("CooldownVaultMock", () => {
  it("burns when the cooldown starts, and restarts it for everything", async () => {
    const { asset, vault, alice, cool, unstake } = await networkHelpers.loadFixture(deploy);
    await cool(40n);
    expect(await vault.totalSupply()).to.equal(60n * DOLLAR);
    expect(await asset.balanceOf(await vault.SILO())).to.equal(40n * DOLLAR);
    await networkHelpers.time.increase(6n * DAY);
    await cool(10n);
    await networkHelpers.time.increase(6n * DAY);
    await expect(unstake()).to.be.revertedWithCustomError(vault, "CooldownNotOver");
    await networkHelpers.time.increase(DAY);
    await unstake();
    expect(await asset.balanceOf(alice)).to.equal(50n * DOLLAR);
  });

  it("redeems only without a cooldown, whatever the maximum says", async () => {
    const { vault, alice, cool, unstake } = await networkHelpers.loadFixture(deploy);
    const redeem = () => vault.connect(alice).redeem(DOLLAR, alice, alice);
    expect(await vault.maxRedeem(alice)).to.equal(100n * DOLLAR);
    await expect(redeem()).to.be.revertedWithCustomError(vault, "CooldownIsOn");
    const withdrawal = vault.connect(alice).withdraw(DOLLAR, alice, alice);
    await expect(withdrawal).to.be.revertedWithCustomError(vault, "CooldownIsOn");
    await cool(1n);
    await vault.setCooldownDuration(0n);
    await redeem();
    await unstake();
    await expect(cool(1n)).to.be.revertedWithCustomError(vault, "CooldownIsOff");
  });

  it("keeps a smallest supply, unless nothing stays", async () => {
    const { vault, alice, cool } = await networkHelpers.loadFixture(deploy);
    await vault.setMinimumSupply(DOLLAR);
    await expect(vault.connect(alice).cooldownShares(100n * DOLLAR - 1n)).to.be.revertedWithCustomError(
      vault,
      "SupplyTooSmall",
    );
    await cool(100n);
  });

  it("shrinks and grows with its asset", async () => {
    const { asset, vault } = await networkHelpers.loadFixture(deploy);
    await asset.rebase(ethers.parseEther("0.5"));
    expect(await vault.totalAssets()).to.equal(50n * DOLLAR);
    expect(await asset.totalSupply()).to.equal(50n * DOLLAR);
    await asset.rebase(ethers.parseEther("1.1"));
    expect(await vault.totalAssets()).to.equal(110n * DOLLAR);
  });
});
