import { expect } from "chai";
import hre from "hardhat";

import { Phase, beginExit, claimAll, enterRageQuit } from "../../helpers/deployCore.js";
import { deployEscrowWorld } from "../../helpers/escrowWorld.js";
import { expectSolvent } from "../../helpers/solvency.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Alice and bob are leaving with 150 units; carol signals in the next epoch. */
async function closed() {
  const all = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("VaultMock", [asset]),
  });
  await all.escrow.connect(all.alice).lock(100n * all.one, 0n);
  await all.escrow.connect(all.bob).lock(50n * all.one, 0n);
  await enterRageQuit(all);
  await all.escrow.connect(all.carol).lock(3n * all.one, 0n);
  return all;
}

describe("VetoEscrow: beginExit", () => {
  it("lets anybody move the epoch's shares, and no others, to a fresh vessel", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow, share, vault, vessel, stranger, one } = all;
    const begin = escrow.connect(stranger).beginExit(1n, ethers.id("salt"));
    await expect(begin).to.emit(escrow, "ExitBegun");
    const [event] = await escrow.queryFilter(escrow.filters.ExitBegun(1n));
    const address = event?.args.vessel ?? "";
    expect(event?.args.shares).to.equal(150n * one);
    await expect(begin).to.changeTokenBalances(ethers, share, [escrow, address], [-150n * one, 150n * one]);
    expect(await share.balanceOf(escrow)).to.equal(3n * one);

    const fresh = await ethers.getContractAt("ERC4626Vessel", address);
    expect(address).not.to.equal(vessel);
    expect(await fresh.SHARE()).to.equal(share);
    expect(await fresh.VAULT()).to.equal(vault);
    expect(await fresh.ASSET()).to.equal(all.asset);
    // A minimal clone of 45 bytes with the escrow's address written behind it.
    const code = await ethers.provider.getCode(address);
    expect(ethers.dataLength(code)).to.equal(65);
    expect(code.endsWith((await escrow.getAddress()).slice(2).toLowerCase())).to.be.true;

    const epoch = await escrow.getEpoch(1n);
    expect(epoch.phase).to.equal(Phase.Claiming);
    expect(epoch.vessel).to.equal(address);
    expect(epoch.outstandingShares).to.equal(150n * one);
    expect(epoch.assets).to.equal(0n);
    expect(await escrow.leavingShares()).to.equal(150n * one);
    await expectSolvent(all);
  });

  it("happens once", async () => {
    const all = await networkHelpers.loadFixture(closed);
    const { escrow } = all;
    await beginExit(all, 1n);
    await expect(escrow.beginExit(1n, ethers.id("another")))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Claiming, Phase.Closed);
    await claimAll(all, 1n);
    await expect(escrow.beginExit(1n, ethers.ZeroHash))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Extension, Phase.Closed);
  });

  it("refuses epochs that run, that have not come, that never will", async () => {
    const { escrow } = await networkHelpers.loadFixture(closed);
    for (const [epoch, phase] of [
      [0n, Phase.None],
      [2n, Phase.Signalling],
      [3n, Phase.None],
      [ethers.MaxUint256, Phase.None],
    ] as const) {
      await expect(escrow.beginExit(epoch, ethers.ZeroHash))
        .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
        .withArgs(epoch, phase, Phase.Closed);
    }
  });

  it("puts the vessel where neither another salt, nor another caller, nor another block finds it", async () => {
    const addresses = new Set<string>();
    for (const [salt, caller, blocks] of [
      ["one", "alice", 0],
      ["two", "alice", 0],
      ["one", "bob", 0],
      ["one", "alice", 1],
    ] as const) {
      const all = await networkHelpers.loadFixture(closed);
      if (blocks > 0) await networkHelpers.mine(blocks);
      await all.escrow.connect(all[caller]).beginExit(1n, ethers.id(salt));
      addresses.add((await all.escrow.getEpoch(1n)).vessel);
    }
    expect(addresses.size).to.equal(4);
  });

  it("needs enough gas to hear the vault, and says how much", async () => {
    const { escrow } = await networkHelpers.loadFixture(closed);
    await expect(escrow.beginExit(1n, ethers.ZeroHash, { gasLimit: 330_000n })).to.be.revertedWithCustomError(
      escrow,
      "InsufficientGas",
    );
  });
});
