import { expect } from "chai";
import hre from "hardhat";

import {
  Phase,
  State,
  beginExit,
  claimAll,
  enterRageQuit,
  passExtension,
  passWithdrawalDelay,
  stake,
} from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const worldOf = (decimals: number) =>
  deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
    decimals,
  });
type World = Awaited<ReturnType<typeof worldOf>>;

/** Alice leaves with 100 units, bob with 50. */
async function leave(decimals: number) {
  const all = await worldOf(decimals);
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await enterRageQuit(all);
  return { ...all, clone: await beginExit(all, 1n) };
}
const world18 = () => worldOf(18);
const leave6 = () => leave(6);
const leave18 = () => leave(18);

/** Lets time pass and pays both. @returns What alice and bob got, and what is left in the vessel. */
async function pay(all: World & { clone: string }) {
  const { escrow, asset, alice, bob, clone } = all;
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  const paid: bigint[] = [];
  for (const person of [alice, bob]) {
    const before = await asset.balanceOf(person);
    await escrow.connect(person).withdraw(1n, person);
    paid.push((await asset.balanceOf(person)) - before);
  }
  await expectSolvent(all);
  return [...paid, await asset.balanceOf(clone)];
}

describe("[INV-5] the exit from an ERC-4626 vault", () => {
  for (const [decimals, fixture] of [
    [6, leave6],
    [18, leave18],
  ] as const) {
    describe(`with an asset of ${decimals} decimals`, () => {
      it("pays everybody what the shares were worth", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        await claimAll(all, 1n);
        expect(await pay(all)).to.deep.equal([100n * all.unit, 50n * all.unit, 0n]);
      });

      it("pays gains as well, and strands less than a wei for each staker", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        await all.asset.mint(all.vault, 77n * all.unit + 1n);
        await claimAll(all, 1n);
        const total = await all.asset.balanceOf(all.clone);
        const [toAlice, toBob, left = 2n] = await pay(all);
        expect(toAlice).to.equal((total * 2n) / 3n);
        expect(toBob).to.equal(total / 3n);
        expect(left).to.be.lessThan(2n);
      });

      it("shares a loss before the claim pro rata, with those who stay too", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        await all.vault.slash(400n * all.unit);
        await claimAll(all, 1n);
        const [toAlice = 0n, toBob = 0n, left] = await pay(all);
        expect(toAlice).to.be.closeTo(60n * all.unit, 1n);
        expect(toBob).to.be.closeTo(30n * all.unit, 1n);
        expect(left).to.be.lessThan(2n);
      });

      it("pools claims at different rates: nobody is paid by the hour of a claim", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { vault, escrow, unit, one } = all;
        await escrow.claim(1n, 75n * one);
        await vault.slash((1_000n - 75n) * (unit / 2n));
        await claimAll(all, 1n);
        const [toAlice = 0n, toBob = 0n] = await pay(all);
        expect(toAlice).to.be.closeTo(75n * unit, 1n);
        expect(toBob).to.be.closeTo((75n * unit) / 2n, 1n);
      });

      it("comes in as many claims as the vault's liquidity allows", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { vault, escrow, unit, one } = all;
        let outstanding = 150n * one;
        for (const liquidity of [1n, 40n * unit, 7n, 100n * unit]) {
          await vault.setLiquidity(liquidity);
          await claimAll(all, 1n);
          const { outstandingShares, phase } = await escrow.getEpoch(1n);
          expect(outstandingShares).to.be.lessThan(outstanding);
          expect(phase).to.equal(Phase.Claiming);
          outstanding = outstandingShares;
        }
        await vault.setLiquidity(ethers.MaxUint256);
        await claimAll(all, 1n);
        expect(await pay(all)).to.deep.equal([100n * unit, 50n * unit, 0n]);
      });

      it("ends when everything is lost: governance goes on, and everybody is paid nothing", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { vault, escrow, gate, unit, one } = all;
        await vault.slash(1_000n * unit);
        await vault.setRefusingNothing(true);
        await claimAll(all, 1n);
        expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
        expect(await escrow.leavingShares()).to.equal(0n);
        expect(await pay(all)).to.deep.equal([0n, 0n, 0n]);
        await gate.poke();
        expect(await gate.persistedState()).to.equal(State.VetoCooldown);
        expect((await escrow.positionOf(1n, all.alice)).shares).to.equal(0n);
        expect(await all.share.balanceOf(all.clone)).to.equal(150n * one);
      });

      it("takes a loss that turns out smaller as a late gift, until the first withdrawal", async () => {
        const all = await networkHelpers.loadFixture(fixture);
        const { vault, asset, unit } = all;
        await vault.slash(1_000n * unit);
        await claimAll(all, 1n);
        await passExtension(all, 1n);
        await asset.mint(vault, 1_000n * unit);
        await claimAll(all, 1n);
        expect(await pay(all)).to.deep.equal([100n * unit, 50n * unit, 0n]);
      });
    });
  }

  it("pays positions of a wei beside large ones, each rounded down by itself", async () => {
    const all = await networkHelpers.loadFixture(leave6);
    const { escrow, gate, share, asset, vault, carol, mallory, whale, unit, one } = all;
    // A second epoch: carol and mallory with a wei each, of shares that are worth a wei and a half.
    await claimAll(all, 1n);
    await asset.mint(vault, 425n * unit);
    await escrow.connect(carol).lock(1n, 2n);
    await escrow.connect(mallory).lock(1n, 2n);
    await escrow.connect(whale).lock(300n * one, 2n);
    await passExtension(all, 1n);
    await gate.poke();
    await enterRageQuit(all);
    const clone = await beginExit(all, 2n);
    await claimAll(all, 2n);
    await passWithdrawalDelay(all, 2n);
    const total = await asset.balanceOf(clone);
    for (const person of [mallory, whale, carol]) await escrow.connect(person).withdraw(2n, person);
    expect(await asset.balanceOf(carol)).to.equal(1n);
    expect(await asset.balanceOf(mallory)).to.equal(1n);
    expect(await asset.balanceOf(whale)).to.equal((total * 300n * one) / (300n * one + 2n));
    expect(await asset.balanceOf(clone)).to.be.lessThan(3n);
    expect(await share.balanceOf(escrow)).to.equal(0n);
    await expectSolvent(all);
  });

  it("redeems what is worth a single wei, which two cannot share", async () => {
    const all = await networkHelpers.loadFixture(leave6);
    const { vault, clone, unit } = all;
    await vault.setRefusingNothing(true);
    await vault.slash(1_000n * unit - 10n);
    await claimAll(all, 1n);
    expect(await all.share.balanceOf(clone)).to.equal(0n);
    expect(await pay(all)).to.deep.equal([0n, 0n, 1n]);
  });

  it("counts a remainder that is worth nothing after a partial claim as nothing", async () => {
    const all = await networkHelpers.loadFixture(leave18);
    const { escrow, vault, unit, one } = all;
    await escrow.claim(1n, 149n * one);
    await vault.slash(851n * unit);
    await vault.setRefusingNothing(true);
    const claim = escrow.claim(1n, ethers.MaxUint256);
    await expect(claim).to.emit(escrow, "ExtensionStarted");
    await expect(claim).not.to.emit(escrow, "AssetsClaimed");
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(0n);
    expect(await escrow.leavingShares()).to.equal(0n);
    expect(await pay(all)).to.deep.equal([(149n * unit * 2n) / 3n, (149n * unit) / 3n, 1n]);
  });

  it("lets everybody leave: nobody is left to object, and whoever comes later begins anew", async () => {
    const all = await networkHelpers.loadFixture(world18);
    const { escrow, gate, asset, vault, alice, bob, carol, mallory, whale, unit } = all;
    const everybody = [alice, bob, carol, mallory, whale];
    for (const person of everybody) await escrow.connect(person).lock(await all.share.balanceOf(person), 0n);
    await enterRageQuit(all);
    expect(await escrow.votableSupply()).to.deep.equal([true, 0n]);
    await beginExit(all, 1n);
    await claimAll(all, 1n);
    expect(await all.share.totalSupply()).to.equal(0n);
    await passExtension(all, 1n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoCooldown);
    const shares = await stake(all, vault, carol, 7n * unit);
    await escrow.connect(carol).lock(shares, 2n);
    await passWithdrawalDelay(all, 1n);
    await expectSolvent(all);
    for (const person of everybody) await escrow.connect(person).withdraw(1n, person);
    expect(await asset.balanceOf(whale)).to.equal(600n * unit);
    expect(await asset.balanceOf(carol)).to.equal(100n * unit);
    await expectSolvent(all);
  });

  it("pays an epoch of a single wei", async () => {
    const all = await networkHelpers.loadFixture(world18);
    const { escrow, asset, vault, share, alice, bob, carol, mallory, whale } = all;
    for (const person of [bob, carol, mallory, whale]) {
      await vault.connect(person).redeem(await share.balanceOf(person), person, person);
    }
    await vault.connect(alice).redeem((await share.balanceOf(alice)) - 10n, alice, alice);
    const before = await asset.balanceOf(alice);
    await escrow.connect(alice).lock(1n, 0n);
    await enterRageQuit(all);
    await beginExit(all, 1n);
    await expect(escrow.claim(1n, 0n)).to.be.revertedWithCustomError(escrow, "BoundTooSmall").withArgs(0n, 1n);
    await escrow.claim(1n, 1n);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);
    expect((await asset.balanceOf(alice)) - before).to.equal(1n);
    await expectSolvent(all);
  });

  describe("a second rage quit while the first still pays", () => {
    it("keeps the two apart to the wei", async () => {
      const all = await networkHelpers.loadFixture(leave18);
      const { escrow, gate, vault, asset, alice, bob, carol, whale, unit, one } = all;
      await claimAll(all, 1n);
      await escrow.connect(bob).lock(50n * one, 2n);
      await escrow.connect(carol).lock(100n * one, 2n);
      await passExtension(all, 1n);
      await gate.poke();
      await enterRageQuit(all);
      const second = await beginExit(all, 2n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Complete);
      await vault.slash(425n * unit); // half of what is left, after the first epoch was claimed
      await claimAll(all, 2n);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      await expectSolvent(all);
      await escrow.connect(whale).lock(2n * one, 3n);
      await passWithdrawalDelay(all, 2n);
      for (const [epoch, person] of [
        [2n, bob],
        [1n, bob],
        [2n, carol],
      ] as const) {
        await escrow.connect(person).withdraw(epoch, person);
      }
      expect(await asset.balanceOf(alice)).to.equal(100n * unit);
      expect(await asset.balanceOf(bob)).to.be.closeTo(75n * unit, 1n);
      expect(await asset.balanceOf(carol)).to.be.closeTo(50n * unit, 1n);
      expect(await asset.balanceOf(second)).to.be.lessThan(2n);
      await expectSolvent(all);
    });
  });
});
