import { expect } from "chai";
import { parseEther, toBeHex } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { credentials, someSignature } from "../helpers/consensus/depositData.js";
import { initiateExit } from "../helpers/consensus/exits.js";
import { ETHER, WITHDRAWAL_REQUESTS } from "../helpers/poolWorld.js";
import {
  deployVault,
  first,
  force,
  GovernanceState,
  OF_AGE,
  placesOf,
  share,
  slashKey,
} from "../helpers/vaultWorld.js";

/** Four keys that may exit, one that is in flight; RageQuit, and everybody wants to leave. */
const load = share(async () => {
  const deployed = await deployVault({ keys: 4, age: OF_AGE, deposit: parseEther("170") });
  const { world, vault, pool, alice, gate, operator, chain } = deployed;
  chain.isFinalising = false;
  const [late] = await world.predeposit(vault.connect(operator));
  chain.isFinalising = true;
  await world.block();
  await world.block();
  await world.passEpochs(4);
  if (late === undefined) throw new Error("no key");
  await world.activate(vault, [late]);
  await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
  await gate.setState(GovernanceState.RageQuit);
  await world.block();
  await world.block();
  return { ...deployed, late };
});

describe("attacks with forced exits", () => {
  it("a key that is not active is not asked: the beacon chain would ignore it, and keep the fee [KEY-5]", async () => {
    const deployed = await load();
    const { vault, world } = deployed;
    await expect(force(deployed, [4])).to.be.revertedWithCustomError(vault, "ValidatorTooYoung");
    await world.passEpochs(200);
    await expect(force(deployed, [4])).to.be.revertedWithCustomError(vault, "ValidatorTooYoung");
    await world.passEpochs(80);
    // Only now is it 256 epochs old; that a checkpoint has not seen it yet does not matter.
    await force(deployed, [4]);
  });

  it("an exit that takes 45 days counts all the while, and is not asked again", async () => {
    const deployed = await load();
    const { vault, world, registry, pubkeys } = deployed;
    const demand = await registry.exitDemand();
    await force(deployed, [0]);
    await world.block();
    const validator = world.validator(first(pubkeys));
    [validator.exitEpoch, validator.withdrawableEpoch] = [validator.exitEpoch + 10_000, validator.exitEpoch + 10_256];
    await world.block();
    await world.block();
    await vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
    for (let day = 0; day < 45; day += 9) {
      await world.passDays(9);
      await world.check(vault);
      await expect(force(deployed, [0])).to.be.revertedWithCustomError(vault, "ValidatorExiting");
      expect(demand - (await registry.exitDemand())).to.be.closeTo(parseEther("32"), ETHER);
    }
  });

  it("an exit shown twice, and asked before, counts once", async () => {
    const deployed = await load();
    const { vault, world, registry, pubkeys } = deployed;
    await force(deployed, [0]);
    await world.block();
    await world.block();
    const one = pubkeys.slice(0, 1);
    await vault.show(world.recent(one, true), placesOf(0));
    await expect(vault.show(world.recent(one, true), placesOf(0))).to.not.emit(vault, "ExitShown");
    const { exiting, requested } = await registry.exitStanding(1);
    expect([exiting, requested]).to.deep.equal([32n * GWEI_PER_ETH, 0n]);
  });

  it("an operator's own exits hide nothing: shown or not, no more is forced than the demand and one validator", async () => {
    const deployed = await load();
    const { vault, world, registry, pubkeys, operator } = deployed;
    await vault.connect(operator).requestExits(pubkeys[0] ?? "", { value: 1n });
    await world.block();
    await world.block();
    await expect(force(deployed, [0])).to.be.revertedWithCustomError(vault, "ValidatorExiting");
    await vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
    const demand = await registry.exitDemand();
    let forced = 0n;
    for (const place of [1, 2, 3]) {
      if ((await registry.exitDemand()) === 0n) break;
      await force(deployed, [place]);
      forced += parseEther("32");
    }
    expect(forced).to.be.lt(demand + parseEther("32"));
  });

  it("slashed and withdrawn keys are not asked, and hold up nobody [OPR-4]", async () => {
    const deployed = await load();
    const { vault, world, registry, pubkeys } = deployed;
    slashKey(world, pubkeys[0] ?? "");
    initiateExit(world.chain.state, world.validator(pubkeys[1] ?? ""));
    await world.passEpochs(300);
    await expect(force(deployed, [0])).to.be.revertedWithCustomError(vault, "ValidatorSlashed");
    await expect(force(deployed, [1])).to.be.revertedWithCustomError(vault, "ValidatorExiting");
    await vault.show(world.recent(pubkeys.slice(0, 2), true), placesOf(0, 1));
    expect((await registry.exitStanding(1)).ready).to.equal(2n);
    await world.check(vault);
    expect((await registry.exitStanding(1)).exiting).to.equal(0n);
    await expect(force(deployed, [1]))
      .to.be.revertedWithCustomError(vault, "PlaceEmpty")
      .withArgs(1);
  });

  it("a fee that rises is the caller's, and never the vault's [KEY-5]", async () => {
    const deployed = await load();
    const { vault, world, pubkeys, alice, ethers, connection } = deployed;
    await alice.sendTransaction({ to: vault, value: parseEther("100") });
    await connection.networkHelpers.setStorageAt(WITHDRAWAL_REQUESTS, 0, toBeHex(400, 32));
    const fee = BigInt(await ethers.provider.call({ to: WITHDRAWAL_REQUESTS }));
    expect(fee).to.be.gt(10n ** 9n);
    const recent = world.recent(pubkeys.slice(0, 1), true);
    const call = (value: bigint) => vault.connect(alice).forceExits(first(pubkeys), recent, placesOf(0), { value });
    await expect(call(fee - 1n))
      .to.be.revertedWithCustomError(vault, "FeeTooLow")
      .withArgs(fee - 1n, fee);
    await expect(call(ETHER)).to.changeEtherBalances(ethers, [alice, vault], [-fee, 0n]);
  });

  it("nothing is called again while what is too much comes back [KEY-6]", async () => {
    const deployed = await load();
    const { vault, world, pubkeys, ethers } = deployed;
    const payer = await ethers.deployContract("ReenteringPayerMock");
    const recent = world.recent(pubkeys.slice(0, 1), true);
    const again = world.recent(pubkeys.slice(1, 2), true);
    const { interface: calls } = vault;
    const block = await world.start(vault);
    await world.open(vault, block);
    const { proof, places } = await world.checkpointProof(vault, block);
    const inner = [
      calls.encodeFunctionData("start"),
      calls.encodeFunctionData("sweep"),
      calls.encodeFunctionData("prove", [proof, places]),
      calls.encodeFunctionData("activate", [deployed.late, world.recent([deployed.late])]),
      calls.encodeFunctionData("requestExits", [first(pubkeys)]),
      calls.encodeFunctionData("forceExits", [pubkeys[1] ?? "", again, placesOf(1)]),
      calls.encodeFunctionData("forceExitsUnproven", [pubkeys[1] ?? ""]),
    ];
    const guard = "0x3ee5aeb5";
    const outer = calls.encodeFunctionData("forceExits", [first(pubkeys), recent, placesOf(0)]);
    const restore = await world.save();
    for (const data of inner) {
      await payer.plan(vault, data);
      await payer.pay(vault, outer, { value: ETHER });
      expect([await payer.hasReentered(), await payer.answer()]).to.deep.equal([false, guard]);
      expect(await payer.refund()).to.equal(ETHER - 1n);
      await restore();
    }
  });

  it("demand that is dust forces nothing for four times as long, however many ask for it [OPR-5]", async () => {
    const deployed = await deployVault({ keys: 2, age: OF_AGE, deposit: parseEther("100") });
    const { pool, registry, world, vault, alice } = deployed;
    const { idle } = await pool.books();
    const dust = await pool.convertToShares(parseEther("0.01"));
    await pool.connect(alice).requestRedeem(await pool.convertToShares(idle), alice, alice);
    for (let request = 0; request < 20; request++)
      await pool.connect(alice).requestRedeem(dust + 10n ** 9n, alice, alice);
    expect(await registry.exitDemand()).to.be.closeTo(parseEther("0.2"), parseEther("0.01"));
    await world.passDays(27);
    await expect(force(deployed, [0])).to.be.revertedWithCustomError(registry, "NobodyWaits");
    // Who has proven in the meantime has paid what is idle.
    await world.check(vault);
    await pool.finalise();
    await expect(force(deployed, [0])).to.be.revertedWithCustomError(registry, "NobodyWaits");
    await world.passDays(2);
    await force(deployed, [0]);
    await expect(force(deployed, [1])).to.be.revertedWithCustomError(registry, "NoDemand");
  });

  it("who tops up a key of a full operator moves one key of its at most, with the smallest gift or a large one [OPR-4]", async () => {
    const deployed = await deployVault({ keys: 4, age: 0, isChecked: false, deposit: parseEther("250") });
    const { pool, registry, world, vault, gate, governance, alice, bob } = deployed;
    const full = await world.register(bob);
    const [given] = await world.enlist(full, 3, OF_AGE);
    await registry.connect(governance).vet(2, 0, parseEther("96"));
    await world.check(vault, full);
    const restore = await world.save();
    for (const gift of [1n, 31n]) {
      await world.give({
        pubkey: given ?? "",
        withdrawalCredentials: credentials("0x02", await full.getAddress()),
        amount: gift * GWEI_PER_ETH,
        signature: someSignature(1),
      });
      await world.passEpochs(8);
      await world.check(vault, full);
      expect((await registry.getOperator(2)).staked).to.equal(parseEther(String(96n + gift)));
      await pool.connect(alice).requestRedeem(await pool.balanceOf(alice), alice, alice);
      await gate.setState(GovernanceState.RageQuit);
      const ofFull = { ...deployed, vault: full };
      await expect(force(ofFull, [0, 1])).to.be.revertedWithCustomError(registry, "NotFirstToExit");
      await force(ofFull, [1]);
      expect(await registry.nextToExit()).to.equal(1n);
      await expect(force(ofFull, [2]))
        .to.be.revertedWithCustomError(registry, "NotFirstToExit")
        .withArgs(2, 1);
      await force(deployed, [0]);
      await restore();
    }
  });
});
