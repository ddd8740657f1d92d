import { expect } from "chai";
import hre from "hardhat";

import { RequestRule, SyncRule, type RequestRuleName } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import {
  EXIT,
  End,
  Phase,
  State,
  at,
  beginExit,
  enterRageQuit,
  now,
  passExtension,
  passWithdrawalDelay,
  stake,
} from "../../helpers/deployCore.js";
import { impersonate } from "../../helpers/impersonate.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { DAY, Way, close, deployRequests, deploySync, leave, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { ZeroAddress } = ethers;

const sync6 = async () => close(await deploySync(connection, { decimals: 6 }));
const sync18 = async () => close(await deploySync(connection, { decimals: 18 }));
const syncOpen = () => deploySync(connection);
const closed = async () => close(await deployRequests(connection));
const leaving = async () => leave(await deployRequests(connection));

/** Every request has an id, and is for a 64th at the most; eight have been made in one vessel. */
async function eight() {
  const all = await close(await deployRequests(connection, ["HasRequestIds"]));
  await all.vault.setBounds(0n, all.part);
  const clone = await ethers.getContractAt("StandardVessel", await all.escrow.vesselAt(1n, 0n));
  for (let count = 0; count < 8; ++count) await all.escrow.beginExit(1n, clone);
  return { ...all, clone };
}

