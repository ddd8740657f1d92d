import { expect } from "chai";
import { parseEther } from "ethers";

import { someSignature } from "../../helpers/consensus/depositData.js";
import { initiateExit } from "../../helpers/consensus/exits.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { ETHER } from "../../helpers/poolWorld.js";
import { calcUncounted, deployVault, first, OF_AGE, share, type DeployedVault } from "../../helpers/vaultWorld.js";

const FORKS = ["fulu", "gloas"] as const;
const load = share(async () => await deployVault({ keys: 2 }));
const loadInFlight = share(async () => await deployVault({ keys: 1, age: 0, isChecked: false }));

/** Adds to what the beacon chain has for keys, in a block. [gwei] */
async function earn({ world, pubkeys }: DeployedVault, ...amounts: readonly bigint[]): Promise<void> {
  for (const [place, amount] of amounts.entries()) {
    const pubkey = pubkeys[place];
    if (pubkey !== undefined) world.validator(pubkey).balance += amount;
  }
  await world.block();
}

describe("OperatorVault: what a checkpoint finds", () => {
  it("is a gain: what balances hold and the vault has, above what was counted [CHK-5]", async () => {
    const deployed = await load();
    const { vault, world, pool, registry, alice } = deployed;
    await earn(deployed, GWEI_PER_ETH, 2n * GWEI_PER_ETH);
    await alice.sendTransaction({ to: vault, value: ETHER });
    const block = await world.start(vault);
    await world.open(vault, block);
    const { proof, places } = await world.checkpointProof(vault, block);
    const prove = vault.prove(proof, places);
    await expect(prove).to.emit(pool, "GainBooked").withArgs(parseEther("4"), parseEther("0.4"));
    await expect(prove)
      .to.emit(registry, "CheckpointBooked")
      .withArgs(1, parseEther("68"), parseEther("4"), parseEther("0.4"), 0);
    await expect(prove).to.emit(pool, "Collected").withArgs(vault, ETHER);
    const { staked, keyCount } = await registry.getOperator(1);
    expect([staked, keyCount]).to.deep.equal([parseEther("67"), 2n]);
    expect(await calcUncounted(deployed)).to.be.gte(0n);
  });

  it("moves the ETH of its start, and leaves what came later for the next one [CHK-5]", async () => {
    const deployed = await load();
    const { vault, world, pool, alice, ethers } = deployed;
    await alice.sendTransaction({ to: vault, value: ETHER });
    const block = await world.start(vault);
    await alice.sendTransaction({ to: vault, value: 5n * ETHER });
    await world.open(vault, block);
    const { idle } = await pool.books();
    await world.prove(vault, block);
    expect((await pool.books()).idle).to.equal(idle + ETHER);
    expect(await ethers.provider.getBalance(vault)).to.equal(5n * ETHER);
    await world.check(vault);
    expect((await pool.books()).idle).to.equal(idle + 6n * ETHER);
    expect(await ethers.provider.getBalance(vault)).to.equal(0n);
  });

  it("is a loss: the operator's bond bears it first [CHK-7]", async () => {
    const deployed = await load();
    const { world, vault, pool, registry } = deployed;
    const rate = await pool.convertToAssets(10n ** 21n);
    const { bond } = await registry.getOperator(1);
    await earn(deployed, -GWEI_PER_ETH);
    await world.check(vault);
    const { bond: left } = await registry.getOperator(1);
    expect(left).to.be.closeTo(bond / 2n, bond / 10n ** 6n);
    expect(await pool.convertToAssets(10n ** 21n)).to.be.closeTo(rate, 2n);
    expect(await pool.balanceOf(registry)).to.equal(left);
    const [booked] = await pool.queryFilter(pool.filters.LossBooked(), -2);
    expect(booked?.args).to.deep.equal([ETHER, bond - left]);
    expect(await calcUncounted(deployed)).to.be.gte(0n);
  });

  it("is a loss beyond the bond: then all shares alike", async () => {
    const deployed = await load();
    const { world, vault, pool, registry } = deployed;
    await earn(deployed, -5n * GWEI_PER_ETH);
    await world.check(vault);
    expect((await registry.getOperator(1)).bond).to.equal(0n);
    // 1,000 ETH of the staker's less the 3 that the bond of 2 does not cover.
    expect(await pool.totalAssets()).to.be.closeTo(parseEther("997"), 10n);
  });

  it("charges no fee on a recovery, and one on what is above the highest profit so far", async () => {
    const deployed = await load();
    const { world, vault, pool } = deployed;
    await earn(deployed, GWEI_PER_ETH);
    await world.check(vault);
    const { due } = await pool.books();
    await earn(deployed, -GWEI_PER_ETH);
    await world.check(vault);
    await earn(deployed, GWEI_PER_ETH);
    await world.check(vault);
    const [again] = (await pool.queryFilter(pool.filters.GainBooked())).slice(-1);
    expect(again?.args).to.deep.equal([ETHER, 0n]);
    await earn(deployed, GWEI_PER_ETH);
    await world.check(vault);
    const [higher] = (await pool.queryFilter(pool.filters.GainBooked())).slice(-1);
    expect(higher?.args).to.deep.equal([ETHER, ETHER / 10n]);
    expect(due).to.equal(ETHER / 10n);
  });

  it("charges the fee of the start, whatever governance has decided since [CHK-8]", async () => {
    const deployed = await load();
    const { world, vault, pool, governance } = deployed;
    await earn(deployed, GWEI_PER_ETH);
    const block = await world.start(vault);
    await pool.connect(governance).setFee(0n);
    await world.open(vault, block);
    await world.prove(vault, block);
    expect((await pool.queryFilter(pool.filters.GainBooked())).at(-1)?.args).to.deep.equal([ETHER, ETHER / 10n]);
    await earn(deployed, GWEI_PER_ETH);
    await world.check(vault);
    expect((await pool.queryFilter(pool.filters.GainBooked())).at(-1)?.args).to.deep.equal([ETHER, 0n]);
  });

  it("counts a key activated while it runs at 32 ETH [CHK-6]", async () => {
    const deployed = await load();
    const { world, vault, pool, registry, operator } = deployed;
    const key = first(await world.prepare(vault.connect(operator)));
    const block = await world.start(vault);
    await world.activate(vault, [key]);
    await world.open(vault, block);
    const books = await pool.books();
    await world.prove(vault, block);
    expect((await pool.books()).value).to.equal(books.value);
    const { staked, keyCount, bond } = await registry.getOperator(1);
    expect([staked, keyCount]).to.deep.equal([parseEther("96"), 3n]);
    expect(bond).to.be.closeTo(parseEther("3000"), 10n ** 12n);
    // The deposit reaches the beacon chain with the next block.
    await world.block();
    expect(await calcUncounted(deployed)).to.be.gte(0n);
  });
});

