import { expect } from "chai";
import hre from "hardhat";

import { Moment, RequestRule, SyncRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT, End, Phase, at, beginExit, now } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { DAY, Way, byName, close, closeSmall, deployRequests, deploySync, leave, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { ZeroAddress } = ethers;

const requests = async () => close(await deployRequests(connection));
const sync = async () => close(await deploySync(connection));
const syncOpen = () => deploySync(connection);
const requestsOpen = () => deployRequests(connection);
const leaving = async () => leave(await deployRequests(connection));
const numberedOnly = async () =>
  close(await deployRequests(connection, [], { exit: { ...EXIT, allowsFreshVessels: false } }));

describe("VetoEscrow: beginExit", () => {
  describe("the epoch", () => {
    it("leaves, whoever calls it, with all its shares and no others", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, share, vault, stranger, carol, total, one } = all;
      await escrow.connect(carol).lock(3n * one, 2n);
      const call = escrow.connect(stranger).beginExit(1n, ZeroAddress);
      await expect(call).to.emit(escrow, "ExitBegun");
      await expect(call).to.changeTokenBalances(ethers, share, [escrow, vault], [-total, total]);
      const [vessel = ""] = await escrow.vesselsOf(1n);
      const [event] = await escrow.queryFilter(escrow.filters.ExitBegun(1n));
      expect(byName(event?.args)).to.deep.equal({ epoch: 1n, vessel, way: Way.Request, shares: total });
      expect(await vault.pendingRedeemRequest(0n, vessel)).to.equal(total);
      expect(await share.allowance(vessel, vault)).to.equal(0n);
      const view = await escrow.getEpoch(1n);
      expect([view.phase, view.payer]).to.deep.equal([Phase.Claiming, vessel]);
      expect([view.outstandingShares, view.idleShares, view.redeemedShares]).to.deep.equal([total, 0n, 0n]);
      expect(await escrow.idleShares()).to.equal(0n);
      expect(await escrow.lockedShares()).to.equal(3n * one);
      await expectSolvent(all);
    });

    it("must be one that leaves: not one that runs, has not come, never will, or has its extension", async () => {
      const { escrow } = await networkHelpers.loadFixture(sync);
      for (const [epoch, phase] of [
        [0n, Phase.None],
        [2n, Phase.Signalling],
        [3n, Phase.None],
        [ethers.MaxUint256, Phase.None],
      ] as const) {
        await expect(escrow.beginExit(epoch, ZeroAddress))
          .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
          .withArgs(epoch, phase, Phase.Closed);
      }
      await escrow.beginExit(1n, ZeroAddress);
      await expect(escrow.beginExit(1n, ZeroAddress))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(1n, Phase.Extension, Phase.Closed);
    });

    it("has nothing to begin while everything is with the vault", async () => {
      const { escrow, clone } = await networkHelpers.loadFixture(leaving);
      for (const vessel of [ZeroAddress, clone]) {
        await expect(escrow.beginExit(1n, vessel)).to.be.revertedWithCustomError(escrow, "NothingToBegin").withArgs(1n);
      }
    });
  });

  describe("the vessel", () => {
    it("may be one of four that anybody can compute, made in this call or before", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 64n * one);
      await escrow.createVessel(1n, 3n);
      for (const number of [1n, 3n]) {
        const vessel = await escrow.vesselAt(1n, number);
        expect(await escrow.beginExit.staticCall(1n, vessel)).to.equal(vessel);
        const call = escrow.beginExit(1n, vessel);
        await expect(call)
          .to.emit(escrow, "ExitBegun")
          .withArgs(1n, vessel, Way.Request, 64n * one);
        if (number === 1n) await expect(call).to.emit(escrow, "VesselCreated").withArgs(1n, 1n, vessel);
        else await expect(call).not.to.emit(escrow, "VesselCreated");
      }
      const used = [await escrow.vesselAt(1n, 1n), await escrow.vesselAt(1n, 3n)];
      expect(await escrow.vesselsOf(1n)).to.deep.equal(used);
      expect((await escrow.getEpoch(1n)).payer).to.equal(used[0]);
    });

    it("may be fresh, where neither another caller, nor another block, nor a second time finds it", async () => {
      const addresses = new Set<string>();
      for (const [caller, blocks, times] of [
        ["alice", 0, 2],
        ["bob", 0, 1],
        ["alice", 1, 1],
      ] as const) {
        const all = await networkHelpers.loadFixture(requests);
        await all.vault.setBounds(0n, 32n * all.one);
        if (blocks > 0) await networkHelpers.mine(blocks);
        for (let time = 0; time < times; ++time) await all.escrow.connect(all[caller]).beginExit(1n, ZeroAddress);
        for (const vessel of await all.escrow.vesselsOf(1n)) addresses.add(vessel);
        for (let number = 0n; number < 4n; ++number) addresses.delete(await all.escrow.vesselAt(1n, number));
      }
      expect(addresses.size).to.equal(4);
    });

    it("may not be fresh where the configuration forbids it", async () => {
      const { escrow } = await networkHelpers.loadFixture(numberedOnly);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(escrow, "FreshVesselsForbidden");
      await escrow.beginExit(1n, await escrow.vesselAt(1n, 0n));
    });

    it("may be one that the epoch has used before, numbered or fresh", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 32n * one);
      await escrow.beginExit(1n, ZeroAddress);
      const [fresh = ""] = await escrow.vesselsOf(1n);
      await escrow.beginExit(1n, fresh);
      await escrow.beginExit(1n, await escrow.vesselAt(1n, 0n));
      await escrow.beginExit(1n, await escrow.vesselAt(1n, 0n));
      expect(await escrow.vesselsOf(1n)).to.deep.equal([fresh, await escrow.vesselAt(1n, 0n)]);
      // 32 of the 128, then a quarter of the 96 that were left.
      expect(await vault.pendingRedeemRequest(0n, fresh)).to.equal(56n * one);
    });

    it("may not be another's: of another epoch, of another escrow, the implementation, anybody", async () => {
      const { escrow, vessel, stranger } = await networkHelpers.loadFixture(requests);
      const other = await ethers.deployContract("VetoEscrow", [vessel, EXIT]);
      await escrow.createVessel(2n, 0n);
      await other.createVessel(1n, 0n);
      const strangers = [await escrow.vesselAt(2n, 0n), await other.vesselAt(1n, 0n), await vessel.getAddress()];
      for (const wrong of [...strangers, stranger.address]) {
        await expect(escrow.beginExit(1n, wrong))
          .to.be.revertedWithCustomError(escrow, "NotAVessel")
          .withArgs(1n, wrong);
      }
    });

    it("may be a fresh one while four are left for those with numbers; one of the eight serves again", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 8n * one);
      const refuseFresh = () =>
        expect(escrow.beginExit(1n, ZeroAddress))
          .to.be.revertedWithCustomError(escrow, "TooManyVessels")
          .withArgs(1n, 4n);
      for (let count = 0; count < 4; ++count) await escrow.beginExit(1n, ZeroAddress);
      await refuseFresh();
      for (let number = 0n; number < 4n; ++number) await escrow.beginExit(1n, await escrow.vesselAt(1n, number));
      expect(new Set(await escrow.vesselsOf(1n)).size).to.equal(8);
      await refuseFresh();
      const [, second = ""] = await escrow.vesselsOf(1n);
      const before = await vault.pendingRedeemRequest(0n, second);
      await escrow.beginExit(1n, second);
      expect(await vault.pendingRedeemRequest(0n, second)).to.be.greaterThan(before);
    });
  });

  describe("[INV-6] what a stranger put into a vessel beforehand", () => {
    it("is claimed first, for some vaults refuse until it is; it counts as no progress", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, share, mallory, asset, total, one, closedAt, unit } = all;
      const vessel = await escrow.vesselAt(1n, 0n);
      await vault.connect(mallory).requestRedeem(5n * one, vessel, mallory);
      await vault.fulfilAll(vessel);
      const call = escrow.beginExit(1n, vessel);
      await expect(call).to.emit(escrow, "ExitBegun").withArgs(1n, vessel, Way.Request, total);
      await expect(call).not.to.emit(escrow, "SharesRedeemed");
      expect(await asset.balanceOf(vessel)).to.equal(5n * unit);
      expect(await share.balanceOf(escrow)).to.equal(0n);
      const view = await escrow.getEpoch(1n);
      expect([view.redeemedShares, view.assetsReceived, view.markedAt]).to.deep.equal([0n, 5n * unit, closedAt]);
    });

    it("goes to the first vessel if the stranger chose a later one", async () => {
      const { escrow, vault, mallory, asset, one, unit } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 64n * one);
      const [first, later] = [await escrow.vesselAt(1n, 0n), await escrow.vesselAt(1n, 1n)];
      await vault.connect(mallory).requestRedeem(5n * one, later, mallory);
      await vault.fulfilAll(later);
      await escrow.beginExit(1n, first);
      await escrow.beginExit(1n, later);
      expect(await asset.balanceOf(first)).to.equal(5n * unit);
      expect(await asset.balanceOf(later)).to.equal(0n);
    });

    it("as shares, goes to the escrow and is asked for with the epoch's own: it pays them, and is no progress", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, share, mallory, total, one, unit, closedAt } = all;
      const vessel = await escrow.vesselAt(1n, 0n);
      await share.connect(mallory).transfer(vessel, 5n * one);
      const call = escrow.beginExit(1n, vessel);
      await expect(call)
        .to.emit(escrow, "SharesReturned")
        .withArgs(1n, vessel, 5n * one);
      await expect(call)
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, vessel, Way.Request, total + 5n * one);
      expect(await share.balanceOf(escrow)).to.equal(0n);
      expect(await escrow.idleShares()).to.equal(0n);
      const view = await escrow.getEpoch(1n);
      expect([view.totalShares, view.outstandingShares, view.idleShares]).to.deep.equal([total, total, 0n]);
      expect([view.redeemedShares, view.markedAt]).to.deep.equal([0n, closedAt]);
      await expectSolvent(all);
      await vault.fulfilAll(vessel);
      await escrow.claim(1n, vessel);
      expect(await pay(all)).to.deep.equal([(133n * unit * 3n) / 4n, (133n * unit) / 4n, 0n]);
    });

    it("as shares, puts off no call-off if the vault refuses all the same", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, vessel, share, mallory, one, closedAt } = all;
      await vault.setRule(RequestRule.RefusesRequests, true);
      await share.connect(mallory).transfer(await escrow.vesselAt(1n, 0n), 5n * one);
      await expect(escrow.beginExit(1n, await escrow.vesselAt(1n, 0n))).to.be.revertedWithCustomError(
        vessel,
        "ExitRefused",
      );
      expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.callOffDelay);
    });
  });

  describe("a synchronous vault", () => {
    it("pays in that very call, and the extension starts", async () => {
      const all = await networkHelpers.loadFixture(sync);
      const { escrow, asset, share, total, unit } = all;
      const vessel = await escrow.vesselAt(1n, 0n);
      const timestamp = (await now(all)) + 5n;
      await at(all, timestamp);
      const call = escrow.beginExit(1n, vessel);
      await expect(call).to.emit(escrow, "ExitBegun").withArgs(1n, vessel, Way.Redeem, total);
      await expect(call).to.emit(escrow, "SharesRedeemed").withArgs(1n, vessel, total, total);
      await expect(call)
        .to.emit(escrow, "ExtensionStarted")
        .withArgs(1n, End.Redeemed, timestamp + 7n * DAY, timestamp + 82n * DAY);
      await expect(call).to.changeTokenBalance(ethers, asset, vessel, 128n * unit);
      expect(await share.balanceOf(escrow)).to.equal(0n);
      await expectSolvent(all);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
      await expectSolvent(all);
    });

    it("pays as much as it promises, were it a wei; the rest comes back in the same call and is asked for again", async () => {
      const all = await networkHelpers.loadFixture(sync);
      const { escrow, vault, share, unit, total, one } = all;
      const vessel = await escrow.vesselAt(1n, 0n);
      let left = total;
      for (const liquid of [1n, 40n * unit, 7n, 80n * unit]) {
        await vault.borrow((await vault.liquidity()) - liquid);
        left -= liquid;
        const call = escrow.beginExit(1n, vessel);
        await expect(call).to.emit(escrow, "ExitBegun").withArgs(1n, vessel, Way.Redeem, liquid);
        await expect(call)
          .to.emit(escrow, "SharesRedeemed")
          .withArgs(1n, vessel, liquid, total - left);
        expect((await escrow.getEpoch(1n)).idleShares).to.equal(left);
        expect(await share.balanceOf(escrow)).to.equal(left);
        await all.asset.mint(vault, 500n * unit);
        await all.vault.writeOff(500n * unit);
      }
      expect(left).to.equal(8n * one - 8n);
      await expectSolvent(all);
    });

    it("leaves a rest below a 64th: it is given back, and the exit is over", async () => {
      const all = await networkHelpers.loadFixture(sync);
      const { escrow, vault, unit, part, total } = all;
      await vault.borrow((await vault.liquidity()) - 126n * unit);
      await escrow.beginExit(1n, ZeroAddress);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
      await all.asset.mint(vault, 1n);
      await vault.writeOff(1n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.emit(escrow, "ExtensionStarted");
      const view = await escrow.getEpoch(1n);
      expect(view.end).to.equal(End.Redeemed);
      expect(view.sharesGiven).to.be.lessThan(part);
      expect(view.redeemedShares + view.sharesGiven).to.equal(total);
      await expectSolvent(all);
    });

    it("pays through a later vessel too, which forwards in the same call", async () => {
      const { escrow, vault, asset, unit } = await networkHelpers.loadFixture(sync);
      await vault.borrow((await vault.liquidity()) - 64n * unit);
      await escrow.beginExit(1n, ZeroAddress);
      await asset.mint(vault, 64n * unit);
      await escrow.beginExit(1n, ZeroAddress);
      const [first = "", second = ""] = await escrow.vesselsOf(1n);
      expect(await asset.balanceOf(first)).to.be.greaterThan(64n * unit);
      expect(await asset.balanceOf(second)).to.equal(0n);
    });
  });

  describe("how much is asked for", () => {
    for (const units of [128n, 64n, 32n, 16n, 8n, 4n, 2n]) {
      it(`is ${units} units if a request may be that much, and no more`, async () => {
        const { escrow, vault, one, total, share } = await networkHelpers.loadFixture(requests);
        await vault.setBounds(0n, 2n * units * one - 1n);
        const vessel = await escrow.vesselAt(1n, 0n);
        await expect(escrow.beginExit(1n, vessel))
          .to.emit(escrow, "ExitBegun")
          .withArgs(1n, vessel, Way.Request, units * one);
        expect((await escrow.getEpoch(1n)).idleShares).to.equal(total - units * one);
        expect(await share.balanceOf(escrow)).to.equal(total - units * one);
      });
    }

    it("is never less than a 64th", async () => {
      const { escrow, vault, vessel, part } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, part - 1n);
      await expect(escrow.beginExit(1n, ZeroAddress))
        .to.be.revertedWithCustomError(vessel, "ExitRefused")
        .withArgs(vault);
    });

    for (const [liquid, taken] of [
      [128n, 128n],
      [127n, 16n],
      [15n, 2n],
    ] as const) {
      it(`is ${taken} of what a vault says it redeems, when it can pay ${liquid}`, async () => {
        const { escrow, vault, unit, one } = await networkHelpers.loadFixture(sync);
        await vault.setRule(SyncRule.SaysFullMaximum, true);
        await vault.borrow((await vault.liquidity()) - liquid * unit);
        const vessel = await escrow.vesselAt(1n, 0n);
        await expect(escrow.beginExit(1n, vessel))
          .to.emit(escrow, "ExitBegun")
          .withArgs(1n, vessel, Way.Redeem, taken * one);
      });
    }

    it("does not depend on a vault that says it redeems nothing, and redeems", async () => {
      const { escrow, vault } = await networkHelpers.loadFixture(sync);
      await vault.setRule(SyncRule.SaysNoMaximum, true);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.emit(escrow, "ExtensionStarted");
    });

    it("is everything that was never asked for, whatever the vault holds already", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 64n * one);
      await beginExit({ connection, escrow }, 1n);
      await beginExit({ connection, escrow }, 1n);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal(0n);
    });
  });

  describe("what came back", () => {
    it("is asked for again below a 64th with the vault, and not at it", async () => {
      const { escrow, vault, clone, total, part } = await networkHelpers.loadFixture(leaving);
      await vault.cancel(clone, 0n, total - part);
      await escrow.claim(1n, clone);
      await expect(escrow.beginExit(1n, clone))
        .to.be.revertedWithCustomError(escrow, "RequestPending")
        .withArgs(part, part);
      await vault.cancel(clone, 0n, 1n);
      await escrow.claim(1n, clone);
      await expect(escrow.beginExit(1n, clone))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, clone, Way.Request, total - part + 1n);
    });

    it("counts what is claimable as with the vault", async () => {
      const { escrow, vault, clone, total, part } = await networkHelpers.loadFixture(leaving);
      await vault.cancel(clone, 0n, total - part);
      await escrow.claim(1n, clone);
      await vault.fulfil(clone, 0n, part);
      await expect(escrow.beginExit(1n, await escrow.vesselAt(1n, 1n)))
        .to.be.revertedWithCustomError(escrow, "RequestPending")
        .withArgs(part, part);
    });

    for (const [held, isAsked] of [
      ["a 64th", false],
      ["a wei less", true],
    ] as const) {
      it(`is judged by what we hold where the vault says nothing: ${held} is not here`, async () => {
        const { escrow, vault, clone, total, part } = await networkHelpers.loadFixture(leaving);
        await vault.cancel(clone, 0n, total - part + (isAsked ? 1n : 0n));
        await escrow.claim(1n, clone);
        await vault.setAnswer(vault.interface.getFunction("pendingRedeemRequest").selector, Answer.Revert);
        const call = escrow.beginExit(1n, ZeroAddress);
        if (isAsked) await expect(call).to.emit(escrow, "ExitBegun");
        else await expect(call).to.be.revertedWithCustomError(escrow, "RequestPending").withArgs(0n, part);
      });
    }

    it("does not stand in the way of what was never asked for", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      await vault.setBounds(0n, 64n * one);
      const vessel = await escrow.vesselAt(1n, 0n);
      await escrow.beginExit(1n, vessel);
      await vault.cancel(vessel, 0n, 8n * one);
      await expect(escrow.beginExit(1n, vessel))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, vessel, Way.Request, 36n * one);
      // 36 of the 72: the eight that came back and 28 that had not been asked for.
      await expect(escrow.beginExit(1n, vessel))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, vessel, Way.Request, 36n * one);
    });
  });

  describe("is atomic", () => {
    it("a vault that takes less than it was asked has taken nothing", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, share, vessel, total } = all;
      await vault.setTakenPart(ethers.parseEther("0.5"));
      await expect(escrow.beginExit(1n, ZeroAddress))
        .to.be.revertedWithCustomError(vessel, "ExitRefused")
        .withArgs(vault);
      expect(await share.balanceOf(escrow)).to.equal(total);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Closed);
      await expectSolvent(all);
      await vault.setTakenPart(ethers.parseEther("1"));
      await escrow.beginExit(1n, ZeroAddress);
    });

    it("a vessel that holds more shares afterwards than before has not left", async () => {
      const { escrow, vault, share, mallory } = await networkHelpers.loadFixture(requests);
      const clone = await escrow.vesselAt(1n, 0n);
      await share.connect(mallory).approve(vault, 1n);
      const gift = share.interface.encodeFunctionData("transferFrom", [mallory.address, clone, 1n]);
      await vault.setHook(Moment.After, vault, gift);
      await expect(escrow.beginExit(1n, clone))
        .to.be.revertedWithCustomError(escrow, "SharesNotTaken")
        .withArgs(1n, 0n);
    });

    it("a share that charges for transfers does not leave", async () => {
      const { escrow, vault, share, total } = await networkHelpers.loadFixture(requests);
      await vault.setTransferFee(100n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vault, "ERC20InsufficientBalance");
      expect(await share.balanceOf(escrow)).to.equal(total);
    });

    it("a vault that refuses is asked again later", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, vessel, unit } = all;
      await vault.setRule(RequestRule.RefusesRequests, true);
      await expect(escrow.beginExit(1n, ZeroAddress))
        .to.be.revertedWithCustomError(vessel, "ExitRefused")
        .withArgs(vault);
      expect(await escrow.vesselsOf(1n)).to.be.empty;
      await vault.setRule(RequestRule.RefusesRequests, false);
      const clone = await beginExit(all, 1n);
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    });
  });

  describe("[INV-6] the price of an immediate redemption", () => {
    for (const [rule, answer] of [
      ["says that it is worth nothing", Answer.Zero],
      ["is silent about it, although it used to answer", Answer.Revert],
      ["burns the gas it is asked with, although it used to answer", Answer.BurnGas],
      ["promises more than it pays", Answer.Max],
    ] as const) {
      it(`is refused if the vault ${rule}`, async () => {
        const { escrow, vault, vessel } = await networkHelpers.loadFixture(sync);
        await vault.setAnswer(vault.interface.getFunction("previewRedeem").selector, answer);
        await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
      });
    }

    it("is refused if the vault realises a loss for lack of liquidity", async () => {
      const { escrow, vault, vessel, unit } = await networkHelpers.loadFixture(sync);
      await vault.setRule(SyncRule.RealisesLoss, true);
      await vault.borrow((await vault.liquidity()) - unit);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
    });

    it("is refused if the vault keeps a part back", async () => {
      const { escrow, vault, vessel } = await networkHelpers.loadFixture(sync);
      await vault.setWithheld(1n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
    });

    it("is what the vault settles if it never told one; but not nothing", async () => {
      const all = await deployRequests(connection);
      await all.vault.setRule(RequestRule.IsClosed, true);
      const { escrow, vault, vessel, unit } = await close(all);
      await vault.setPrice(0n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
      await vault.setPrice(unit / 2n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.emit(escrow, "ExtensionStarted");
      expect(await pay(all)).to.deep.equal([48n * unit, 16n * unit, 0n]);
    });
  });

  describe("gas", () => {
    it("a beginning with too little gas fails, and begins in no other way", async () => {
      const { escrow, vault, vessel } = await networkHelpers.loadFixture(requests);
      // Closed to requests, which burn what they are given, and open to redemptions.
      await vault.setRule(RequestRule.IsClosed, true);
      await vault.setAnswer(vault.interface.getFunction("requestRedeem").selector, Answer.BurnGas);
      for (const gasLimit of [1_000_000n, 2_000_000n, 4_000_000n, 8_000_000n, 12_000_000n]) {
        await expect(escrow.beginExit(1n, ZeroAddress, { gasLimit })).to.be.revertedWithCustomError(
          vessel,
          "InsufficientGas",
        );
      }
      // Seven requests with 1.5 million each, and as much again to begin the redemption with.
      await expect(escrow.beginExit(1n, ZeroAddress, { gasLimit: 12_800_000n })).to.emit(escrow, "ExtensionStarted");
    });

    it("a vault that burns all it is given, on every try, costs less than 16 million", async () => {
      const { escrow, vault, vessel } = await networkHelpers.loadFixture(requests);
      for (const name of ["requestRedeem", "redeem"] as const) {
        await vault.setAnswer(vault.interface.getFunction(name).selector, Answer.BurnGas);
      }
      for (const gasLimit of [15_900_000n, 16_700_000n]) {
        await expect(escrow.beginExit(1n, ZeroAddress, { gasLimit }))
          .to.be.revertedWithCustomError(vessel, "ExitRefused")
          .withArgs(vault);
      }
    });

    it("2.4 million are enough for an honest vault", async () => {
      const { escrow, vault, total } = await networkHelpers.loadFixture(requests);
      await escrow.beginExit(1n, ZeroAddress, { gasLimit: 2_400_000n });
      expect(await vault.queuedShares()).to.equal(total);
    });
  });

  describe("epochs of a few wei", () => {
    for (const [shares, sizes] of [
      [1n, [1n]],
      [63n, [63n, 31n, 15n, 7n, 3n, 1n]],
      [64n, [64n, 32n, 16n, 8n, 4n, 2n, 1n]],
      [65n, [65n, 32n, 16n, 8n, 4n, 2n]],
    ] as const) {
      it(`${shares}: the whole, or the half, and so on down to a 64th, rounded up`, async () => {
        for (const size of sizes) {
          const all = await networkHelpers.loadFixture(requestsOpen);
          const { escrow, vault } = await closeSmall(all, shares);
          await vault.setBounds(0n, size);
          const vessel = await escrow.vesselAt(1n, 0n);
          await expect(escrow.beginExit(1n, vessel))
            .to.emit(escrow, "ExitBegun")
            .withArgs(1n, vessel, Way.Request, size);
        }
        const smallest = sizes.at(-1) ?? 0n;
        const all = await networkHelpers.loadFixture(requestsOpen);
        const { escrow, vault, vessel } = await closeSmall(all, shares);
        await vault.setBounds(0n, smallest - 1n);
        await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
      });

      it(`${shares}: is paid to the wei by a vault that redeems at once`, async () => {
        const all = await networkHelpers.loadFixture(syncOpen);
        const { escrow, asset, alice } = await closeSmall(all, shares);
        await expect(escrow.beginExit(1n, ZeroAddress)).to.emit(escrow, "ExtensionStarted");
        await networkHelpers.time.increase(83n * DAY);
        const before = await asset.balanceOf(alice);
        await escrow.connect(alice).withdraw(1n, alice);
        expect((await asset.balanceOf(alice)) - before).to.equal(shares);
        await expectSolvent(all);
      });
    }
  });

  describe("[INV-5] after an issuer has taken shares out of the escrow", () => {
    it("sends the epoch's part of what is left; the rest is gone, and no other epoch bears more or less", async () => {
      const { escrow, share, vault, carol, total, one } = await networkHelpers.loadFixture(requests);
      await escrow.connect(carol).lock(64n * one, 2n);
      await vault.clawBack(escrow, 48n * one);
      const vessel = await escrow.vesselAt(1n, 0n);
      await expect(escrow.beginExit(1n, vessel))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, vessel, Way.Request, 96n * one);
      const view = await escrow.getEpoch(1n);
      expect([view.totalShares, view.outstandingShares, view.idleShares]).to.deep.equal([total, 96n * one, 0n]);
      expect(await share.balanceOf(escrow)).to.equal(48n * one);
      expect(await escrow.lockedShares()).to.equal(64n * one);
      await networkHelpers.time.increase(DAY);
      await escrow.connect(carol).unlock(64n * one, 2n);
      expect(await share.balanceOf(carol)).to.equal(84n * one);
    });

    it("sends a part of that, rounded up in units, if the vault takes no more", async () => {
      const { escrow, share, vault, total, one } = await networkHelpers.loadFixture(requests);
      await vault.clawBack(escrow, 64n * one + 1n);
      await vault.setBounds(0n, 32n * one);
      await escrow.beginExit(1n, ZeroAddress);
      const available = 64n * one - 1n;
      const taken = available / 2n;
      const units = (total * taken + available - 1n) / available;
      const view = await escrow.getEpoch(1n);
      expect(view.idleShares).to.equal(total - units);
      expect(view.outstandingShares).to.equal(total - (units - taken));
      expect(await share.balanceOf(escrow)).to.equal(available - taken);
    });

    it("has nothing to send where everything was taken", async () => {
      const { escrow, vault, vessel, total } = await networkHelpers.loadFixture(requests);
      await vault.clawBack(escrow, total);
      await expect(escrow.beginExit(1n, ZeroAddress))
        .to.be.revertedWithCustomError(vessel, "ExitRefused")
        .withArgs(vault);
    });

    it("is over at once if hardly more than the loss was left to redeem", async () => {
      const { escrow, vault, part, total } = await networkHelpers.loadFixture(requests);
      await vault.clawBack(escrow, total - part + 1n);
      await expect(escrow.beginExit(1n, ZeroAddress)).to.emit(escrow, "ExtensionStarted");
      expect((await escrow.getEpoch(1n)).end).to.equal(End.Redeemed);
    });
  });

  describe("the clocks", () => {
    it("are looked at: what the vault takes in the last second does not make it wait", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, closedAt } = all;
      await at(all, closedAt + EXIT.holdLimit + 1n);
      const call = escrow.beginExit(1n, ZeroAddress);
      await expect(call).to.emit(escrow, "ExitBegun");
      await expect(call)
        .to.emit(escrow, "ExtensionStarted")
        .withArgs(
          1n,
          End.ClockRanOut,
          closedAt + EXIT.holdLimit + 1n + 7n * DAY,
          closedAt + EXIT.holdLimit + 1n + 82n * DAY,
        );
    });

    it("of calling off does not stop a vault that takes the shares at last", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, closedAt } = all;
      await at(all, closedAt + EXIT.callOffDelay + 1n);
      await expect(escrow.beginExit(1n, ZeroAddress)).not.to.emit(escrow, "ExtensionStarted");
      expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.holdLimit);
    });
  });
});