describe("StandardVessel", () => {
  describe("[INV-5] leaves a vault that redeems at once", () => {
    for (const [decimals, fixture] of [
      [6, sync6],
      [18, sync18],
    ] as const) {
      describe(`with an asset of ${decimals} decimals`, () => {
        it("pays everybody what the shares were worth", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          await beginExit(all, 1n);
          expect(await pay(all)).to.deep.equal([96n * all.unit, 32n * all.unit, 0n]);
        });

        it("pays gains as well, and strands less than a wei for each staker", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          await all.asset.mint(all.vault, 77n * all.unit + 1n);
          const total = await all.asset.balanceOf(await beginExit(all, 1n));
          const [toAlice, toBob, left = 2n] = await pay(all);
          expect(toAlice).to.equal((total * 3n) / 4n);
          expect(toBob).to.equal(total / 4n);
          expect(left).to.be.lessThan(2n);
        });

        it("shares a loss before it pro rata, with those who stay too", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          await all.vault.borrow(400n * all.unit);
          await all.vault.writeOff(400n * all.unit);
          await beginExit(all, 1n);
          const [toAlice = 0n, toBob = 0n, left] = await pay(all);
          expect(toAlice).to.be.closeTo((96n * all.unit * 6n) / 10n, 1n);
          expect(toBob).to.be.closeTo((32n * all.unit * 6n) / 10n, 1n);
          expect(left).to.be.lessThan(2n);
        });

        it("pools redemptions at different rates: nobody is paid by the hour of one", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          const { vault, asset, unit } = all;
          await vault.borrow(936n * unit);
          await beginExit(all, 1n);
          await asset.mint(vault, 468n * unit);
          await vault.writeOff(936n * unit);
          await beginExit(all, 1n);
          const [toAlice = 0n, toBob = 0n] = await pay(all);
          expect(toAlice).to.be.closeTo(72n * unit, 2n);
          expect(toBob).to.be.closeTo(24n * unit, 2n);
        });

        it("is refused while everything is lost; the shares are given back, and paid for when something is left", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          const { vault, vessel, escrow, gate, share, alice, unit, one, closedAt } = all;
          await vault.borrow(1_000n * unit);
          await vault.writeOff(1_000n * unit);
          await expect(escrow.beginExit(1n, ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
          await at(all, closedAt + EXIT.callOffDelay + 1n);
          await escrow.callOff(1n);
          await passExtension(all, 1n);
          await gate.poke();
          expect(await gate.persistedState()).to.equal(State.VetoCooldown);
          await escrow.connect(alice).takeShares(1n, alice);
          expect(await share.balanceOf(alice)).to.equal(100n * one);
          await expectSolvent(all);
        });

        it("redeems what is worth a single wei, which two cannot share", async () => {
          const all = await networkHelpers.loadFixture(fixture);
          const { vault, share, unit } = all;
          await vault.borrow(1_000n * unit - 10n);
          await vault.writeOff(1_000n * unit - 10n);
          const clone = await beginExit(all, 1n);
          expect(await share.balanceOf(clone)).to.equal(0n);
          await passWithdrawalDelay(all, 1n);
          await expect(all.escrow.connect(all.alice).withdraw(1n, all.alice)).to.be.revertedWithCustomError(
            all.escrow,
            "NothingToWithdraw",
          );
          expect(await all.asset.balanceOf(clone)).to.equal(1n);
        });
      });
    }

    it("pays positions of a wei beside large ones, each rounded down by itself", async () => {
      const all = await networkHelpers.loadFixture(sync6);
      const { escrow, gate, share, asset, vault, carol, mallory, whale, unit, one } = all;
      await beginExit(all, 1n);
      // A second epoch: carol and mallory with a wei each, of shares that are worth a wei and a half.
      await asset.mint(vault, 436n * unit);
      await escrow.connect(carol).lock(1n, 2n);
      await escrow.connect(mallory).lock(1n, 2n);
      await escrow.connect(whale).lock(300n * one, 2n);
      await passExtension(all, 1n);
      await gate.poke();
      await enterRageQuit(all);
      const clone = await beginExit(all, 2n);
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

    it("lets everybody leave: nobody is left to object, and whoever comes later begins anew", async () => {
      const all = await networkHelpers.loadFixture(syncOpen);
      const { escrow, gate, asset, vault, alice, bob, carol, mallory, whale, unit } = all;
      const everybody = [alice, bob, carol, mallory, whale];
      for (const person of everybody) await escrow.connect(person).lock(await all.share.balanceOf(person), 0n);
      await enterRageQuit(all);
      expect(await escrow.votableSupply()).to.deep.equal([true, await escrow.SUPPLY_FLOOR()]);
      await beginExit(all, 1n);
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

    it("is not held up by ERC-165: a vault that does not know it is asked for a redemption first", async () => {
      const all = await networkHelpers.loadFixture(sync18);
      const clone = await all.escrow.vesselAt(1n, 0n);
      await expect(all.escrow.beginExit(1n, clone))
        .to.emit(all.escrow, "ExitBegun")
        .withArgs(1n, clone, Way.Redeem, all.total);
    });
  });

  describe("[INV-5] leaves a vault that redeems on request", () => {
    const MODES: readonly (readonly RequestRuleName[])[] = [
      [],
      ["HasRequestIds"],
      ["TakesByAllowance"],
      ["ClaimsWhole"],
      ["DerivesClaimable"],
      ["OwnersOnly"],
      ["PreviewsAnyway", "ReportsVotableSupply", "HasRequestIds"],
    ];
    for (const rules of MODES) {
      for (const [burnAt, when] of ["request", "fulfilment", "claim"].entries()) {
        it(`asks once, is paid in two parts, pays in full: ${rules.join() || "plain"}, burning at the ${when}`, async () => {
          const all = await close(await deployRequests(connection, rules));
          const { escrow, vault, share, asset, one, unit, total } = all;
          await asset.mint(vault, 1_000n * unit);
          await vault.setStages(BigInt(burnAt), 1n);
          const id = rules.includes("HasRequestIds") ? 1n : 0n;
          const clone = await beginExit(all, 1n);
          expect(await share.balanceOf(clone)).to.equal(0n);
          expect(await vault.pendingRedeemRequest(id, clone)).to.equal(total);
          for (const [part, redeemed] of [
            [90n, 90n],
            [38n, 128n],
          ] as const) {
            await vault.fulfil(clone, id, part * one);
            await expect(escrow.claim(1n, clone))
              .to.emit(escrow, "SharesRedeemed")
              .withArgs(1n, clone, part * one, redeemed * one);
            expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
          }
          expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Extension);
          expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
          await expectSolvent(all);
        });
      }
    }

    for (const decimals of [6, 18]) {
      it(`pays with an asset of ${decimals} decimals, and less than a wei is stranded for each staker`, async () => {
        const all = await leave(await deployRequests(connection, [], { decimals }));
        const { escrow, vault, asset, clone, unit } = all;
        await asset.mint(vault, unit);
        await vault.setPrice(unit + 1n);
        await vault.fulfilAll(clone);
        await escrow.claim(1n, clone);
        const total = await asset.balanceOf(clone);
        const [toAlice, toBob, left] = await pay(all);
        expect([toAlice, toBob]).to.deep.equal([(total * 3n) / 4n, total / 4n]);
        expect(left).to.be.lessThan(2n);
      });
    }

    it("may be fulfilled in the very call that asks", async () => {
      const all = await leave(await deployRequests(connection, ["FulfilsAtOnce", "HasRequestIds"]));
      await all.escrow.claim(1n, all.clone);
      expect(await pay(all)).to.deep.equal([96n * all.unit, 32n * all.unit, 0n]);
    });

    describe("pays the vault's own price, which falls to a half between request and claim", () => {
      for (const [priceAt, when] of ["request", "fulfilment", "claim"].entries()) {
        it(`fixed at the ${when}, with the fall after the fulfilment`, async () => {
          const all = await close(await deployRequests(connection));
          const { vault, escrow, unit } = all;
          await vault.setStages(1n, BigInt(priceAt));
          const clone = await beginExit(all, 1n);
          await vault.fulfilAll(clone);
          await vault.setPrice(unit / 2n);
          await escrow.claim(1n, clone);
          const part = when === "claim" ? unit / 2n : unit;
          expect(await pay(all)).to.deep.equal([96n * part, 32n * part, 0n]);
        });
      }

      it("with the fall between two fulfilments: the parts are pooled", async () => {
        const all = await networkHelpers.loadFixture(leaving);
        const { vault, escrow, clone, unit, one } = all;
        await vault.fulfil(clone, 0n, 64n * one);
        await vault.setPrice(unit / 2n);
        await escrow.claim(1n, clone);
        await vault.fulfilAll(clone);
        await escrow.claim(1n, clone);
        expect(await pay(all)).to.deep.equal([72n * unit, 24n * unit, 0n]);
      });
    });

    it("is over although the vault paid nothing at all for the shares: what it redeems is redeemed", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { vault, escrow, clone, alice } = all;
      await vault.setPrice(0n);
      await vault.fulfilAll(clone);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "ExtensionStarted");
      await passWithdrawalDelay(all, 1n);
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(
        escrow,
        "NothingToWithdraw",
      );
    });

    it("pending for years keeps nobody but its own stakers waiting, and then pays", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, gate, share, clone, alice, carol, one, unit, closedAt } = all;
      await at(all, closedAt + EXIT.holdLimit);
      await gate.poke();
      expect(await gate.persistedState()).to.equal(State.RageQuit);
      await expect(escrow.connect(alice).withdraw(1n, alice)).to.be.revertedWithCustomError(escrow, "UnexpectedPhase");
      await escrow.connect(carol).lock(5n * one, 2n);
      const { unlockableAfter } = await escrow.positionOf(2n, carol);
      await networkHelpers.time.increaseTo(unlockableAfter + 1n);
      await escrow.connect(carol).unlock(5n * one, 2n);
      expect(await share.balanceOf(carol)).to.equal(100n * one);
      await escrow.callOff(1n);
      expect((await escrow.getEpoch(1n)).end).to.equal(End.ClockRanOut);
      await networkHelpers.time.increase(5n * 365n * DAY);
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
      await expectSolvent(all);
    });
  });

  describe("finds out at each beginning which way is open", () => {
    it("redeems at once from a vault that has closed to requests", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, total, unit } = all;
      await vault.setRule(RequestRule.IsClosed, true);
      const clone = await escrow.vesselAt(1n, 0n);
      await expect(escrow.beginExit(1n, clone)).to.emit(escrow, "ExitBegun").withArgs(1n, clone, Way.Redeem, total);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    });

    it("redeems at once from a vault that was upgraded to it, and asks one that was upgraded from it", async () => {
      const all = await close(await deployRequests(connection, ["IsSynchronous"]));
      const { escrow, vault, one } = all;
      const clone = await escrow.vesselAt(1n, 0n);
      await vault.setRule(RequestRule.IsSynchronous, false);
      await vault.setBounds(0n, 64n * one);
      await expect(escrow.beginExit(1n, clone))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, clone, Way.Request, 64n * one);
      await vault.setRule(RequestRule.IsSynchronous, true);
      await expect(escrow.beginExit(1n, clone))
        .to.emit(escrow, "ExitBegun")
        .withArgs(1n, clone, Way.Redeem, 64n * one);
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).redeemedShares).to.equal(all.total);
    });

    it("asks also where the vault announces nothing, if it redeems nothing", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, vault, total } = all;
      await vault.setAnswer(vault.interface.getFunction("supportsInterface").selector, Answer.Zero);
      const clone = await escrow.vesselAt(1n, 0n);
      await expect(escrow.beginExit(1n, clone)).to.emit(escrow, "ExitBegun").withArgs(1n, clone, Way.Request, total);
    });

    it("leaves a vault that redeems for admitted receivers once the vessel is admitted", async () => {
      const { escrow, vault, vessel } = await networkHelpers.loadFixture(sync18);
      await vault.setRule(SyncRule.HasReceiverList, true);
      await vault.setAdmitted(await escrow.vesselAt(1n, 2n), true);
      await expect(escrow.beginExit(1n, await escrow.vesselAt(1n, 0n))).to.be.revertedWithCustomError(
        vessel,
        "ExitRefused",
      );
      await escrow.beginExit(1n, await escrow.vesselAt(1n, 2n));
    });
  });

  describe("the ids of its requests", () => {
    it("are one for all, or one each; pending and claimable are summed up", async () => {
      const { clone, vault, part, one } = await networkHelpers.loadFixture(eight);
      expect(await clone.pendingShares()).to.equal(8n * part);
      await vault.fulfil(clone, 3n, part);
      await vault.fulfil(clone, 8n, one);
      expect(await clone.pendingShares()).to.equal(7n * part - one);
      expect(await clone.claimableShares()).to.equal(part + one);
      expect(await clone.requestedShares()).to.equal(8n * part);
    });

    it("are eight at the most", async () => {
      const { escrow, share, clone, mallory, vessel, vault, part } = await networkHelpers.loadFixture(eight);
      await expect(escrow.beginExit(1n, clone)).to.be.revertedWithCustomError(vessel, "ExitRefused").withArgs(vault);
      await share.connect(mallory).transfer(clone, part);
      await expect(clone.connect(await impersonate(connection, clone)).tryToBeginExit(Way.Request, part))
        .to.be.revertedWithCustomError(clone, "TooManyRequests")
        .withArgs(8n);
      // Another vessel has eight of its own.
      await escrow.beginExit(1n, await escrow.vesselAt(1n, 1n));
    });

    it("make room when they are settled, paid or handed back", async () => {
      const { escrow, clone, vault, part } = await networkHelpers.loadFixture(eight);
      await vault.fulfil(clone, 2n, part);
      await vault.cancel(clone, 5n, part);
      for (const id of [9n, 10n]) {
        await escrow.beginExit(1n, clone);
        expect(await vault.pendingRedeemRequest(id, clone)).to.equal(part);
      }
      expect(await clone.pendingShares()).to.equal(8n * part);
      await expect(escrow.beginExit(1n, clone)).to.be.revertedWithCustomError(clone, "ExitRefused");
    });

    it("do not make room while something of them is claimable", async () => {
      const { escrow, clone, vault, part } = await networkHelpers.loadFixture(eight);
      await vault.fulfil(clone, 2n, part);
      await vault.setAnswer(vault.interface.getFunction("redeem").selector, Answer.Revert);
      await expect(escrow.beginExit(1n, clone)).to.be.revertedWithCustomError(clone, "ExitRefused");
    });

    it("are all watched by one question of the gate", async () => {
      const { escrow, part, one } = await networkHelpers.loadFixture(eight);
      expect(await escrow.leavingShares(false)).to.equal(64n * part);
      expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
    });

    it("are all taken back by ERC-7887", async () => {
      const { escrow, clone, vault, part } = await networkHelpers.loadFixture(eight);
      await vault.setRule(RequestRule.CancelsByClaim, true);
      for (const id of [1n, 4n, 8n]) await vault.cancel(clone, id, part);
      await expect(escrow.claim(1n, clone))
        .to.emit(escrow, "SharesReturned")
        .withArgs(1n, clone, 3n * part);
    });

    it("are none while the vault has not accepted anything, which is no error", async () => {
      const { escrow } = await networkHelpers.loadFixture(closed);
      await escrow.createVessel(1n, 0n);
      const clone = await ethers.getContractAt("StandardVessel", await escrow.vesselAt(1n, 0n));
      expect(await clone.requestedShares()).to.equal(0n);
    });
  });

  describe("while shares lie in it that could not go back", () => {
    /** As {leaving}; ten units lie in the vessel, which the escrow cannot receive. */
    async function stuck() {
      const all = await leaving();
      await all.share.connect(all.mallory).transfer(all.clone, 10n * all.one);
      await all.vault.setBlocked(all.escrow, true);
      return all;
    }

    it("claims what of its own requests is claimable, and does not redeem those", async () => {
      const { escrow, vault, share, clone, one } = await networkHelpers.loadFixture(stuck);
      await vault.fulfil(clone, 0n, 60n * one);
      await expect(escrow.claim(1n, clone))
        .to.emit(escrow, "SharesRedeemed")
        .withArgs(1n, clone, 60n * one, 60n * one);
      await vault.setRule(RequestRule.IsClosed, true);
      await expect(escrow.claim(1n, clone)).not.to.emit(escrow, "SharesRedeemed");
      expect(await share.balanceOf(clone)).to.equal(10n * one);
    });

    it("claims nothing if the vault does not say what is claimable", async () => {
      const { escrow, vault, clone, one } = await networkHelpers.loadFixture(stuck);
      await vault.fulfil(clone, 0n, 60n * one);
      await vault.setAnswer(vault.interface.getFunction("claimableRedeemRequest").selector, Answer.Revert);
      await expect(escrow.claim(1n, clone)).not.to.emit(escrow, "SharesRedeemed");
    });
  });

  it("keeps two rage quits apart to the wei, of which the first still pays", async () => {
    const all = await networkHelpers.loadFixture(sync18);
    const { escrow, gate, vault, asset, alice, bob, carol, whale, unit, one } = all;
    await beginExit(all, 1n);
    await escrow.connect(bob).lock(50n * one, 2n);
    await escrow.connect(carol).lock(100n * one, 2n);
    await passExtension(all, 1n);
    await gate.poke();
    await enterRageQuit(all);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Complete);
    await vault.borrow(436n * unit); // half of what is left, after the first epoch was redeemed
    await vault.writeOff(436n * unit);
    const second = await beginExit(all, 2n);
    const first = (await escrow.getEpoch(1n)).withdrawableAfter;
    if ((await now(all)) <= first) await passWithdrawalDelay(all, 1n);
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
    expect(await asset.balanceOf(alice)).to.equal(96n * unit);
    expect(await asset.balanceOf(bob)).to.be.closeTo(57n * unit, 1n);
    expect(await asset.balanceOf(carol)).to.be.closeTo(50n * unit, 1n);
    expect(await asset.balanceOf(second)).to.be.lessThan(2n);
    await expectSolvent(all);
  });
});
