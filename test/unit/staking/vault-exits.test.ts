import { expect } from "chai";
import { parseEther, sha256, zeroPadBytes } from "ethers";

import { initiateExit } from "../../helpers/consensus/exits.js";
import { GWEI_PER_ETH } from "../../helpers/consensus/constants.js";
import { indexOf } from "../../helpers/consensus/state.js";
import { concatKeys, ETHER, WITHDRAWAL_REQUESTS } from "../../helpers/poolWorld.js";
import {
  deployVault,
  first,
  force,
  GovernanceState,
  OF_AGE,
  placesOf,
  share,
  slashKey,
  windDown,
} from "../../helpers/vaultWorld.js";

const DAY = 86_400;
/** Four keys that may exit. */
const load = share(async () => await deployVault({ keys: 4, age: OF_AGE, deposit: parseEther("140") }));

/** RageQuit, and somebody asks for what takes two and a half keys. */
async function loadWaiting() {
  const deployed = await load();
  const { pool, gate, alice } = deployed;
  await gate.setState(GovernanceState.RageQuit);
  const { idle } = await pool.books();
  await pool.connect(alice).requestRedeem(await pool.convertToShares(idle + parseEther("80")), alice, alice);
  return deployed;
}

describe("OperatorVault: requestExits", () => {
  it("asks for full exits, paid by the owner, who gets back what is too much [KEY-5]", async () => {
    const { vault, world, pubkeys, operator, ethers } = await load();
    const keys = pubkeys.slice(0, 2);
    const request = vault.connect(operator).requestExits(concatKeys(keys), { value: ETHER });
    await expect(request).to.changeEtherBalance(ethers, operator, -2n);
    for (const key of keys) await expect(request).to.emit(vault, "ExitRequested").withArgs(key);
    await world.block();
    for (const key of keys) expect(world.validator(key).exitEpoch).to.be.lessThan(10 ** 6);
    expect(await ethers.provider.getBalance(vault)).to.equal(0n);
  });

  it("is the owner's, also of one who is retired", async () => {
    const { vault, pubkeys, alice, operator, registry, governance } = await load();
    await expect(vault.connect(alice).requestExits(first(pubkeys), { value: 1n }))
      .to.be.revertedWithCustomError(vault, "NotOwner")
      .withArgs(alice, operator);
    await registry.connect(governance).retire(1);
    await vault.connect(operator).requestExits(first(pubkeys), { value: 1n });
  });

  it("is refused for keys of others, for none, for a part of one, and for less than the fee", async () => {
    const { vault, world, pubkeys, registry, operator } = await load();
    const foreign = await world.register(operator);
    const [stranger] = await world.predeposit(foreign);
    const root = sha256(zeroPadBytes(stranger ?? "", 64));
    await expect(vault.requestExits(stranger ?? "", { value: 1n }))
      .to.be.revertedWithCustomError(vault, "KeyStatusMismatch")
      .withArgs(root, 0, 2);
    await expect(vault.requestExits("0x", { value: 1n })).to.be.revertedWithCustomError(vault, "NothingProven");
    await expect(vault.requestExits(`${first(pubkeys)}00`, { value: 1n }))
      .to.be.revertedWithCustomError(vault, "PubkeysMismatch")
      .withArgs(49, 48);
    await expect(vault.requestExits(concatKeys(pubkeys), { value: 3n }))
      .to.be.revertedWithCustomError(vault, "FeeTooLow")
      .withArgs(3, 4);
    expect(await registry.isVault(vault)).to.equal(true);
  });

  it("reverts where the predeploy is missing, or takes no request", async () => {
    const { vault, pubkeys, connection, ethers } = await load();
    const code = await ethers.provider.getCode(WITHDRAWAL_REQUESTS);
    const setCode = async (newCode: string) => {
      await connection.networkHelpers.setCode(WITHDRAWAL_REQUESTS, newCode);
    };
    await setCode("0x");
    await expect(vault.requestExits(first(pubkeys), { value: 1n })).to.be.revertedWithCustomError(
      vault,
      "NoWithdrawalRequests",
    );
    // Answers 32 bytes of zero without data, and reverts with data.
    await setCode("0x3660095760206000f35b60006000fd");
    await expect(vault.requestExits(first(pubkeys), { value: 1n })).to.be.revertedWithCustomError(
      vault,
      "RequestFailed",
    );
    await setCode(code);
  });
});

