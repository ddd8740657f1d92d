import { expect } from "chai";
import hre from "hardhat";

import { Answer } from "../helpers/answer.js";
import {
  Phase,
  TIMELOCK,
  beginExit,
  claimAll,
  deployCore,
  enterRageQuit,
  passExtension,
  passWithdrawalDelay,
} from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";
import { batch, execute, schedule } from "../helpers/operations.js";
import { expectSolvent } from "../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice leaves with 100 units and bob with 50; the vault and its asset do whatever they are told. */
async function closed() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
    assetName: "HostileAssetMock",
  });
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await enterRageQuit(all);
  const hostileAsset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
  return { ...all, hostileAsset };
}

async function claiming() {
  const all = await closed();
  return { ...all, clone: await beginExit(all, 1n) };
}

async function withdrawable() {
  const all = await claiming();
  await claimAll(all, 1n);
  await passWithdrawalDelay(all, 1n);
  return all;
}

type World = Awaited<ReturnType<typeof closed>>;

/** @returns What alice and bob got. */
async function payBoth({ escrow, asset, alice, bob }: World) {
  for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
  return [await asset.balanceOf(alice), await asset.balanceOf(bob)];
}

async function claimAndPay(all: World) {
  await claimAll(all, 1n);
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  const paid = await payBoth(all);
  await expectSolvent(all);
  return paid;
}

