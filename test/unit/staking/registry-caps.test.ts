import { expect } from "chai";
import { parseEther } from "ethers";

import { ETHER, type PoolWorld } from "../../helpers/poolWorld.js";
import type { OperatorVault } from "../../../types/index.js";
import { deployVault, first, share } from "../../helpers/vaultWorld.js";

const KEY = parseEther("32");
/** Three operators with four keys each that are ready; caps are far away. */
const load = share(async () => {
  const deployed = await deployVault({ unvettedOperatorCap: 100n * KEY, unvettedCap: 300n * KEY });
  const { world, vault, operator, bob, carol } = deployed;
  const vaults = [vault, await world.register(bob), await world.register(carol)] as const;
  const keys: string[][] = [];
  for (const one of vaults) keys.push(await world.predeposit(one.connect(one === vault ? operator : one.runner), 4));
  await world.block();
  await world.block();
  await world.passEpochs(6);
  const [a = [], b = [], c = []] = keys.map((pubkeys) => world.inOrder(pubkeys));
  return { ...deployed, a: vaults[0], b: vaults[1], c: vaults[2], keysOfA: a, keysOfB: b, keysOfC: c };
});

const activate = async (world: PoolWorld, vault: OperatorVault, keys: readonly string[]) => {
  await world.activate(vault, keys);
};

