import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import {
  End,
  EXIT,
  Phase,
  State,
  at,
  beginExit,
  enterRageQuit,
  passExtension,
  passWithdrawalDelay,
  type Core,
} from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A share whose issuer may charge for transfers, pause it, and block accounts. */
const unruly = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("SyncVaultMock", [asset]) });
/** The same, which charges 1 % for transfers. */
async function charging() {
  const all = await unruly();
  await all.vault.setTransferFee(100n);
  return all;
}
const hostile = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]) });

/** Ends the exit of the first epoch by the clock. */
async function callOff(core: Core) {
  await at(core, (await core.escrow.callOffAfter(1n)) + 1n);
  await core.escrow.callOff(1n);
}

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
      const all = await networkHelpers.loadFixture(unruly);
      const { escrow, vault, share, alice, bob, one } = all;
      await escrow.connect(alice).lock(2n * one, 0n);
      await escrow.connect(bob).lock(one, 0n);
      await vault.setTransferFee(100n);
      await networkHelpers.time.increase(86_400n);
      await escrow.connect(alice).unlock(2n * one, 0n);
      expect(await share.balanceOf(alice)).to.equal(98n * one + (2n * one * 99n) / 100n);
      expect(await share.balanceOf(escrow)).to.equal(one);
      await expectSolvent(all);
    });

    for (const fee of [1n, 100n, 9_999n, 10_000n]) {
      it(`keeps the shares in the escrow, if a fee of ${fee} in 10,000 has come later, until the call-off`, async () => {
        const all = await networkHelpers.loadFixture(unruly);
        const { escrow, gate, vault, share, alice, bob, one } = all;
        await escrow.connect(alice).lock(100n * one, 0n);
        await escrow.connect(bob).lock(50n * one, 0n);
        await vault.setTransferFee(fee);
        await enterRageQuit(all);
        await expect(escrow.beginExit(1n, ethers.ZeroAddress)).to.revert(ethers);
        expect(await share.balanceOf(escrow)).to.equal(150n * one);
        expect(await escrow.votableSupply()).to.deep.equal([true, 850n * one]);
        const { closedAt } = await escrow.getEpoch(1n);
        expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.callOffDelay);
        await callOff(all);
        expect((await escrow.getEpoch(1n)).end).to.equal(End.CalledOff);
        expect(await escrow.votableSupply()).to.deep.equal([true, 1_000n * one]);
        await expect(escrow.connect(alice).takeShares(1n, alice)).to.changeTokenBalance(
          ethers,
          share,
          alice,
          (100n * one * (10_000n - fee)) / 10_000n,
        );
        // A ledger entry costs nothing.
        await escrow.connect(bob).moveShares(1n, 0n);
        expect((await escrow.positionOf(2n, bob)).shares).to.equal(50n * one);
        await passExtension(all, 1n);
        await gate.poke();
        expect(await gate.persistedState()).to.equal(State.VetoSignalling);
        await expectSolvent(all);
      });
    }
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

    for (const answer of ["Zero", "One", "Max"] as const) {
      it(`of a vessel (${answer}) is sent nothing: shares move only if the balance falls by what was taken`, async () => {
        const all = await networkHelpers.loadFixture(hostile);
        const { escrow, share, vault, alice, asset, unit, one } = all;
        await escrow.connect(alice).lock(100n * one, 0n);
        await enterRageQuit(all);
        await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer[answer]);
        await expect(escrow.beginExit(1n, ethers.ZeroAddress)).to.revert(ethers);
        await vault.setAnswer(vault.interface.getFunction("balanceOf").selector, Answer.Honest);
        expect(await share.balanceOf(escrow)).to.equal(100n * one);
        expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(100n * one);
        const vessel = await beginExit(all, 1n);
        expect(await asset.balanceOf(vessel)).to.equal(100n * unit);
      });
    }
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
      const all = await networkHelpers.loadFixture(unruly);
      const { escrow, gate, vault, share, alice, bob, one } = all;
      await escrow.connect(alice).lock(100n * one, 0n);
      await vault.setSharePaused(true);
      await expect(escrow.connect(bob).lock(one, 0n)).to.be.revertedWithCustomError(vault, "SharePaused");
      await networkHelpers.time.increase(86_400n);
      await expect(escrow.connect(alice).unlock(one, 0n)).to.be.revertedWithCustomError(vault, "SharePaused");
      await gate.poke();
      await enterRageQuit(all);
      await expect(escrow.beginExit(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(vault, "SharePaused");
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Closed);
      await vault.setSharePaused(false);
      await beginExit(all, 1n);
      await vault.setSharePaused(true);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await all.asset.balanceOf(alice)).to.equal(100n * all.unit);
      expect(await share.balanceOf(escrow)).to.equal(0n);
    });

    it("silences nobody: what was called off objects again by a ledger entry while the share is paused", async () => {
      const all = await networkHelpers.loadFixture(unruly);
      const { escrow, gate, vault, share, alice, bob, one } = all;
      for (const person of [alice, bob]) await escrow.connect(person).lock(60n * one, 0n);
      await enterRageQuit(all);
      await vault.setSharePaused(true);
      await vault.setBlocked(bob, true);
      await callOff(all);
      await expect(escrow.connect(alice).takeShares(1n, alice)).to.be.revertedWithCustomError(vault, "SharePaused");
      for (const person of [alice, bob]) await escrow.connect(person).moveShares(1n, 2n);
      expect(await escrow.lockedShares()).to.equal(120n * one);
      await passExtension(all, 1n);
      await gate.poke();
      expect(await gate.persistedState()).to.equal(State.VetoSignalling);
      await vault.setSharePaused(false);
      await networkHelpers.time.increase(86_400n);
      await escrow.connect(alice).unlock(60n * one, 2n);
      expect(await share.balanceOf(alice)).to.equal(100n * one);
      await expectSolvent(all);
    });

    it("and a staker who is blocked blocks nobody else", async () => {
      const all = await networkHelpers.loadFixture(unruly);
      const { escrow, vault, alice, bob, one } = all;
      for (const person of [alice, bob]) await escrow.connect(person).lock(60n * one, 0n);
      await vault.setBlocked(alice, true);
      await networkHelpers.time.increase(86_400n);
      await expect(escrow.connect(alice).unlock(one, 0n)).to.be.revertedWithCustomError(vault, "AccountBlocked");
      await escrow.connect(bob).unlock(one, 0n);
      await enterRageQuit(all);
      await beginExit(all, 1n);
      await passWithdrawalDelay(all, 1n);
      // The block is the share's: the assets reach her.
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await all.asset.balanceOf(alice)).to.equal(60n * all.unit);
      await expectSolvent(all);
    });
  });

  it("that vanishes from the escrow is a loss of all who have shares there; nobody waits for it", async () => {
    const all = await networkHelpers.loadFixture(hostile);
    const { escrow, vault, share, asset, alice, carol, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await escrow.connect(carol).lock(50n * one, 2n);
    await vault.confiscate(escrow, 30n * one);
    // 120 of 150 are left: 80 are alice's.
    const worth = await vault.previewRedeem(80n * one);
    const vessel = await beginExit(all, 1n);
    const seen = await escrow.getEpoch(1n);
    expect([seen.end, seen.redeemedShares, seen.outstandingShares]).to.deep.equal([End.Redeemed, 80n * one, 0n]);
    await passWithdrawalDelay(all, 1n);
    await expect(escrow.connect(alice).withdraw(1n, alice)).to.changeTokenBalance(ethers, asset, alice, worth);
    expect(await asset.balanceOf(vessel)).to.equal(0n);
    await expect(escrow.connect(carol).unlock(50n * one, 2n)).to.changeTokenBalance(ethers, share, carol, 40n * one);
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
