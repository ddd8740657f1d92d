import { expect } from "chai";
import { parseEther, ZeroHash } from "ethers";

import { somePubkey } from "../../helpers/consensus/depositData.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { deployVault, first, placesOf, share, windDown } from "../../helpers/vaultWorld.js";

const [SLOT, HOUR, DAY] = [12, 3600, 86_400];
/** Three keys that a checkpoint has shown. */
const load = share(async () => await deployVault({ keys: 3 }));

describe("OperatorVault: start", () => {
  it("fixes the block, the vault's ETH and the keys [CHK-1]", async () => {
    const { vault, world, alice, connection } = await load();
    await alice.sendTransaction({ to: vault, value: ETHER });
    const block = await world.start(vault.connect(alice));
    const { number, startedAt, blockRoot, stateRoot, recorded, left } = await vault.checkpoint();
    expect([number, blockRoot, stateRoot, recorded, left]).to.deep.equal([2n, block.root, ZeroHash, ETHER, 0b111n]);
    expect(startedAt).to.equal(world.chain.timestampOf(world.chain.last.header.slot));
    const [started] = await vault.queryFilter(vault.filters.CheckpointStarted(2), -1);
    expect(started?.args.slice(1)).to.deep.equal([block.root, ETHER, 3n]);
    expect(await connection.ethers.provider.getBalance(vault)).to.equal(ETHER);
  });

  it("needs a block whose parent EIP-4788 tells", async () => {
    const { vault } = await load();
    await expect(vault.start()).to.be.revertedWithCustomError(vault, "RootNotServed");
  });

  it("replaces one that accepted no proof after an hour, not a second sooner [CHK-2]", async () => {
    const { vault, world, chain, connection } = await load();
    const slotOf = (time: bigint): number => (Number(time) - chain.timestampOf(0)) / SLOT;
    const block = await world.start(vault);
    await world.open(vault, block);
    const { startedAt } = await vault.checkpoint();
    const replaceableFrom = Number(startedAt) + HOUR;
    await connection.networkHelpers.time.setNextBlockTimestamp(replaceableFrom - 1);
    await expect(vault.start())
      .to.be.revertedWithCustomError(vault, "CheckpointRuns")
      .withArgs(startedAt, replaceableFrom);
    world.chain.advanceTo(slotOf(startedAt) + HOUR / SLOT - 1);
    const again = await world.start(vault);
    expect((await vault.checkpoint()).startedAt).to.equal(replaceableFrom);
    const { number, blockRoot, stateRoot } = await vault.checkpoint();
    expect([number, blockRoot, stateRoot]).to.deep.equal([3n, again.root, ZeroHash]);
  });

  it("replaces one that accepted a proof after 27 hours, and forgets what was proven [CHK-2]", async () => {
    const { vault, world, chain, connection } = await load();
    const slotOf = (time: bigint): number => (Number(time) - chain.timestampOf(0)) / SLOT;
    const block = await world.start(vault);
    await world.open(vault, block);
    await world.prove(vault, block, [1]);
    const { startedAt } = await vault.checkpoint();
    const replaceableFrom = Number(startedAt) + 27 * HOUR;
    await connection.networkHelpers.time.setNextBlockTimestamp(replaceableFrom - 1);
    await expect(vault.start())
      .to.be.revertedWithCustomError(vault, "CheckpointRuns")
      .withArgs(startedAt, replaceableFrom);
    world.chain.advanceTo(slotOf(startedAt) + (27 * HOUR) / SLOT - 1);
    await world.start(vault);
    const { startedAt: after, left } = await vault.checkpoint();
    expect([after, left]).to.deep.equal([BigInt(replaceableFrom), 0b111n]);
  });

  it("is not while the pool winds down", async () => {
    const deployed = await deployVault({ keys: 1 });
    const block = await deployed.world.start(deployed.vault);
    await deployed.world.open(deployed.vault, block);
    const { proof, places } = await deployed.world.checkpointProof(deployed.vault, block);
    await windDown(deployed);
    const { vault } = deployed;
    await expect(vault.start()).to.be.revertedWithCustomError(vault, "WindingDown");
    await expect(vault.prove(proof, places)).to.be.revertedWithCustomError(vault, "WindingDown");
  });

  context("given no keys", () => {
    it("finishes at once, and moves the vault's ETH to the pool as a gain [CHK-5]", async () => {
      const { vault, world, pool, registry, alice } = await deployVault();
      await alice.sendTransaction({ to: vault, value: ETHER });
      const [receipt] = await world.block(async (overrides) => await vault.start(overrides));
      expect(receipt?.status).to.equal(1);
      await expect(Promise.resolve(receipt)).to.emit(vault, "CheckpointFinished").withArgs(1, ETHER);
      const { idle, value, carry, due } = await pool.books();
      expect([idle, value, carry, due]).to.deep.equal([parseEther("1001"), 0n, ETHER, ETHER / 10n]);
      const { staked, mark } = await registry.getOperator(1);
      expect([staked, mark]).to.deep.equal([0n, 0n]);
      expect((await vault.checkpoint()).startedAt).to.equal(0n);
    });
  });
});

