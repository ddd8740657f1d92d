import { expect } from "chai";
import hre from "hardhat";

import { executeBlocks } from "../../helpers/consensus/beaconRoots.js";
import { BeaconChain } from "../../helpers/consensus/chain.js";
import { CREDENTIALS, deployProofs, treeOf } from "../../helpers/consensus/proofs.js";
import type { Fork } from "../../helpers/consensus/state.js";
import { depositOf, eth } from "../../helpers/consensus/world.js";
import { proveState } from "../../../src/staking/proveState.js";

/** A contract that is shown proofs, on a chain that serves the roots of a beacon chain. */
async function open(fork: Fork) {
  const connection = await hre.network.create();
  const now = await connection.networkHelpers.time.latest();
  const chain = new BeaconChain({ fork, genesisTime: now + 100 });
  const contract = await deployProofs(connection);
  const execute = () => executeBlocks(connection, chain);
  return { ...connection, chain, contract, execute };
}

describe("BeaconRoots", () => {
  it("has the root of a block from its child's payload, whatever slots were missed between them", async () => {
    const { chain, contract, execute } = await open("fulu");
    const first = chain.addBlock(3);
    const second = chain.addBlock(7);
    await execute();
    expect(await contract.parentRootAt(chain.timestampOf(7))).to.equal(first.root);
    expect(second.header.parentRoot).to.equal(first.root);
  });

  it("has none for a time without a block, for a slot's number, for 0, and for what has left the buffer", async () => {
    const { chain, contract, execute } = await open("fulu");
    const old = chain.addBlock(1);
    chain.addBlock(8191);
    // The same place in the buffer: 8,191 · 12 seconds later.
    chain.addBlock(8192);
    await execute();
    for (const time of [chain.timestampOf(2), 8191, 0, old.payload?.timestamp ?? 0]) {
      await expect(contract.parentRootAt(time)).to.be.revertedWithCustomError(contract, "RootNotServed").withArgs(time);
    }
  });

  it("has none where the predeploy is missing", async () => {
    const { ethers, chain, contract, execute } = await open("fulu");
    chain.addBlock(1);
    await execute();
    await ethers.provider.send("hardhat_setCode", ["0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02", "0x"]);
    await expect(contract.parentRootAt(chain.timestampOf(1))).to.be.revertedWithCustomError(contract, "RootNotServed");
  });

  describe("that a block's own payload was executed", () => {
    it("is shown by the time of that payload", async () => {
      for (const fork of ["fulu", "gloas"] as const) {
        const { chain, contract, execute } = await open(fork);
        chain.addBlock(1);
        const block = chain.addBlock(3);
        chain.addBlock(4);
        await execute();
        await contract.checkExecuted(block.header, chain.timestampOf(3));
      }
    });

    it("[BEA-3] is shown by no time at all if the payload was withheld", async () => {
      const { chain, contract, execute } = await open("gloas");
      chain.addBlock(1);
      chain.addBlock(2);
      const withheld = chain.addBlockWithoutPayload(3);
      chain.addBlock(4);
      chain.addBlock(5);
      await execute();
      expect(await contract.parentRootAt(chain.timestampOf(4)), "the block itself is known").to.equal(withheld.root);
      for (const slot of [1, 2, 4, 5]) {
        const actual = await contract.parentRootAt(chain.timestampOf(slot));
        await expect(contract.checkExecuted(withheld.header, chain.timestampOf(slot)))
          .to.be.revertedWithCustomError(contract, "ParentRootMismatch")
          .withArgs(actual, withheld.header.parentRoot);
      }
      await expect(contract.checkExecuted(withheld.header, chain.timestampOf(3)))
        .to.be.revertedWithCustomError(contract, "RootNotServed")
        .withArgs(chain.timestampOf(3));
    });

    it("[BEA-3] is not shown by a time of another payload", async () => {
      const { chain, contract, execute } = await open("fulu");
      for (const slot of [1, 2, 3, 4]) chain.addBlock(slot);
      await execute();
      const [, , third] = chain.blocks;
      if (third === undefined) throw new Error("no block");
      for (const slot of [1, 2, 4]) {
        await expect(contract.checkExecuted(third.header, chain.timestampOf(slot))).to.be.revertedWithCustomError(
          contract,
          "ParentRootMismatch",
        );
      }
    });
  });

  it("[BEA-2] proves a balance from a served root, the fork to Gloas lying between the block and its child", async () => {
    const { ethers, chain, contract, execute } = await open("fulu");
    chain.addBlock(1, { deposits: [depositOf(1, eth(33))] });
    chain.advanceEpochs(10);
    chain.addBlock();
    const before = chain.addBlock();
    chain.upgradeToGloas();
    const after = chain.addBlock();
    const last = chain.addBlock();
    await execute();
    for (const [block, child, layout, wrong] of [
      [before, after, "electra", "gloas"],
      [after, last, "gloas", "electra"],
    ] as const) {
      const root = await contract.parentRootAt(child.payload?.timestamp ?? 0);
      await contract.checkHeader(root, block.header);
      await contract.checkExecuted(block.header, block.payload?.timestamp ?? 0);
      const tree = treeOf(block.state);
      const { proof } = proveState(tree, layout, { fields: [0], balances: [0] });
      const [, , balances] = await contract.checkState(block.header.stateRoot, CREDENTIALS, proof);
      expect(balances).to.deep.equal([eth(33)]);
      const mislabelled = { ...proof, layout: wrong === "gloas" ? 1n : 0n };
      await expect(contract.checkState(block.header.stateRoot, CREDENTIALS, mislabelled)).to.revert(ethers);
    }
  });
});
