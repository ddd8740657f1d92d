import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT, End, PHASES, Phase, at, now, passExtension, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { DAY, Way, close, deployRequests, leave, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const leaving = async () => leave(await deployRequests(connection));

/** As {leaving}; the asset can block accounts. */
const blocking = async () => close(await deployRequests(connection, [], { assetName: "HostileAssetMock" }));

describe("VetoEscrow: claim", () => {
  it("turns what is claimable into assets, whoever calls it, and starts the extension when all is", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, asset, vault, clone, stranger, unit, one, total } = all;
    await vault.fulfil(clone, 0n, 100n * one);
    const first = escrow.connect(stranger).claim(1n, clone);
    await expect(first)
      .to.emit(escrow, "SharesRedeemed")
      .withArgs(1n, clone, 100n * one, 100n * one);
    await expect(first).to.changeTokenBalance(ethers, asset, clone, 100n * unit);
    await expect(first).not.to.emit(escrow, "ExtensionStarted");
    await vault.fulfilAll(clone);
    const timestamp = (await now(all)) + 5n;
    await at(all, timestamp);
    const second = escrow.connect(stranger).claim(1n, clone);
    const completeAfter = timestamp + PHASES.rageQuitExtension;
    const withdrawableAfter = completeAfter + PHASES.withdrawalMinDelay + PHASES.withdrawalDelayGrowth;
    await expect(second)
      .to.emit(escrow, "SharesRedeemed")
      .withArgs(1n, clone, 28n * one, total);
    await expect(second)
      .to.emit(escrow, "ExtensionStarted")
      .withArgs(1n, End.Redeemed, completeAfter, withdrawableAfter);
    expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(total);
    expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
    await expectSolvent(all);
  });

  it("starts the extension with less than a 64th left, and not with a 64th", async () => {
    const { escrow, vault, clone, total, part } = await networkHelpers.loadFixture(leaving);
    await vault.fulfil(clone, 0n, total - part);
    await expect(escrow.claim(1n, clone)).not.to.emit(escrow, "ExtensionStarted");
    await vault.fulfil(clone, 0n, 1n);
    await expect(escrow.claim(1n, clone)).to.emit(escrow, "ExtensionStarted");
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(part - 1n);
  });

  it("is no error with nothing to do, before the extension or after it", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, vault, clone } = all;
    for (const step of ["pending", "over"]) {
      const call = await escrow.claim(1n, clone);
      expect((await call.wait())?.logs, step).to.be.empty;
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
    }
  });

  it("refuses what is no vessel of the epoch: unused, another epoch's, anybody", async () => {
    const { escrow, clone, stranger } = await networkHelpers.loadFixture(leaving);
    await escrow.createVessel(1n, 1n);
    for (const [epoch, vessel] of [
      [1n, await escrow.vesselAt(1n, 1n)],
      [1n, stranger.address],
      [1n, ethers.ZeroAddress],
      [0n, clone],
      [0n, ethers.ZeroAddress],
      [2n, clone],
      [3n, clone],
    ] as const) {
      await expect(escrow.claim(epoch, vessel))
        .to.be.revertedWithCustomError(escrow, "NotAVessel")
        .withArgs(epoch, vessel);
    }
  });

  it("[INV-6] goes on for ever: what arrives after the extension has started adds, and moves no date", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, vault, clone, carol, unit, one, asset } = all;
    await vault.fulfilAll(clone);
    await escrow.claim(1n, clone);
    const dates = async () => {
      const { extensionStartedAt, completeAfter, withdrawableAfter } = await escrow.getEpoch(1n);
      return [extensionStartedAt, completeAfter, withdrawableAfter];
    };
    const before = await dates();
    let gifts = 0n;
    for (const pass of [passExtension, passWithdrawalDelay]) {
      await vault.connect(carol).requestRedeem(one, clone, carol);
      await vault.fulfilAll(clone);
      gifts += 1n;
      const call = escrow.claim(1n, clone);
      await expect(call)
        .to.emit(escrow, "SharesRedeemed")
        .withArgs(1n, clone, one, (128n + gifts) * one);
      await expect(call).not.to.emit(escrow, "ExtensionStarted");
      expect(await dates()).to.deep.equal(before);
      await pass(all, 1n);
    }
    expect(await asset.balanceOf(clone)).to.equal((128n + gifts) * unit);
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(0n);
    await expectSolvent(all);
  });

  it("[INV-6] counts a stranger's redemption in the vessel's name as the epoch's: it pays them", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, vault, clone, mallory, total, one, unit } = all;
    await vault.connect(mallory).requestRedeem(20n * one, clone, mallory);
    await vault.fulfilAll(clone);
    await expect(escrow.claim(1n, clone))
      .to.emit(escrow, "SharesRedeemed")
      .withArgs(1n, clone, total + 20n * one, total + 20n * one);
    expect(await pay(all)).to.deep.equal([111n * unit, 37n * unit, 0n]);
    await expectSolvent(all);
  });

  describe("later vessels", () => {
    it("forward what they get to the first, which pays", async () => {
      const all = await networkHelpers.loadFixture(blocking);
      const { escrow, vault, asset, one, unit } = all;
      await vault.setBounds(0n, 64n * one);
      for (const number of [0n, 1n]) await escrow.beginExit(1n, await escrow.vesselAt(1n, number));
      const [first = "", later = ""] = await escrow.vesselsOf(1n);
      await vault.fulfilAll(later);
      const call = escrow.claim(1n, later);
      await expect(call)
        .to.emit(escrow, "SharesRedeemed")
        .withArgs(1n, later, 64n * one, 64n * one);
      await expect(call).to.changeTokenBalances(ethers, asset, [first, later], [64n * unit, 0n]);
      await vault.fulfilAll(first);
      await escrow.claim(1n, first);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    });

    it("forward a gift of assets as well", async () => {
      const { escrow, vault, asset, one } = await networkHelpers.loadFixture(blocking);
      await vault.setBounds(0n, 64n * one);
      for (const number of [0n, 1n]) await escrow.beginExit(1n, await escrow.vesselAt(1n, number));
      const [first = "", later = ""] = await escrow.vesselsOf(1n);
      await asset.mint(later, 7n);
      await escrow.claim(1n, later);
      expect(await asset.balanceOf(first)).to.equal(7n);
    });

    it("fail no claim while forwarding fails; the next claim makes up for it", async () => {
      const all = await networkHelpers.loadFixture(blocking);
      const { escrow, vault, one, unit } = all;
      const asset = await ethers.getContractAt("HostileAssetMock", await all.asset.getAddress());
      await vault.setBounds(0n, 64n * one);
      for (const number of [0n, 1n]) await escrow.beginExit(1n, await escrow.vesselAt(1n, number));
      const [first = "", later = ""] = await escrow.vesselsOf(1n);
      await vault.fulfilAll(later);
      await asset.setBlocked(first, true);
      await expect(escrow.claim(1n, later))
        .to.emit(escrow, "SharesRedeemed")
        .withArgs(1n, later, 64n * one, 64n * one);
      expect(await asset.balanceOf(later)).to.equal(64n * unit);
      await asset.setBlocked(first, false);
      await escrow.claim(1n, later);
      expect(await asset.balanceOf(first)).to.equal(64n * unit);
    });
  });

  describe("what comes back", () => {
    for (const [how, rules] of [
      ["pushed by the vault", []],
      ["to be taken, by ERC-7887", ["CancelsByClaim"]],
      ["to be taken, of a request with an id of its own", ["CancelsByClaim", "HasRequestIds"]],
    ] as const) {
      it(`goes to the escrow: ${how}`, async () => {
        const all = await leave(await deployRequests(connection, rules));
        const { escrow, vault, share, clone, total, one } = all;
        await vault.cancel(clone, rules.length === 2 ? 1n : 0n, 40n * one);
        const call = escrow.claim(1n, clone);
        await expect(call)
          .to.emit(escrow, "SharesReturned")
          .withArgs(1n, clone, 40n * one);
        await expect(call).to.changeTokenBalance(ethers, share, escrow, 40n * one);
        const view = await escrow.getEpoch(1n);
        expect([view.outstandingShares, view.idleShares]).to.deep.equal([total, 40n * one]);
        expect(await escrow.idleShares()).to.equal(40n * one);
        await expectSolvent(all);
      });
    }

    it("counts as the epoch's, also what a gift makes more of it than was sent", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, share, clone, alice, bob, mallory, total, one } = all;
      await share.connect(mallory).transfer(clone, 30n * one);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal(30n * one);
      await vault.cancelAll(clone);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "SharesReturned").withArgs(1n, clone, total);
      const view = await escrow.getEpoch(1n);
      expect([view.idleShares, view.outstandingShares]).to.deep.equal([total + 30n * one, total + 30n * one]);
      expect(await share.balanceOf(escrow)).to.equal(total + 30n * one);
      await expectSolvent(all);
      await at(all, (await escrow.callOffAfter(1n)) + 1n);
      await escrow.callOff(1n);
      for (const person of [alice, bob]) await escrow.connect(person).takeShares(1n, person);
      // What alice and bob had kept, and three quarters and one of 158.
      expect([await share.balanceOf(alice), await share.balanceOf(bob)]).to.deep.equal([
        4n * one + (158n * one * 3n) / 4n,
        68n * one + (158n * one) / 4n,
      ]);
      await expectSolvent(all);
    });

    it("stays in the vessel while the share cannot move, and comes with the next claim", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, share, clone, total } = all;
      await vault.cancelAll(clone);
      await vault.setSharePaused(true);
      await escrow.claim(1n, clone);
      expect(await share.balanceOf(clone)).to.equal(total);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal(0n);
      await vault.setSharePaused(false);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal(total);
      await expectSolvent(all);
    });

    it("after the extension has started is given to the stakers", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, share, clone, alice, total, closedAt, one } = all;
      await at(all, closedAt + 366n * DAY);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "ExtensionStarted");
      expect(await escrow.dueTo(1n, alice)).to.deep.equal([0n, 0n]);
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).sharesGiven).to.equal(total);
      await escrow.connect(alice).takeShares(1n, alice);
      expect(await share.balanceOf(alice)).to.equal(100n * one);
      await expectSolvent(all);
    });

    describe("[INV-5] to an escrow out of which an issuer took shares", () => {
      it("counts at what a unit of all ledgers is worth, and what was gone is not gone any more", async () => {
        const all = await close(await deployRequests(connection));
        const { escrow, vault, share, carol, total, one } = all;
        const clone = await escrow.vesselAt(1n, 0n);
        await escrow.connect(carol).lock(64n * one, 2n);
        await vault.clawBack(escrow, 96n * one);
        await escrow.beginExit(1n, clone);
        expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(64n * one);
        await vault.cancelAll(clone);
        await expect(escrow.claim(1n, clone))
          .to.emit(escrow, "SharesReturned")
          .withArgs(1n, clone, 64n * one);
        const view = await escrow.getEpoch(1n);
        expect([view.idleShares, view.outstandingShares]).to.deep.equal([total, total]);
        expect(await share.balanceOf(escrow)).to.equal(96n * one);
        await networkHelpers.time.increase(DAY);
        await escrow.connect(carol).unlock(64n * one, 2n);
        expect(await share.balanceOf(carol)).to.equal(68n * one);
      });

      it("is worth to the epoch what the vault returned, the loss being theirs who lay there, and ends no exit early", async () => {
        const all = await networkHelpers.loadFixture(leaving);
        const { escrow, vault, share, clone, alice, bob, carol, closedAt, total, one } = all;
        await escrow.connect(carol).lock(64n * one, 2n);
        await vault.clawBack(escrow, 32n * one);
        await vault.cancelAll(clone);
        await expect(escrow.claim(1n, clone)).to.emit(escrow, "SharesReturned").withArgs(1n, clone, total);
        const clock = (await now(all)) + EXIT.callOffDelay;
        // The loss is carol's: 256 units of the ledger at a half are the 128 shares that came back.
        expect((await escrow.getEpoch(1n)).idleShares).to.equal(256n * one);
        expect(await escrow.callOffAfter(1n)).to.equal(clock);

        // The vault is asked again for all of it, and hands it back again.
        await expect(escrow.beginExit(1n, clone)).to.emit(escrow, "ExitBegun").withArgs(1n, clone, Way.Request, total);
        await escrow.claim(1n, clone);
        const begun = await escrow.getEpoch(1n);
        expect([begun.phase, begun.outstandingShares]).to.deep.equal([Phase.Claiming, total]);
        expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.holdLimit);
        await vault.cancelAll(clone);
        await escrow.claim(1n, clone);
        const until = (await now(all)) + EXIT.callOffDelay;
        await at(all, until);
        await expect(escrow.callOff(1n))
          .to.be.revertedWithCustomError(escrow, "ClockRunning")
          .withArgs(1n, until, until);
        await at(all, until + 1n);
        await escrow.callOff(1n);
        expect((await escrow.getEpoch(1n)).end).to.equal(End.CalledOff);

        for (const person of [alice, bob]) await escrow.connect(person).takeShares(1n, person);
        expect([await share.balanceOf(alice), await share.balanceOf(bob)]).to.deep.equal([100n * one, 100n * one]);
        await escrow.connect(carol).unlock(64n * one, 2n);
        expect(await share.balanceOf(carol)).to.equal(68n * one);
        expect(await share.balanceOf(escrow)).to.equal(0n);
      });

      it("counts one for one where nothing else is left to share the loss with", async () => {
        const all = await close(await deployRequests(connection));
        const { escrow, vault, total, one } = all;
        const clone = await escrow.vesselAt(1n, 0n);
        await vault.clawBack(escrow, 64n * one);
        await escrow.beginExit(1n, clone);
        await vault.cancelAll(clone);
        await escrow.claim(1n, clone);
        const view = await escrow.getEpoch(1n);
        expect([view.idleShares, view.outstandingShares]).to.deep.equal([64n * one, 64n * one]);
        expect(view.totalShares).to.equal(total);
        await expectSolvent(all);
      });
    });
  });

  describe("[INV-8] a vault that fails", () => {
    for (const answer of ["Revert", "RevertBomb", "BurnGas", "Empty", "Bomb"] as const) {
      it(`when it should pay keeps no share from coming back (${answer})`, async () => {
        const { escrow, vault, clone, one } = await networkHelpers.loadFixture(leaving);
        await vault.fulfil(clone, 0n, 64n * one);
        await vault.cancel(clone, 0n, 8n * one);
        await vault.setAnswer(vault.interface.getFunction("redeem").selector, Answer[answer]);
        await expect(escrow.claim(1n, clone, { gasLimit: 16_000_000n }))
          .to.emit(escrow, "SharesReturned")
          .withArgs(1n, clone, 8n * one);
      });

      it(`when it should say what is claimable is asked again later (${answer})`, async () => {
        const { escrow, vault, clone, total } = await networkHelpers.loadFixture(leaving);
        await vault.fulfilAll(clone);
        const { selector } = vault.interface.getFunction("maxRedeem");
        await vault.setAnswer(selector, Answer[answer]);
        await escrow.claim(1n, clone, { gasLimit: 16_000_000n });
        await vault.setAnswer(selector, Answer.Honest);
        await escrow.claim(1n, clone);
        expect((await escrow.getEpoch(1n)).redeemedShares).to.be.greaterThanOrEqual(total - 1n);
      });

      it(`when it should hand back a cancelled request fails no claim (${answer})`, async () => {
        const all = await leave(await deployRequests(connection, ["CancelsByClaim"]));
        const { escrow, vault, clone, one } = all;
        await vault.fulfil(clone, 0n, 64n * one);
        await vault.cancel(clone, 0n, 8n * one);
        await vault.setAnswer(vault.interface.getFunction("claimCancelRedeemRequest").selector, Answer[answer]);
        await expect(escrow.claim(1n, clone, { gasLimit: 16_000_000n }))
          .to.emit(escrow, "SharesRedeemed")
          .withArgs(1n, clone, 64n * one, 64n * one);
      });
    }
  });

  it("with too little gas fails, instead of leaving undone what could be done", async () => {
    const { escrow, vault, vessel, clone } = await networkHelpers.loadFixture(leaving);
    await vault.fulfilAll(clone);
    for (const gasLimit of [300_000n, 1_000_000n, 2_000_000n, 5_000_000n, 7_200_000n]) {
      await expect(escrow.claim(1n, clone, { gasLimit })).to.be.revertedWithCustomError(vessel, "InsufficientGas");
    }
    await expect(escrow.claim(1n, clone, { gasLimit: 7_400_000n })).to.emit(escrow, "SharesRedeemed");
  });

  it("keeps two epochs that leave one after the other apart to the wei", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, gate, vault, clone, carol, whale, asset, unit, one } = all;
    await vault.fulfilAll(clone);
    await escrow.claim(1n, clone);
    await escrow.connect(carol).lock(100n * one, 2n);
    await escrow.connect(whale).lock(10n * one, 2n);
    await passExtension(all, 1n);
    await gate.poke();
    const { activatedAt } = (await gate.persisted())[0];
    await at(all, activatedAt + 46n * DAY);
    await gate.poke();
    const second = await escrow.vesselAt(2n, 0n);
    await escrow.beginExit(2n, second);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Complete);
    await vault.setPrice(unit / 2n);
    await vault.fulfilAll(second);
    await escrow.claim(2n, second);
    expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    await passWithdrawalDelay(all, 2n);
    await escrow.connect(carol).withdraw(2n, carol);
    expect(await asset.balanceOf(carol)).to.equal(50n * unit);
    await expectSolvent(all);
  });

  it("keeps the epoch's vessels when rules are switched while it leaves: a vault that closes pays all the same", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    const { escrow, vault, clone, unit } = all;
    await vault.setRule(RequestRule.IsClosed, true);
    await vault.fulfilAll(clone);
    await escrow.claim(1n, clone);
    expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
  });
});
