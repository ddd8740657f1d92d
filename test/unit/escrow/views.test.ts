import { expect } from "chai";
import hre from "hardhat";

import { EXIT, End, PHASES, Phase, at, now, passWithdrawalDelay } from "../../helpers/deployCore.js";
import { byName, close, deployRequests, deploySync } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;

const world = () => deploySync(connection);
const closed = async () => close(await deploySync(connection));
const requests = async () => close(await deployRequests(connection));

describe("VetoEscrow: views", () => {
  describe("getEpoch", () => {
    it("knows nothing of epochs that have not come", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      for (const epoch of [0n, 2n, 2n ** 32n, ethers.MaxUint256]) {
        const { phase, end, totalShares, payer } = await escrow.getEpoch(epoch);
        expect([phase, end, totalShares, payer]).to.deep.equal([Phase.None, End.None, 0n, ethers.ZeroAddress]);
      }
    });

    it("shows what signals in the running one", async () => {
      const { escrow, alice, one } = await networkHelpers.loadFixture(world);
      await escrow.connect(alice).lock(3n * one, 0n);
      const view = await escrow.getEpoch(1n);
      expect(view.phase).to.equal(Phase.Signalling);
      expect([view.totalShares, view.outstandingShares, view.idleShares]).to.deep.equal(Array(3).fill(3n * one));
      expect(view.slice(9)).to.deep.equal([0n, ethers.ZeroAddress, 0n, 0n, 0n, 0n, 0n]);
    });

    it("goes from phase to phase, each a second after the last one's end", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, alice, unit } = all;
      const phase = async () => (await escrow.getEpoch(1n)).phase;
      expect(await phase()).to.equal(Phase.Closed);
      const clone = await escrow.vesselAt(1n, 0n);
      await escrow.beginExit(1n, clone);
      expect(await phase()).to.equal(Phase.Claiming);
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
      expect(await phase()).to.equal(Phase.Extension);
      const { extensionStartedAt, completeAfter, withdrawableAfter } = await escrow.getEpoch(1n);
      expect(extensionStartedAt).to.equal(await now(all));
      expect(completeAfter).to.equal(extensionStartedAt + PHASES.rageQuitExtension);
      expect(withdrawableAfter).to.equal(completeAfter + PHASES.withdrawalMinDelay + PHASES.withdrawalDelayGrowth);
      for (const [moment, expected] of [
        [completeAfter, Phase.Extension],
        [completeAfter + 1n, Phase.Complete],
        [withdrawableAfter, Phase.Complete],
        [withdrawableAfter + 1n, Phase.Withdrawing],
      ] as const) {
        await time.increaseTo(moment);
        expect(await phase()).to.equal(expected);
      }
      await escrow.connect(alice).withdraw(1n, alice);
      const view = await escrow.getEpoch(1n);
      expect([view.assetsReceived, view.assetsPaid]).to.deep.equal([128n * unit, 96n * unit]);
      expect(view.phase).to.equal(Phase.Withdrawing);
    });

    it("tells all that has happened", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, alice, bob, closedAt, one, unit } = all;
      const payer = await escrow.vesselAt(1n, 0n);
      await escrow.beginExit(1n, payer);
      await vault.fulfil(payer, 0n, 64n * one);
      await vault.cancel(payer, 0n, 16n * one);
      await escrow.claim(1n, payer);
      const markedAt = await now(all);
      const facts = {
        ...{ totalShares: 128n * one, redeemedShares: 64n * one, outstandingShares: 64n * one },
        ...{ assetsReceived: 64n * unit, payer, closedAt, markedAt },
      };
      expect(byName(await escrow.getEpoch(1n))).to.deep.equal({
        ...{ ...facts, phase: Phase.Claiming, end: End.None, idleShares: 16n * one, sharesGiven: 0n, sharesPaid: 0n },
        ...{ assetsPaid: 0n, extensionStartedAt: 0n, completeAfter: 0n, withdrawableAfter: 0n },
      });
      const startedAt = markedAt + EXIT.holdLimit + 1n;
      await at(all, startedAt);
      await escrow.callOff(1n);
      await escrow.connect(alice).takeShares(1n, alice);
      await passWithdrawalDelay(all, 1n);
      await escrow.connect(bob).withdraw(1n, bob);
      const completeAfter = startedAt + PHASES.rageQuitExtension;
      expect(byName(await escrow.getEpoch(1n))).to.deep.equal({
        ...{ ...facts, phase: Phase.Withdrawing, end: End.ClockRanOut, idleShares: 0n },
        ...{ sharesGiven: 16n * one, sharesPaid: 12n * one, assetsPaid: 16n * unit },
        ...{ extensionStartedAt: startedAt, completeAfter, withdrawableAfter: completeAfter + 75n * 86_400n },
      });
    });

    it("shows nothing received where the asset is silent", async () => {
      const { escrow, asset } = await networkHelpers.loadFixture(closed);
      await escrow.beginExit(1n, ethers.ZeroAddress);
      await networkHelpers.setCode(await asset.getAddress(), "0xfe");
      expect((await escrow.getEpoch(1n)).assetsReceived).to.equal(0n);
    });
  });

  describe("dueTo", () => {
    it("is what the payments would pay in this very block", async () => {
      const all = await networkHelpers.loadFixture(requests);
      const { escrow, vault, alice, bob, carol, one, unit, closedAt } = all;
      const due = async () => {
        const { assets, shares } = await escrow.dueTo(1n, alice);
        return [assets, shares];
      };
      expect(await due()).to.deep.equal([0n, 0n]);
      const clone = await escrow.vesselAt(1n, 0n);
      await escrow.beginExit(1n, clone);
      await vault.fulfil(clone, 0n, 64n * one);
      await vault.cancel(clone, 0n, 16n * one);
      await escrow.claim(1n, clone);
      expect(await due()).to.deep.equal([0n, 0n]);
      await time.increaseTo(closedAt + 500n * 86_400n);
      await escrow.callOff(1n);
      expect(await due()).to.deep.equal([0n, 12n * one]);
      const { withdrawableAfter } = await escrow.getEpoch(1n);
      await time.increaseTo(withdrawableAfter);
      expect(await due()).to.deep.equal([0n, 12n * one]);
      await time.increaseTo(withdrawableAfter + 1n);
      expect(await due()).to.deep.equal([48n * unit, 12n * one]);
      expect(await escrow.dueTo(1n, bob)).to.deep.equal([16n * unit, 4n * one]);
      expect(await escrow.dueTo(1n, carol)).to.deep.equal([0n, 0n]);
      await escrow.connect(alice).takeShares(1n, alice);
      await escrow.connect(alice).withdraw(1n, alice);
      expect(await due()).to.deep.equal([0n, 0n]);
      for (const epoch of [0n, 2n, 3n]) expect(await escrow.dueTo(epoch, alice)).to.deep.equal([0n, 0n]);
    });
  });

  describe("callOffAfter", () => {
    it("is 0 for an epoch that is not closed, and once the extension has started", async () => {
      const { escrow } = await networkHelpers.loadFixture(closed);
      for (const epoch of [0n, 2n, 3n]) expect(await escrow.callOffAfter(epoch)).to.equal(0n);
      expect(await escrow.callOffAfter(1n)).not.to.equal(0n);
      await escrow.beginExit(1n, ethers.ZeroAddress);
      expect(await escrow.callOffAfter(1n)).to.equal(0n);
    });
  });

  describe("vesselsOf", () => {
    it("tells the vessels an epoch has used, the paying one first", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(requests);
      expect(await escrow.vesselsOf(1n)).to.be.empty;
      await vault.setBounds(0n, 32n * one);
      const order = [2n, 0n, 3n];
      for (const number of order) await escrow.beginExit(1n, await escrow.vesselAt(1n, number));
      const expected = await Promise.all(order.map((number) => escrow.vesselAt(1n, number)));
      expect(await escrow.vesselsOf(1n)).to.deep.equal(expected);
      expect(await escrow.vesselsOf(2n)).to.be.empty;
    });
  });
});
