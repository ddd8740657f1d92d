import { expect } from "chai";
import { toBeHex } from "ethers";
import hre from "hardhat";

import { impersonate } from "../../helpers/impersonate.js";
import { isInstrumented } from "../../helpers/instrumented.js";
import { deployPool, ETHER } from "../../helpers/poolWorld.js";

/** The slot of `_places.operators`, as snapshots/storage.json has it: its length. */
const PLACES_SLOT = 2;

const KEY = 32n * ETHER;
/** No transaction may use more gas (EIP-7825). */
const TRANSACTION_LIMIT = 16_777_216n;

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

  it("finds whose keys leave next in a transaction, with 64 operators of one entity that is above its cap", async () => {
    const { registry, pool, governance, alice, operator } = await deployPool(connection, { entityCaps: [64n * KEY] });
    await pool.connect(alice).depositETH(alice, { value: 64n * KEY });
    const standing = { exiting: 0, requested: 0, requestedUntil: 0, ready: 1, asked: 0, young: 0, youngUntil: 0 };
    for (let id = 1; id <= 64; id++) {
      await registry.connect(operator).register();
      await registry.connect(governance).vet(id, 1, KEY);
      const vault = await impersonate(connection, (await registry.getOperator(id)).vault);
      await registry.connect(vault).addStake(1);
      await registry.connect(vault).setExitStanding(standing);
    }
    await registry.connect(governance).setEntityCap(1, 64n * KEY - 1n);
    expect(await registry.nextToExit()).to.equal(1n);
    if (!isInstrumented) expect(await registry.nextToExit.estimateGas()).to.be.lessThan(TRANSACTION_LIMIT / 4n);
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
