import { expect } from "chai";
import hre from "hardhat";

import { RequestRule, SyncRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { impersonate } from "../../helpers/impersonate.js";
import type { AssetMock } from "../../../types/index.js";
import { Way, close, deployRequests, deploySync, leave, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { ZeroAddress } = ethers;

const world = () => deploySync(connection);

/** A vessel that nobody has used; what the escrow or the vessel itself does with it, the test does in their place. */
async function unused() {
  const all = await close(await deploySync(connection));
  const clone = await ethers.getContractAt("StandardVessel", await all.escrow.vesselAt(1n, 0n));
  await all.escrow.createVessel(1n, 0n);
  const asEscrow = await impersonate(connection, all.escrow);
  const asVessel = await impersonate(connection, clone);
  return { ...all, clone, asEscrow, asVessel };
}

const leaving = async () => leave(await deployRequests(connection));

describe("Vessel", () => {
  describe("construction", () => {
    it("takes asset, share and vault", async () => {
      const { vessel, vault, asset } = await networkHelpers.loadFixture(world);
      expect([await vessel.VAULT(), await vessel.SHARE()]).to.deep.equal([vault.target, vault.target]);
      expect(await vessel.ASSET()).to.equal(asset);
    });

    for (const kind of ["StandardVessel", "CooldownVessel"] as const) {
      it(`refuses a vault without code: ${kind}`, async () => {
        const { vessel, alice } = await networkHelpers.loadFixture(world);
        for (const account of [ZeroAddress, alice.address]) {
          await expect(ethers.deployContract(kind, [account]))
            .to.be.revertedWithCustomError(vessel, "NoCode")
            .withArgs(account);
        }
      });
    }

    it("refuses an asset without code", async () => {
      const { vessel, asset } = await networkHelpers.loadFixture(world);
      const vault = await ethers.deployContract("HostileVaultMock", [asset]);
      await vault.setAnswer(vault.interface.getFunction("asset").selector, Answer.Zero);
      await expect(ethers.deployContract("StandardVessel", [vault]))
        .to.be.revertedWithCustomError(vessel, "NoCode")
        .withArgs(ZeroAddress);
    });

    it("refuses a share without code", async () => {
      const { vessel, asset, alice } = await networkHelpers.loadFixture(world);
      const vault = await ethers.deployContract("SeparateShareVaultMock", [asset, alice]);
      await expect(ethers.deployContract("StandardVessel", [vault]))
        .to.be.revertedWithCustomError(vessel, "NoCode")
        .withArgs(alice);
    });
  });

  describe("obeys", () => {
    it("nobody but its escrow", async () => {
      const { clone, escrow, gate, deployer, alice, mallory } = await networkHelpers.loadFixture(unused);
      for (const account of [deployer, alice, mallory, await impersonate(connection, gate)]) {
        const calls = clone.connect(account);
        for (const call of [calls.beginExit(1n, 1n), calls.claim(mallory), calls.pay(mallory, 0n)]) {
          await expect(call).to.be.revertedWithCustomError(clone, "CallerIsNotEscrow").withArgs(account, escrow);
        }
      }
    });

    it("nobody at all, as an implementation", async () => {
      const { vessel, deployer, asEscrow } = await networkHelpers.loadFixture(unused);
      for (const account of [deployer, asEscrow]) {
        const calls = vessel.connect(account);
        for (const call of [calls.beginExit(1n, 1n), calls.claim(deployer), calls.pay(deployer, 0n)]) {
          await expect(call).to.be.revertedWithCustomError(vessel, "CallerIsNotEscrow").withArgs(account, ZeroAddress);
        }
      }
    });

    it("its own escrow, not another one over the same vault", async () => {
      const { vessel, clone, escrow, mallory } = await networkHelpers.loadFixture(unused);
      const other = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
      const account = await impersonate(connection, other);
      await expect(clone.connect(account).pay(mallory, 0n))
        .to.be.revertedWithCustomError(clone, "CallerIsNotEscrow")
        .withArgs(account, escrow);
    });

    it("itself alone when it tries a way: not even the escrow", async () => {
      const { clone, mallory, asEscrow } = await networkHelpers.loadFixture(unused);
      for (const account of [mallory, asEscrow]) {
        await expect(clone.connect(account).tryToBeginExit(Way.Redeem, 1n))
          .to.be.revertedWithCustomError(clone, "CallerIsNotVessel")
          .withArgs(account, clone);
      }
    });
  });

  it("has no use for ETH, and takes none; nor does the escrow", async () => {
    const { clone, escrow, mallory } = await networkHelpers.loadFixture(unused);
    for (const to of [clone, escrow]) {
      await expect(mallory.sendTransaction({ to, value: 1n })).to.revert(ethers);
    }
  });

  it("tells what it holds, and what the vault says that shares are worth", async () => {
    const { clone, vault, asset, one, unit } = await networkHelpers.loadFixture(unused);
    await asset.mint(clone, 7n);
    expect(await clone.assets()).to.equal(7n);
    expect(await clone.worthOf(3n * one)).to.equal(3n * unit);
    await vault.setAnswer(vault.interface.getFunction("convertToAssets").selector, Answer.Revert);
    await expect(clone.worthOf(one)).to.revert(ethers);
  });

  describe("leaves", () => {
    it("with what it was given, and leaves alone what lay there", async () => {
      const { clone, share, mallory, escrow, asEscrow, one } = await networkHelpers.loadFixture(unused);
      await share.connect(mallory).transfer(clone, 5n * one);
      await share.connect(asEscrow).transfer(clone, 10n * one);
      const call = clone.connect(asEscrow).beginExit(10n * one, one);
      await expect(call).to.changeTokenBalances(ethers, share, [clone, escrow], [-10n * one, 0n]);
      expect(await share.balanceOf(clone)).to.equal(5n * one);
    });

    it("and hands back at once what the vault did not take", async () => {
      const { clone, vault, share, escrow, asEscrow, one, unit } = await networkHelpers.loadFixture(unused);
      await vault.borrow((await vault.liquidity()) - 4n * unit);
      await share.connect(asEscrow).transfer(clone, 10n * one);
      expect(await clone.connect(asEscrow).beginExit.staticCall(10n * one, one)).to.deep.equal([
        ...[Way.Redeem, 4n * one, 4n * one],
      ]);
      const call = clone.connect(asEscrow).beginExit(10n * one, one);
      await expect(call).to.changeTokenBalances(ethers, share, [clone, escrow], [-10n * one, 6n * one]);
    });

    it("reverts when it was given no shares", async () => {
      const { clone, vault, asEscrow } = await networkHelpers.loadFixture(unused);
      await expect(clone.connect(asEscrow).beginExit(0n, 0n))
        .to.be.revertedWithCustomError(clone, "ExitRefused")
        .withArgs(vault);
    });

    describe("by a try, which", () => {
      /** The vessel holds ten units. */
      async function loaded() {
        const all = await unused();
        await all.share.connect(all.asEscrow).transfer(all.clone, 10n * all.one);
        return all;
      }

      it("says that the vault took too little", async () => {
        const { clone, vault, asVessel, one } = await networkHelpers.loadFixture(taker);
        await vault.setTakenPart(ethers.parseEther("0.75"));
        await expect(clone.connect(asVessel).tryToBeginExit(Way.Request, 8n * one))
          .to.be.revertedWithCustomError(clone, "SharesNotTaken")
          .withArgs(4n * one, 2n * one);
      });

      it("says that the vault promises nothing", async () => {
        const { clone, vault, asVessel, one } = await networkHelpers.loadFixture(loaded);
        for (const answer of [Answer.Zero, Answer.Revert, Answer.Short]) {
          await vault.setAnswer(vault.interface.getFunction("previewRedeem").selector, answer);
          await expect(clone.connect(asVessel).tryToBeginExit(Way.Redeem, 8n * one))
            .to.be.revertedWithCustomError(clone, "NoPrice")
            .withArgs(8n * one);
        }
      });

      it("says that the vault paid less than it promised", async () => {
        const { clone, vault, asVessel, one, unit } = await networkHelpers.loadFixture(loaded);
        await vault.setRule(SyncRule.HidesFee, true);
        await vault.setExitFee(100n);
        await expect(clone.connect(asVessel).tryToBeginExit(Way.Redeem, 8n * one))
          .to.be.revertedWithCustomError(clone, "PriceTooLow")
          .withArgs((8n * 99n * unit) / 100n, 8n * unit);
      });

      it("accepts a fee that the preview shows", async () => {
        const { clone, vault, asset, asVessel, one, unit } = await networkHelpers.loadFixture(loaded);
        await vault.setExitFee(100n);
        await clone.connect(asVessel).tryToBeginExit(Way.Redeem, 8n * one);
        expect(await asset.balanceOf(clone)).to.equal((8n * 99n * unit) / 100n);
      });

      it("pays more than promised if the vault does", async () => {
        const { clone, vault, asset, asVessel, one } = await networkHelpers.loadFixture(loaded);
        await vault.setScale(vault.interface.getFunction("previewRedeem").selector, ethers.parseEther("0.5"));
        await clone.connect(asVessel).tryToBeginExit(Way.Redeem, one);
        expect(await asset.balanceOf(clone)).to.equal(await clone.worthOf(one));
      });

      it("of a vault that never told a price says that nothing was paid", async () => {
        const { clone, vault, asVessel, one } = await networkHelpers.loadFixture(taker);
        await vault.setRule(RequestRule.IsClosed, true);
        await vault.setPrice(0n);
        await expect(clone.connect(asVessel).tryToBeginExit(Way.Redeem, one))
          .to.be.revertedWithCustomError(clone, "PriceTooLow")
          .withArgs(0n, 1n);
      });

      /** As {loaded}, over a vault that redeems on request. */
      async function taker() {
        const all = await close(await deployRequests(connection));
        const clone = await ethers.getContractAt("StandardVessel", await all.escrow.vesselAt(1n, 0n));
        await all.escrow.createVessel(1n, 0n);
        await all.share.connect(await impersonate(connection, all.escrow)).transfer(clone, 10n * all.one);
        return { ...all, clone, asVessel: await impersonate(connection, clone) };
      }
    });
  });

  describe("the vault's allowance", () => {
    it("is exactly what it may take, in that call alone", async () => {
      const all = await close(await deployRequests(connection, ["TakesByAllowance"]));
      const { escrow, vault, share, total } = all;
      const clone = await escrow.vesselAt(1n, 0n);
      const begin = escrow.beginExit(1n, clone);
      await expect(begin).to.emit(share, "Approval").withArgs(clone, vault, total);
      expect(await vault.pendingRedeemRequest(0n, clone)).to.equal(total);
      expect(await share.allowance(clone, vault)).to.equal(0n);
    });

    it("is taken back if the vault did not need it", async () => {
      const { escrow, vault, share, total } = await close(await deployRequests(connection));
      const clone = await escrow.vesselAt(1n, 0n);
      const begin = escrow.beginExit(1n, clone);
      await expect(begin).to.emit(share, "Approval").withArgs(clone, vault, total);
      await expect(begin).to.emit(share, "Approval").withArgs(clone, vault, 0n);
    });

    for (const answer of ["Revert", "BurnGas", "Empty"] as const) {
      it(`is no condition: a share that refuses to approve leaves all the same (${answer})`, async () => {
        const { escrow, vault, total } = await close(await deployRequests(connection));
        await vault.setAnswer(vault.interface.getFunction("approve").selector, Answer[answer]);
        const clone = await escrow.vesselAt(1n, 0n);
        await escrow.beginExit(1n, clone, { gasLimit: 16_000_000n });
        expect(await vault.pendingRedeemRequest(0n, clone)).to.equal(total);
      });
    }

    for (const rules of [[], ["TakesByAllowance"]] as const) {
      it(`works where the share is a contract of its own (${rules.join() || "no allowance needed"})`, async () => {
        const all = await close(await deployRequests(connection, rules, { isApart: true }));
        const { escrow, vault, share, unit } = all;
        expect(await escrow.SHARE()).to.equal(await vault.share());
        const clone = await escrow.vesselAt(1n, 0n);
        await escrow.beginExit(1n, clone);
        expect(await share.allowance(clone, vault)).to.equal(0n);
        await vault.fulfilAll(clone);
        await escrow.claim(1n, clone);
        expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
      });
    }

    it("works where that share is redeemed at once", async () => {
      const makeVault = (asset: AssetMock) => ethers.deployContract("SeparateShareVaultMock", [asset, ZeroAddress]);
      const closed = await close(await deployEscrowWorld(connection, { makeVault }));
      const clone = await closed.escrow.vesselAt(1n, 0n);
      await closed.escrow.beginExit(1n, clone);
      expect(await closed.share.allowance(clone, closed.vault)).to.equal(0n);
      expect(await pay(closed)).to.deep.equal([96n * closed.unit, 32n * closed.unit, 0n]);
    });
  });

  it("hands over what lies in it, whoever put it there, and keeps what it should pay with", async () => {
    const { clone, escrow, share, asset, mallory, one } = await networkHelpers.loadFixture(leaving);
    await share.connect(mallory).transfer(clone, one);
    await asset.mint(clone, 7n);
    await escrow.claim(1n, clone);
    expect(await share.balanceOf(clone)).to.equal(0n);
    expect(await asset.balanceOf(clone)).to.equal(7n);
  });

  it("pays what its escrow tells it to pay", async () => {
    const { clone, asset, asEscrow, carol } = await networkHelpers.loadFixture(unused);
    await asset.mint(clone, 7n);
    await expect(clone.connect(asEscrow).pay(carol, 5n)).to.changeTokenBalances(
      ethers,
      asset,
      [clone, carol],
      [-5n, 5n],
    );
  });
});
