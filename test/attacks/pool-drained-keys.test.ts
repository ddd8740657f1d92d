import { expect } from "chai";
import { parseEther } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { initiateExit } from "../helpers/consensus/exits.js";
import { ETHER } from "../helpers/poolWorld.js";
import {
  calcUncounted,
  deployVault,
  first,
  force,
  GovernanceState,
  OF_AGE,
  placesOf,
  share,
} from "../helpers/vaultWorld.js";

const GWEI = 1n;

/** Four keys that may exit, somebody who asks for two and a half of them in RageQuit; the first is withdrawn, and paid. */
const load = share(async () => {
  const deployed = await deployVault({ keys: 4, age: OF_AGE, deposit: parseEther("140") });
  const { pool, gate, alice, world, vault, registry, pubkeys } = deployed;
  await gate.setState(GovernanceState.RageQuit);
  const { idle } = await pool.books();
  await pool.connect(alice).requestRedeem(await pool.convertToShares(idle + parseEther("80")), alice, alice);
  const demand = await registry.exitDemand();
  await force(deployed, [0]);
  await world.block();
  await world.block();
  await vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
  await world.passEpochs(300);
  return { ...deployed, demand };
});

describe("attacks with keys that are withdrawn, and get something before they are looked at", () => {
  it("they hide for no longer that somebody must exit: what has left counts as leaving no more [OPR-6]", async () => {
    const { world, vault, registry, pubkeys, chain, demand } = await load();
    chain.isSweeping = false;
    world.validator(first(pubkeys)).balance += GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    expect(await vault.keyCount()).to.equal(4n);
    const { exiting, ready } = await registry.exitStanding(1);
    expect([exiting, ready]).to.deep.equal([0n, 3n]);
    // What was withdrawn is idle.
    expect(await registry.exitDemand()).to.be.closeTo(demand - parseEther("32"), ETHER);
    // It cannot be asked again, nor shown again.
    expect((await vault.keySets()).exiting).to.equal(1n);
    await vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
    expect((await registry.exitStanding(1)).exiting).to.equal(0n);
  });

  it("what they get counts once, and their bond is released when it is swept", async () => {
    const deployed = await load();
    const { world, vault, registry, pool, pubkeys, chain } = deployed;
    chain.isSweeping = false;
    const { staked } = await registry.getOperator(1);
    world.validator(first(pubkeys)).balance += GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    const { idle, value } = await pool.books();
    expect((await registry.getOperator(1)).staked).to.equal(staked - parseEther("31"));
    chain.isSweeping = true;
    await world.passEpochs(1);
    await world.check(vault);
    const after = await pool.books();
    expect([after.idle - idle, value - after.value]).to.deep.equal([ETHER, ETHER]);
    expect(await calcUncounted(deployed)).to.equal(0n);
    expect(await vault.keyCount()).to.equal(3n);
    const { exiting, ready } = await registry.exitStanding(1);
    expect([exiting, ready]).to.deep.equal([0n, 3n]);
    expect((await registry.getOperator(1)).released).to.be.gt(0n);
  });

  it("they hide no more than they were given: half of what they had counts on as before, less does not", async () => {
    const { world, vault, registry, pubkeys, chain } = await load();
    chain.isSweeping = false;
    const restore = await world.save();
    for (const [balance, counted] of [
      [16n * GWEI_PER_ETH, 32n * GWEI_PER_ETH],
      [16n * GWEI_PER_ETH - GWEI, 0n],
    ] as const) {
      world.validator(first(pubkeys)).balance = balance;
      await world.block();
      await world.check(vault);
      expect((await registry.exitStanding(1)).exiting).to.equal(counted);
      await restore();
      chain.isSweeping = false;
    }
  });

  it("nobody makes more exit by showing an exit only when it is over: what was asked counts until it has come [OPR-5]", async () => {
    const deployed = await load();
    const { world, vault, registry, pubkeys } = deployed;
    const [, second = ""] = pubkeys;
    await force(deployed, [1]);
    const demand = await registry.exitDemand();
    await world.block();
    // It is withdrawn within two days; its 32 ETH are in the vault.
    await world.passEpochs(280);
    expect(world.validator(second).balance).to.equal(0n);
    await vault.show(world.recent([second], true), placesOf(1));
    expect(await registry.exitDemand()).to.be.closeTo(demand, ETHER);
    expect((await registry.exitStanding(1)).exiting).to.equal(64n * GWEI_PER_ETH);
    await world.check(vault);
    expect((await registry.exitStanding(1)).exiting).to.equal(0n);
    expect(await registry.exitDemand()).to.be.closeTo(demand, ETHER);
  });

  it("a key that still has its stake counts as leaving, whatever a state from before its exit says [OPR-6]", async () => {
    const { world, vault, registry, pubkeys, chain } = await load();
    const key = world.validator(pubkeys[1] ?? "");
    key.balance = 15n * GWEI_PER_ETH;
    await world.block();
    const block = await world.start(vault);
    await world.open(vault, block);
    // Somebody tops it up, it exits, and that is shown before the checkpoint gets to it.
    key.balance = 40n * GWEI_PER_ETH;
    initiateExit(chain.state, key);
    await world.block();
    await world.block();
    await vault.show(world.recent([key.pubkey], true), placesOf(1));
    await world.prove(vault, block);
    expect((await registry.exitStanding(1)).exiting).to.equal(40n * GWEI_PER_ETH);
  });
});
