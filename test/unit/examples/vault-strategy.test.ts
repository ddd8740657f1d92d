import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { ONE, deployInvestedVault, deployVault } from "./vault-fixture.js";

const { ethers, networkHelpers } = await hre.network.create();

const deploy = () => deployVault(ethers);
const deployInvested = () => deployInvestedVault(ethers);

describe("ExampleVault strategy", () => {
  async function deployWithSecond() {
    const all = await deployInvestedVault(ethers);
    const market2 = await ethers.deployContract("MarketMock", [all.weth]);
    const strategy2 = await ethers.deployContract("ERC4626Strategy", [market2]);
    await strategy2.bindVault(all.vault);
    return { ...all, market2, strategy2 };
  }

  async function deployOverHostileMarket() {
    const all = await deployVault(ethers);
    const hostile = await ethers.deployContract("HostileVaultMock", [all.weth]);
    const strategy = await ethers.deployContract("ERC4626Strategy", [hostile]);
    await strategy.bindVault(all.vault);
    await all.vault.connect(all.owner).setStrategy(strategy);
    await all.vault.connect(all.alice).deposit(100n * ONE, all.alice);
    await all.vault.invest();
    return { ...all, hostile, strategy };
  }

  describe("invest", () => {
    it("lends what lies idle, at anyone's call", async () => {
      const { vault, weth, strategy, alice, mallory } = await networkHelpers.loadFixture(deploy);
      await vault.connect(alice).deposit(10n * ONE, alice);
      await expect(vault.connect(mallory).invest())
        .to.emit(vault, "Invested")
        .withArgs(strategy, 10n * ONE);
      expect(await weth.balanceOf(vault)).to.equal(0n);
      expect(await vault.totalAssets()).to.equal(10n * ONE);
    });

    it("does nothing when nothing lies idle", async () => {
      const { vault } = await networkHelpers.loadFixture(deployInvested);
      await expect(vault.invest()).not.to.emit(vault, "Invested");
    });

    it("keeps idle what the market does not take", async () => {
      const { vault, weth, market, strategy, alice } = await networkHelpers.loadFixture(deploy);
      await market.setDepositCap(6n * ONE);
      await vault.connect(alice).deposit(10n * ONE, alice);
      await expect(vault.invest())
        .to.emit(vault, "Invested")
        .withArgs(strategy, 6n * ONE);
      expect(await weth.balanceOf(vault)).to.equal(4n * ONE);
    });

    it("reverts without a strategy", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deploy);
      await vault.connect(owner).setStrategy(ethers.ZeroAddress);
      await expect(vault.invest()).to.be.revertedWithCustomError(vault, "NoStrategy");
    });

    context("given somebody inflated the share price of an empty market", () => {
      it("buys whole shares only and keeps the rest: the attacker gains nothing", async () => {
        const { vault, weth, market, alice, mallory } = await networkHelpers.loadFixture(deploy);
        await market.connect(mallory).deposit(1n, mallory);
        await weth.connect(mallory).transfer(market, 100n * ONE); // one market share is worth 50 WETH
        await vault.connect(alice).deposit(149n * ONE, alice);
        await vault.invest();
        expect(await weth.balanceOf(vault)).to.be.closeTo(49n * ONE, 10n);
        expect(await vault.totalAssets()).to.be.within(149n * ONE - 10n, 149n * ONE);
        await market.connect(mallory).redeem(1n, mallory, mallory);
        expect(await weth.balanceOf(mallory)).to.be.lessThan(951n * ONE);
      });

      it("sells whole shares only and keeps the rest: a tiny withdrawal burns no dear share for nothing", async () => {
        const { vault, weth, market, strategy, alice, mallory } = await networkHelpers.loadFixture(deploy);
        await market.connect(mallory).deposit(1n, mallory);
        await weth.connect(mallory).transfer(market, 100n * ONE);
        await vault.connect(alice).deposit(100n * ONE + 2n, alice); // two market shares exactly
        await vault.invest();
        expect(await weth.balanceOf(vault)).to.equal(0n);
        const before = await vault.totalAssets();
        await vault.connect(alice).withdraw(1n, alice, alice);
        expect(await market.balanceOf(strategy)).to.equal(1n);
        expect(before - (await vault.totalAssets())).to.be.at.most(5n); // not 33 WETH
      });

      it("buys nothing while not even one share is affordable", async () => {
        const { vault, weth, market, alice, mallory } = await networkHelpers.loadFixture(deploy);
        await market.connect(mallory).deposit(1n, mallory);
        await weth.connect(mallory).transfer(market, 100n * ONE);
        await vault.connect(alice).deposit(20n * ONE, alice);
        await vault.invest();
        expect(await weth.balanceOf(vault)).to.equal(20n * ONE);
      });
    });

    context("given a market that charges for leaving", () => {
      it("is refused with loss and limit", async () => {
        const { vault, hostile, strategy, alice } = await networkHelpers.loadFixture(deployOverHostileMarket);
        await vault.connect(alice).deposit(10n * ONE, alice);
        await hostile.setAnswer(hostile.getFunction("previewRedeem").fragment.selector, Answer.Zero);
        await expect(vault.invest())
          .to.be.revertedWithCustomError(strategy, "EntryLossTooHigh")
          .withArgs(10n * ONE, 10n);
      });
    });
  });

  describe("setStrategy", () => {
    it("moves everything from the old strategy to the new", async () => {
      const { vault, owner, market, market2, strategy, strategy2 } = await networkHelpers.loadFixture(deployWithSecond);
      await expect(vault.connect(owner).setStrategy(strategy2))
        .to.emit(vault, "StrategyReplaced")
        .withArgs(strategy, strategy2, 400n * ONE);
      expect(await market.balanceOf(strategy)).to.equal(0n);
      expect(await market2.maxWithdraw(strategy2)).to.equal(400n * ONE);
      expect(await vault.totalAssets()).to.equal(400n * ONE);
    });

    it("charges the fee on what the old strategy earned", async () => {
      const { vault, owner, market, strategy2, deployer } = await networkHelpers.loadFixture(deployWithSecond);
      await market.connect(deployer).drip(40n * ONE, 0n);
      await vault.connect(owner).setStrategy(strategy2);
      expect(await vault.convertToAssets(await vault.balanceOf(owner))).to.be.closeTo(4n * ONE, 10n);
    });

    it("to none leaves everything idle", async () => {
      const { vault, weth, owner, alice } = await networkHelpers.loadFixture(deployInvested);
      await vault.connect(owner).setStrategy(ethers.ZeroAddress);
      expect(await weth.balanceOf(vault)).to.equal(400n * ONE);
      expect(await vault.maxWithdraw(alice)).to.be.closeTo(100n * ONE, 1n);
      await vault.connect(alice).redeem(await vault.balanceOf(alice), alice, alice);
    });

    it("refuses an account without code", async () => {
      const { vault, owner, mallory } = await networkHelpers.loadFixture(deployInvested);
      await expect(vault.connect(owner).setStrategy(mallory))
        .to.be.revertedWithCustomError(vault, "StrategyWithoutCode")
        .withArgs(mallory.address);
    });

    it("refuses a strategy for another asset", async () => {
      const { vault, weth, owner } = await networkHelpers.loadFixture(deployInvested);
      const usd = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
      const market = await ethers.deployContract("MarketMock", [usd]);
      const strategy = await ethers.deployContract("ERC4626Strategy", [market]);
      await expect(vault.connect(owner).setStrategy(strategy))
        .to.be.revertedWithCustomError(vault, "StrategyAssetMismatch")
        .withArgs(usd, weth);
    });

    context("given the old strategy cannot pay everything now", () => {
      it("reverts and leaves it in place", async () => {
        const { vault, owner, market, mallory, strategy, strategy2 } =
          await networkHelpers.loadFixture(deployWithSecond);
        await market.connect(mallory).borrow(1n);
        await expect(vault.connect(owner).setStrategy(strategy2)).to.be.revertedWithCustomError(
          market,
          "ERC4626ExceededMaxRedeem",
        );
        expect(await vault.strategy()).to.equal(strategy);
      });
    });

    context("given the old market pays less than it said", () => {
      it("reverts with received and expected", async () => {
        const { vault, owner, hostile } = await networkHelpers.loadFixture(deployOverHostileMarket);
        await hostile.setWithheld(ONE / 4n);
        await expect(vault.connect(owner).setStrategy(ethers.ZeroAddress))
          .to.be.revertedWithCustomError(vault, "StrategyShortfall")
          .withArgs(75n * ONE, 100n * ONE);
      });
    });

    context("given a thief's strategy", () => {
      it("loses everything to the thief, who says that all is well: the theft a gate must stop", async () => {
        const { vault, weth, owner, alice, mallory } = await networkHelpers.loadFixture(deployInvested);
        const thief = await ethers.deployContract("ThiefStrategy", [weth], mallory);
        await vault.connect(owner).setStrategy(thief);
        const before = await weth.balanceOf(mallory);
        await thief.connect(mallory).steal();
        expect((await weth.balanceOf(mallory)) - before).to.equal(400n * ONE);
        expect(await vault.totalAssets()).to.equal(400n * ONE);
        expect(await vault.maxRedeem(alice)).to.equal(0n);
        await expect(vault.connect(alice).redeem(1n, alice, alice)).to.be.revertedWithCustomError(
          vault,
          "ERC4626ExceededMaxRedeem",
        );
        await expect(vault.connect(owner).setStrategy(ethers.ZeroAddress)).to.be.revertedWithCustomError(
          thief,
          "NothingGoesBack",
        );
      });

      it("finds nothing where everybody has left before", async () => {
        const { vault, weth, owner, alice, bob, mallory } = await networkHelpers.loadFixture(deployInvested);
        for (const person of [alice, bob]) {
          await vault.connect(person).redeem(await vault.balanceOf(person), person, person);
        }
        const thief = await ethers.deployContract("ThiefStrategy", [weth], mallory);
        await vault.connect(owner).setStrategy(thief);
        expect(await weth.balanceOf(thief)).to.be.lessThan(5n);
      });
    });
  });

  describe("abandonStrategy", () => {
    async function breakMarket() {
      const all = await deployOverHostileMarket();
      await all.hostile.setAnswer(all.hostile.getFunction("previewRedeem").fragment.selector, Answer.Revert);
      return all;
    }

    context("given a strategy that does not answer", () => {
      it("is the way out: everything else reverts until then", async () => {
        const { vault, weth, owner, alice, bob } = await networkHelpers.loadFixture(breakMarket);
        await expect(vault.connect(bob).deposit(ONE, bob)).to.revert(ethers);
        await expect(vault.connect(alice).redeem(1n, alice, alice)).to.revert(ethers);
        await expect(vault.connect(owner).setStrategy(ethers.ZeroAddress)).to.revert(ethers);
        await vault.connect(alice).transfer(bob, 1n); // shares can still be moved, and so be locked
        await vault.connect(owner).abandonStrategy();
        expect(await vault.totalAssets()).to.equal(0n);
        await weth.connect(bob).transfer(vault, ONE);
        expect(await vault.maxWithdraw(alice)).to.be.closeTo(ONE, 10n ** 6n);
      });

      it("loses nothing for good: the same strategy, healed, can be set again, and the recovery is no gain", async () => {
        const { vault, owner, hostile, strategy } = await networkHelpers.loadFixture(breakMarket);
        await expect(vault.connect(owner).abandonStrategy()).to.emit(vault, "StrategyAbandoned").withArgs(strategy);
        await hostile.setAnswer(hostile.getFunction("previewRedeem").fragment.selector, Answer.Honest);
        await vault.connect(owner).setStrategy(strategy);
        expect(await vault.totalAssets()).to.be.within(100n * ONE - 10n, 100n * ONE);
        await vault.accrueFee();
        expect(await vault.balanceOf(owner)).to.equal(0n);
      });
    });

    it("reverts when there is none", async () => {
      const { vault, owner } = await networkHelpers.loadFixture(deploy);
      await vault.connect(owner).abandonStrategy();
      await expect(vault.connect(owner).abandonStrategy()).to.be.revertedWithCustomError(vault, "NoStrategy");
    });
  });

  describe("limited liquidity", () => {
    for (const borrowed of [1n, 123_456_789n, 350n * ONE, 399n * ONE + 3n, 400n * ONE]) {
      it(`never promises more than can be paid, with ${ethers.formatEther(borrowed)} WETH lent out`, async () => {
        const { vault, market, bob, mallory, deployer } = await networkHelpers.loadFixture(deployInvested);
        await market.connect(deployer).drip(7n * ONE + 1n, 0n);
        await market.connect(mallory).borrow(borrowed + 7n * ONE + 1n);

        const liquid = await vault.liquidAssets();
        expect(liquid).to.be.within(400n * ONE - borrowed - 2n, 400n * ONE - borrowed);
        const most = await vault.maxRedeem(bob);
        expect(await vault.previewRedeem(most)).to.be.at.most(liquid);
        const mostAssets = await vault.maxWithdraw(bob);
        await vault.connect(bob).withdraw.staticCall(mostAssets, bob, bob);
        await vault.connect(bob).redeem(most, bob, bob);
        await expect(
          vault.connect(bob).withdraw((await vault.maxWithdraw(bob)) + 1n, bob, bob),
        ).to.be.revertedWithCustomError(vault, "ERC4626ExceededMaxWithdraw");
      });
    }

    it("pays from idle assets first come, first served", async () => {
      const { vault, market, alice, bob, mallory } = await networkHelpers.loadFixture(deployInvested);
      await market.connect(mallory).borrow(400n * ONE);
      expect(await vault.maxRedeem(alice)).to.equal(0n);
      await vault.connect(mallory).deposit(30n * ONE, mallory);
      await vault.connect(alice).withdraw(30n * ONE, alice, alice);
      expect(await vault.maxWithdraw(bob)).to.equal(0n);
    });
  });
});
