import { expect } from "chai";
import hre from "hardhat";

import { ONE, deployInvestedVault } from "./vault-fixture.js";

const { ethers, networkHelpers } = await hre.network.create();

const deployInvested = () => deployInvestedVault(ethers);

describe("ERC4626Strategy", () => {
  describe("bindVault", () => {
    async function deployUnbound() {
      const all = await deployInvestedVault(ethers);
      const unbound = await ethers.deployContract("ERC4626Strategy", [all.market]);
      return { ...all, unbound };
    }

    it("names the vault", async () => {
      const { unbound, vault } = await networkHelpers.loadFixture(deployUnbound);
      await expect(unbound.bindVault(vault)).to.emit(unbound, "VaultBound").withArgs(vault);
      expect(await unbound.vault()).to.equal(vault);
    });

    it("is the deployer's alone", async () => {
      const { unbound, vault, mallory, deployer } = await networkHelpers.loadFixture(deployUnbound);
      await expect(unbound.connect(mallory).bindVault(vault))
        .to.be.revertedWithCustomError(unbound, "CallerIsNotDeployer")
        .withArgs(mallory.address, deployer.address);
    });

    it("works once", async () => {
      const { strategy, vault } = await networkHelpers.loadFixture(deployUnbound);
      await expect(strategy.bindVault(vault))
        .to.be.revertedWithCustomError(strategy, "VaultAlreadyBound")
        .withArgs(vault);
    });

    it("refuses a vault of another asset", async () => {
      const { unbound, weth } = await networkHelpers.loadFixture(deployUnbound);
      const usd = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
      const other = await ethers.deployContract("VaultMock", [usd]);
      await expect(unbound.bindVault(other))
        .to.be.revertedWithCustomError(unbound, "AssetMismatch")
        .withArgs(usd, weth);
    });
  });

  describe("deposit and withdraw", () => {
    for (const name of ["deposit", "withdraw"] as const) {
      it(`${name} obeys the vault alone`, async () => {
        const { strategy, vault, deployer } = await networkHelpers.loadFixture(deployInvested);
        await expect(strategy.connect(deployer)[name](1n))
          .to.be.revertedWithCustomError(strategy, "CallerIsNotVault")
          .withArgs(deployer.address, vault);
      });
    }

    it("take along what was sent to the strategy by mistake", async () => {
      const { strategy, vault, weth, alice, mallory } = await networkHelpers.loadFixture(deployInvested);
      await weth.connect(mallory).transfer(strategy, 5n * ONE);
      await vault.connect(alice).deposit(ONE, alice);
      await vault.invest();
      expect(await weth.balanceOf(strategy)).to.equal(0n);
      expect(await vault.totalAssets()).to.be.closeTo(406n * ONE, 5n);
    });

    it("leave no allowance behind", async () => {
      const { strategy, weth, market } = await networkHelpers.loadFixture(deployInvested);
      expect(await weth.allowance(strategy, market)).to.equal(0n);
    });
  });

  describe("views", () => {
    it("say what leaving would bring and what is liquid", async () => {
      const { strategy, weth, market, mallory } = await networkHelpers.loadFixture(deployInvested);
      await market.connect(mallory).borrow(150n * ONE);
      await market.setDepositCap(450n * ONE);
      expect(await strategy.totalAssets()).to.equal(400n * ONE);
      expect(await strategy.withdrawable()).to.equal(250n * ONE);
      expect(await strategy.depositable()).to.equal(50n * ONE);
      expect(await strategy.asset()).to.equal(weth);
    });
  });
});
