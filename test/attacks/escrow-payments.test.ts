import { expect } from "chai";
import hre from "hardhat";

import { SyncRule } from "../conformance/vaults/names.js";
import { Answer } from "../helpers/answer.js";
import {
  End,
  TIMELOCK,
  at,
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

/** The vault has paid; the extension runs. */
async function redeemed() {
  const all = await closed();
  return { ...all, clone: await beginExit(all, 1n) };
}

async function withdrawable() {
  const all = await redeemed();
  await passWithdrawalDelay(all, 1n);
  return all;
}

type World = Awaited<ReturnType<typeof closed>>;

/** @returns What alice and bob got. */
async function payBoth({ escrow, asset, alice, bob }: World) {
  for (const person of [alice, bob]) await escrow.connect(person).withdraw(1n, person);
  return [await asset.balanceOf(alice), await asset.balanceOf(bob)];
}

async function waitAndPay(all: World) {
  await passWithdrawalDelay(all, 1n);
  await expectSolvent(all);
  const paid = await payBoth(all);
  await expectSolvent(all);
  return paid;
}

async function beginAndPay(all: World) {
  await beginExit(all, 1n);
  return await waitAndPay(all);
}

/** The vault refuses, the shares stay in the escrow, and the clock gives them back. */
async function expectRefusal(all: World) {
  const { escrow, share, vault, vessel, alice, one } = all;
  await expect(escrow.beginExit(1n, ethers.ZeroAddress))
    .to.be.revertedWithCustomError(vessel, "ExitRefused")
    .withArgs(vault);
  expect(await share.balanceOf(escrow)).to.equal(150n * one);
  await at(all, (await escrow.callOffAfter(1n)) + 1n);
  await escrow.callOff(1n);
  expect((await escrow.getEpoch(1n)).end).to.equal(End.CalledOff);
  await expect(escrow.connect(alice).takeShares(1n, alice)).to.changeTokenBalance(ethers, share, alice, 100n * one);
  await expectSolvent(all);
}

describe("[INV-6] attack: change what a rage quit pays", () => {
  describe("by gifts, which only add", () => {
    it("shares sent to the escrow are nobody's, and disturb nothing", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, share, carol, mallory, unit, one } = all;
      await share.connect(mallory).transfer(escrow, one);
      await escrow.connect(carol).lock(one, 0n);
      expect(await beginAndPay(all)).to.deep.equal([100n * unit, 50n * unit]);
      expect(await share.balanceOf(escrow)).to.equal(2n * one);
    });

    it("shares that lay in a vessel before it was used leave with the epoch's own", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, share, mallory, unit, one } = all;
      const first = await escrow.vesselAt(1n, 0n);
      await share.connect(mallory).transfer(first, 30n * one);
      await escrow.beginExit(1n, first);
      expect(await waitAndPay(all)).to.deep.equal([120n * unit, 60n * unit]);
      expect(await share.balanceOf(escrow)).to.equal(0n);
      for (const person of [all.alice, all.bob]) expect((await escrow.dueTo(1n, person)).shares).to.equal(0n);
    });

    it("shares sent to a vessel in use come back to the stakers as shares", async () => {
      const all = await networkHelpers.loadFixture(redeemed);
      const { escrow, share, clone, alice, bob, mallory, unit, one } = all;
      await share.connect(mallory).transfer(clone, 30n * one);
      await claimAll(all, 1n);
      expect(await waitAndPay(all)).to.deep.equal([100n * unit, 50n * unit]);
      await expect(escrow.connect(alice).takeShares(1n, alice)).to.changeTokenBalance(ethers, share, alice, 20n * one);
      await expect(escrow.connect(bob).takeShares(1n, bob)).to.changeTokenBalance(ethers, share, bob, 10n * one);
      await expectSolvent(all);
    });

    it("assets sent to the vessel are shared, before the first withdrawal and after it", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, clone, alice, bob, unit } = all;
      await asset.mint(clone, 3n * unit);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(102n * unit);
      await asset.mint(clone, 3n * unit);
      await escrow.connect(bob).withdraw(1n, bob);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await asset.balanceOf(alice)).to.equal(104n * unit);
      expect(await asset.balanceOf(bob)).to.equal(52n * unit);
      expect(await asset.balanceOf(clone)).to.equal(0n);
      await expectSolvent(all);
    });

    it("ETH forced into escrow and vessel disturbs nothing", async () => {
      const all = await networkHelpers.loadFixture(redeemed);
      for (const account of [await all.escrow.getAddress(), all.clone])
        await networkHelpers.setBalance(account, 10n ** 18n);
      expect(await waitAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  describe("by the asset", () => {
    it("a receiver that is blocked blocks nobody else, and may name another one", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, hostileAsset, alice, bob, carol, unit } = all;
      await hostileAsset.setBlocked(alice, true);
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(
        hostileAsset,
        "AccountBlocked",
      );
      expect((await escrow.paymentsOf(1n, alice)).assets).to.equal(0n);
      await escrow.connect(bob).withdraw(1n, bob);
      await escrow.connect(alice).withdraw(1n, carol);
      expect(await asset.balanceOf(bob)).to.equal(50n * unit);
      expect(await asset.balanceOf(carol)).to.equal(100n * unit);
      await expectSolvent(all);
    });

    it("one that charges for transfers is not redeemed for less than the vault has promised", async () => {
      const all = await networkHelpers.loadFixture(closed);
      await all.hostileAsset.setFee(1_000n);
      await expectRefusal(all);
    });

    it("one that charges later charges the staker, and pays everybody", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      await all.hostileAsset.setFee(1_000n);
      expect(await payBoth(all)).to.deep.equal([90n * all.unit, 45n * all.unit]);
      await expectSolvent(all);
    });

    it("one whose balances shrink before the first withdrawal shares the loss", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      await all.hostileAsset.confiscate(all.clone, 75n * all.unit);
      expect(await payBoth(all)).to.deep.equal([50n * all.unit, 25n * all.unit]);
      await expectSolvent(all);
    });

    it("one whose balances shrink later costs the last the most, and keeps nobody waiting", async () => {
      const all = await networkHelpers.loadFixture(withdrawable);
      const { escrow, asset, hostileAsset, clone, alice, bob, unit } = all;
      await escrow.connect(alice).withdraw(1n, alice);
      await hostileAsset.confiscate(clone, 30n * unit);
      await escrow.connect(bob).withdraw(1n, bob);
      // His part of all that there still is, of which only 20 are left.
      expect(await asset.balanceOf(bob)).to.equal(20n * unit);
      await asset.mint(clone, 30n * unit);
      await escrow.connect(bob).withdraw(1n, bob);
      expect(await asset.balanceOf(bob)).to.equal(50n * unit);
    });

    it("one that the vault keeps a part of is not redeemed for it", async () => {
      const all = await networkHelpers.loadFixture(closed);
      await all.vault.setWithheld(5n * 10n ** 17n);
      await expectRefusal(all);
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

    it("one that promises to redeem more than it does is asked for less", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, unit, one } = all;
      await vault.setMaxRedeemLie(true, ethers.MaxUint256);
      await vault.setLiquidity(100n * unit);
      const first = await beginExit(all, 1n);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal((150n * one * 7n) / 8n);
      await vault.setLiquidity(ethers.MaxUint256);
      await escrow.beginExit(1n, first);
      expect(await waitAndPay(all)).to.deep.equal([100n * unit, 50n * unit]);
    });

    it("one that does not say what it redeems is tried all the same", async () => {
      for (const answer of [Answer.Revert, Answer.BurnGas, Answer.Short, Answer.Max, Answer.Zero] as const) {
        const all = await networkHelpers.loadFixture(closed);
        await all.vault.setAnswer(all.vault.interface.getFunction("maxRedeem").selector, answer);
        expect(await beginAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
      }
    });

    it("one that redeems nothing for a while keeps everybody waiting, and then pays", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, vessel } = all;
      for (const answer of [Answer.Revert, Answer.BurnGas, Answer.One, Answer.Empty]) {
        await vault.setAnswer(vault.interface.getFunction("redeem").selector, answer);
        await expect(escrow.beginExit(1n, ethers.ZeroAddress, { gasLimit: 16_000_000n })).to.be.revertedWithCustomError(
          vessel,
          "ExitRefused",
        );
      }
      await vault.setAnswer(vault.interface.getFunction("redeem").selector, Answer.Honest);
      expect(await beginAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  it("by a remainder that a vault with an exit fee refuses: nobody chooses the amount, so there is none", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("SyncVaultMock", [asset]),
    });
    const { escrow, vault, asset, alice, mallory, one, unit } = all;
    await vault.setExitFee(100n);
    await vault.setRule(SyncRule.RefusesZero, true);
    await escrow.connect(alice).lock(100n * one, 0n);
    await enterRageQuit(all);
    await escrow.connect(mallory).beginExit(1n, ethers.ZeroAddress);
    expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);
    expect(await asset.balanceOf(alice)).to.equal(99n * unit);
    await expectSolvent(all);
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
      expect(await beginAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });

    it("still pays when the old gate is destroyed", async () => {
      const all = await networkHelpers.loadFixture(replaced);
      await networkHelpers.setCode(await all.gate.getAddress(), "0x");
      expect(await beginAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
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
      const second = await deployCore(connection, vault);
      const asGate = await ethers.getImpersonatedSigner(await second.gate.getAddress());
      await networkHelpers.setBalance(asGate.address, 10n ** 18n);
      await expect(escrow.connect(asGate).startRageQuit(0n, 0n)).to.be.revertedWithCustomError(
        escrow,
        "CallerIsNotGate",
      );
      expect(await beginAndPay(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
    });
  });

  it("by taking another's place: neither who begins, nor who claims, nor a namesake epoch gets anything", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, gate, vault, mallory } = all;
    await escrow.connect(mallory).beginExit(1n, ethers.ZeroAddress);
    for (const vessel of await escrow.vesselsOf(1n)) await escrow.connect(mallory).claim(1n, vessel);
    await passExtension(all, 1n);
    await gate.poke();
    await passWithdrawalDelay(all, 1n);
    for (const epoch of [1n, 1n + 2n ** 32n, 1n + 2n ** 40n]) {
      await expect(escrow.connect(mallory).withdraw(epoch, mallory)).to.revert(ethers);
      await expect(escrow.connect(mallory).takeShares(epoch, mallory)).to.revert(ethers);
      await expect(escrow.connect(mallory).moveShares(epoch, 0n)).to.revert(ethers);
    }
    expect(await vault.balanceOf(mallory)).to.equal(100n * all.one);
    expect(await payBoth(all)).to.deep.equal([100n * all.unit, 50n * all.unit]);
  });
});