describe("OperatorRegistry: caps", () => {
  it("let nobody have more than the operator's cap: what is unvetted has one for all [OPR-7]", async () => {
    const { world, registry, governance, a, keysOfA } = await load();
    await expect(registry.connect(governance).setUnvettedOperatorCap(2n * KEY - 1n))
      .to.emit(registry, "UnvettedOperatorCapSet")
      .withArgs(100n * KEY, 2n * KEY - 1n);
    expect(await registry.unvettedOperatorCap()).to.equal(2n * KEY - 1n);
    await expect(activate(world, a, keysOfA.slice(0, 2)))
      .to.be.revertedWithCustomError(registry, "OperatorAboveCap")
      .withArgs(2n * KEY, 2n * KEY - 1n);
    await activate(world, a, keysOfA.slice(0, 1));
    await registry.connect(governance).setUnvettedOperatorCap(2n * KEY);
    await activate(world, a, keysOfA.slice(1, 2));
  });

  it("count all that nobody has vetted as one entity [OPR-7]", async () => {
    const { world, registry, governance, a, b, keysOfA, keysOfB } = await load();
    await expect(registry.connect(governance).setEntityCap(0, 2n * KEY))
      .to.emit(registry, "EntityCapSet")
      .withArgs(0, 300n * KEY, 2n * KEY);
    await activate(world, a, keysOfA.slice(0, 2));
    await expect(activate(world, b, keysOfB.slice(0, 1)))
      .to.be.revertedWithCustomError(registry, "EntityAboveCap")
      .withArgs(0, 3n * KEY, 2n * KEY);
    expect(await registry.getEntity(0)).to.deep.equal([0n, 2n * KEY, 2n * KEY]);
  });

  it("hold for all operators of an entity together [OPR-7]", async () => {
    const { world, registry, governance, a, b, keysOfA, keysOfB } = await load();
    const byGovernance = registry.connect(governance);
    await byGovernance.vet(1, 0, 3n * KEY);
    await byGovernance.vet(2, 1, 3n * KEY);
    expect(await registry.entityCount()).to.equal(1n);
    await activate(world, a, keysOfA.slice(0, 2));
    await expect(activate(world, b, keysOfB.slice(0, 2)))
      .to.be.revertedWithCustomError(registry, "EntityAboveCap")
      .withArgs(1, 4n * KEY, 3n * KEY);
    await activate(world, b, keysOfB.slice(0, 1));
    await byGovernance.setEntityCap(1, 4n * KEY);
    await activate(world, b, keysOfB.slice(1, 2));
    await expect(byGovernance.setOperatorCap(2, 2n * KEY))
      .to.emit(registry, "OperatorCapSet")
      .withArgs(2, 3n * KEY, 2n * KEY);
    await byGovernance.setEntityCap(1, 9n * KEY);
    await expect(activate(world, b, keysOfB.slice(2, 3)))
      .to.be.revertedWithCustomError(registry, "OperatorAboveCap")
      .withArgs(3n * KEY, 2n * KEY);
  });

  it("move an operator's stake with it when it is vetted [OPR-7]", async () => {
    const { world, registry, governance, a, b, keysOfA, keysOfB } = await load();
    await activate(world, a, keysOfA.slice(0, 2));
    await activate(world, b, keysOfB.slice(0, 1));
    await registry.connect(governance).vet(1, 0, KEY);
    expect(await registry.getEntity(0)).to.deep.equal([0n, KEY, 300n * KEY]);
    expect(await registry.getEntity(1)).to.deep.equal([1n, 2n * KEY, KEY]);
    // It stays in its entity when it is retired.
    await registry.connect(governance).retire(1);
    expect(await registry.getEntity(1)).to.deep.equal([1n, 2n * KEY, KEY]);
    // Who was never vetted stays with those.
    await registry.connect(governance).retire(2);
    expect(await registry.getEntity(0)).to.deep.equal([0n, KEY, 300n * KEY]);
  });

  it("follow what checkpoints find", async () => {
    const { world, registry, governance, a, keysOfA } = await load();
    await registry.connect(governance).vet(1, 0, 9n * KEY);
    await activate(world, a, keysOfA.slice(0, 2));
    await world.block();
    await world.block();
    await world.passEpochs(12);
    world.validator(first(keysOfA)).balance += 10n ** 9n;
    await world.block();
    await world.check(a);
    expect(await registry.getEntity(1)).to.deep.equal([1n, 2n * KEY + ETHER, 9n * KEY]);
  });

  it("are one after a merge, that of the entity merged into, for good [OPR-7]", async () => {
    const { world, registry, governance, a, b, c, keysOfA, keysOfB, keysOfC } = await load();
    const byGovernance = registry.connect(governance);
    for (const id of [1, 2, 3]) await byGovernance.vet(id, 0, 3n * KEY);
    await activate(world, a, keysOfA.slice(0, 2));
    await activate(world, b, keysOfB.slice(0, 1));
    await expect(byGovernance.mergeEntities(1, 2)).to.emit(registry, "EntitiesMerged").withArgs(1, 2);
    expect(await registry.getEntity(1)).to.deep.equal([2n, 3n * KEY, 3n * KEY]);
    expect((await registry.getOperator(1)).entity).to.equal(2n);
    for (const [vault, key] of [
      [a, keysOfA[2]],
      [b, keysOfB[2]],
    ] as const) {
      await expect(activate(world, vault, [key ?? ""]))
        .to.be.revertedWithCustomError(registry, "EntityAboveCap")
        .withArgs(2, 4n * KEY, 3n * KEY);
    }
    // Whatever is named by its old number means the new one.
    await byGovernance.mergeEntities(1, 3);
    expect((await registry.getOperator(2)).entity).to.equal(3n);
    await byGovernance.setEntityCap(1, 4n * KEY);
    expect(await registry.getEntity(3)).to.deep.equal([3n, 3n * KEY, 4n * KEY]);
    await activate(world, c, keysOfC.slice(0, 1));
    await expect(byGovernance.mergeEntities(1, 2)).to.be.revertedWithCustomError(registry, "SameEntity").withArgs(3);
    await expect(byGovernance.mergeEntities(0, 2)).to.be.revertedWithCustomError(registry, "EntityUnknown").withArgs(0);
    await expect(byGovernance.mergeEntities(3, 4)).to.be.revertedWithCustomError(registry, "EntityUnknown").withArgs(4);
    await expect(byGovernance.setEntityCap(4, 1n)).to.be.revertedWithCustomError(registry, "EntityUnknown");
    await expect(registry.getEntity(4)).to.be.revertedWithCustomError(registry, "EntityUnknown");
  });

  it("are found in few steps, whatever is merged: any number stand under one, eight one under the other [OPR-7]", async () => {
    const { registry, governance } = await load();
    const byGovernance = registry.connect(governance);
    const count = 12;
    while ((await registry.operatorCount()) < count) await registry.register();
    for (let id = 1; id <= count; ++id) await byGovernance.vet(id, 0, KEY);
    for (const from of [1, 2, 3]) await byGovernance.mergeEntities(from, 4);
    for (let from = 4; from < 11; ++from) await byGovernance.mergeEntities(from, from + 1);
    expect(await registry.getEntity(1)).to.deep.equal([11n, 0n, KEY]);
    await expect(byGovernance.mergeEntities(11, 12))
      .to.be.revertedWithCustomError(registry, "MergedTooDeep")
      .withArgs(11, 9, 8);
    await byGovernance.mergeEntities(12, 11);
    expect((await registry.getOperator(12)).entity).to.equal(11n);
  });

  it("are set for vetted operators only, and entities joined must exist", async () => {
    const { registry, governance } = await load();
    await expect(registry.connect(governance).setOperatorCap(1, KEY))
      .to.be.revertedWithCustomError(registry, "StatusMismatch")
      .withArgs(1, 1, 2);
    await expect(registry.connect(governance).vet(1, 7, KEY))
      .to.be.revertedWithCustomError(registry, "EntityUnknown")
      .withArgs(7);
  });

  it("create no demand for exits when they are tightened", async () => {
    const { world, registry, governance, a, keysOfA } = await load();
    await activate(world, a, keysOfA.slice(0, 2));
    await registry.connect(governance).setUnvettedOperatorCap(0n);
    expect(await registry.exitDemand()).to.equal(0n);
  });
});

