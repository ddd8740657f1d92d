import { expect } from "chai";
import hre from "hardhat";

import { PHASES, SIGNALLING, State, at, enterRageQuit, now, rageQuitAfter } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { close, deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("VaultMock", [asset]) });

const unruly = () => deploySync(connection);
const leaving = async () => close(await deploySync(connection));

describe("VetoEscrow: lock", () => {
  it("moves exactly the shares, counts them, and tells until when they are bound", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, one } = all;
    const timestamp = (await now(all)) + 10n;
    await at(all, timestamp);
    const lock = escrow.connect(alice).lock(5n * one, 0n);
    await expect(lock)
      .to.emit(escrow, "SharesLocked")
      .withArgs(1n, alice, 5n * one, timestamp + PHASES.minLock);
    await expect(lock).to.changeTokenBalances(ethers, share, [alice, escrow], [-5n * one, 5n * one]);
    expect(await escrow.positionOf(1n, alice)).to.deep.equal([5n * one, timestamp + PHASES.minLock]);
    expect(await escrow.lockedShares()).to.equal(5n * one);
    await expectSolvent(all);
  });

  it("adds to a position, and every lock binds the whole anew", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one } = all;
    await escrow.connect(alice).lock(one, 0n);
    const timestamp = (await now(all)) + 1_000n;
    await at(all, timestamp);
    await escrow.connect(alice).lock(2n, 0n);
    expect(await escrow.positionOf(1n, alice)).to.deep.equal([one + 2n, timestamp + PHASES.minLock]);
    await expectSolvent(all);
  });

  it("keeps the later of an owner's two bounds when the minimum lock has become shorter", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, gate, timelock, alice, one } = all;
    await escrow.connect(alice).lock(one, 0n);
    const { unlockableAfter } = await escrow.positionOf(1n, alice);
    const asTimelock = await ethers.getImpersonatedSigner(await timelock.getAddress());
    await networkHelpers.setBalance(asTimelock.address, 10n ** 18n);
    await gate.connect(asTimelock).setConfig({ signalling: SIGNALLING, phases: { ...PHASES, minLock: 60n } });
    await escrow.connect(alice).lock(one, 0n);
    expect((await escrow.positionOf(1n, alice)).unlockableAfter).to.equal(unlockableAfter);
  });

  it("counts 1 wei", async () => {
    const all = await networkHelpers.loadFixture(world);
    await all.escrow.connect(all.alice).lock(1n, 0n);
    expect(await all.escrow.lockedShares()).to.equal(1n);
    await expectSolvent(all);
  });

  it("refuses zero shares, and more than fits the ledger", async () => {
    const { escrow, alice, bob, one } = await networkHelpers.loadFixture(world);
    await expect(escrow.connect(alice).lock(0n, 0n)).to.be.revertedWithCustomError(escrow, "ZeroShares");
    await escrow.connect(bob).lock(one, 0n);
    const limit = 2n ** 127n - 1n - one;
    for (const absurd of [limit + 1n, ethers.MaxUint256]) {
      await expect(escrow.connect(alice).lock(absurd, 0n))
        .to.be.revertedWithCustomError(escrow, "SharesOutOfRange")
        .withArgs(absurd, limit);
    }
  });

  it("leaves room in the ledger for what is leaving, so that the next rage quit cannot overflow", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, bob, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await escrow.connect(bob).lock(one, 0n);
    const limit = 2n ** 127n - 1n - 101n * one;
    await expect(escrow.connect(bob).lock(limit + 1n, 0n))
      .to.be.revertedWithCustomError(escrow, "SharesOutOfRange")
      .withArgs(limit + 1n, limit);
  });

  it("leaves it to the share to refuse what the caller has not, or has not approved", async () => {
    const { escrow, share, alice, stranger, one } = await networkHelpers.loadFixture(world);
    await expect(escrow.connect(alice).lock(100n * one + 1n, 0n))
      .to.be.revertedWithCustomError(share, "ERC20InsufficientBalance")
      .withArgs(alice, 100n * one, 100n * one + 1n);
    await expect(escrow.connect(stranger).lock(1n, 0n))
      .to.be.revertedWithCustomError(share, "ERC20InsufficientAllowance")
      .withArgs(escrow, 0n, 1n);
  });

  it("accepts the epoch the caller means, and no other", async () => {
    const { escrow, alice, one } = await networkHelpers.loadFixture(world);
    await escrow.connect(alice).lock(one, 1n);
    for (const wrong of [2n, ethers.MaxUint256]) {
      await expect(escrow.connect(alice).lock(one, wrong))
        .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
        .withArgs(1n, wrong);
    }
  });

  it("moves the gate when it reaches R1, and not a wei below", async () => {
    const { escrow, gate, alice, one } = await networkHelpers.loadFixture(world);
    await escrow.connect(alice).lock(10n * one - 1n, 0n);
    expect(await gate.persistedState()).to.equal(State.Normal);
    await expect(escrow.connect(alice).lock(1n, 0n))
      .to.emit(gate, "GovernanceStateChanged")
      .withArgs(State.Normal, State.VetoSignalling, 0n);
  });

  describe("when a rage quit is due", () => {
    async function due() {
      const all = await world();
      await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
      await at(all, (await rageQuitAfter(all)) + 1n);
      return all;
    }

    it("the transition is made and the lock counts in the epoch it opens", async () => {
      const all = await networkHelpers.loadFixture(due);
      const { escrow, gate, bob, one } = all;
      const lock = escrow.connect(bob).lock(one, 0n);
      await expect(lock).to.emit(escrow, "RageQuitStarted");
      await expect(lock)
        .to.emit(escrow, "SharesLocked")
        .withArgs(2n, bob, one, (await now(all)) + PHASES.minLock);
      expect(await gate.persistedState()).to.equal(State.RageQuit);
      expect(await escrow.lockedShares()).to.equal(one);
      expect((await escrow.getEpoch(1n)).totalShares).to.equal(100n * one);
      expect((await escrow.positionOf(1n, bob)).shares).to.equal(0n);
      await expectSolvent(all);
    });

    it("who means the next epoch gets it", async () => {
      const { escrow, bob, one } = await networkHelpers.loadFixture(due);
      await escrow.connect(bob).lock(one, 2n);
      expect((await escrow.positionOf(2n, bob)).shares).to.equal(one);
    });

    it("who means the old epoch is told, and nothing has changed", async () => {
      const { escrow, gate, bob, one } = await networkHelpers.loadFixture(due);
      await expect(escrow.connect(bob).lock(one, 1n))
        .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
        .withArgs(2n, 1n);
      expect(await gate.persistedState()).to.equal(State.VetoSignalling);
      expect(await escrow.runningEpoch()).to.equal(1n);
    });

    it("in the last second before, the lock still joins those who leave", async () => {
      const all = await networkHelpers.loadFixture(due);
      const { escrow, bob, one } = all;
      await at(all, await rageQuitAfter(all));
      await escrow.connect(bob).lock(one, 1n);
      await enterRageQuit(all);
      expect((await escrow.getEpoch(1n)).totalShares).to.equal(101n * one);
      await expectSolvent(all);
    });
  });

  it("[INV-5] refuses a share that arrives in part", async () => {
    const { escrow, vault, alice, one } = await networkHelpers.loadFixture(unruly);
    await vault.setTransferFee(100n);
    await expect(escrow.connect(alice).lock(10n * one, 0n))
      .to.be.revertedWithCustomError(escrow, "SharesNotReceived")
      .withArgs((99n * one) / 10n, 10n * one);
  });

  it("counts what lay in the escrow before as nobody's", async () => {
    const all = await networkHelpers.loadFixture(unruly);
    const { escrow, share, alice, mallory, one } = all;
    await share.connect(mallory).transfer(escrow, 50n * one);
    await escrow.connect(alice).lock(one, 0n);
    expect(await escrow.lockedShares()).to.equal(one);
    await expectSolvent(all);
  });

  describe("[INV-5] while an issuer has taken shares out of the escrow", () => {
    it("counts at what a unit of all ledgers is worth, so that nobody bears another's loss", async () => {
      const { escrow, share, vault, alice, bob, carol, one } = await networkHelpers.loadFixture(unruly);
      await escrow.connect(alice).lock(30n * one, 0n);
      await vault.clawBack(escrow, 20n * one);
      await expect(escrow.connect(bob).lock(10n * one, 0n))
        .to.emit(escrow, "SharesLocked")
        .withArgs(1n, bob, 30n * one, (await networkHelpers.time.latest()) + 1 + Number(PHASES.minLock));
      expect(await escrow.lockedShares()).to.equal(60n * one);
      await networkHelpers.time.increase(PHASES.minLock + 1n);
      for (const person of [bob, alice]) await escrow.connect(person).unlock(30n * one, 0n);
      expect(await share.balanceOf(bob)).to.equal(100n * one);
      expect(await share.balanceOf(alice)).to.equal(80n * one);
      await escrow.connect(carol).lock(one, 0n);
      expect((await escrow.positionOf(1n, carol)).shares).to.equal(one);
    });

    it("counts what is leaving among all ledgers", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, carol, one } = all;
      await vault.clawBack(escrow, 64n * one);
      await escrow.connect(carol).lock(10n * one, 0n);
      expect((await escrow.positionOf(2n, carol)).shares).to.equal(20n * one);
      expect(await escrow.idleShares()).to.equal(128n * one);
    });

    it("refuses to lock where everything was taken: no number of units would be right", async () => {
      const { escrow, vault, alice, bob, one } = await networkHelpers.loadFixture(unruly);
      await escrow.connect(alice).lock(30n * one, 0n);
      await vault.clawBack(escrow, 30n * one);
      await expect(escrow.connect(bob).lock(one, 0n))
        .to.be.revertedWithCustomError(escrow, "NoSharesLeft")
        .withArgs(30n * one);
    });

    it("refuses what would count as more than the ledger can hold", async () => {
      const { escrow, vault, alice, bob, one } = await networkHelpers.loadFixture(unruly);
      await escrow.connect(alice).lock(30n * one, 0n);
      const left = (30n * one) / 10n ** 6n;
      await vault.clawBack(escrow, 30n * one - left);
      const limit = 2n ** 127n - 1n - 30n * one;
      const shares = 10n ** 15n * one;
      await expect(escrow.connect(bob).lock(shares, 0n))
        .to.be.revertedWithCustomError(escrow, "SharesOutOfRange")
        .withArgs(shares * 10n ** 6n, limit);
      // A wei less, and a share would count as more than a million.
      await vault.clawBack(escrow, 1n);
      await expect(escrow.connect(bob).lock(one, 0n)).to.be.revertedWithCustomError(escrow, "NoSharesLeft");
    });
  });
});
