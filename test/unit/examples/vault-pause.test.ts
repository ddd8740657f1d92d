import { expect } from "chai";
import hre from "hardhat";

import { beginExit, enterRageQuit, passWithdrawalDelay, State } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { ONE, deployInvestedVault } from "./vault-fixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const DAY = 86_400n;

/** A vault with a breaker, that has paused it for ten days. */
async function deployPaused() {
  const all = await deployInvestedVault(ethers);
  const { vault, owner, deployer: breaker } = all;
  await vault.connect(owner).setBreaker(breaker);
  await vault.connect(breaker).pauseFor(10n * DAY);
  return { ...all, breaker, resumesAt: await vault.getResumeSinceTimestamp() };
}

describe("ExampleVault", () => {
  describe("while deposits are paused", () => {
    it("takes none, by deposit or by mint, and says so as ERC-4626 wants it", async () => {
      const { vault, alice } = await networkHelpers.loadFixture(deployPaused);
      expect([await vault.maxDeposit(alice), await vault.maxMint(alice)]).to.deep.equal([0n, 0n]);
      await expect(vault.connect(alice).deposit(ONE, alice))
        .to.be.revertedWithCustomError(vault, "ERC4626ExceededMaxDeposit")
        .withArgs(alice.address, ONE, 0n);
      await expect(vault.connect(alice).mint(5n, alice))
        .to.be.revertedWithCustomError(vault, "ERC4626ExceededMaxMint")
        .withArgs(alice.address, 5n, 0n);
      // Previews must not depend on limits.
      expect(await vault.previewDeposit(ONE)).to.be.greaterThan(0n);
      expect(await vault.previewMint(ONE)).to.be.greaterThan(0n);
    });

    it("creates no share", async () => {
      const { vault, alice } = await networkHelpers.loadFixture(deployPaused);
      const supply = await vault.totalSupply();
      await vault.connect(alice).deposit(0n, alice);
      expect(await vault.totalSupply()).to.equal(supply);
    });

    it("lets everybody leave: redemption, withdrawal, transfer, and what they promise are as ever", async () => {
      const { vault, weth, alice, bob, mallory } = await networkHelpers.loadFixture(deployPaused);
      const shares = await vault.balanceOf(alice);
      expect(await vault.maxRedeem(alice)).to.equal(shares);
      expect(await vault.maxWithdraw(alice)).to.be.closeTo(100n * ONE, 1n);
      await vault.connect(alice).transfer(mallory, shares / 2n);
      await vault.connect(alice).approve(bob, 7n);
      await vault.connect(bob).transferFrom(alice, bob, 7n);
      const before = await weth.balanceOf(mallory);
      await vault.connect(mallory).redeem(shares / 2n, mallory, mallory);
      expect((await weth.balanceOf(mallory)) - before).to.be.closeTo(50n * ONE, 1n);
      await vault.connect(bob).withdraw(200n * ONE, bob, bob);
      await vault.accrueFee();
      await vault.invest();
    });

    it("goes on lending, and changes hands and rules as its owner says", async () => {
      const { vault, owner, bob } = await networkHelpers.loadFixture(deployPaused);
      await vault.connect(owner).setFee(0n);
      await vault.connect(owner).setStrategy(ethers.ZeroAddress);
      await vault.connect(owner).transferOwnership(bob);
      await vault.connect(bob).acceptOwnership();
      await vault.connect(bob).resume();
      expect(await vault.isPaused()).to.be.false;
    });

    it("opens again by itself, in the second that it told", async () => {
      const { vault, alice, resumesAt } = await networkHelpers.loadFixture(deployPaused);
      await time.setNextBlockTimestamp(resumesAt - 1n);
      // With gas of its own, so that it is mined in that very second.
      await expect(vault.connect(alice).deposit(ONE, alice, { gasLimit: 10n ** 6n })).to.revert(ethers);
      expect([await time.latest(), await vault.isPaused()]).to.deep.equal([Number(resumesAt - 1n), true]);
      await time.setNextBlockTimestamp(resumesAt);
      await vault.connect(alice).deposit(ONE, alice);
      expect([await vault.isPaused(), await vault.maxDeposit(alice)]).to.deep.equal([false, ethers.MaxUint256]);
    });
  });

  describe("pauseFor and resume", () => {
    it("are the breaker's and the owner's", async () => {
      const { vault, owner, breaker, alice, mallory } = await networkHelpers.loadFixture(deployPaused);
      for (const caller of [alice, mallory]) {
        for (const call of [() => vault.connect(caller).pauseFor(1n), () => vault.connect(caller).resume()]) {
          await expect(call()).to.be.revertedWithCustomError(vault, "CallerCannotPause").withArgs(caller.address);
        }
      }
      await expect(vault.connect(owner).resume()).to.emit(vault, "Resumed");
      await expect(vault.connect(owner).pauseFor(DAY)).to.emit(vault, "Paused");
      await vault.connect(breaker).resume();
      expect(await vault.isPaused()).to.be.false;
      await expect(vault.connect(breaker).resume()).to.be.revertedWithCustomError(vault, "NotPaused");
    });

    it("cannot prolong a running pause, nor begin one of no time", async () => {
      const { vault, breaker, owner, resumesAt } = await networkHelpers.loadFixture(deployPaused);
      for (const caller of [breaker, owner]) {
        await expect(vault.connect(caller).pauseFor(ethers.MaxUint256))
          .to.be.revertedWithCustomError(vault, "AlreadyPaused")
          .withArgs(resumesAt);
      }
      await vault.connect(breaker).resume();
      await expect(vault.connect(breaker).pauseFor(0n)).to.be.revertedWithCustomError(vault, "ZeroDuration");
    });

    it("take a duration without end, which only a resumption ends", async () => {
      const { vault, breaker, alice } = await networkHelpers.loadFixture(deployPaused);
      for (const duration of [ethers.MaxUint256, ethers.MaxUint256 - 1n]) {
        await vault.connect(breaker).resume();
        await vault.connect(breaker).pauseFor(duration);
        expect(await vault.getResumeSinceTimestamp()).to.equal(ethers.MaxUint256);
        await time.increase(3650n * DAY);
        expect(await vault.maxDeposit(alice)).to.equal(0n);
      }
    });
  });

  describe("setBreaker", () => {
    it("is the owner's; the old breaker can do nothing more, and a running pause goes on", async () => {
      const { vault, owner, breaker, bob, mallory } = await networkHelpers.loadFixture(deployPaused);
      for (const caller of [breaker, mallory]) {
        await expect(vault.connect(caller).setBreaker(caller)).to.be.revertedWithCustomError(
          vault,
          "OwnableUnauthorizedAccount",
        );
      }
      await expect(vault.connect(owner).setBreaker(bob))
        .to.emit(vault, "BreakerSet")
        .withArgs(breaker.address, bob.address);
      expect([await vault.breaker(), await vault.isPaused()]).to.deep.equal([bob.address, true]);
      await expect(vault.connect(breaker).resume()).to.be.revertedWithCustomError(vault, "CallerCannotPause");
      await vault.connect(bob).resume();
      await vault.connect(owner).setBreaker(ethers.ZeroAddress);
      await expect(vault.connect(bob).pauseFor(1n)).to.be.revertedWithCustomError(vault, "CallerCannotPause");
    });
  });

  it("[INV-6] pays a rage quit in full while its deposits are paused without end", async () => {
    const world = await deployEscrowWorld(connection, {
      makeVault: async (asset) => {
        const [owner] = await ethers.getSigners();
        return await ethers.deployContract("ExampleVault", [
          ...[asset, "Vault", "V", owner, 0, ethers.ZeroAddress, ethers.ZeroAddress],
        ]);
      },
    });
    const { vault, escrow, gate, asset, alice, bob, one, unit, whale, deployer } = world;
    await vault.connect(deployer).pauseFor(ethers.MaxUint256);
    await escrow.connect(alice).lock(100n * one, 0n);
    await escrow.connect(bob).lock(50n * one, 0n);
    const epoch = await enterRageQuit(world);
    const vessel = await beginExit(world, epoch);
    expect(await asset.balanceOf(vessel)).to.be.closeTo(150n * unit, 2n);
    await passWithdrawalDelay(world, epoch);
    for (const [person, due] of [
      [alice, 100n * unit],
      [bob, 50n * unit],
    ] as const) {
      const before = await asset.balanceOf(person);
      await escrow.connect(person).withdraw(epoch, person);
      expect((await asset.balanceOf(person)) - before).to.be.closeTo(due, 2n);
    }
    await gate.poke();
    expect([await gate.persistedState(), await vault.maxDeposit(whale)]).to.deep.equal([State.VetoCooldown, 0n]);
  });
});
