import { expect } from "chai";
import hre from "hardhat";

import { SyncRule } from "../conformance/vaults/names.js";
import { Phase, enterRageQuit } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A tenth of all shares is to leave, and the vault promises 0 to everybody. */
async function deploy() {
  const world = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("SyncVaultMock", [asset]),
  });
  await world.vault.setRule(SyncRule.SaysNoMaximum, true);
  await world.escrow.connect(world.alice).lock(100n * world.one, 0n);
  await enterRageQuit(world);
  return { ...world, first: await world.escrow.vesselAt(1n, 0n) };
}

describe("[INV-6] attack: keep leavers in by promising to redeem nothing", () => {
  it("fails: the vessel finds out by trying", async () => {
    const { escrow, asset, first, one, unit } = await networkHelpers.loadFixture(deploy);
    await expect(escrow.beginExit(1n, first))
      .to.emit(escrow, "SharesRedeemed")
      .withArgs(1n, first, 100n * one, 100n * one);
    expect(await asset.balanceOf(first)).to.equal(100n * unit);
  });

  it("moves nothing while the vault refuses, and everything when it no longer does", async () => {
    const { escrow, share, vault, vessel, first, one } = await networkHelpers.loadFixture(deploy);
    await vault.setRule(SyncRule.RefusesRedemption, true);
    await expect(escrow.beginExit(1n, first)).to.be.revertedWithCustomError(vessel, "ExitRefused").withArgs(vault);
    expect(await share.balanceOf(escrow)).to.equal(100n * one);
    await vault.setRule(SyncRule.RefusesRedemption, false);
    await escrow.beginExit(1n, first);
    await expect(escrow.beginExit(1n, first))
      .to.be.revertedWithCustomError(escrow, "UnexpectedPhase")
      .withArgs(1n, Phase.Extension, Phase.Closed);
    await expect(escrow.claim(1n, first)).not.to.emit(escrow, "SharesRedeemed");
  });
});
