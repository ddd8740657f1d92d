import { expect } from "chai";
import hre from "hardhat";

import { RequestRule } from "../../conformance/vaults/names.js";
import { Answer } from "../../helpers/answer.js";
import { EXIT, End, Phase, at, now } from "../../helpers/deployCore.js";
import { isInstrumented } from "../../helpers/instrumented.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { DAY, close, deployRequests, leave, pay } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const closed = async () => close(await deployRequests(connection));
const leaving = async () => leave(await deployRequests(connection));
/** The vault pays by itself when it fulfils: no call of ours redeems anything. */
const pushing = async () => leave(await deployRequests(connection, ["PaysAtFulfilment"]));
type Leaving = Awaited<ReturnType<typeof leaving>>;
type Closed = Awaited<ReturnType<typeof closed>>;

/** Checks that the extension of epoch 1 starts strictly after `clock`, not at it, for the reason `end`. */
async function expectClock(all: Closed | Leaving, clock: bigint, end: bigint, extension: bigint) {
  const { escrow, stranger } = all;
  expect(await escrow.callOffAfter(1n)).to.equal(clock);
  await at(all, clock);
  await expect(escrow.callOff(1n)).to.be.revertedWithCustomError(escrow, "ClockRunning").withArgs(1n, clock, clock);
  await at(all, clock + 1n);
  const completeAfter = clock + 1n + extension;
  await expect(escrow.connect(stranger).callOff(1n))
    .to.emit(escrow, "ExtensionStarted")
    .withArgs(1n, end, completeAfter, completeAfter + 75n * DAY);
  expect(await escrow.callOffAfter(1n)).to.equal(0n);
}

