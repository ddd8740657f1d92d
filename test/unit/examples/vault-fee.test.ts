import { expect } from "chai";
import hre from "hardhat";

import { FEE, ONE, deployInvestedVault, deployVault } from "./vault-fixture.js";

const { ethers, networkHelpers } = await hre.network.create();

const deployEmpty = () => deployVault(ethers);
const deployInvested = () => deployInvestedVault(ethers);

describe("ExampleVault fee", () => {
  async function deployWithGain() {
    const all = await deployInvestedVault(ethers);
    await all.market.connect(all.deployer).drip(40n * ONE, 0n);
    return all;
  }

  describe("accrueFee", () => {
    it("gives the owner shares worth the fee on the gain, at anyone's call", async () => {
      const { vault, owner, mallory } = await networkHelpers.loadFixture(deployWithGain);
      const pending = await vault.pendingFeeShares();
      await expect(vault.connect(mallory).accrueFee())
        .to.emit(vault, "FeeAccrued")
        .withArgs(owner, (gain: bigint) => 40n * ONE - gain < 10n, pending);
      expect(await vault.balanceOf(owner)).to.equal(pending);
      expect(await vault.previewRedeem(pending)).to.be.closeTo(4n * ONE, 10n);
    });

    it("charges a gain once", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deployWithGain);
      await vault.accrueFee();
      const charged = await vault.balanceOf(owner);
      await expect(vault.accrueFee()).not.to.emit(vault, "FeeAccrued");
      expect(await vault.balanceOf(owner)).to.equal(charged);
      expect(await vault.pendingFeeShares()).to.equal(0n);
    });

    it("does not change what the others' shares are worth: the views have counted it before", async () => {
      const { vault, alice } = await networkHelpers.loadFixture(deployWithGain);
      const shares = await vault.balanceOf(alice);
      const worth = await vault.convertToAssets(shares);
      await vault.accrueFee();
      expect(await vault.convertToAssets(shares)).to.be.closeTo(worth, 1n);
    });

    context("given interest that comes over time", () => {
      it("charges what has come so far", async () => {
        const { vault, market, owner, deployer } = await networkHelpers.loadFixture(deployInvested);
        await market.connect(deployer).drip(40n * ONE, 400n);
        await networkHelpers.time.increase(99);
        await vault.accrueFee();
        expect(await vault.convertToAssets(await vault.balanceOf(owner))).to.be.closeTo(ONE, 10n);
      });
    });

    context("given a loss", () => {
      it("charges neither the loss nor the recovery, only what exceeds the old price", async () => {
        const { vault, market, owner, mallory, deployer } = await networkHelpers.loadFixture(deployInvested);
        const mark = await vault.highWaterMark();
        await market.connect(mallory).borrow(50n * ONE);
        await market.writeOff(50n * ONE);
        await vault.accrueFee();
        await market.connect(deployer).drip(50n * ONE, 0n);
        await vault.accrueFee();
        expect(await vault.balanceOf(owner)).to.equal(0n);
        expect(await vault.highWaterMark()).to.equal(mark);

        await market.connect(deployer).drip(10n * ONE, 0n);
        await vault.accrueFee();
        expect(await vault.convertToAssets(await vault.balanceOf(owner))).to.be.closeTo(ONE, 10n);
      });

      it("lets who enters after it pay nothing for what was lost before", async () => {
        const { vault, market, owner, mallory, deployer } = await networkHelpers.loadFixture(deployInvested);
        await market.connect(mallory).borrow(200n * ONE);
        await market.writeOff(200n * ONE);
        await vault.connect(mallory).deposit(200n * ONE, mallory);
        await market.connect(deployer).drip(20n * ONE, 0n);
        await vault.accrueFee();
        expect(await vault.balanceOf(owner)).to.equal(0n);
      });
    });

    context("given deposits and redemptions without a gain", () => {
      it("charges nothing", async () => {
        const { vault, owner, alice, mallory } = await networkHelpers.loadFixture(deployInvested);
        await vault.connect(mallory).deposit(123_456_789n, mallory);
        await vault.connect(alice).redeem(987_654_321n, alice, alice);
        await vault.connect(mallory).withdraw(1n, mallory, mallory);
        expect(await vault.balanceOf(owner)).to.equal(0n);
      });
    });
  });

  describe("deposit after a gain", () => {
    it("charges the fee first, so that the newcomer does not pay it", async () => {
      const { vault, owner, mallory } = await networkHelpers.loadFixture(deployWithGain);
      await vault.connect(mallory).deposit(100n * ONE, mallory);
      expect(await vault.balanceOf(owner)).to.be.greaterThan(0n);
      expect(await vault.convertToAssets(await vault.balanceOf(mallory))).to.be.closeTo(100n * ONE, 5n);
    });
  });

  context("given a nearly empty vault, where rounding alone lifts the price by half", () => {
    it("does not charge the next depositor for it", async () => {
      const { vault, alice, bob } = await networkHelpers.loadFixture(deployEmpty);
      await vault.connect(bob).mint(1_112n, bob); // pays 2 wei for shares worth 1.1
      await vault.connect(alice).deposit(100n * ONE, alice);
      expect(await vault.pendingFeeShares()).to.equal(0n);
      expect(await vault.previewRedeem(await vault.balanceOf(alice))).to.be.closeTo(100n * ONE, 5n);
    });
  });

  describe("setFee", () => {
    it("charges what was earned so far at the old fee", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deployWithGain);
      await expect(vault.connect(owner).setFee(0n)).to.emit(vault, "FeeSet").withArgs(FEE, 0n);
      expect(await vault.convertToAssets(await vault.balanceOf(owner))).to.be.closeTo(4n * ONE, 10n);
    });

    it("does not reach back to gains made while there was none", async () => {
      const { vault, market, owner, deployer } = await networkHelpers.loadFixture(deployInvested);
      await vault.connect(owner).setFee(0n);
      await market.connect(deployer).drip(40n * ONE, 0n);
      await vault.connect(owner).setFee(FEE);
      await vault.accrueFee();
      expect(await vault.balanceOf(owner)).to.equal(0n);
    });

    it("accepts the limit and refuses more, changing nothing", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deployInvested);
      const limit = await vault.MAX_FEE();
      await vault.connect(owner).setFee(limit);
      await expect(vault.connect(owner).setFee(limit + 1n))
        .to.be.revertedWithCustomError(vault, "FeeTooHigh")
        .withArgs(limit + 1n, limit);
      expect(await vault.fee()).to.equal(limit);
    });
  });

  context("given the vault changed hands", () => {
    it("gives the new owner what was not charged before", async () => {
      const { vault, owner, bob } = await networkHelpers.loadFixture(deployWithGain);
      const before = await vault.balanceOf(bob);
      await vault.connect(owner).transferOwnership(bob);
      await vault.connect(bob).acceptOwnership();
      await vault.accrueFee();
      expect(await vault.balanceOf(owner)).to.equal(0n);
      expect(await vault.balanceOf(bob)).to.be.greaterThan(before);
    });
  });
});
