import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { initiateExit } from "../helpers/consensus/exits.js";
import { ETHER } from "../helpers/poolWorld.js";
import { calcUncounted, deployVault, first, OF_AGE, placesOf, share, slashKey } from "../helpers/vaultWorld.js";

const load = share(async () => await deployVault({ keys: 3 }));
const CHEAP = { gasLimit: 3_000_000n };

describe("attacks on checkpoints", () => {
  it("a key activated while it runs is not part of it: offering it is refused [CHK-1]", async () => {
    const { vault, world, operator } = await load();
    const key = first(await world.prepare(vault.connect(operator)));
    const block = await world.start(vault);
    await world.activate(vault, [key]);
    await world.open(vault, block);
    const wanted = { fields: [3], balances: [3] };
    await expect(vault.prove(world.proofOf(block, wanted), placesOf(3)))
      .to.be.revertedWithCustomError(vault, "NotToBeProven")
      .withArgs(3);
  });

  it("what was proven at a better time, and abandoned, is worth nothing [CHK-2]", async () => {
    const { vault, world, pubkeys, pool } = await load();
    const old = await world.start(vault);
    await world.open(vault, old);
    const proven = await world.checkpointProof(vault, old, [0]);
    await vault.prove(proven.proof, proven.places);
    await world.passEpochs(260);
    world.validator(first(pubkeys)).balance -= 20n * GWEI_PER_ETH;
    await world.block();
    const block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault, block, [1, 2]);
    await expect(vault.prove(proven.proof, proven.places)).to.be.revertedWithCustomError(vault, "StateRootMismatch");
    expect((await vault.checkpoint()).left).to.equal(1n);
    await world.prove(vault, block);
    expect((await pool.books()).value).to.equal(parseEther("76"));
  });

  it("who leaves cannot prove the operators that gained, and be paid before the one that lost is proven [POL-3]", async () => {
    const { connection, pool, registry, vault, world, pubkeys, operator, alice } = await load();
    const other = await world.register(operator);
    const [loser = ""] = await world.enlist(other);
    await world.check(vault, other);
    const price = await pool.convertToAssets(1_000n * ETHER);
    await pool.connect(alice).requestRedeem(10_000n * ETHER, alice, alice);
    const requestedAt = await connection.networkHelpers.time.latest();
    world.validator(first(pubkeys)).balance += GWEI_PER_ETH;
    world.validator(loser).balance -= 16n * GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    // What the gainers' proofs say counts, and is not enough to leave with.
    expect(await registry.watermark()).to.be.lt(requestedAt);
    await pool.finalise();
    expect(await pool.maxWithdraw(alice)).to.equal(0n);
    await world.check(other);
    await pool.finalise();
    const paid = await pool.maxWithdraw(alice);
    expect(paid).to.be.lt(price * 10n - parseEther("0.1"));
    expect(paid).to.be.closeTo((await pool.convertToAssets(1_000n * ETHER)) * 10n, 1_000n);
  });

  it("two in one block count the vault's ETH once [CHK-5]", async () => {
    const deployed = await load();
    const { vault, world, pool, alice } = deployed;
    await alice.sendTransaction({ to: vault, value: ETHER });
    const block = world.chain.last;
    const at = world.chain.timestampOf(block.header.slot);
    const proof = world.proofOf(block, { fields: [], balances: [0, 1, 2] });
    const { idle } = await pool.books();
    const once = [
      async () => await vault.start(CHEAP),
      async () => await vault.open(block.header, at, CHEAP),
      async () => await vault.prove(proof, placesOf(0, 1, 2), CHEAP),
    ];
    const receipts = await world.block(...once, ...once);
    expect(receipts.map(({ status }) => status)).to.deep.equal([1, 1, 1, 1, 1, 1]);
    const { idle: after, value } = await pool.books();
    expect([after - idle, value]).to.deep.equal([ETHER, parseEther("96")]);
    expect((await vault.checkpoint()).number).to.equal(3n);
    expect(await calcUncounted(deployed)).to.equal(0n);
  });

  it("a start every hour, at every vault, holds up nobody: anybody proves what the attacker has started", async () => {
    const { vault, world, registry, bob, carol, connection } = await load();
    const vaults = [vault];
    for (const owner of [bob, carol]) {
      const another = await world.register(owner);
      await world.enlist(another);
      vaults.push(another);
    }
    for (let hour = 0; hour < 3; hour++) {
      const blocks = [];
      for (const one of vaults) blocks.push(await world.start(one.connect(carol)));
      for (const [number, one] of vaults.entries()) {
        const block = blocks[number];
        if (block === undefined) throw new Error("no such block");
        await world.open(one.connect(bob), block);
        await world.prove(one.connect(bob), block);
      }
      await world.passEpochs(10);
    }
    const now = await connection.networkHelpers.time.latest();
    expect(await registry.watermark()).to.be.gt(now - 3 * 3600);
  });

  it("ETH forced in before the start is a gain, carried like any other [CHK-5]", async () => {
    const { vault, world, pool, alice, operator } = await load();
    const price = await pool.convertToAssets(10n ** 21n);
    await alice.sendTransaction({ to: vault, value: parseEther("50") });
    await world.check(vault.connect(operator));
    const { carry } = await pool.books();
    expect(carry).to.equal(parseEther("50"));
    expect(await pool.convertToAssets(10n ** 21n)).to.be.closeTo(price, price / 10n ** 5n);
  });

  it("a stolen proof is worth nothing to a thief: the fee is the sender's, who has brought it [OPR-9]", async () => {
    const { vault, world, alice, bob } = await load();
    const block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault.connect(bob), block, [0]);
    await world.prove(vault.connect(alice), block);
    expect([await vault.provenBy(2, bob), await vault.provenBy(2, alice)]).to.deep.equal([1n, 2n]);
  });

  it("a loss is not escaped by a withdrawal in the same checkpoint: the bond pays before it is released [KEY-4]", async () => {
    const { vault, world, registry, pubkeys } = await deployVault({ keys: 2, age: OF_AGE });
    const { bond } = await registry.getOperator(1);
    initiateExit(world.chain.state, world.validator(first(pubkeys)));
    // The other one loses more than both bonds.
    const other = world.validator(pubkeys[1] ?? "");
    other.balance -= 3n * GWEI_PER_ETH;
    await world.passEpochs(300);
    await world.check(vault);
    const { bond: left, released } = await registry.getOperator(1);
    expect(bond).to.be.gt(0n);
    expect([left, released]).to.deep.equal([0n, 0n]);
  });

  it("a bond is not released for a slashed key before it is withdrawn, and its haircut ends only then [KEY-4]", async () => {
    const { vault, world, registry, pool, pubkeys } = await deployVault({ keys: 1, age: OF_AGE });
    slashKey(world, first(pubkeys));
    await world.block();
    await world.block();
    await vault.show(world.recent(pubkeys, true), placesOf(0));
    for (const epochs of [100, 3996, 4000]) {
      await world.passEpochs(epochs);
      await world.check(vault);
      expect((await registry.getOperator(1)).released).to.equal(0n);
      expect((await pool.books()).haircut).to.be.gt(0n);
    }
    await world.passEpochs(300);
    await world.check(vault);
    expect((await pool.books()).haircut).to.equal(0n);
    expect((await registry.getOperator(1)).released).to.be.gt(0n);
  });
});