describe("OperatorVault: forceExits", () => {
  it("makes keys exit that could, at the cost of whoever asks [KEY-5]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, pubkeys, registry, bob, ethers } = deployed;
    const call = force(deployed, [0, 1], bob);
    await expect(call).to.changeEtherBalance(ethers, bob, -2n);
    await expect(call).to.emit(vault, "ExitRequested").withArgs(first(pubkeys));
    const standing = await registry.exitStanding(1);
    expect([standing.requested, standing.exiting, standing.ready, standing.asked]).to.deep.equal([
      64n * GWEI_PER_ETH,
      0n,
      4n,
      2n,
    ]);
    expect((await vault.keySets()).requested).to.equal(0b11n);
    await world.block();
    expect(world.validator(first(pubkeys)).exitEpoch).to.be.lessThan(10 ** 6);
  });

  it("asks for no more than what is waited for, and one validator [OPR-5]", async () => {
    const deployed = await loadWaiting();
    const { registry } = deployed;
    // 80 ETH are asked for: two keys leave something, three do not.
    await expect(force(deployed, [0, 1, 2, 3])).to.be.revertedWithCustomError(registry, "NoDemand");
    await force(deployed, [0, 1, 2]);
    expect(await registry.exitDemand()).to.equal(0n);
    await expect(force(deployed, [3]))
      .to.be.revertedWithCustomError(registry, "NoDemand")
      .withArgs(0, 0);
  });

  it("counts what was asked as exiting for three days, then may be repeated [OPR-6]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, registry, pubkeys } = deployed;
    const demand = await registry.exitDemand();
    await force(deployed, [0]);
    await expect(force(deployed, [0]))
      .to.be.revertedWithCustomError(vault, "AlreadyExiting")
      .withArgs(0);
    expect(await registry.exitDemand()).to.equal(demand - parseEther("32"));
    // The beacon chain has heard nothing.
    await world.passDays(3);
    const validator = world.validator(first(pubkeys));
    [validator.exitEpoch, validator.withdrawableEpoch] = [Infinity, Infinity];
    await world.block();
    await world.block();
    expect(await registry.exitDemand()).to.be.gte(demand);
    expect((await vault.keySets()).requested).to.equal(0n);
    await force(deployed, [0]);
    const { requested, asked } = await registry.exitStanding(1);
    expect(requested).to.be.closeTo(32n * GWEI_PER_ETH, GWEI_PER_ETH);
    expect(asked).to.equal(1n);
  });

  it("counts it as exiting from a proof of it until a checkpoint shows it withdrawn [OPR-6]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, registry, pubkeys, pool } = deployed;
    const demand = await registry.exitDemand();
    await force(deployed, [0]);
    await world.block();
    await world.block();
    const show = vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
    await expect(show)
      .to.emit(vault, "ExitShown")
      .withArgs(indexOf(world.chain.state, first(pubkeys)), 0, 32n * GWEI_PER_ETH);
    const { exiting, requested, asked, ready } = await registry.exitStanding(1);
    expect([exiting, requested, asked, ready]).to.deep.equal([32n * GWEI_PER_ETH, 0n, 0n, 3n]);
    await world.passDays(10);
    expect(await registry.exitDemand()).to.be.closeTo(demand - parseEther("32"), ETHER);
    await world.check(vault);
    expect((await registry.exitStanding(1)).exiting).to.equal(0n);
    // It is idle now instead.
    expect(await registry.exitDemand()).to.be.closeTo(demand - parseEther("32"), ETHER);
    expect((await pool.books()).idle).to.be.gt(parseEther("32"));
  });

  it("counts no key that is withdrawn as asked: its ETH is idle, and its place another's [OPR-6]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, registry } = deployed;
    const demand = await registry.exitDemand();
    await force(deployed, [0]);
    await world.block();
    await world.block();
    await world.passEpochs(270);
    await world.check(vault);
    expect(await vault.keyCount()).to.equal(3n);
    // Less than three days have passed.
    const { requested, requestedUntil, asked } = await registry.exitStanding(1);
    expect(requestedUntil).to.be.gt(await world.connection.networkHelpers.time.latest());
    expect([requested, asked]).to.deep.equal([0n, 0n]);
    expect((await vault.keySets()).requested).to.equal(0n);
    expect(await registry.exitDemand()).to.be.closeTo(demand - parseEther("32"), ETHER);
  });

  it("counts no slashed key, asked or exiting [OPR-6]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, registry, pubkeys, pool } = deployed;
    await force(deployed, [0, 1]);
    await world.block();
    await world.block();
    await vault.show(world.recent(pubkeys.slice(1, 2), true), placesOf(1));
    for (const pubkey of pubkeys.slice(0, 2)) slashKey(world, pubkey);
    await world.block();
    await world.block();
    await vault.show(world.recent(pubkeys.slice(0, 2), true), placesOf(0, 1));
    const { exiting, requested, asked, ready } = await registry.exitStanding(1);
    expect([exiting, requested, asked, ready]).to.deep.equal([0n, 0n, 0n, 2n]);
    // Nothing is leaving; what is asked for is worth less by the haircut.
    const [, assets] = await pool.waiting();
    expect(await registry.exitDemand()).to.be.closeTo(assets - (await pool.books()).idle, 10n ** 15n);
  });

  it("proves that each key is active for 256 epochs, and neither exiting nor slashed [KEY-5]", async () => {
    const deployed = await loadWaiting();
    const { vault, world, pubkeys } = deployed;
    const [a, b, c] = pubkeys.map((pubkey) => world.validator(pubkey));
    if (a === undefined || b === undefined || c === undefined) throw new Error("too few keys");
    const epoch = Math.floor(world.chain.state.slot / 32);
    a.activationEpoch = epoch - 254;
    initiateExit(world.chain.state, b);
    slashKey(world, c.pubkey);
    await world.block();
    await world.block();
    const at = Math.floor(world.told.header.slot / 32);
    await expect(force(deployed, [0]))
      .to.be.revertedWithCustomError(vault, "ValidatorTooYoung")
      .withArgs(0, at, epoch + 2);
    await expect(force(deployed, [1]))
      .to.be.revertedWithCustomError(vault, "ValidatorExiting")
      .withArgs(1, b.exitEpoch);
    await expect(force(deployed, [2]))
      .to.be.revertedWithCustomError(vault, "ValidatorSlashed")
      .withArgs(2);
    a.activationEpoch = at - 256;
    await world.block();
    await world.block();
    await force(deployed, [0]);
  });

  it("wants keys, places and fees that belong together", async () => {
    const deployed = await loadWaiting();
    const { vault, world, pubkeys, bob } = deployed;
    const recent = world.recent(pubkeys.slice(0, 1), true);
    const mine = vault.connect(bob);
    await expect(mine.forceExits(pubkeys[1] ?? "", recent, placesOf(0), { value: 1n })).to.be.revertedWithCustomError(
      vault,
      "PubkeyMismatch",
    );
    await expect(mine.forceExits(concatKeys(pubkeys), recent, placesOf(0), { value: 4n }))
      .to.be.revertedWithCustomError(vault, "PubkeysMismatch")
      .withArgs(192, 48);
    await expect(mine.forceExits(first(pubkeys), recent, placesOf(0), { value: 0n }))
      .to.be.revertedWithCustomError(vault, "FeeTooLow")
      .withArgs(0, 1);
    await expect(mine.forceExits(first(pubkeys), recent, placesOf(1), { value: 1n })).to.be.revertedWithCustomError(
      vault,
      "IndexMismatch",
    );
  });

  it("skips keys that are shown too young for a day [OPR-4]", async () => {
    const deployed = await deployVault({ keys: 2 });
    const { vault, world, registry, pubkeys, connection } = deployed;
    expect(await registry.nextToExit()).to.equal(1n);
    const show = vault.show(world.recent(pubkeys, true), placesOf(0, 1));
    await expect(show).to.emit(vault, "YouthShown").withArgs(0, 0);
    await expect(show).to.emit(vault, "YouthShown").withArgs(1, 1);
    expect((await vault.keySets()).young).to.equal(0b11n);
    expect(await registry.nextToExit()).to.equal(0n);
    await connection.networkHelpers.time.increase(DAY);
    expect((await vault.keySets()).young).to.equal(0n);
    expect(await registry.nextToExit()).to.equal(1n);
    await world.block();
    await world.block();
    await vault.show(world.recent(pubkeys.slice(0, 1), true), placesOf(0));
    expect((await vault.keySets()).young).to.equal(1n);
    expect((await registry.exitStanding(1)).young).to.equal(1n);
  });
});

describe("OperatorVault: while the pool winds down", () => {
  it("anybody makes keys exit without a proof, and sends everything to the pool", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE });
    const { vault, world, pool, pubkeys, bob, alice, ethers } = deployed;
    const key = first(pubkeys);
    await expect(vault.connect(bob).forceExitsUnproven(key, { value: 1n })).to.be.revertedWithCustomError(
      vault,
      "NotWindingDown",
    );
    await expect(vault.sweep()).to.be.revertedWithCustomError(vault, "NotWindingDown");
    await windDown(deployed);
    await expect(vault.connect(bob).forceExitsUnproven(key, { value: 5n })).to.changeEtherBalance(ethers, bob, -1n);
    await world.block();
    await world.passEpochs(300);
    expect(await ethers.provider.getBalance(vault)).to.equal(parseEther("32"));
    const { 4: before } = await pool.windDown();
    await expect(vault.connect(alice).sweep()).to.emit(pool, "Collected").withArgs(vault, parseEther("32"));
    expect((await pool.windDown())[4]).to.equal(before + parseEther("32"));
  });
});