describe("OperatorVault: open", () => {
  it("takes the header and a time that shows that the payload was executed", async () => {
    const { vault, world, alice } = await load();
    const block = await world.start(vault);
    const epoch = Math.floor(block.header.slot / 32);
    await expect(vault.connect(alice).open(block.header, world.chain.timestampOf(block.header.slot)))
      .to.emit(vault, "CheckpointOpened")
      .withArgs(2, block.header.stateRoot, epoch);
    expect((await vault.checkpoint()).stateRoot).to.equal(block.header.stateRoot);
  });

  it("refuses another header", async () => {
    const { vault, world } = await load();
    const block = await world.start(vault);
    const header = { ...block.header, stateRoot: world.chain.last.header.stateRoot };
    await expect(vault.open(header, world.chain.timestampOf(header.slot))).to.be.revertedWithCustomError(
      vault,
      "BlockRootMismatch",
    );
  });

  it("happens once, and where a checkpoint runs", async () => {
    const { vault, world } = await load();
    const at = world.chain.timestampOf(world.told.header.slot);
    await expect(vault.open(world.told.header, at)).to.be.revertedWithCustomError(vault, "NoCheckpoint");
    const block = await world.start(vault);
    await world.open(vault, block);
    await expect(world.open(vault, block)).to.be.revertedWithCustomError(vault, "AlreadyOpened");
  });
});

