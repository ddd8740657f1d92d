import { expect } from "chai";
import { parseEther } from "ethers";

import { deployVault, share } from "../helpers/vaultWorld.js";

const KEY = parseEther("32");
const HOUR = 3600;

/** Who has 64 ETH and a key that is ready, and somebody with nothing who has three. */
const load = share(async () => {
  const deployed = await deployVault({ keys: 2 });
  const { world, vault, operator, bob } = deployed;
  const smaller = await world.register(bob);
  const hers = await world.predeposit(smaller, 3);
  const his = await world.prepare(vault.connect(operator));
  return { ...deployed, larger: vault, smaller, hers: world.inOrder(hers), his };
});

describe("attacks on the order of allocation", () => {
  it("nobody goes first by activating one key of whoever has less: all that are announced come before [OPR-2]", async () => {
    const { world, registry, larger, smaller, hers, his } = await load();
    await smaller.announce(world.recent(hers));
    await world.activate(smaller, hers.slice(0, 1));
    const { readyKeys, readyUntil } = await registry.getOperator(2);
    expect(readyKeys).to.equal(2n);
    expect(readyUntil).to.be.gt(await world.connection.networkHelpers.time.latest());
    await expect(world.activate(larger, his))
      .to.be.revertedWithCustomError(registry, "NotFirst")
      .withArgs(2, 2n * KEY, KEY);
    await world.activate(smaller, hers.slice(1, 2));
    // They are equals now.
    await world.activate(larger, his);
  });

  it("it ends with the last of what is announced, whoever activates it [OPR-2]", async () => {
    const { world, registry, larger, smaller, hers, his, alice } = await load();
    await smaller.announce(world.recent(hers.slice(0, 1)));
    await expect(world.activate(larger, his)).to.be.revertedWithCustomError(registry, "NotFirst");
    await world.activate(smaller.connect(alice), hers.slice(1, 2));
    const { readyKeys, readyUntil } = await registry.getOperator(2);
    expect([readyKeys, readyUntil]).to.deep.equal([0n, 0n]);
    await world.activate(larger, his);
  });

  it("who shows fewer keys takes nothing away, with a later state neither [OPR-2]", async () => {
    const { world, registry, smaller, hers, alice } = await load();
    await smaller.announce(world.recent(hers));
    const before = await registry.getOperator(2);
    await world.passEpochs(4);
    await expect(smaller.connect(alice).announce(world.recent(hers.slice(0, 1)))).to.not.emit(registry, "Announced");
    expect(await registry.getOperator(2)).to.deep.equal(before);
  });

  it("who shows some keys by a later state first keeps nobody from showing all, nor the time short [OPR-2]", async () => {
    const { world, registry, smaller, hers, alice } = await load();
    const all = world.recent(hers);
    await world.passEpochs(4);
    const one = world.recent(hers.slice(0, 1));
    await smaller.connect(alice).announce(one);
    await expect(smaller.announce(all))
      .to.emit(registry, "Announced")
      .withArgs(2, one.timestamp + HOUR, 3);
    const { readyKeys, readyUntil } = await registry.getOperator(2);
    expect([readyKeys, readyUntil]).to.deep.equal([3n, BigInt(one.timestamp + HOUR)]);
  });

  it("what is left of an announcement holds up nobody after its hour, and counts for nothing in the next [OPR-2]", async () => {
    const { world, registry, larger, smaller, hers, his, connection } = await load();
    await smaller.announce(world.recent(hers));
    await world.activate(smaller, hers.slice(0, 1));
    const { readyUntil } = await registry.getOperator(2);
    await connection.networkHelpers.time.increaseTo(readyUntil);
    await world.block();
    await world.block();
    const restore = await world.save();
    await world.activate(larger, his);
    await restore();
    await smaller.announce(world.recent(hers.slice(1, 2)));
    expect((await registry.getOperator(2)).readyKeys).to.equal(1n);
  });

  it("keys that are activated are not announced again, by an old state neither", async () => {
    const { world, registry, smaller, hers } = await load();
    const old = world.recent(hers);
    await world.activate(smaller, hers.slice(0, 2));
    await expect(smaller.announce(old)).to.be.revertedWithCustomError(smaller, "KeyStatusMismatch");
    expect((await registry.getOperator(2)).readyKeys).to.equal(0n);
  });
});