describe("OperatorRegistry: the order of allocation", () => {
  it("lets those with more stake wait for who has a key that is ready [OPR-2]", async () => {
    const { world, registry, a, b, keysOfA, keysOfB, connection } = await load();
    await activate(world, a, keysOfA.slice(0, 1));
    await b.announce(world.recent(keysOfB.slice(0, 1)));
    await expect(activate(world, a, keysOfA.slice(1, 2)))
      .to.be.revertedWithCustomError(registry, "NotFirst")
      .withArgs(2, KEY, 0);
    // The announcement ends after an hour, and nobody is held up for longer.
    const { readyUntil } = await registry.getOperator(2);
    await connection.networkHelpers.time.increaseTo(readyUntil);
    await world.block();
    await world.block();
    await activate(world, a, keysOfA.slice(1, 2));
  });

  it("applies to the last key of several, too", async () => {
    const { world, registry, a, b, keysOfA, keysOfB } = await load();
    await b.announce(world.recent(keysOfB.slice(0, 1)));
    // Both have nothing: a first key of either is in order, a second is not.
    await expect(activate(world, a, keysOfA.slice(0, 2)))
      .to.be.revertedWithCustomError(registry, "NotFirst")
      .withArgs(2, KEY, 0);
    await activate(world, a, keysOfA.slice(0, 1));
    await activate(world, b, keysOfB.slice(0, 1));
    await activate(world, a, keysOfA.slice(1, 3));
  });

  it("waits for nobody who has no room, or is retired [OPR-2]", async () => {
    const { world, registry, governance, a, b, keysOfA, keysOfB } = await load();
    await registry.connect(governance).vet(2, 0, KEY - 1n);
    await activate(world, a, keysOfA.slice(0, 1));
    await b.announce(world.recent(keysOfB.slice(0, 1)));
    await activate(world, a, keysOfA.slice(1, 2));
    await registry.connect(governance).setOperatorCap(2, KEY);
    // The entity's cap is too low still.
    await activate(world, a, keysOfA.slice(2, 3));
    await registry.connect(governance).setEntityCap(1, KEY);
    await expect(activate(world, a, keysOfA.slice(3, 4))).to.be.revertedWithCustomError(registry, "NotFirst");
    await registry.connect(governance).retire(2);
    await activate(world, a, keysOfA.slice(3, 4));
  });

  it("is no order among equals", async () => {
    const { world, a, b, c, keysOfA, keysOfB, keysOfC } = await load();
    for (const [vault, keys] of [
      [a, keysOfA],
      [b, keysOfB],
      [c, keysOfC],
    ] as const) {
      await vault.announce(world.recent(keys.slice(0, 1)));
    }
    await activate(world, c, keysOfC.slice(0, 1));
    await activate(world, a, keysOfA.slice(0, 1));
    await activate(world, b, keysOfB.slice(0, 1));
  });
});

describe("OperatorRegistry: concentration", () => {
  it("tells how many operators have more than a third and half, and the largest entity's share", async () => {
    const { world, registry, governance, a, b, c, keysOfA, keysOfB, keysOfC } = await load();
    expect(await registry.calcConcentration()).to.deep.equal([0n, 0n, 0n, 0n, 0n]);
    await activate(world, a, keysOfA.slice(0, 1));
    expect(await registry.calcConcentration()).to.deep.equal([KEY, 1n, 1n, ETHER, ETHER]);
    await activate(world, b, keysOfB.slice(0, 1));
    await activate(world, c, keysOfC.slice(0, 2));
    const byGovernance = registry.connect(governance);
    for (const id of [1, 2, 3]) await byGovernance.vet(id, 0, 9n * KEY);
    // 1, 1 and 2 of 4 keys: exactly half is not more than half.
    expect(await registry.calcConcentration()).to.deep.equal([4n * KEY, 1n, 2n, (ETHER * 3n) / 8n, ETHER / 2n]);
    await byGovernance.mergeEntities(1, 3);
    expect((await registry.calcConcentration()).largestEntity).to.equal((ETHER * 3n) / 4n);
  });
});