describe("OperatorVault: prove", () => {
  /** A checkpoint that is open. */
  async function loadOpen() {
    const deployed = await load();
    const block = await deployed.world.start(deployed.vault);
    await deployed.world.open(deployed.vault, block);
    return { ...deployed, block };
  }

  it("takes keys in any order and number, by anybody, each once [CHK-3]", async () => {
    const { vault, world, block, alice, prover } = await loadOpen();
    const last = await world.checkpointProof(vault, block, [2]);
    await expect(vault.connect(prover).prove(last.proof, last.places))
      .to.emit(vault, "KeysProven")
      .withArgs(2, prover, 1, 2);
    expect((await vault.checkpoint()).left).to.equal(0b011n);
    await expect(vault.prove(last.proof, last.places))
      .to.be.revertedWithCustomError(vault, "NotToBeProven")
      .withArgs(2);
    const rest = await world.checkpointProof(vault, block);
    const prove = vault.connect(alice).prove(rest.proof, rest.places);
    await expect(prove).to.emit(vault, "KeysProven").withArgs(2, alice, 2, 0);
    await expect(prove).to.emit(vault, "CheckpointFinished").withArgs(2, parseEther("96"));
    expect([await vault.provenBy(2, prover), await vault.provenBy(2, alice)]).to.deep.equal([1n, 2n]);
  });

  it("lets nothing take effect before the last key [CHK-3]", async () => {
    const { vault, world, block, pool, registry } = await loadOpen();
    const state = async () => [
      await pool.books(),
      await registry.getOperator(1),
      await vault.keySets(),
      await registry.exitStanding(1),
    ];
    const before = await state();
    await world.prove(vault, block, [0]);
    await world.prove(vault, block, [1]);
    expect(await state()).to.deep.equal(before);
  });

  it("moves the operator's mark to the start, not to the last proof [CHK-4]", async () => {
    const { vault, world, block, registry } = await loadOpen();
    const { startedAt } = await vault.checkpoint();
    await world.passEpochs(5);
    await world.prove(vault, block);
    expect((await registry.getOperator(1)).mark).to.equal(startedAt);
    expect(await registry.watermark()).to.equal(startedAt);
  });

  it("must be opened first", async () => {
    const { vault, world } = await load();
    const { proof, places } = await world.start(vault).then(async (block) => await world.checkpointProof(vault, block));
    await expect(vault.prove(proof, places)).to.be.revertedWithCustomError(vault, "NotOpened");
  });

  it("needs a checkpoint that runs: not the same proof again once it is finished", async () => {
    const { vault, world, block } = await loadOpen();
    const { proof, places } = await world.checkpointProof(vault, block);
    await vault.prove(proof, places);
    await expect(vault.prove(proof, places)).to.be.revertedWithCustomError(vault, "NoCheckpoint");
  });

  it("refuses a proof of another state", async () => {
    const { vault, world, block } = await loadOpen();
    const { places } = await world.checkpointProof(vault, block);
    world.validator(first(world.chain.state.validators).pubkey).balance += 10n ** 12n;
    await world.block();
    const wanted = { fields: [], balances: [0, 1, 2] };
    await expect(vault.prove(world.proofOf(world.chain.last, wanted), places)).to.be.revertedWithCustomError(
      vault,
      "StateRootMismatch",
    );
  });

  it("refuses no balances, and places that are not as many", async () => {
    const { vault, world, block } = await loadOpen();
    const none = world.proofOf(block, { fields: [], balances: [] });
    await expect(vault.prove(none, "0x")).to.be.revertedWithCustomError(vault, "NothingProven");
    const { proof, places } = await world.checkpointProof(vault, block);
    await expect(vault.prove(proof, `${places}03`))
      .to.be.revertedWithCustomError(vault, "PlacesMismatch")
      .withArgs(4, 3);
  });

  it("refuses a balance for another key's place, and for a place that no key has", async () => {
    const { vault, world, block } = await loadOpen();
    const { proof } = await world.checkpointProof(vault, block, [1]);
    const [index, other] = [await vault.indexAt(1), await vault.indexAt(2)];
    await expect(vault.prove(proof, placesOf(2)))
      .to.be.revertedWithCustomError(vault, "IndexMismatch")
      .withArgs(2, index, other);
    const zero = world.proofOf(block, { fields: [], balances: [0] });
    await expect(vault.prove(zero, placesOf(77)))
      .to.be.revertedWithCustomError(vault, "NotToBeProven")
      .withArgs(77);
  });

  it("refuses fields of a validator whose balance is not proven", async () => {
    const { vault, world, block } = await loadOpen();
    const proof = world.proofOf(block, { fields: [0, 1], balances: [0] });
    await expect(vault.prove(proof, placesOf(0)))
      .to.be.revertedWithCustomError(vault, "BalanceMissing")
      .withArgs(1);
  });

  it("wants fields of a key without balance, and of one in flight [CHK-6]", async () => {
    const { vault, world, operator } = await load();
    const [key] = await world.prepare(vault);
    if (key === undefined) throw new Error("no key");
    await vault.connect(operator).activate(key, world.recent([key]));
    world.validator(first(world.chain.state.validators).pubkey).balance = 0n;
    await world.block();
    const block = await world.start(vault);
    await world.open(vault, block);
    for (const [place, index] of [
      [0, 0],
      [3, 3],
    ] as const) {
      await expect(vault.prove(world.proofOf(block, { fields: [], balances: [index] }), placesOf(place)))
        .to.be.revertedWithCustomError(vault, "FieldsMissing")
        .withArgs(index);
    }
    await world.prove(vault, block);
    // Nothing of the key without balance was lost but what it held: it is not withdrawable, and stays.
    expect(await vault.keyCount()).to.equal(4n);
  });

  it("takes fields of any other key, too", async () => {
    const { vault, world, block } = await loadOpen();
    await vault.prove(world.proofOf(block, { fields: [0, 1, 2], balances: [0, 1, 2] }), placesOf(0, 1, 2));
    expect((await vault.checkpoint()).startedAt).to.equal(0n);
  });

  it("works for days after the start, and leaves the operator as old as the start", async () => {
    const { vault, world, block, registry, pool } = await loadOpen();
    const { startedAt } = await vault.checkpoint();
    await world.passDays(3);
    await world.prove(vault, block);
    expect((await registry.getOperator(1)).mark).to.equal(startedAt);
    expect(await pool.isFresh()).to.equal(false);
    expect(await world.connection.networkHelpers.time.latest()).to.be.gt(Number(startedAt) + 2 * DAY);
  });

  it("knows no key that nobody has predeposited", async () => {
    const { vault } = await load();
    expect(await vault.keyStatus(somePubkey(5).slice(0, 66))).to.equal(0n);
  });
});
