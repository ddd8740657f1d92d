import { expect } from "chai";
import { toBeHex } from "ethers";
import hre from "hardhat";

import { deployPool, ETHER } from "../../helpers/poolWorld.js";

/** The slot of `_places.operators`, as snapshots/storage.json has it: its length. */
const PLACES_SLOT = 2;

const connection = await hre.network.create();

describe("StakingPool and OperatorRegistry: limits", () => {
  it("is not made with a vault implementation that has no code", async () => {
    const { ethers, alice, terms } = await deployPool(connection);
    const factory = await ethers.getContractFactory("StakingPool");
    const registry = await ethers.getContractFactory("OperatorRegistry");
    await expect(factory.deploy(terms, alice))
      .to.be.revertedWithCustomError(registry, "NoCode")
      .withArgs(alice.address);
  });

  it("gives no place to a 65th operator", async () => {
    const { registry, operator, world } = await deployPool(connection);
    const vault = await world.register(operator);
    const keys = await world.prepare(vault);
    await connection.networkHelpers.setStorageAt(
      await registry.getAddress(),
      toBeHex(PLACES_SLOT, 32),
      toBeHex(64, 32),
    );
    expect((await registry.placedOperators()).length).to.equal(64);
    await expect(vault.announce(world.recent(keys)))
      .to.be.revertedWithCustomError(registry, "NoPlaceLeft")
      .withArgs(64n, 64n);
  });

  it("pays nothing of a request that is not finalised", async () => {
    const { pool, alice } = await deployPool(connection);
    await pool.connect(alice).depositETH(alice, { value: ETHER });
    await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
    await expect(pool.connect(alice).redeem(1n, alice, alice))
      .to.be.revertedWithCustomError(pool, "RedemptionAboveLimit")
      .withArgs(1n, 0n);
  });
});