describe("OperatorVault: a key in flight", () => {
  it("counts 32 ETH for as long as the queue of deposits takes [CHK-6]", async () => {
    const deployed = await loadInFlight();
    const { world, vault, registry, chain } = deployed;
    chain.isFinalising = false;
    for (let week = 0; week < 3; week++) {
      await world.passDays(7);
      await world.check(vault);
      expect((await registry.getOperator(1)).staked).to.equal(parseEther("32"));
      expect((await vault.keySets()).inFlight).to.equal(1n);
      expect(await calcUncounted(deployed)).to.be.gte(0n);
    }
  });

  it("counts its balance once the beacon chain has seen 32 ETH, and never 32 ETH again [CHK-6]", async () => {
    const deployed = await loadInFlight();
    const { world, vault, registry } = deployed;
    await world.block();
    await world.block();
    await world.passEpochs(12);
    world.validator(first(deployed.pubkeys)).balance -= 3n * GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    expect((await vault.keySets()).inFlight).to.equal(0n);
    expect((await registry.getOperator(1)).staked).to.equal(parseEther("29"));
  });
});

describe("OperatorVault: a key that is withdrawn", () => {
  for (const fork of FORKS) {
    it(`frees its place, and releases its bond after the loss of the same checkpoint (${fork}) [KEY-4]`, async () => {
      const deployed = await deployVault({ fork, keys: 2, age: OF_AGE });
      const { world, vault, registry, pool, pubkeys, operator } = deployed;
      const { bond } = await registry.getOperator(1);
      const leaving = world.validator(first(pubkeys));
      initiateExit(world.chain.state, leaving);
      leaving.balance -= GWEI_PER_ETH;
      await world.passEpochs(300);
      expect(leaving.balance).to.equal(0n);
      await world.check(vault);
      expect(await vault.keyCount()).to.equal(1n);
      const { staked, keyCount, bond: left, released } = await registry.getOperator(1);
      expect([staked, keyCount]).to.deep.equal([parseEther("32"), 1n]);
      // 1 of 2 ETH is lost, and a half of what is left is released.
      expect(released).to.be.closeTo(bond / 4n, bond / 1000n);
      expect(left).to.be.closeTo(bond / 4n, bond / 1000n);
      const collect = registry.collect(1);
      await expect(collect).to.emit(registry, "SharesCollected").withArgs(operator, released);
      expect(await pool.balanceOf(operator)).to.equal(released);
      expect(await calcUncounted(deployed)).to.be.gte(0n);
    });
  }

  it("keeps its bond while it is exiting, and while its balance waits to be swept [KEY-4]", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE });
    const { world, vault, registry, pubkeys } = deployed;
    const leaving = world.validator(first(pubkeys));
    initiateExit(world.chain.state, leaving);
    for (let step = 0; step < 2; step++) {
      await world.passEpochs(100);
      await world.check(vault);
      expect((await registry.getOperator(1)).released).to.equal(0n);
      expect(await vault.keyCount()).to.equal(1n);
    }
    // Withdrawable, and not swept: the next block takes the balance out of the state.
    world.chain.advanceEpochs(100);
    const block = await world.start(vault);
    expect(leaving.withdrawableEpoch).to.be.below(world.chain.last.header.slot / 32);
    await world.open(vault, block);
    await world.prove(vault, block);
    expect((await registry.getOperator(1)).released).to.equal(0n);
    await world.check(vault);
    expect((await registry.getOperator(1)).released).to.be.gt(0n);
    expect(await vault.keyCount()).to.equal(0n);
  });

  it("leaves its place to another key, which is proven as itself", async () => {
    const deployed = await deployVault({ keys: 2, age: OF_AGE });
    const { world, vault, registry, pubkeys } = deployed;
    initiateExit(world.chain.state, world.validator(first(pubkeys)));
    await world.passEpochs(300);
    await world.check(vault);
    const [key] = await world.enlist(vault);
    expect(await vault.indexAt(0)).to.equal(world.chain.state.validators.findIndex(({ pubkey }) => pubkey === key));
    await world.check(vault);
    const { live, inFlight } = await vault.keySets();
    expect([live, inFlight]).to.deep.equal([0b11n, 0n]);
    expect((await registry.getOperator(1)).staked).to.equal(parseEther("64"));
  });

  it("gives to the pool what a stranger sends it afterwards", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE });
    const { world, vault, pool, pubkeys } = deployed;
    const pubkey = first(pubkeys);
    initiateExit(world.chain.state, world.validator(pubkey));
    await world.passEpochs(300);
    await world.check(vault);
    const { idle } = await pool.books();
    const { withdrawalCredentials } = world.validator(pubkey);
    await world.give({ pubkey, withdrawalCredentials, amount: 7n * GWEI_PER_ETH, signature: someSignature(1) });
    await world.block();
    await world.passEpochs(5);
    await world.check(vault);
    expect((await pool.books()).idle).to.equal(idle + parseEther("7"));
    expect(await calcUncounted(deployed)).to.be.gte(0n);
  });
});
