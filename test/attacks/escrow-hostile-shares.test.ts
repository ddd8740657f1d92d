import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import { Phase, State, beginExit, claimAll, enterRageQuit, passWithdrawalDelay } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A share that charges 1 % for transfers. */
const charging = () =>
  deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("FeeOnTransferVaultMock", [asset, 100n]),
  });
/** The same, free of charge for now. */
async function free() {
  const all = await charging();
  await all.vault.setFee(0n);
  return all;
}
const hostile = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]) });
const blocking = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("BlockingShareMock", [asset]) });

describe("attack: a hostile share", () => {
  describe("that charges for transfers", () => {
    it("is refused when it is locked", async () => {
      const all = await networkHelpers.loadFixture(charging);
      const { escrow, alice, one } = all;
      await expect(escrow.connect(alice).lock(100n * one, 0n))
        .to.be.revertedWithCustomError(escrow, "SharesNotReceived")
        .withArgs(99n * one, 100n * one);
      expect(await escrow.lockedShares()).to.equal(0n);
      await expectSolvent(all);
    });

    it("charges who unlocks, if the fee has come later; the others' shares stay whole", async () => {
      const all = await networkHelpers.loadFixture(free);
      const { escrow, vault, share, alice, bob, one } = all;
      await escrow.connect(alice).lock(2n * one, 0n);
      await escrow.connect(bob).lock(one, 0n);
      await vault.setFee(100n);
      await networkHelpers.time.increase(86_400n);
      await escrow.connect(alice).unlock(2n * one, 0n);
      expect(await share.balanceOf(alice)).to.equal(98n * one + (2n * one * 99n) / 100n);
      expect(await share.balanceOf(escrow)).to.equal(one);
      await expectSolvent(all);
    });

    for (const fee of [1n, 100n, 9_999n]) {
      it(`does not stall a rage quit, if a fee of ${fee} in 10,000 has come later`, async () => {
        const all = await networkHelpers.loadFixture(free);
        const { escrow, gate, vault, asset, alice, bob, unit, one } = all;
        await escrow.connect(alice).lock(100n * one, 0n);
        await escrow.connect(bob).lock(50n * one, 0n);
        await vault.setFee(fee);
        await enterRageQuit(all);
        const clone = await beginExit(all, 1n);
        const arrived = (150n * one * (10_000n - fee)) / 10_000n;
        const [begun] = await escrow.queryFilter(escrow.filters.ExitBegun(1n));
        expect(begun?.args.shares).to.equal(arrived);
        expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(arrived);
        // The fee was burnt, so what is leaving is what has arrived.
        expect(await escrow.leavingShares()).to.equal(arrived);
        expect(await escrow.votableSupply()).to.deep.equal([true, 850n * one]);
        await claimAll(all, 1n);
        expect(await escrow.leavingShares()).to.equal(0n);
        const total = await asset.balanceOf(clone);
        expect(total).to.be.at.least((150n * unit * (10_000n - fee)) / 10_000n);
        await passWithdrawalDelay(all, 1n);
        for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
        expect(await asset.balanceOf(alice)).to.equal((total * 2n) / 3n);
        expect(await asset.balanceOf(bob)).to.equal(total / 3n);
        await gate.poke();
        expect(await gate.persistedState()).to.equal(State.VetoCooldown);
        await expectSolvent(all);
      });
    }

    it("that takes everything ends the rage quit with nothing", async () => {
      const all = await networkHelpers.loadFixture(free);
      const { escrow, vault, alice, one } = all;
      await escrow.connect(alice).lock(100n * one, 0n);
      await vault.setFee(10_000n);
      await enterRageQuit(all);
      await beginExit(all, 1n);
      await claimAll(all, 1n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      expect(await escrow.leavingShares()).to.equal(0n);
      await expectSolvent(all);
    });
  });

  describe("that lies about balances", () => {
    it("cannot be locked while it says the same before and after", async () => {
      const all = await networkHelpers.loadFixture(hostile);
      const { escrow, vault, alice, one } = all;
      const { selector } = vault.interface.getFunction("balanceOf");
      for (const [answer, said] of [
        [Answer.Zero, 0n],
        [Answer.One, 1n],
        [Answer.Max, ethers.MaxUint256],
      ] as const) {
        await vault.setAnswer(selector, answer);
        await expect(escrow.connect(alice).lock(one, 0n))
          .to.be.revertedWithCustomError(escrow, "SharesNotReceived")
          .withArgs(said, BigInt.asUintN(256, said + one));
      }
      expect(await escrow.lockedShares()).to.equal(0n);
    });

    for (const answer of ["Revert", "RevertBomb", "Short", "Empty", "BurnGas"] as const) {
      it(`or says nothing (${answer}) cannot be locked, but can be unlocked`, async () => {
        const all = await networkHelpers.loadFixture(hostile);
        const { escrow, share, vault, alice, one } = all;
        await escrow.connect(alice).lock(2n * one, 0n);
        await networkHelpers.time.increase(86_400n);
        await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer[answer]);
        await expect(escrow.connect(alice).lock(one, 0n, { gasLimit: 2_000_000n })).to.revert(ethers);
        await escrow.connect(alice).unlock(2n * one, 0n);
        await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer.Honest);
        expect(await share.balanceOf(alice)).to.equal(100n * one);
        await expectSolvent(all);
      });
    }

    it("of a vessel is believed up to what was sent: it cannot make more of it", async () => {
      const all = await networkHelpers.loadFixture(hostile);
      const { escrow, vault, alice, one } = all;
      await escrow.connect(alice).lock(100n * one, 0n);
      await enterRageQuit(all);
      await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer.Max);
      await beginExit(all, 1n);
      expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(100n * one);
      await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer.Honest);
      await claimAll(all, 1n);
      expect((await escrow.getEpoch(1n)).assets).to.equal(100n * all.unit);
    });
  });

  describe("whose transfers say false, or nothing", () => {
    for (const answer of ["Zero", "Two", "Revert", "BurnGas", "Empty"] as const) {
      it(`are not taken for a lock (${answer})`, async () => {
        const all = await networkHelpers.loadFixture(hostile);
        const { escrow, vault, alice, one } = all;
        await vault.setAnswer(vault.interface.getFunction("transferFrom").selector, Answer[answer]);
        await expect(escrow.connect(alice).lock(one, 0n, { gasLimit: 2_000_000n })).to.revert(ethers);
        expect(await escrow.lockedShares()).to.equal(0n);
      });
    }

    it("are not taken for a lock if they say yes and move nothing", async () => {
      const all = await networkHelpers.loadFixture(hostile);
      const { escrow, vault, alice, one } = all;
      await vault.setAnswer(vault.interface.getFunction("transferFrom").selector, Answer.One);
      await expect(escrow.connect(alice).lock(one, 0n))
        .to.be.revertedWithCustomError(escrow, "SharesNotReceived")
        .withArgs(0n, one);
    });

    it("leave the position as it was when an unlock fails", async () => {
      const all = await networkHelpers.loadFixture(hostile);
      const { escrow, vault, alice, one } = all;
      await escrow.connect(alice).lock(one, 0n);
      await networkHelpers.time.increase(86_400n);
      await vault.setAnswer(vault.interface.getFunction("transfer").selector, Answer.Zero);
      await expect(escrow.connect(alice).unlock(one, 0n)).to.be.revertedWithCustomError(
        escrow,
        "SafeERC20FailedOperation",
      );
      await vault.setAnswer(vault.interface.getFunction("transfer").selector, Answer.Honest);
      await escrow.connect(alice).unlock(one, 0n);
      await expectSolvent(all);
    });
  });

  describe("that is paused, or blocks accounts", () => {
    it("delays locks, unlocks and exits, and destroys none", async () => {
      const all = await networkHelpers.loadFixture(blocking);
      const { escrow, gate, vault, share, alice, bob, one } = all;
      await escrow.connect(alice).lock(100n * one, 0n);
      await vault.setPaused(true);
      await expect(escrow.connect(bob).lock(one, 0n)).to.be.revertedWithCustomError(vault, "SharePaused");
      await networkHelpers.time.increase(86_400n);
      await expect(escrow.connect(alice).unlock(one, 0n)).to.be.revertedWithCustomError(vault, "SharePaused");
      await gate.poke();
      await enterRageQuit(all);
      await expect(escrow.beginExit(1n, ethers.ZeroHash)).to.be.revertedWithCustomError(vault, "SharePaused");
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Closed);
      await vault.setPaused(false);
      await beginExit(all, 1n);
      await vault.setPaused(true);
      await expect(escrow.claim(1n, ethers.MaxUint256)).to.be.revertedWithCustomError(vault, "SharePaused");
      await vault.setPaused(false);
      await claimAll(all, 1n);
      await vault.setPaused(true);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await all.asset.balanceOf(alice)).to.equal(100n * all.unit);
      expect(await share.balanceOf(escrow)).to.equal(0n);
    });

    it("and a staker who is blocked blocks nobody else", async () => {
      const all = await networkHelpers.loadFixture(blocking);
      const { escrow, vault, alice, bob, one } = all;
      for (const person of [alice, bob]) await escrow.connect(person).lock(60n * one, 0n);
      await vault.setBlocked(alice, true);
      await networkHelpers.time.increase(86_400n);
      await expect(escrow.connect(alice).unlock(one, 0n)).to.be.revertedWithCustomError(vault, "AccountBlocked");
      await escrow.connect(bob).unlock(one, 0n);
      await enterRageQuit(all);
      await beginExit(all, 1n);
      await claimAll(all, 1n);
      await passWithdrawalDelay(all, 1n);
      // The block is the share's: the assets reach her.
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await all.asset.balanceOf(alice)).to.equal(60n * all.unit);
      await expectSolvent(all);
    });
  });

  it("known limit: that vanishes from the escrow keeps the exit waiting until somebody makes up for it", async () => {
    const all = await networkHelpers.loadFixture(hostile);
    const { escrow, vault, share, asset, alice, carol, unit, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await vault.confiscate(escrow, one);
    await expect(escrow.beginExit(1n, ethers.ZeroHash)).to.be.revertedWithCustomError(
      share,
      "ERC20InsufficientBalance",
    );
    // Whoever makes up for it saves the others.
    await share.connect(carol).transfer(escrow, one);
    await beginExit(all, 1n);
    await claimAll(all, 1n);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);
    expect(await asset.balanceOf(alice)).to.be.at.least(100n * unit);
  });

  it("known limit: that vanishes from a vessel keeps governance waiting until somebody makes up for it", async () => {
    const all = await networkHelpers.loadFixture(hostile);
    const { escrow, vault, alice, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    const clone = await beginExit(all, 1n);
    await vault.confiscate(clone, 40n * one);
    await claimAll(all, 1n);
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(40n * one);
    await expect(escrow.claim(1n, ethers.MaxUint256)).to.be.revertedWithCustomError(escrow, "NothingToClaim");
    await all.share.connect(all.mallory).transfer(clone, 40n * one);
    await claimAll(all, 1n);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
  });

  it("that acts as the escrow's own caller is refused as any stranger", async () => {
    const all = await networkHelpers.loadFixture(hostile);
    const { escrow, gate, vault } = all;
    const asShare = await impersonate(connection, vault);
    await expect(escrow.connect(asShare).startRageQuit(0n, 0n))
      .to.be.revertedWithCustomError(escrow, "CallerIsNotGate")
      .withArgs(vault, gate);
  });
});
