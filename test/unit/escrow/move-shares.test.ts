import { expect } from "chai";
import hre from "hardhat";

import { EXIT, PHASES, Phase, State, at, now, passExtension, rageQuitAfter } from "../../helpers/deployCore.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { close, deployRequests } from "./escrowFixture.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const closed = async () => close(await deployRequests(connection));

/** The vault took nothing; the exit has been called off, all shares are given back. */
async function calledOff() {
  const all = await closed();
  await at(all, all.closedAt + EXIT.callOffDelay + 1n);
  await all.escrow.callOff(1n);
  return all;
}

/** As {calledOff}; signalling again, by carol's 100 units. */
async function signalling() {
  const all = await calledOff();
  await all.escrow.connect(all.carol).lock(100n * all.one, 2n);
  await passExtension(all, 1n);
  await all.gate.poke();
  return all;
}

describe("VetoEscrow: moveShares", () => {
  it("objects again with what was given back: by the ledger, without a transfer, bound as by a lock", async () => {
    const all = await networkHelpers.loadFixture(calledOff);
    const { escrow, share, alice, one } = all;
    await escrow.connect(alice).lock(4n * one, 0n);
    const timestamp = (await now(all)) + 1_000n;
    await at(all, timestamp);
    const move = escrow.connect(alice).moveShares(1n, 2n);
    await expect(move)
      .to.emit(escrow, "SharesLocked")
      .withArgs(2n, alice, 96n * one, timestamp + PHASES.minLock);
    await expect(move)
      .to.emit(escrow, "SharesMoved")
      .withArgs(1n, 2n, alice, 96n * one);
    await expect(move).not.to.emit(share, "Transfer");
    expect(await escrow.positionOf(2n, alice)).to.deep.equal([100n * one, timestamp + PHASES.minLock]);
    expect(await escrow.paymentsOf(1n, alice)).to.deep.equal([0n, 96n * one]);
    expect(await escrow.lockedShares()).to.equal(100n * one);
    expect(await escrow.idleShares()).to.equal(32n * one);
    await expect(escrow.connect(alice).moveShares(1n, 0n))
      .to.be.revertedWithCustomError(escrow, "NothingToWithdraw")
      .withArgs(1n, alice);
    await expectSolvent(all);
  });

  it("binds for the minimum lock, to the second", async () => {
    const all = await networkHelpers.loadFixture(calledOff);
    const { escrow, share, alice, one } = all;
    expect(await escrow.connect(alice).moveShares.staticCall(1n, 0n)).to.equal(96n * one);
    await escrow.connect(alice).moveShares(1n, 0n);
    const unlockableAfter = (await now(all)) + PHASES.minLock;
    await at(all, unlockableAfter);
    await expect(escrow.connect(alice).unlock(one, 2n))
      .to.be.revertedWithCustomError(escrow, "LockTooYoung")
      .withArgs(unlockableAfter, unlockableAfter);
    await at(all, unlockableAfter + 1n);
    await escrow.connect(alice).unlock(96n * one, 2n);
    expect(await share.balanceOf(alice)).to.equal(100n * one);
    await expectSolvent(all);
  });

  it("[INV-8] cannot be silenced by a share that is paused, or blocks its holders", async () => {
    const { escrow, vault, alice, bob, one } = await networkHelpers.loadFixture(calledOff);
    await vault.setBlocked(alice, true);
    await escrow.connect(alice).moveShares(1n, 0n);
    await vault.setSharePaused(true);
    await escrow.connect(bob).moveShares(1n, 0n);
    expect(await escrow.lockedShares()).to.equal(128n * one);
  });

  it("waits for the extension to start", async () => {
    const { escrow, alice } = await networkHelpers.loadFixture(closed);
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [1n, Phase.Closed],
      [2n, Phase.Signalling],
    ] as const) {
      await expect(escrow.connect(alice).moveShares(epoch, 0n))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Extension);
    }
  });

  it("accepts the epoch the caller means, and no other", async () => {
    const { escrow, alice } = await networkHelpers.loadFixture(calledOff);
    for (const wrong of [1n, 3n]) {
      await expect(escrow.connect(alice).moveShares(1n, wrong))
        .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
        .withArgs(2n, wrong);
    }
  });

  it("pokes before it: a rage quit that is due is made, and the shares count in the epoch it opens", async () => {
    const all = await networkHelpers.loadFixture(signalling);
    const { escrow, gate, alice, one } = all;
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
    await at(all, (await rageQuitAfter(all)) + 1n);
    await expect(escrow.connect(alice).moveShares(1n, 2n))
      .to.be.revertedWithCustomError(escrow, "UnexpectedEpoch")
      .withArgs(3n, 2n);
    const move = escrow.connect(alice).moveShares(1n, 0n);
    await expect(move).to.emit(escrow, "RageQuitStarted");
    await expect(move)
      .to.emit(escrow, "SharesMoved")
      .withArgs(1n, 3n, alice, 96n * one);
    expect((await escrow.getEpoch(2n)).totalShares).to.equal(100n * one);
    await expectSolvent(all);
  });

  it("pokes after it: what moves counts at once", async () => {
    const all = await networkHelpers.loadFixture(calledOff);
    const { escrow, gate, alice } = all;
    await passExtension(all, 1n);
    await gate.poke();
    await networkHelpers.time.increase(PHASES.cooldown + 1n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.Normal);
    await expect(escrow.connect(alice).moveShares(1n, 0n))
      .to.emit(gate, "GovernanceStateChanged")
      .withArgs(State.Normal, State.VetoSignalling, 0n);
  });

  it("from within the extension keeps governance from going on: signalling follows the rage quit", async () => {
    const all = await networkHelpers.loadFixture(calledOff);
    const { escrow, gate, alice } = all;
    await escrow.connect(alice).moveShares(1n, 0n);
    await passExtension(all, 1n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
  });

  it("[INV-5] moves a part that an issuer has shrunk as it is: neither pot gains", async () => {
    const { escrow, share, vault, alice, bob, carol, one } = await networkHelpers.loadFixture(calledOff);
    await escrow.connect(carol).lock(64n * one, 2n);
    await vault.clawBack(escrow, 48n * one);
    await escrow.connect(alice).moveShares(1n, 0n);
    await networkHelpers.time.increase(86_400n);
    await escrow.connect(alice).unlock(96n * one, 2n);
    await escrow.connect(bob).takeShares(1n, bob);
    await escrow.connect(carol).unlock(64n * one, 2n);
    expect(await share.balanceOf(alice)).to.equal(76n * one);
    expect(await share.balanceOf(bob)).to.equal(92n * one);
    expect(await share.balanceOf(carol)).to.equal(84n * one);
  });
});
