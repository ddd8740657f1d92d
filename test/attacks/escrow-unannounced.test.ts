import { expect } from "chai";
import hre from "hardhat";

import { beginExit, enterRageQuit } from "../helpers/deployCore.js";
import { deployEscrowWorld } from "../helpers/escrowWorld.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** A tenth of all shares is in a vessel, and the vault promises 0 to everybody. */
async function deploy() {
  const world = await deployEscrowWorld(connection, {
    makeVault: (asset) => ethers.deployContract("UnannouncedVaultMock", [asset]),
  });
  await world.escrow.connect(world.alice).lock(100n * world.one, 0n);
  await enterRageQuit(world);
  return { ...world, clone: await beginExit(world, 1n) };
}

describe("[INV-6] attack: keep leavers in by promising to redeem nothing", () => {
  it("fails: the vessel finds out by trying", async () => {
    const { escrow, asset, clone, one } = await networkHelpers.loadFixture(deploy);
    await expect(escrow.claim(1n, ethers.MaxUint256))
      .to.emit(escrow, "AssetsClaimed")
      .withArgs(1n, 100n * one, 0n);
    expect(await asset.balanceOf(clone)).to.equal(100n * one);
  });

  it("tries no more than the caller allows", async () => {
    const { escrow, one } = await networkHelpers.loadFixture(deploy);
    await expect(escrow.claim(1n, 40n * one))
      .to.emit(escrow, "AssetsClaimed")
      .withArgs(1n, 40n * one, 60n * one);
  });

  it("says that there is nothing to claim while the vault refuses, and claims when it no longer does", async () => {
    const { escrow, vault, one } = await networkHelpers.loadFixture(deploy);
    await vault.setIlliquid(true);
    await expect(escrow.claim(1n, ethers.MaxUint256))
      .to.be.revertedWithCustomError(escrow, "NothingToClaim")
      .withArgs(1n);
    await vault.setIlliquid(false);
    await escrow.claim(1n, ethers.MaxUint256);
    await expect(escrow.claim(1n, 100n * one))
      .to.be.revertedWithCustomError(escrow, "NothingToClaim")
      .withArgs(1n);
  });
});