describe("VetoEscrow: callOff", () => {
  it("is for epochs that leave, and happens once", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, closedAt } = all;
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [2n, Phase.Signalling],
      [3n, Phase.None],
    ] as const) {
      await expect(escrow.callOff(epoch))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Closed);
    }
    await expectClock(all, closedAt + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    await expect(escrow.callOff(1n))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Extension, Phase.Closed);
    await expect(escrow.beginExit(1n, ethers.ZeroAddress))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Extension, Phase.Closed);
  });

  describe("with nothing in the vault's hands", () => {
    it("120 days after the closing, and gives all shares back", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, closedAt, total, share, alice, bob, one } = all;
      await expectClock(all, closedAt + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
      const view = await escrow.getEpoch(1n);
      expect([view.sharesGiven, view.idleShares, view.payer]).to.deep.equal([total, 0n, ethers.ZeroAddress]);
      await expectSolvent(all);
      for (const person of [alice, bob]) await escrow.connect(person).takeShares(1n, person);
      expect([await share.balanceOf(alice), await share.balanceOf(bob)]).to.deep.equal([100n * one, 100n * one]);
      await expectSolvent(all);
    });

    it("120 days after the last return", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt } = all;
      await at(all, closedAt + 300n * DAY);
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      await expectClock(all, (await now(all)) + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    });

    it("120 days after the last mark", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, part, total } = all;
      await vault.cancel(clone, 0n, total - part);
      await escrow.claim(1n, clone);
      await vault.fulfilAll(clone);
      await networkHelpers.time.increase(30n * DAY);
      await escrow.claim(1n, clone);
      const mark = await now(all);
      expect((await escrow.getEpoch(1n)).markedAt).to.equal(mark);
      await expectClock(all, mark + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    });

    it("not later for a return of less than a 64th, nor for a gift: neither turns the clock back", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, share, clone, mallory, part, total, one } = all;
      // What is redeemed for good leaves the returns a wei short of the next 64th.
      await vault.fulfil(clone, 0n, part + 1n);
      await vault.cancel(clone, 0n, total - 2n * part + 1n);
      await escrow.claim(1n, clone);
      const clock = (await now(all)) + EXIT.callOffDelay;
      await networkHelpers.time.increase(DAY);
      await vault.cancelAll(clone);
      await expect(escrow.claim(1n, clone))
        .to.emit(escrow, "SharesReturned")
        .withArgs(1n, clone, part - 2n);
      expect(await escrow.callOffAfter(1n)).to.equal(clock);
      await share.connect(mallory).transfer(clone, 50n * one);
      await escrow.claim(1n, clone);
      await expectClock(all, clock, End.CalledOff, 14n * DAY);
    });

    it("later for a return of a 64th", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, part, total } = all;
      await vault.cancel(clone, 0n, total - part);
      await escrow.claim(1n, clone);
      await networkHelpers.time.increase(DAY);
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      await expectClock(all, (await now(all)) + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    });

    it("later for the return of the wei that completes a 64th: slices add up", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, part, total } = all;
      await vault.cancel(clone, 0n, total - part + 1n);
      await escrow.claim(1n, clone);
      const clock = (await now(all)) + EXIT.callOffDelay;
      await networkHelpers.time.increase(DAY);
      await vault.cancel(clone, 0n, part - 2n);
      await escrow.claim(1n, clone);
      expect(await escrow.callOffAfter(1n)).to.equal(clock);
      await networkHelpers.time.increase(DAY);
      await vault.cancelAll(clone);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "SharesReturned").withArgs(1n, clone, 1n);
      await expectClock(all, (await now(all)) + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    });

    it("120 days after the last of 65 slices below a 64th in which a curator returned everything", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt, part, total } = all;
      const slice = total / 65n;
      expect(slice).to.be.lessThan(part);
      // Longer after the closing than an exit may lie idle.
      await at(all, closedAt + 200n * DAY);
      for (let count = 0; count < 64; ++count) {
        await vault.cancel(clone, 0n, slice);
        await escrow.claim(1n, clone);
        await networkHelpers.time.increase(DAY);
      }
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).idleShares).to.equal(total);
      await expectClock(all, (await now(all)) + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
    });

    it("is found out by any claim after the clock", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone } = all;
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      await networkHelpers.time.increase(EXIT.callOffDelay + 1n);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).end).to.equal(End.CalledOff);
    });

    it("not by shares that lie in a vessel: they are anybody's to claim, and may be asked for again", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt } = all;
      await networkHelpers.time.increaseTo(closedAt + EXIT.callOffDelay + 1n);
      await vault.cancelAll(clone);
      expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.holdLimit);
      await expect(escrow.callOff(1n)).to.be.revertedWithCustomError(escrow, "ClockRunning");
      await escrow.claim(1n, clone);
      await expectClock(all, (await now(all)) + EXIT.callOffDelay, End.CalledOff, 14n * DAY);
      expect((await escrow.getEpoch(1n)).sharesGiven).to.equal(128n * all.one);
    });
  });

  describe("[INV-5] after an issuer has taken shares out of the escrow", () => {
    it("what was taken before the beginning is not in the vault's hands: a vault that refuses holds nothing up", async () => {
      const all = await networkHelpers.loadFixture(closed);
      const { escrow, gate, vault, vessel, share, closedAt, alice, bob, total, one } = all;
      await vault.clawBack(escrow, total / 2n);
      await vault.setRule(RequestRule.RefusesRequests, true);
      await expect(escrow.beginExit(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(vessel, "ExitRefused");
      await at(all, closedAt + EXIT.stallDelay + 1n);
      await networkHelpers.mine();
      expect([await escrow.isExitStalled(), await gate.isDeadlocked()]).to.deep.equal([false, false]);
      expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.callOffDelay);
      await escrow.callOff(1n);
      expect((await escrow.getEpoch(1n)).end).to.equal(End.CalledOff);
      for (const person of [alice, bob]) await escrow.connect(person).takeShares(1n, person);
      expect([await share.balanceOf(alice), await share.balanceOf(bob)]).to.deep.equal([52n * one, 84n * one]);
      expect(await share.balanceOf(escrow)).to.equal(0n);
    });
  });

  describe("the extension after it", () => {
    it("is that of the rage quit where it is the longer one", async () => {
      const all = await close(await deployRequests(connection, [], { exit: { ...EXIT, callOffExtension: 7n * DAY } }));
      await expectClock(all, all.closedAt + EXIT.callOffDelay, End.CalledOff, 7n * DAY);
    });
  });

  describe("with a 64th or more in the vault's hands", () => {
    it("a year after the closing", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { vault, clone, unit } = all;
      await expectClock(all, all.closedAt + EXIT.holdLimit, End.ClockRanOut, 7n * DAY);
      // What the vault pays after all is the stakers'.
      await vault.fulfilAll(clone);
      await all.escrow.claim(1n, clone);
      expect(await pay(all)).to.deep.equal([96n * unit, 32n * unit, 0n]);
    });

    it("exactly a 64th is held, a wei less is not", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt, total, part } = all;
      await vault.cancel(clone, 0n, total - part);
      await escrow.claim(1n, clone);
      expect(await escrow.callOffAfter(1n)).to.equal(closedAt + EXIT.holdLimit);
      await vault.cancel(clone, 0n, 1n);
      await escrow.claim(1n, clone);
      expect(await escrow.callOffAfter(1n)).to.be.lessThan(closedAt + EXIT.holdLimit);
    });

    it("a year after the last mark, which a 64th sets and a wei less does not", async () => {
      const all = await networkHelpers.loadFixture(leaving);
      const { escrow, vault, clone, closedAt, part } = all;
      await networkHelpers.time.increase(50n * DAY);
      await vault.fulfil(clone, 0n, part - 1n);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).markedAt).to.equal(closedAt);
      await vault.fulfil(clone, 0n, 1n);
      await escrow.claim(1n, clone);
      await expectClock(all, (await now(all)) + EXIT.holdLimit, End.ClockRanOut, 7n * DAY);
    });
  });

  describe("two years after the closing, whatever has happened", () => {
    /** The vault pays a 64th now and then, the last time 700 days after the closing. */
    async function dripping() {
      const all = await leaving();
      for (const day of [300n, 600n, 700n]) {
        await at(all, all.closedAt + day * DAY);
        await all.vault.fulfil(all.clone, 0n, all.part);
        await all.escrow.claim(1n, all.clone);
      }
      return all;
    }

    it("with the shares in the vault's hands", async () => {
      const all = await networkHelpers.loadFixture(dripping);
      await expectClock(all, all.closedAt + EXIT.exitLimit, End.ClockRanOut, 7n * DAY);
    });

    it("with the shares in ours, which counts as a call-off", async () => {
      const all = await networkHelpers.loadFixture(dripping);
      await all.vault.cancelAll(all.clone);
      await all.escrow.claim(1n, all.clone);
      await expectClock(all, all.closedAt + EXIT.exitLimit, End.CalledOff, 14n * DAY);
    });
  });

  describe("by the vault's word that less than a 64th is left", () => {
    /** All is paid, by the vault's own hand; @returns when that was first seen. */
    async function see(all: Leaving) {
      await all.escrow.claim(1n, all.clone);
      return await now(all);
    }

    async function expectWord(all: Closed | Leaving, seenAt: bigint) {
      const { escrow } = all;
      const until = await escrow.callOffAfter(1n);
      await at(all, seenAt + EXIT.wordDelay);
      await expect(escrow.callOff(1n))
        .to.be.revertedWithCustomError(escrow, "ClockRunning")
        .withArgs(1n, until, seenAt + EXIT.wordDelay);
      await at(all, seenAt + EXIT.wordDelay + 1n);
      const completeAfter = seenAt + EXIT.wordDelay + 1n + 7n * DAY;
      await expect(escrow.callOff(1n))
        .to.emit(escrow, "ExtensionStarted")
        .withArgs(1n, End.VaultsWord, completeAfter, completeAfter + 75n * DAY);
    }

    it("7 days after it was first seen, not at it", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      await all.vault.fulfilAll(all.clone);
      await networkHelpers.time.increase(30n * DAY);
      await expectWord(all, await see(all));
      expect(await pay(all)).to.deep.equal([96n * all.unit, 32n * all.unit, 0n]);
    });

    it("not at the first sight, however long ago it came true: a refused call-off has seen nothing", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      await all.vault.fulfilAll(all.clone);
      await networkHelpers.time.increase(30n * DAY);
      await expect(all.escrow.callOff(1n)).to.be.revertedWithCustomError(all.escrow, "ClockRunning");
      await networkHelpers.time.increase(30n * DAY);
      await expect(all.escrow.callOff(1n)).to.be.revertedWithCustomError(all.escrow, "ClockRunning");
      await expectWord(all, await see(all));
    });

    it("with half of what the shares were worth received, rounded up, and not with a wei less", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      const { escrow, vault, asset, clone, one, unit } = all;
      await vault.fulfil(clone, 0n, 64n * one - 1n);
      await vault.beginSettlement(clone, 0n);
      const seenAt = await see(all);
      await at(all, seenAt + EXIT.wordDelay + 1n);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).assetsReceived).to.equal(64n * unit - 1n);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
      await asset.mint(clone, 1n);
      await expect(escrow.claim(1n, clone)).to.emit(escrow, "ExtensionStarted");
      expect((await escrow.getEpoch(1n)).end).to.equal(End.VaultsWord);
    });

    it("seen for a moment only, it counts once it is seen again", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      const { escrow, vault, clone, mallory, one } = all;
      await vault.fulfilAll(clone);
      const seenAt = await see(all);
      await vault.connect(mallory).requestRedeem(2n * one, clone, mallory);
      await at(all, seenAt + EXIT.wordDelay + 1n);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
      await vault.fulfilAll(clone);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).end).to.equal(End.VaultsWord);
    });

    it("a 64th that came back, or lies in a vessel, is something left", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      const { escrow, vault, clone, part, total } = all;
      await vault.fulfil(clone, 0n, total - part);
      await vault.cancelAll(clone);
      await escrow.claim(1n, clone);
      await networkHelpers.time.increase(8n * DAY);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
    });

    for (const [name, answer] of [
      ["pendingRedeemRequest", "Revert"],
      ["claimableRedeemRequest", "BurnGas"],
      ["pendingRedeemRequest", "Max"],
    ] as const) {
      it(`not while ${name} says nothing, or nonsense (${answer}); the clocks decide`, async () => {
        const all = await networkHelpers.loadFixture(pushing);
        const { escrow, vault, clone, closedAt } = all;
        await vault.fulfilAll(clone);
        await vault.setAnswer(vault.interface.getFunction(name).selector, Answer[answer]);
        const gasLimit = 16_000_000n;
        await escrow.claim(1n, clone, { gasLimit });
        await networkHelpers.time.increase(8n * DAY);
        await escrow.claim(1n, clone, { gasLimit });
        expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
        await at(all, closedAt + EXIT.holdLimit + 1n);
        await escrow.callOff(1n, { gasLimit });
        expect((await escrow.getEpoch(1n)).end).to.equal(End.ClockRanOut);
      });
    }

    for (const answer of ["Zero", "Revert", "BurnGas"] as const) {
      it(`not before the vault has said what the shares are worth (${answer}); it is asked again at every touch`, async () => {
        const all = await close(await deployRequests(connection, ["PaysAtFulfilment"]));
        const { escrow, vault } = all;
        const { selector } = vault.interface.getFunction("convertToAssets");
        await vault.setAnswer(selector, Answer[answer]);
        const clone = await escrow.vesselAt(1n, 0n);
        await escrow.beginExit(1n, clone);
        await vault.fulfilAll(clone);
        await escrow.claim(1n, clone);
        await networkHelpers.time.increase(EXIT.wordDelay + 1n);
        await escrow.claim(1n, clone);
        expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
        await vault.setAnswer(selector, Answer.Honest);
        await escrow.claim(1n, clone);
        expect((await escrow.getEpoch(1n)).end).to.equal(End.VaultsWord);
      });
    }

    if (!isInstrumented) {
      it("a vault that looks at many markets to tell what the shares are worth", async () => {
        const all = await close(await deployRequests(connection, ["PaysAtFulfilment"]));
        const { escrow, vault, one } = all;
        const { selector } = vault.interface.getFunction("convertToAssets");
        await vault.setAnswer(selector, Answer.Dear);
        expect(await vault.convertToAssets.estimateGas(one)).to.be.within(400_000n, 900_000n);
        const clone = await escrow.vesselAt(1n, 0n);
        await escrow.beginExit(1n, clone, { gasLimit: 16_000_000n });
        await vault.fulfilAll(clone);
        await escrow.claim(1n, clone);
        await networkHelpers.time.increase(EXIT.wordDelay + 1n);
        await escrow.claim(1n, clone);
        expect((await escrow.getEpoch(1n)).end).to.equal(End.VaultsWord);
      });
    }

    it("a vault that calls the shares next to worthless when the exit begins need pay next to nothing", async () => {
      const all = await close(await deployRequests(connection, ["PaysAtFulfilment"]));
      const { escrow, vault, asset, total } = all;
      const { selector } = vault.interface.getFunction("convertToAssets");
      await vault.setAnswer(selector, Answer.Two);
      const clone = await escrow.vesselAt(1n, 0n);
      await escrow.beginExit(1n, clone);
      await vault.setAnswer(selector, Answer.Honest);
      await vault.beginSettlement(clone, 0n);
      await asset.mint(clone, 1n);
      await expectWord(all, await see({ ...all, clone }));
      // All the same, what the vault still holds is due to the stakers for ever.
      expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(total);
    });

    it("the half is of what the vault said at the beginning, whatever it says later", async () => {
      const all = await networkHelpers.loadFixture(pushing);
      const { escrow, vault, clone, unit, one } = all;
      await vault.setPrice(unit / 4n);
      await vault.fulfil(clone, 0n, 127n * one);
      const seenAt = await see(all);
      await at(all, seenAt + EXIT.wordDelay + 1n);
      await escrow.claim(1n, clone);
      expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
    });
  });

  it("[INV-8] says which gas it needs, so that nobody makes an honest vault seem silent", async () => {
    const all = await networkHelpers.loadFixture(leaving);
    await at(all, all.closedAt + EXIT.holdLimit + 1n);
    await expect(all.escrow.callOff(1n, { gasLimit: 500_000n })).to.be.revertedWithCustomError(
      all.escrow,
      "InsufficientGas",
    );
  });
});
