import { expect } from "chai";
import hre from "hardhat";

import {
  PHASES,
  Phase,
  at,
  beginExit,
  claimAll,
  enterRageQuit,
  now,
  passExtension,
  passWithdrawalDelay,
} from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice and bob are leaving with 128 units, which lie in a vessel. */
async function claiming() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(28n * all.one, 0n);
  await enterRageQuit(all);
  const clone = await beginExit(all, 1n);
  return { ...all, clone };
}

describe("VetoEscrow: claim", () => {
  it("turns everything into assets and starts the extension", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, asset, share, clone, stranger, unit, one } = all;
    const timestamp = (await now(all)) + 5n;
    await at(all, timestamp);
    const claim = escrow.connect(stranger).claim(1n, ethers.MaxUint256);
    const completeAfter = timestamp + PHASES.rageQuitExtension;
    const withdrawableAfter = completeAfter + PHASES.withdrawalMinDelay + PHASES.withdrawalDelayGrowth;
    await expect(claim)
      .to.emit(escrow, "AssetsClaimed")
      .withArgs(1n, 128n * one, 0n);
    await expect(claim).to.emit(escrow, "ExtensionStarted").withArgs(1n, completeAfter, withdrawableAfter);
    await expect(claim).to.changeTokenBalance(ethers, asset, clone, 128n * unit);
    expect(await share.balanceOf(clone)).to.equal(0n);
    expect(await escrow.leavingShares()).to.equal(0n);
    expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
    expect(await escrow.getEpoch(1n)).to.deep.equal([
      ...[Phase.Extension, 128n * one, 0n, clone],
      ...[128n * unit, timestamp, completeAfter, withdrawableAfter],
    ]);
    await expectSolvent(all);
  });

  it("takes no more than the caller's bound, which must be a 64th of the epoch", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, one } = all;
    await expect(escrow.claim(1n, 2n * one - 1n))
      .to.be.revertedWithCustomError(escrow, "BoundTooSmall")
      .withArgs(2n * one - 1n, 2n * one);
    await expect(escrow.claim(1n, 0n)).to.be.revertedWithCustomError(escrow, "BoundTooSmall");
    for (let left = 126n; left > 0n; left -= 2n) {
      await expect(escrow.claim(1n, 2n * one))
        .to.emit(escrow, "AssetsClaimed")
        .withArgs(1n, 2n * one, left * one);
      expect(await escrow.leavingShares()).to.equal(left * one);
      expect(await escrow.votableSupply()).to.deep.equal([true, 872n * one]);
    }
    await expect(escrow.claim(1n, 2n * one)).to.emit(escrow, "ExtensionStarted");
    await expectSolvent(all);
  });

  it("goes on as the vault becomes liquid, and not without", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, vault, clone, asset, unit, one } = all;
    await vault.setLiquidity(0n);
    await expect(escrow.claim(1n, ethers.MaxUint256))
      .to.be.revertedWithCustomError(escrow, "NothingToClaim")
      .withArgs(1n);
    await vault.setLiquidity(100n * unit);
    await expect(escrow.claim(1n, ethers.MaxUint256))
      .to.emit(escrow, "AssetsClaimed")
      .withArgs(1n, 100n * one, 28n * one);
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(28n * one);
    expect((await escrow.getEpoch(1n)).phase).to.equal(Phase.Claiming);
    await expect(escrow.claim(1n, ethers.MaxUint256)).to.be.revertedWithCustomError(escrow, "NothingToClaim");
    await vault.setLiquidity(28n * unit);
    await expect(escrow.claim(1n, ethers.MaxUint256)).to.emit(escrow, "ExtensionStarted");
    expect(await asset.balanceOf(clone)).to.equal(128n * unit);
    await expectSolvent(all);
  });

  it("refuses epochs that have no vessel", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, carol, whale, one } = all;
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [2n, Phase.Signalling],
      [3n, Phase.None],
    ] as const) {
      await expect(escrow.claim(epoch, ethers.MaxUint256))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Claiming);
    }
    await escrow.connect(whale).lock(500n * one, 0n);
    await escrow.connect(carol).lock(one, 0n);
    await claimAll(all, 1n);
    await passExtension(all, 1n);
    await all.gate.poke();
    await enterRageQuit(all);
    await expect(escrow.claim(2n, ethers.MaxUint256))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(2n, Phase.Closed, Phase.Claiming);
  });

  it("starts the extension once: later claims sweep in what arrives and move no date", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, share, asset, clone, carol, unit, one } = all;
    await claimAll(all, 1n);
    const dates = async () => (await escrow.getEpoch(1n)).slice(5) as unknown as bigint[];
    const before = await dates();
    await expect(claimAll(all, 1n)).to.be.revertedWithCustomError(escrow, "NothingToClaim").withArgs(1n);
    await share.connect(carol).transfer(clone, one);
    const sweep = escrow.claim(1n, ethers.MaxUint256);
    await expect(sweep).to.emit(escrow, "AssetsClaimed").withArgs(1n, one, 0n);
    await expect(sweep).not.to.emit(escrow, "ExtensionStarted");
    expect(await dates()).to.deep.equal(before);
    expect(await asset.balanceOf(clone)).to.equal(129n * unit);
    expect(await escrow.leavingShares()).to.equal(0n);
    await passExtension(all, 1n);
    await share.connect(carol).transfer(clone, one);
    await claimAll(all, 1n);
    await passWithdrawalDelay(all, 1n);
    await share.connect(carol).transfer(clone, one);
    await claimAll(all, 1n);
    expect(await dates()).to.deep.equal(before);
    await expectSolvent(all);
  });

  it("is over with the first withdrawal, which fixes what is shared", async () => {
    const all = await networkHelpers.loadFixture(claiming);
    const { escrow, share, clone, alice, carol, one } = all;
    await claimAll(all, 1n);
    await passWithdrawalDelay(all, 1n);
    await escrow.connect(alice).withdraw(1n, alice);
    await share.connect(carol).transfer(clone, one);
    await expect(claimAll(all, 1n))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Withdrawing, Phase.Claiming);
    await expectSolvent(all);
  });
});
