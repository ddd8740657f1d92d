import { expect } from "chai";
import hre from "hardhat";

import {
  End,
  PHASES,
  Phase,
  State,
  at,
  beginExit,
  enterRageQuit,
  now,
  passExtension,
} from "../../helpers/deployCore.js";
import { Answer } from "../../helpers/answer.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";
import { byName } from "./escrowFixture.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const world = () =>
  deployEscrowWorld(connection, { makeVault: (asset) => ethers.deployContract("VaultMock", [asset]) });

/** Alice and bob have locked 15 % together. */
async function signalling() {
  const all = await world();
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  return all;
}

describe("VetoEscrow: startRageQuit", () => {
  it("is for the gate alone", async () => {
    const { escrow, gate, deployer, mallory, timelock } = await networkHelpers.loadFixture(signalling);
    const asTimelock = await ethers.getImpersonatedSigner(await timelock.getAddress());
    await networkHelpers.setBalance(asTimelock.address, 10n ** 18n);
    for (const account of [deployer, mallory, asTimelock]) {
      await expect(escrow.connect(account).startRageQuit(0n, 0n))
        .to.be.revertedWithCustomError(escrow, "CallerIsNotGate")
        .withArgs(account, gate);
    }
  });

  it("closes the epoch with its total, its extension and its delay, opens the next, moves nothing", async () => {
    const all = await networkHelpers.loadFixture(signalling);
    const { escrow, share, gate, one, connection: network } = all;
    const before = await share.balanceOf(escrow);
    await at(all, (await gate.persisted())[0].activatedAt + 46n * 86_400n);
    const poke = gate.poke();
    await expect(poke)
      .to.emit(escrow, "RageQuitStarted")
      .withArgs(1n, 150n * one, PHASES.rageQuitExtension, PHASES.withdrawalMinDelay + PHASES.withdrawalDelayGrowth);
    await expect(poke).not.to.emit(share, "Transfer");
    expect(await share.balanceOf(escrow)).to.equal(before);
    expect(await escrow.runningEpoch()).to.equal(2n);
    expect(await escrow.lockedShares()).to.equal(0n);
    expect(await escrow.idleShares()).to.equal(150n * one);
    expect(await escrow.leavingShares(false)).to.equal(150n * one);
    expect(await escrow.votableSupply()).to.deep.equal([true, 850n * one]);
    const closedAt = await now(all);
    expect(byName(await escrow.getEpoch(1n))).to.deep.equal({
      ...{ phase: Phase.Closed, end: End.None, payer: network.ethers.ZeroAddress },
      ...{ totalShares: 150n * one, outstandingShares: 150n * one, idleShares: 150n * one, redeemedShares: 0n },
      ...{ sharesGiven: 0n, sharesPaid: 0n, assetsReceived: 0n, assetsPaid: 0n },
      ...{ closedAt, markedAt: closedAt, extensionStartedAt: 0n, completeAfter: 0n, withdrawableAfter: 0n },
    });
    expect((await escrow.getEpoch(2n)).phase).to.equal(Phase.Signalling);
    await expectSolvent(all);
  });

  it("lets every further rage quit in a row wait longer, and the gate goes on only after each", async () => {
    const all = await networkHelpers.loadFixture(signalling);
    const { escrow, gate, whale, one } = all;
    const first = await enterRageQuit(all);
    await escrow.connect(whale).lock(300n * one, 2n);
    await beginExit(all, first);
    await passExtension(all, first);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.VetoSignalling);
    const second = await enterRageQuit(all);
    expect(second).to.equal(2n);
    const [event] = await escrow.queryFilter(escrow.filters.RageQuitStarted(2n));
    expect(event?.args.withdrawalDelay).to.equal(PHASES.withdrawalMinDelay + 2n * PHASES.withdrawalDelayGrowth);
    // The completion of the first one says nothing about the second.
    expect((await escrow.readSignal(State.RageQuit)).completeAfter).to.equal(0n);
    await gate.poke();
    expect(await gate.persistedState()).to.equal(State.RageQuit);
    await expectSolvent(all);
  });

  it("cannot be made to fail by a vault that is broken at that moment", async () => {
    const all = await deployEscrowWorld(connection, {
      makeVault: (asset) => ethers.deployContract("HostileVaultMock", [asset]),
    });
    const { escrow, vault, alice, one } = all;
    await escrow.connect(alice).lock(100n * one, 0n);
    for (const name of ["totalSupply", "balanceOf", "transfer", "totalAssets", "convertToAssets", "redeem"] as const) {
      await vault.setAnswer(vault.getFunction(name).fragment.selector, Answer.Revert);
    }
    await enterRageQuit(all);
    expect(await escrow.idleShares()).to.equal(100n * one);
  });
});