describe("[INV-6] attack: change what a rage quit pays", () => {
  describe("by gifts, which only add", () => {
    it("shares sent to the escrow are nobody's, and disturb nothing", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, share, carol, mallory, unit, one } = all;
      await share.connect(mallory).transfer(escrow, one);
      await escrow.connect(carol).lock(one, 0n);
      await beginExit(all, 1n);
      expect(await claimAndPay(all)).to.deep.equal([100n * unit, 50n * unit]);
      expect(await share.balanceOf(escrow)).to.equal(2n * one);
    });

    it("shares sent to the vessel are redeemed with the rest", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { share, clone, mallory, unit, one } = all;
      await share.connect(mallory).transfer(clone, 30n * one);
      expect(await claimAndPay(all)).to.deep.equal([120n * unit, 60n * unit]);
      expect(await all.escrow.leavingShares()).to.equal(0n);
    });

    it("shares sent to the vessel take the place of as many, and what they delay is swept in later", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { escrow, vault, share, clone, mallory, unit, one } = all;
      await share.connect(mallory).transfer(clone, 30n * one);
      await vault.setLiquidity(150n * unit);
      await claimAll(all, 1n);
      // As many shares as were locked are through.
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      expect(await share.balanceOf(clone)).to.equal(30n * one);
      await vault.setLiquidity(ethers.MaxUint256);
      expect(await claimAndPay(all)).to.deep.equal([120n * unit, 60n * unit]);
    });

    it("assets sent to the vessel before the first withdrawal are shared, after it nobody's", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, clone, alice, bob, unit } = all;
      await asset.mint(clone, 3n * unit);
      await escrow.connect(alice).withdraw(1n, alice);
      await asset.mint(clone, 3n * unit);
      await escrow.connect(bob).withdraw(1n, bob);
      expect(await asset.balanceOf(alice)).to.equal(102n * unit);
      expect(await asset.balanceOf(bob)).to.equal(51n * unit);
      expect(await asset.balanceOf(clone)).to.equal(3n * unit);
      await expectSolvent(all);
    });

    it("ETH forced into escrow and vessel disturbs nothing", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      for (const account of [await all.escrow.getAddress(), all.clone])
        await networkHelpers.setBalance(account, 10n ** 18n);
      expect(await claimAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  describe("by the asset", () => {
    it("a receiver that is blocked blocks nobody else, and may name another one", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, hostileAsset, alice, bob, carol, unit, one } = all;
      await hostileAsset.setBlocked(alice, true);
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(
        hostileAsset,
        "AccountBlocked",
      );
      expect((await escrow.positionOf(1n, alice)).shares).to.equal(100n * one);
      await escrow.connect(bob).withdraw(1n, bob);
      await escrow.connect(alice).withdraw(1n, carol);
      expect(await asset.balanceOf(bob)).to.equal(50n * unit);
      expect(await asset.balanceOf(carol)).to.equal(100n * unit);
      await expectSolvent(all);
    });

    it("one that charges for transfers charges the staker, and pays everybody", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { hostileAsset, clone, unit } = all;
      await hostileAsset.setFee(1_000n);
      await claimAll(all, 1n);
      expect(await all.asset.balanceOf(clone)).to.equal(135n * unit);
      await passWithdrawalDelay(all, 1n);
      const [toAlice, toBob] = await payBoth(all);
      expect([toAlice, toBob]).to.deep.equal([81n * unit, (81n * unit) / 2n]);
      await expectSolvent(all);
    });

    it("one whose balances shrink before the first withdrawal shares the loss", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      await all.hostileAsset.confiscate(all.clone, 75n * all.unit);
      expect(await payBoth(all)).to.deep.equal([50n * all.unit, 25n * all.unit]);
      await expectSolvent(all);
    });

    it("known limit: one whose balances shrink later keeps the last waiting until somebody makes up for it", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, hostileAsset, clone, alice, bob, unit } = all;
      await escrow.connect(alice).withdraw(1n, alice);
      await hostileAsset.confiscate(clone, 1n);
      await expect(escrow.connect(bob).withdraw(1n, bob))
        .to.be.revertedWithCustomError(asset, "ERC20InsufficientBalance")
        .withArgs(clone, 50n * unit - 1n, 50n * unit);
      await asset.mint(clone, 1n);
      await escrow.connect(bob).withdraw(1n, bob);
      expect(await asset.balanceOf(bob)).to.equal(50n * unit);
    });

    it("one that the vault keeps a part of shares the loss", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      await all.vault.setWithheld(5n * 10n ** 17n);
      expect(await claimAndPay(all)).to.deep.equal([50n * all.unit, 25n * all.unit]);
    });
  });

  describe("by the vault", () => {
    const BROKEN = [
      ...["totalSupply", "balanceOf", "totalAssets", "asset", "convertToAssets", "previewRedeem", "maxWithdraw"],
      ...["maxRedeem", "transfer", "transferFrom", "redeem", "supportsInterface"],
    ] as const;

    it("once everything is claimed, a vault that is broken in every way changes nothing", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      for (const name of BROKEN)
        await all.vault.setAnswer(all.vault.interface.getFunction(name).selector, Answer.BurnGas);
      expect(await payBoth(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });

    it("once everything is claimed, a vault that is gone changes nothing", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      await networkHelpers.setCode(await all.vault.getAddress(), "0xfe");
      expect(await payBoth(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });

    it("one that promises to redeem more than it does is outwitted by the caller's bound", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { escrow, vault, unit, one } = all;
      await vault.setMaxRedeemLie(true, ethers.MaxUint256);
      await vault.setLiquidity(100n * unit);
      await expect(claimAll(all, 1n)).to.be.revertedWithCustomError(vault, "LiquidityExceeded");
      await escrow.claim(1n, 100n * one);
      await vault.setLiquidity(ethers.MaxUint256);
      await escrow.claim(1n, 50n * one);
      await passWithdrawalDelay(all, 1n);
      expect(await payBoth(all)).to.deep.equal([100n * unit, 50n * unit]);
    });

    it("one that redeems nothing for a while keeps everybody waiting, and then pays", async () => {
      const all = await networkHelpers.loadFixture(claiming);
      const { escrow, vault } = all;
      for (const answer of [Answer.Revert, Answer.BurnGas, Answer.Short]) {
        await vault.setAnswer(vault.interface.getFunction("maxRedeem").selector, answer);
        await expect(escrow.claim(1n, ethers.MaxUint256, { gasLimit: 3_000_000n })).to.revert(ethers);
      }
      await vault.setAnswer(vault.interface.getFunction("maxRedeem").selector, Answer.Honest);
      expect(await claimAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  describe("by a remainder that a vault with an exit fee values, and refuses to redeem", () => {
    /** Somebody has claimed all but one wei. */
    async function remaining() {
      const all = await deployEscrowWorld(connection, {
        makeVault: (asset) => ethers.deployContract("ExitFeeVaultMock", [asset, 100n]),
      });
      const { escrow, alice, mallory, one } = all;
      await escrow.connect(alice).lock(100n * one, 0n);
      await enterRageQuit(all);
      const clone = await beginExit(all, 1n);
      await escrow.connect(mallory).claim(1n, 100n * one - 1n);
      return { ...all, clone };
    }

    it("known limit: the rage quit waits for somebody to give the vessel a few wei of shares", async () => {
      const all = await networkHelpers.loadFixture(remaining);
      const { escrow, vault, share, asset, clone, alice, mallory, unit } = all;
      await expect(claimAll(all, 1n)).to.be.revertedWithCustomError(vault, "NothingToPay");
      await share.connect(mallory).transfer(clone, 1n);
      await claimAll(all, 1n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(99n * unit);
      await expectSolvent(all);
    });
  });

  describe("by governance, which replaces the gate while they are leaving", () => {
    /** The DAO has decided, before anybody objected, to replace the gate by one that never objects. */
    async function replaced() {
      const all = await closed();
      const { timelock, deployer } = all;
      const open = await ethers.deployContract("OpenGateMock");
      // The gate is broken here; whichever way governance got there, what counts is what becomes of the leavers.
      const asTimelock = await ethers.getImpersonatedSigner(await timelock.getAddress());
      await networkHelpers.setBalance(asTimelock.address, 10n ** 18n);
      await timelock.connect(asTimelock).setGate(open);
      const target = await ethers.deployContract("CallTargetMock");
      const operation = batch([{ target: await target.getAddress(), data: "0x01" }]);
      await schedule(timelock, deployer, operation, TIMELOCK.delay);
      await networkHelpers.time.increase(TIMELOCK.delay);
      await execute(timelock, deployer, operation);
      expect(await target.callCount()).to.equal(1n);
      return all;
    }

    it("still pays, to the wei and to the second", async () => {
      const all = await networkHelpers.loadFixture(replaced);
      await beginExit(all, 1n);
      expect(await claimAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });

    it("still pays when the old gate is destroyed", async () => {
      const all = await networkHelpers.loadFixture(replaced);
      await beginExit(all, 1n);
      await networkHelpers.setCode(await all.gate.getAddress(), "0x");
      expect(await claimAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });

    it("those who signal in the running epoch get their shares back as before", async () => {
      const all = await networkHelpers.loadFixture(replaced);
      const { escrow, share, carol, one } = all;
      await escrow.connect(carol).lock(one, 2n);
      await networkHelpers.time.increase(86_400n);
      await escrow.connect(carol).unlock(one, 2n);
      expect(await share.balanceOf(carol)).to.equal(100n * one);
      await expectSolvent(all);
    });

    it("a new system over the same vault has no hold on the old escrow", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault } = all;
      const second = await deployCore(connection, vault, "ERC4626Vessel");
      const asGate = await ethers.getImpersonatedSigner(await second.gate.getAddress());
      await networkHelpers.setBalance(asGate.address, 10n ** 18n);
      await expect(escrow.connect(asGate).startRageQuit(0n, 0n)).to.be.revertedWithCustomError(
        escrow,
        "CallerIsNotGate",
      );
      await beginExit(all, 1n);
      expect(await claimAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  it("by taking another's place: neither the caller of an exit, nor of a claim, nor a namesake epoch gets anything", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, gate, mallory } = all;
    await escrow.connect(mallory).claim(1n, ethers.MaxUint256);
    await passExtension(all, 1n);
    await gate.poke();
    await passWithdrawalDelay(all, 1n);
    for (const epoch of [1n, 1n + 2n ** 32n, 1n + 2n ** 40n]) {
      await expect(escrow.connect(mallory).withdraw(epoch, mallory)).to.revert(ethers);
    }
    expect(await payBoth(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
  });
});
