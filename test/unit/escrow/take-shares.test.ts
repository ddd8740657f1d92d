import { expect } from "chai";
import hre from "hardhat";

import { EXIT, Phase, at } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { close, closeSmall, deployRequests, leave, ordersOf } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const closed = async () => close(await deployRequests(connection));

/** The vault took nothing; the exit has been called off, all shares are given back. */
async function calledOff() {
  const all = await closed();
  await at(all, all.closedAt + EXIT.callOffDelay + 1n);
  await all.escrow.callOff(1n);
  return all;
}

/** 40 units came back, the vault holds the rest; a clock has started the extension. */
async function partly() {
  const all = await leave(await deployRequests(connection));
  await all.vault.cancel(all.clone, 0n, 40n * all.one);
  await all.escrow.claim(1n, all.clone);
  await at(all, all.closedAt + EXIT.holdLimit + 1n);
  await all.escrow.callOff(1n);
  return all;
}

const open = () => deployRequests(connection);

describe("VetoEscrow: takeShares", () => {
  it("pays from the start of the extension on, what is due and once", async () => {
    const all = await networkHelpers.loadFixture(calledOff);
    const { escrow, share, alice, total, one } = all;
    expect(await escrow.connect(alice).takeShares.staticCall(1n, alice)).to.equal(96n * one);
    const take = escrow.connect(alice).takeShares(1n, alice);
    await expect(take)
      .to.emit(escrow, "SharesTaken")
      .withArgs(1n, alice, alice, 96n * one);
    await expect(take).to.changeTokenBalances(ethers, share, [escrow, alice], [-96n * one, 96n * one]);
    expect(await escrow.paymentsOf(1n, alice)).to.deep.equal([0n, 96n * one]);
    const view = await escrow.getEpoch(1n);
    expect([view.sharesGiven, view.sharesPaid]).to.deep.equal([total, 96n * one]);
    expect(await escrow.idleShares()).to.equal(32n * one);
    await expect(escrow.connect(alice).takeShares(1n, alice))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(1n, alice);
    await expectSolvent(all);
  });

  it("pays whomever the staker names, but not the zero address, and nobody without a position", async () => {
    const { escrow, share, alice, carol, one } = await networkHelpers.loadFixture(calledOff);
    await expect(escrow.connect(alice).takeShares(1n, ethers.ZeroAddress)).to.be.revertedWithCustomError(
      escrow,
      "ZeroReceiver",
    );
    await expect(escrow.connect(carol).takeShares(1n, carol))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(1n, carol);
    await expect(escrow.connect(alice).takeShares(1n, carol))
      .to.emit(escrow, "SharesTaken")
      .withArgs(1n, alice, carol, 96n * one);
    expect(await share.balanceOf(carol)).to.equal(196n * one);
  });

  it("waits for the extension to start", async () => {
    const { escrow, alice } = await networkHelpers.loadFixture(closed);
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [1n, Phase.Closed],
      [2n, Phase.Signalling],
      [3n, Phase.None],
    ] as const) {
      await expect(escrow.connect(alice).takeShares(epoch, alice))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Extension);
    }
    await escrow.beginExit(1n, ethers.ZeroAddress);
    await expect(escrow.connect(alice).takeShares(1n, alice))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Claiming, Phase.Extension);
  });

  it("[INV-6] does not need the gate, and [INV-8] no view of the vault", async () => {
    const { escrow, gate, share, alice, one } = await networkHelpers.loadFixture(calledOff);
    await networkHelpers.setCode(await gate.getAddress(), "0xfe");
    await escrow.connect(alice).takeShares(1n, alice);
    expect(await share.balanceOf(alice)).to.equal(100n * one);
  });

  it("[INV-5] in every order of payments, moves, late returns and gifts, everybody has had the same at the end", async () => {
    const steps = ["alice", "bob", "return", "gift"] as const;
    for (const order of ordersOf(steps)) {
      const all = await networkHelpers.loadFixture(partly);
      const { escrow, share, vault, clone, mallory, one } = all;
      for (const step of [...order, "alice", "bob"] as const) {
        if (step === "return") {
          await vault.cancel(clone, 0n, 7n * one + 5n);
          await escrow.claim(1n, clone);
        } else if (step === "gift") {
          await share.connect(mallory).transfer(clone, 3n * one + 2n);
          await escrow.claim(1n, clone);
        } else if ((await escrow.dueTo(1n, all[step])).shares > 0n) {
          // Bob objects again with whatever he gets.
          if (step === "alice") await escrow.connect(all.alice).takeShares(1n, all.alice);
          else await escrow.connect(all.bob).moveShares(1n, 0n);
        }
        await expectSolvent(all);
      }
      const given = 50n * one + 7n;
      expect((await escrow.getEpoch(1n)).sharesGiven).to.equal(given);
      expect((await escrow.paymentsOf(1n, all.alice)).shares, order.join()).to.equal((given * 3n) / 4n);
      expect((await escrow.positionOf(2n, all.bob)).shares, order.join()).to.equal(given / 4n);
      expect(await escrow.idleShares(), order.join()).to.be.lessThan(2n);
    }
  });

  for (const shares of [1n, 63n, 64n, 65n]) {
    it(`gives back an epoch of ${shares} wei whole`, async () => {
      const all = await networkHelpers.loadFixture(open);
      const { escrow, share, alice, one } = await closeSmall(all, shares);
      await networkHelpers.time.increase(EXIT.callOffDelay + 1n);
      await escrow.callOff(1n);
      await escrow.connect(alice).takeShares(1n, alice);
      expect(await share.balanceOf(alice)).to.equal(100n * one);
      await expectSolvent(all);
    });
  }

  describe("[INV-5] after an issuer has taken shares out of the escrow", () => {
    it("pays the same part to everybody, of this epoch and of the running one", async () => {
      const { escrow, share, vault, alice, bob, carol, one } = await networkHelpers.loadFixture(calledOff);
      await escrow.connect(carol).lock(64n * one, 2n);
      await vault.clawBack(escrow, 48n * one);
      await escrow.connect(bob).takeShares(1n, bob);
      await networkHelpers.time.increase(86_400n);
      await escrow.connect(carol).unlock(64n * one, 2n);
      await escrow.connect(alice).takeShares(1n, alice);
      expect(await share.balanceOf(alice)).to.equal(76n * one);
      expect(await share.balanceOf(bob)).to.equal(92n * one);
      expect(await share.balanceOf(carol)).to.equal(84n * one);
      expect(await share.balanceOf(escrow)).to.equal(0n);
    });

    it("pays nothing where everything was taken, and the ledger is empty afterwards", async () => {
      const { escrow, share, vault, alice, bob, total, one } = await networkHelpers.loadFixture(calledOff);
      await vault.clawBack(escrow, total);
      for (const person of [alice, bob]) await escrow.connect(person).takeShares(1n, person);
      expect(await escrow.idleShares()).to.equal(0n);
      expect(await share.balanceOf(alice)).to.equal(4n * one);
      await escrow.connect(bob).lock(one, 0n);
      expect((await escrow.positionOf(2n, bob)).shares).to.equal(one);
    });
  });
});
