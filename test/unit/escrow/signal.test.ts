import { expect } from "chai";
import hre from "hardhat";

import { Moment, type RequestRuleName } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT, State, at, beginExit } from "../../helpers/deployCore.js";
import { close, deployRequests, deploySync, leave } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const { ZeroAddress } = ethers;

const world = () => deploySync(connection);
const closed = async () => close(await deploySync(connection));
const leaving = async () => leave(await deployRequests(connection));
const reporting = () => deployRequests(connection, ["ReportsVotableSupply"]);
const SILENT = ["Revert", "RevertBomb", "BurnGas", "Short", "Empty"] as const;

describe("VetoEscrow: the signal", () => {
  describe("votableSupply", () => {
    it("is the share's supply", async () => {
      const { escrow, one } = await networkHelpers.loadFixture(world);
      expect(await escrow.votableSupply()).to.deep.equal([true, 1_000n * one]);
    });

    it("is what the vault reports, if it announced that when the escrow was made", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(reporting);
      const { selector } = vault.interface.getFunction("votableSupply");
      await vault.setScale(selector, ethers.parseEther("0.5"));
      expect(await escrow.votableSupply()).to.deep.equal([true, 500n * one]);
    });

    for (const answer of SILENT) {
      it(`is the share's supply while the vault does not report (${answer})`, async () => {
        const { escrow, vault, one } = await networkHelpers.loadFixture(reporting);
        await vault.setAnswer(vault.interface.getFunction("votableSupply").selector, Answer[answer]);
        expect(await escrow.votableSupply()).to.deep.equal([true, 1_000n * one]);
      });

      it(`admits that nothing answered (${answer})`, async () => {
        const { escrow, vault } = await networkHelpers.loadFixture(world);
        await vault.setAnswer(vault.interface.getFunction("totalSupply").selector, Answer[answer]);
        expect(await escrow.votableSupply()).to.deep.equal([false, 0n]);
      });
    }

    it("is never below a thousandth of what existed when the escrow was made", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(world);
      await vault.setAnswer(vault.interface.getFunction("totalSupply").selector, Answer.One);
      expect(await escrow.votableSupply()).to.deep.equal([true, one]);
    });

    it("has less what is leaving, saturating", async () => {
      const { escrow, vault, one } = await networkHelpers.loadFixture(closed);
      expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
      await vault.setScale(vault.interface.getFunction("totalSupply").selector, ethers.parseEther("0.1"));
      expect(await escrow.votableSupply()).to.deep.equal([true, one]);
    });

    it("saturates at what the gate can record", async () => {
      const { escrow, gate, vault, alice } = await networkHelpers.loadFixture(world);
      await vault.setAnswer(vault.interface.getFunction("totalSupply").selector, Answer.Max);
      expect(await escrow.votableSupply()).to.deep.equal([true, 2n ** 128n - 1n]);
      await escrow.connect(alice).lock(1n, 0n);
      await gate.poke();
      expect((await gate.persisted())[1].last).to.equal(2n ** 128n - 1n);
    });

    it("says how much gas the vault's answer may need, if the caller brings too little", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      await expect(escrow.votableSupply({ gasLimit: 200_000n })).to.be.revertedWithCustomError(
        escrow,
        "InsufficientGas",
      );
    });

    it("means nothing while an exit call runs; the gate goes by the last record", async () => {
      const all = await close(await deployRequests(connection));
      const { escrow, vault, gate, one } = all;
      const before = (await gate.persisted())[1];
      const question = escrow.interface.encodeFunctionData("votableSupply");
      await vault.setHook(Moment.After, escrow, question);
      const answer = new ethers.AbiCoder().encode(["bool", "uint256"], [false, 0n]);
      const call = escrow.beginExit(1n, ZeroAddress);
      await expect(call).to.emit(vault, "CalledBack").withArgs(true, answer);
      expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
      const [clone = ""] = await escrow.vesselsOf(1n);
      await vault.cancelAll(clone);
      await vault.setHook(Moment.Before, gate, gate.interface.encodeFunctionData("poke"));
      await expect(escrow.claim(1n, clone))
        .to.emit(vault, "CalledBack")
        .withArgs(true, new ethers.AbiCoder().encode(["uint8"], [State.RageQuit]));
      expect((await gate.persisted())[1]).to.deep.equal(before);
    });
  });

  describe("what is leaving", () => {
    /** When the vault burns what is requested, what it announces, and whether a pending request is part of its supply. */
    const CASES: readonly (readonly [string, bigint, readonly RequestRuleName[], boolean])[] = [
      ["burns at the request", 0n, [], false],
      ["burns at the fulfilment", 1n, [], true],
      ["burns at the claim", 2n, [], true],
      ["burns at the fulfilment and reports its votable supply", 1n, ["ReportsVotableSupply"], false],
      ["burns at the fulfilment and gives every request an id", 1n, ["HasRequestIds"], true],
    ];
    for (const [habit, burnAt, rules, contains] of CASES) {
      for (const isApart of [false, true]) {
        it(`is subtracted once, where the vault ${habit}${isApart ? ", with a share apart" : ""}`, async () => {
          const all = await close(await deployRequests(connection, rules, { isApart }));
          const { escrow, vault, total, one } = all;
          await vault.setStages(burnAt, 1n);
          const isReported = rules.includes("ReportsVotableSupply");
          const rest = 872n * one;
          expect(await escrow.votableSupply()).to.deep.equal([true, rest]);
          const clone = await beginExit(all, 1n);
          expect(await escrow.votableSupply()).to.deep.equal([true, rest]);
          expect(await escrow.leavingShares(isReported)).to.equal(contains ? total : 0n);
          const id = rules.includes("HasRequestIds") ? 1n : 0n;
          await vault.cancel(clone, id, 28n * one);
          expect(await escrow.votableSupply()).to.deep.equal([true, rest]);
          await escrow.claim(1n, clone);
          expect(await escrow.votableSupply()).to.deep.equal([true, rest]);
          await vault.fulfil(clone, id, 60n * one);
          await escrow.claim(1n, clone);
          expect(await escrow.votableSupply()).to.deep.equal([true, rest]);
          expect(await escrow.leavingShares(isReported)).to.equal((contains ? 68n : 28n) * one);
        });
      }
    }

    it("is at most what the ledger knows, whatever vault and strangers add", async () => {
      const { escrow, vault, share, clone, mallory, total, one } = await networkHelpers.loadFixture(leaving);
      await vault.connect(mallory).requestRedeem(10n * one, clone, mallory);
      await share.connect(mallory).transfer(clone, 10n * one);
      expect(await escrow.leavingShares(false)).to.equal(total);
      await vault.setAnswer(vault.interface.getFunction("pendingRedeemRequest").selector, Answer.Max);
      expect(await escrow.leavingShares(false)).to.equal(total);
    });

    it("is what is really here of an epoch out of which an issuer took shares", async () => {
      const { escrow, vault, one, carol } = await networkHelpers.loadFixture(closed);
      await escrow.connect(carol).lock(64n * one, 0n);
      await vault.clawBack(escrow, 48n * one);
      expect(await escrow.leavingShares(false)).to.equal(96n * one);
      expect(await escrow.votableSupply()).to.deep.equal([true, 856n * one]);
    });

    for (const answer of SILENT) {
      it(`makes the supply unanswered while the vault does not tell it (${answer})`, async () => {
        const { escrow, vault } = await networkHelpers.loadFixture(leaving);
        await vault.setAnswer(vault.interface.getFunction("pendingRedeemRequest").selector, Answer[answer]);
        expect((await escrow.votableSupply()).answered).to.be.false;
        await expect(escrow.leavingShares(false)).to.revert(ethers);
      });
    }

    it("is nothing once the extension has started: what was given back may signal again", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, one, closedAt } = all;
      await at(all, closedAt + EXIT.holdLimit + 1n);
      await escrow.callOff(1n);
      expect(await escrow.leavingShares(false)).to.equal(0n);
      expect(await escrow.votableSupply()).to.deep.equal([true, 1_000n * one]);
    });

    it("is nothing in the first epoch", async () => {
      const { escrow } = await networkHelpers.loadFixture(world);
      expect(await escrow.leavingShares(false)).to.equal(0n);
      expect(await escrow.isExitStalled()).to.be.false;
    });
  });

  describe("readSignal", () => {
    it("does not ask the vault while nothing is locked in Normal", async () => {
      const { escrow, alice, one } = await networkHelpers.loadFixture(world);
      expect(await escrow.readSignal(State.Normal)).to.deep.equal([0n, false, 0n, 0n, 0n]);
      expect(await escrow.readSignal(State.VetoCooldown)).to.deep.equal([0n, true, 1_000n * one, 0n, 0n]);
      await escrow.connect(alice).lock(1n, 0n);
      expect(await escrow.readSignal(State.Normal)).to.deep.equal([1n, true, 1_000n * one, 0n, 0n]);
    });

    it("subtracts what is leaving in RageQuit alone", async () => {
      const { escrow, one } = await networkHelpers.loadFixture(closed);
      expect(await escrow.readSignal(State.RageQuit)).to.deep.equal([0n, true, 872n * one, 0n, 0n]);
      for (const state of [State.VetoSignalling, State.VetoSignallingDeactivation, State.VetoCooldown]) {
        expect(await escrow.readSignal(state)).to.deep.equal([0n, true, 1_000n * one, 0n, 0n]);
      }
    });

    it("tells when the rage quit is complete and what came back, in RageQuit, as soon as the extension starts", async () => {
      const all = await close(await deployRequests(connection));
      const { escrow, vault, one, closedAt } = all;
      const clone = await beginExit(all, 1n);
      await vault.cancel(clone, 0n, 100n * one);
      await escrow.claim(1n, clone);
      await at(all, closedAt + EXIT.holdLimit + 1n);
      await escrow.callOff(1n);
      const { completeAfter } = await escrow.getEpoch(1n);
      expect(await escrow.readSignal(State.RageQuit)).to.deep.equal([
        ...[0n, true, 1_000n * one],
        ...[completeAfter, 100n * one],
      ]);
      for (const state of [State.Normal, State.VetoSignalling, State.VetoCooldown]) {
        const { completeAfter: told, votable } = await escrow.readSignal(state);
        expect([told, votable]).to.deep.equal([0n, 0n]);
      }
    });
  });

  describe("isExitStalled", () => {
    it("120 days without a mark while a 64th or more is in the vault's hands, to the second", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt, part } = all;
      await time.increaseTo(closedAt + EXIT.stallDelay);
      expect(await escrow.isExitStalled()).to.be.false;
      await time.increaseTo(closedAt + EXIT.stallDelay + 1n);
      expect(await escrow.isExitStalled()).to.be.true;
      await vault.fulfil(clone, 0n, part);
      await escrow.claim(1n, clone);
      expect(await escrow.isExitStalled()).to.be.false;
      const { markedAt } = await escrow.getEpoch(1n);
      await time.increaseTo(markedAt + EXIT.stallDelay + 1n);
      expect(await escrow.isExitStalled()).to.be.true;
    });

    it("not with the shares in our hands, and not once the extension has started", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt } = all;
      await time.increaseTo(closedAt + EXIT.holdLimit + 1n);
      expect(await escrow.isExitStalled()).to.be.true;
      await vault.cancelAll(clone);
      expect(await escrow.isExitStalled(), "in a vessel").to.be.true;
      const snapshot = await networkHelpers.takeSnapshot();
      await escrow.claim(1n, clone);
      expect(await escrow.isExitStalled(), "in the escrow").to.be.false;
      await snapshot.restore();
      await escrow.callOff(1n);
      expect(await escrow.isExitStalled(), "in the extension").to.be.false;
    });
  });
});
