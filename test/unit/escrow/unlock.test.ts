import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../../helpers/answer.js";
import { PHASES, State, at, enterRageQuit, now, rageQuitAfter } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice has locked half a percent of the supply. */
async function world() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(5n * all.one, 0n);
  return { ...all, unlockableAfter: (await now(all)) + PHASES.minLock };
}

const unruly = () => deploySync(connection);

describe("VetoEscrow: unlock", () => {
  it("gives shares back the second after the bound, and not at it", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, one, unlockableAfter } = all;
    await at(all, unlockableAfter);
    await expect(escrow.connect(alice).unlock(one, 0n))
      .to.be.revertedWithCustomError(escrow, "LockTooYoung")
      .withArgs(unlockableAfter, unlockableAfter);
    await at(all, unlockableAfter + 1n);
    const unlock = escrow.connect(alice).unlock(5n * one, 1n);
    await expect(unlock)
      .to.emit(escrow, "SharesUnlocked")
      .withArgs(1n, alice, 5n * one);
    await expect(unlock).to.changeTokenBalances(ethers, share, [alice, escrow], [5n * one, -5n * one]);
    expect(await escrow.positionOf(1n, alice)).to.deep.equal([0n, 0n]);
    expect(await escrow.lockedShares()).to.equal(0n);
    await expectSolvent(all);
  });

  it("gives a part back and leaves the rest free", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one, unlockableAfter } = all;
    await at(all, unlockableAfter + 1n);
    await escrow.connect(alice).unlock(2n * one, 0n);
    expect(await escrow.positionOf(1n, alice)).to.deep.equal([3n * one, unlockableAfter]);
    await expectSolvent(all);
    await escrow.connect(alice).unlock(3n * one, 0n);
    await expectSolvent(all);
  });

  it("whoever locks a wei more is bound with everything again", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one, unlockableAfter } = all;
    await at(all, unlockableAfter);
    await escrow.connect(alice).lock(1n, 0n);
    await at(all, unlockableAfter + 1n);
    await expect(escrow.connect(alice).unlock(one, 0n))
      .to.be.revertedWithCustomError(escrow, "LockTooYoung")
      .withArgs(unlockableAfter + PHASES.minLock, unlockableAfter + 1n);
  });

  it("refuses zero shares, more than the position, and other people's shares", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, bob, one, unlockableAfter } = all;
    await at(all, unlockableAfter + 1n);
    await expect(escrow.connect(alice).unlock(0n, 0n)).to.be.revertedWithCustomError(escrow, "ZeroShares");
    await expect(escrow.connect(alice).unlock(5n * one + 1n, 0n))
      .to.be.revertedWithCustomError(escrow, "SharesExceedPosition")
      .withArgs(5n * one + 1n, 5n * one);
    await expect(escrow.connect(alice).unlock(ethers.MaxUint256, 0n))
      .to.be.revertedWithCustomError(escrow, "SharesExceedPosition")
      .withArgs(ethers.MaxUint256, 5n * one);
    await expect(escrow.connect(bob).unlock(1n, 0n))
      .to.be.revertedWithCustomError(escrow, "SharesExceedPosition")
      .withArgs(1n, 0n);
    await expectSolvent(all);
  });

  it("is refused for an epoch that has not come yet", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, one, unlockableAfter } = all;
    await at(all, unlockableAfter + 1n);
    await expect(escrow.connect(alice).unlock(one, 2n))
      .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
      .withArgs(1n, 2n);
  });

  it("lets support fall at once", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, gate, alice, bob, one } = all;
    await escrow.connect(bob).lock(45n * one, 0n);
    await networkHelpers.time.increase(10n * 86_400n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
    await expect(escrow.connect(bob).unlock(40n * one, 0n))
      .to.emit(gate, "GovernanceStateChanged")
      .withArgs(State.VetoSignalling, State.VetoSignallingDeactivation, 0n);
    await escrow.connect(alice).unlock(one, 0n);
    await expectSolvent(all);
  });

  describe("when a rage quit is due", () => {
    async function due() {
      const all = await world();
      await all.escrow.connect(all.bob).lock(100n * all.one, 0n);
      await at(all, (await rageQuitAfter(all)) + 1n);
      return all;
    }

    for (const named of [0n, 1n]) {
      const how = named === 0n ? "whichever epoch runs" : "the epoch that closes";
      it(`who unlocks from ${how} is told that it is closed`, async () => {
        const { escrow, alice, one } = await networkHelpers.loadFixture(due);
        await expect(escrow.connect(alice).unlock(one, named))
          .to.be.revertedWithCustomError(escrow, "EpochClosed")
          .withArgs(1n, 2n);
        expect(await escrow.runningEpoch()).to.equal(1n);
      });
    }

    it("in the last second before, the shares come back and there is no rage quit", async () => {
      const all = await networkHelpers.loadFixture(due);
      const { escrow, gate, bob, one } = all;
      await at(all, await rageQuitAfter(all));
      await escrow.connect(bob).unlock(6n * one, 0n);
      await networkHelpers.mine();
      await gate.poke();
      expect(await gate.persistedState()).not.to.equal(State.RageQuit);
      await expectSolvent(all);
    });
  });

  it("after the rage quit: by its name closed, by the next one's name nothing there", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, alice, bob, one } = all;
    await escrow.connect(bob).lock(100n * one, 0n);
    await enterRageQuit(all);
    await expect(escrow.connect(alice).unlock(one, 1n))
      .to.be.revertedWithCustomError(escrow, "EpochClosed")
      .withArgs(1n, 2n);
    await expect(escrow.connect(alice).unlock(one, 2n))
      .to.be.revertedWithCustomError(escrow, "SharesExceedPosition")
      .withArgs(one, 0n);
  });

  it("works in every epoch: locked in the next one, back from there", async () => {
    const all = await networkHelpers.loadFixture(world);
    const { escrow, share, alice, bob, carol, one } = all;
    await escrow.connect(bob).lock(100n * one, 0n);
    await enterRageQuit(all);
    await escrow.connect(carol).lock(3n * one, 2n);
    const { unlockableAfter } = await escrow.positionOf(2n, carol);
    await at(all, unlockableAfter + 1n);
    await escrow.connect(carol).unlock(3n * one, 2n);
    expect(await share.balanceOf(carol)).to.equal(100n * one);
    expect((await escrow.positionOf(1n, alice)).shares).to.equal(5n * one);
    await expectSolvent(all);
  });

  describe("[INV-5] after an issuer has taken shares out of the escrow", () => {
    it("gives back the same part to everybody, in whatever order, and takes the whole position off the ledger", async () => {
      const { escrow, share, vault, alice, bob, carol, one } = await networkHelpers.loadFixture(unruly);
      const people = [alice, bob, carol] as const;
      for (const [person, units] of [
        [alice, 4n],
        [bob, 3n],
        [carol, 2n],
      ] as const) {
        await escrow.connect(person).lock(units * one, 0n);
      }
      await vault.clawBack(escrow, 3n * one);
      await networkHelpers.time.increase(PHASES.minLock + 1n);
      await escrow.connect(bob).unlock(3n * one, 0n);
      await escrow.connect(carol).unlock(one, 0n);
      await escrow.connect(alice).unlock(4n * one, 0n);
      await escrow.connect(carol).unlock(one, 0n);
      const held = await Promise.all(people.map((person) => share.balanceOf(person)));
      const lost = held.map((shares) => 100n * one - shares);
      for (const [index, units] of [4n, 3n, 2n].entries()) {
        expect(lost[index]).to.be.closeTo((units * one) / 3n, 2n);
      }
      expect(await escrow.lockedShares()).to.equal(0n);
      expect(await share.balanceOf(escrow)).to.be.lessThan(4n);
    });

    it("gives back nothing where everything was taken, which frees the ledger", async () => {
      const { escrow, share, vault, alice, bob, one } = await networkHelpers.loadFixture(unruly);
      await escrow.connect(alice).lock(9n * one, 0n);
      await vault.clawBack(escrow, 9n * one);
      await networkHelpers.time.increase(PHASES.minLock + 1n);
      await escrow.connect(alice).unlock(9n * one, 0n);
      expect(await share.balanceOf(alice)).to.equal(91n * one);
      await escrow.connect(bob).lock(one, 0n);
      expect((await escrow.positionOf(1n, bob)).shares).to.equal(one);
    });
  });

  it("[INV-8] does not depend on what the vault says of its supply", async () => {
    const { escrow, vault, alice, one } = await networkHelpers.loadFixture(unruly);
    await escrow.connect(alice).lock(5n * one, 0n);
    await networkHelpers.time.increase(PHASES.minLock + 1n);
    await vault.setAnswer(vault.interface.getFunction("totalSupply").selector, Answer.BurnGas);
    await expect(escrow.connect(alice).unlock(5n * one, 0n)).to.emit(escrow, "SharesUnlocked");
  });
});
