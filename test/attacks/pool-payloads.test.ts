import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { initiateExit } from "../helpers/consensus/exits.js";
import { ETHER } from "../helpers/poolWorld.js";
import { calcUncounted, deployVault, first, OF_AGE, placesOf, share } from "../helpers/vaultWorld.js";

const FORKS = ["fulu", "gloas"] as const;

describe("attacks with blocks that carry no payload (Gloas)", () => {
  const load = share(async () => await deployVault({ fork: "gloas", keys: 1, age: OF_AGE }));

  it("a withdrawal that has left the state and has reached nobody makes no loss [CHK-10]", async () => {
    const deployed = await load();
    const { vault, world, chain, pool, pubkeys, ethers } = deployed;
    const validator = world.validator(first(pubkeys));
    initiateExit(chain.state, validator);
    await world.passEpochs(100);
    await world.check(vault);
    const { value } = await pool.books();
    chain.advanceEpochs(validator.withdrawableEpoch - Math.floor(chain.state.slot / 32));
    const withheld = await world.withhold();
    expect(validator.balance).to.equal(0n);
    const block = await world.start(vault);
    expect(block.root).to.equal(withheld.root);
    // It is paid at the end of the block in which the checkpoint is started.
    expect((await vault.checkpoint()).recorded).to.equal(0n);
    expect(await ethers.provider.getBalance(vault)).to.equal(parseEther("32"));
    // Its own payload is nowhere, and every time that EIP-4788 knows is another block's.
    await expect(world.open(vault, block)).to.be.revertedWithCustomError(vault, "RootNotServed");
    for (const { header, payload } of chain.blocks.filter(({ payload }) => payload !== undefined).slice(-6)) {
      expect(payload?.timestamp).to.equal(chain.timestampOf(header.slot));
      await expect(vault.open(block.header, chain.timestampOf(header.slot))).to.be.revertedWithCustomError(
        vault,
        "ParentRootMismatch",
      );
    }
    // An hour later another one finds everything.
    await world.passEpochs(10);
    await world.check(vault);
    const { value: after, idle } = await pool.books();
    expect([value - after, idle]).to.deep.equal([parseEther("32"), parseEther("1001")]);
    expect(await calcUncounted(deployed)).to.equal(0n);
  });

  it("a block before the one that carries none is proven as ever", async () => {
    const { vault, world, chain } = await load();
    const block = await world.start(vault);
    await world.withhold();
    await world.withhold();
    await world.block();
    await world.open(vault, block);
    await world.prove(vault, block);
    expect(chain.last.payload).to.not.equal(undefined);
    expect((await vault.checkpoint()).startedAt).to.equal(0n);
  });

  it("a key is activated against a block that carries none: nothing in it is counted", async () => {
    const { vault, world, operator } = await load();
    const key = first(await world.prepare(vault.connect(operator)));
    const withheld = await world.withhold();
    await world.block();
    expect(world.told.root).to.equal(withheld.root);
    await world.activate(vault, [key]);
    expect(await vault.keyCount()).to.equal(2n);
  });
});

describe("attacks with states of two layouts", () => {
  it("a fork between the checkpoint's block and its start: the block's own layout holds [CHK-10]", async () => {
    const deployed = await deployVault({ keys: 2 });
    const { vault, world, chain, pool } = deployed;
    const before = chain.last;
    chain.upgradeToGloas();
    const block = await world.start(vault);
    expect([block.root, block.fork, chain.last.fork]).to.deep.equal([before.root, "fulu", "gloas"]);
    await world.open(vault, block);
    const wanted = { fields: [], balances: [0, 1] };
    const proof = world.proofOf(block, wanted);
    await expect(vault.prove({ ...proof, layout: 1n }, placesOf(0, 1))).to.be.revertedWithCustomError(
      vault,
      "StateRootMismatch",
    );
    await vault.prove(proof, placesOf(0, 1));
    // The next one is of the new fork.
    await world.block();
    await world.check(vault);
    expect((await pool.books()).value).to.equal(parseEther("64"));
    expect(await calcUncounted(deployed)).to.equal(0n);
  });

  for (const fork of FORKS) {
    it(`the wrong layout verifies nothing: balances, fields, or both (${fork}) [CHK-10]`, async () => {
      const { vault, world } = await deployVault({ fork, keys: 2 });
      const block = await world.start(vault);
      await world.open(vault, block);
      for (const fields of [[], [0], [0, 1]]) {
        const proof = world.proofOf(block, { fields, balances: [0, 1] });
        const wrong = { ...proof, layout: 1n - proof.layout };
        await expect(vault.prove(wrong, placesOf(0, 1))).to.revert(world.connection.ethers);
        const padded = { ...wrong, balanceNodes: [...proof.balanceNodes, `0x${"00".repeat(32)}`] };
        await expect(vault.prove(padded, placesOf(0, 1))).to.revert(world.connection.ethers);
      }
      await world.prove(vault, block);
    });
  }

  it("missed slots before the start: the state is older, and the vault's ETH of the same instant", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE });
    const { vault, world, chain, pubkeys, pool } = deployed;
    initiateExit(chain.state, world.validator(first(pubkeys)));
    await world.passEpochs(20);
    // Withdrawable meanwhile, but no block has swept it.
    chain.advanceEpochs(300);
    await world.check(vault);
    expect((await pool.books()).value).to.equal(parseEther("32"));
    expect(await calcUncounted(deployed)).to.equal(0n);
    await world.block();
    await world.check(vault);
    const { value, idle } = await pool.books();
    expect([value, idle]).to.deep.equal([0n, parseEther("1001")]);
  });

  it("a balance in another lane, or of another validator, is not proven", async () => {
    const { vault, world, pubkeys } = await deployVault({ keys: 3 });
    world.validator(pubkeys[1] ?? "").balance += 100n * GWEI_PER_ETH;
    await world.block();
    const block = await world.start(vault);
    await world.open(vault, block);
    const rich = world.proofOf(block, { fields: [], balances: [1] });
    const poor = world.proofOf(block, { fields: [], balances: [0] });
    // The same leaf and nodes: the index alone tells the lane, and the place must be its own.
    expect(rich.balanceChunks).to.deep.equal(poor.balanceChunks);
    await expect(vault.prove(rich, placesOf(0)))
      .to.be.revertedWithCustomError(vault, "IndexMismatch")
      .withArgs(0, 1, 0);
    for (const balanceIndices of ["0x0000000003", "0xffffffffff"]) {
      await expect(vault.prove({ ...poor, balanceIndices }, placesOf(0))).to.be.revertedWithCustomError(
        vault,
        "IndexOutOfRange",
      );
    }
    await expect(vault.prove({ ...poor, balanceIndices: "0x00000000" }, placesOf(0))).to.be.revertedWithCustomError(
      vault,
      "IndicesMisaligned",
    );
    await expect(vault.prove({ ...poor, length: 2n ** 40n + 1n }, placesOf(0))).to.be.revertedWithCustomError(
      vault,
      "LengthOutOfRange",
    );
    expect(ETHER).to.be.gt(0n);
  });
});
