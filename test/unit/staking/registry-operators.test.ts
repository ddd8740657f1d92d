import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { ETHER, type DeployedPool } from "../../helpers/poolWorld.js";
import { deployVault, first, OF_AGE, share } from "../../helpers/vaultWorld.js";
import { initiateExit } from "../../helpers/consensus/exits.js";

const DAY = 86_400;
const load = share(async () => await deployVault());
enum Status {
  Unknown,
  Unvetted,
  Vetted,
  Retired,
}

/** Operators with a key that is ready, from the second on; the first ones announce theirs. */
async function announce({ world, operator }: DeployedPool, count: number, announced = count) {
  const vaults = [];
  const keys = [];
  for (let number = 0; number < count; number++) {
    const vault = await world.register(operator);
    vaults.push(vault);
    keys.push(...(await world.predeposit(vault)));
  }
  await world.block();
  await world.block();
  await world.passEpochs(6);
  for (const [number, vault] of vaults.slice(0, announced).entries())
    await vault.announce(world.recent([keys[number] ?? ""]));
  return { vaults, keys };
}

describe("OperatorRegistry: operators", () => {
  it("register themselves, unvetted, with a vault of their own", async () => {
    const { registry, bob, ethers, pool, implementation } = await load();
    const [operatorId, vault] = await registry.connect(bob).register.staticCall();
    await expect(registry.connect(bob).register()).to.emit(registry, "OperatorRegistered").withArgs(2, bob, vault);
    expect([operatorId, await registry.operatorCount()]).to.deep.equal([2n, 2n]);
    const { status, owner, vault: its, entity, isPlaced, staked } = await registry.getOperator(2);
    expect([status, owner, its, entity, isPlaced, staked]).to.deep.equal([
      BigInt(Status.Unvetted),
      bob.address,
      vault,
      0n,
      false,
      0n,
    ]);
    const made = await ethers.getContractAt("OperatorVault", vault);
    expect([await made.operatorId(), await registry.operatorOf(vault), await registry.isVault(vault)]).to.deep.equal([
      2n,
      2n,
      true,
    ]);
    expect(await registry.VAULT_IMPLEMENTATION()).to.equal(await implementation.getAddress());
    expect(await registry.POOL()).to.equal(await pool.getAddress());
    expect(await registry.isVault(bob)).to.equal(false);
  });

  it("are unknown before", async () => {
    const { registry } = await load();
    for (const id of [0, 2]) {
      await expect(registry.getOperator(id)).to.be.revertedWithCustomError(registry, "OperatorUnknown").withArgs(id);
    }
  });

  it("change hands in two steps, and may take the offer back [OPR-1]", async () => {
    const { registry, operator, alice, bob, vault } = await load();
    await expect(registry.connect(alice).offerOwner(1, alice))
      .to.be.revertedWithCustomError(registry, "NotOwner")
      .withArgs(alice, operator);
    await expect(registry.connect(operator).offerOwner(1, alice))
      .to.emit(registry, "OwnerOffered")
      .withArgs(1, operator, alice);
    expect((await registry.getOperator(1)).pendingOwner).to.equal(alice.address);
    expect(await registry.ownerOf(1)).to.equal(operator.address);
    await expect(registry.connect(bob).acceptOwner(1))
      .to.be.revertedWithCustomError(registry, "NotPendingOwner")
      .withArgs(bob, alice);
    await registry.connect(operator).offerOwner(1, ZeroAddress);
    await expect(registry.connect(alice).acceptOwner(1))
      .to.be.revertedWithCustomError(registry, "NotPendingOwner")
      .withArgs(alice, ZeroAddress);
    await registry.connect(operator).offerOwner(1, alice);
    await expect(registry.connect(alice).acceptOwner(1)).to.emit(registry, "OwnerChanged").withArgs(1, operator, alice);
    const { owner, pendingOwner, vault: its } = await registry.getOperator(1);
    expect([owner, pendingOwner, its]).to.deep.equal([alice.address, ZeroAddress, await vault.getAddress()]);
    await expect(registry.connect(alice).acceptOwner(1)).to.be.revertedWithCustomError(registry, "NotPendingOwner");
  });

  it("are vetted and retired by governance alone, not in RageQuit [OPR-8]", async () => {
    const { registry, gate, governance, alice } = await load();
    const calls = [
      (from: typeof alice) => registry.connect(from).vet(1, 0, ETHER),
      (from: typeof alice) => registry.connect(from).retire(1),
      (from: typeof alice) => registry.connect(from).setOperatorCap(1, ETHER),
      (from: typeof alice) => registry.connect(from).setUnvettedOperatorCap(ETHER),
      (from: typeof alice) => registry.connect(from).setEntityCap(0, ETHER),
      (from: typeof alice) => registry.connect(from).mergeEntities(1, 2),
    ];
    for (const call of calls) {
      await expect(call(alice)).to.be.revertedWithCustomError(registry, "NotGovernance").withArgs(alice);
    }
    await gate.setState(4);
    for (const call of calls) {
      await expect(call(governance)).to.be.revertedWithCustomError(registry, "RageQuitRunning");
    }
  });

  it("do nothing for each other's vaults: what vaults call is theirs alone", async () => {
    const { registry, alice } = await load();
    const mine = registry.connect(alice);
    const result = { startedAt: 0, fee: 0, keys: 0, withdrawn: 0, added: 0, total: ETHER, recorded: 0 };
    const standing = {
      exiting: 0,
      requested: 0,
      requestedUntil: 0,
      ready: 9,
      asked: 0,
      young: 0,
      youngUntil: 0,
    };
    for (const call of [
      () => mine.announce(2 ** 39, 1),
      () => mine.addStake(1),
      () => mine.report(result),
      () => mine.creditProver(alice, 1, 0, 0),
      () => mine.replaceHaircut(0, ETHER),
      () => mine.setExitStanding(standing),
      () => mine.checkForcedExit(1, 1),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(registry, "NotVault").withArgs(alice);
    }
  });

  it("are vetted once, and retired once, for good", async () => {
    const { registry, governance } = await load();
    const byGovernance = registry.connect(governance);
    await expect(byGovernance.vet(1, 0, 64n * ETHER))
      .to.emit(registry, "OperatorVetted")
      .withArgs(1, 1, 64n * ETHER);
    await expect(byGovernance.vet(1, 0, ETHER))
      .to.be.revertedWithCustomError(registry, "StatusMismatch")
      .withArgs(1, Status.Vetted, Status.Unvetted);
    await expect(byGovernance.retire(1)).to.emit(registry, "OperatorRetirement").withArgs(1);
    await expect(byGovernance.retire(1)).to.be.revertedWithCustomError(registry, "OperatorRetired").withArgs(1);
    await expect(byGovernance.vet(1, 0, ETHER))
      .to.be.revertedWithCustomError(registry, "StatusMismatch")
      .withArgs(1, Status.Retired, Status.Unvetted);
    await expect(registry.stakingOwnerOf(1)).to.be.revertedWithCustomError(registry, "OperatorRetired");
    await expect(byGovernance.vet(9, 0, ETHER)).to.be.revertedWithCustomError(registry, "OperatorUnknown");
    await expect(byGovernance.retire(9)).to.be.revertedWithCustomError(registry, "OperatorUnknown");
  });
});

describe("OperatorRegistry: places", () => {
  it("are 16 for all that nobody has vetted; who is vetted needs none of them [OPR-3]", async () => {
    const deployed = await load();
    const { registry, governance, world } = deployed;
    const { vaults, keys } = await announce(deployed, 17, 16);
    expect((await registry.placedOperators()).length).to.equal(16);
    const [last, pubkey] = [vaults.at(-1), keys.at(-1)];
    if (last === undefined || pubkey === undefined) throw new Error("no seventeenth operator");
    await expect(last.announce(world.recent([pubkey])))
      .to.be.revertedWithCustomError(registry, "NoPlaceLeft")
      .withArgs(16, 16);
    // One of the sixteen is vetted: its place is no longer one of theirs.
    await registry.connect(governance).vet(2, 0, ETHER);
    await last.announce(world.recent([pubkey]));
    expect((await registry.placedOperators()).length).to.equal(17);
  });

  it("are lost by an unvetted operator after 30 days without a key, and had again with a key alone [OPR-3]", async () => {
    const deployed = await load();
    const { registry, connection, alice, world, governance } = deployed;
    const { vaults, keys } = await announce(deployed, 1);
    const takenAt = await connection.networkHelpers.time.latest();
    const vacate = () => registry.connect(alice).vacate(2);
    await expect(vacate())
      .to.be.revertedWithCustomError(registry, "PlaceKept")
      .withArgs(2, takenAt + 30 * DAY);
    await connection.networkHelpers.time.increaseTo(takenAt + 30 * DAY);
    await expect(vacate()).to.emit(registry, "PlaceLost").withArgs(2);
    expect(await registry.placedOperators()).to.deep.equal([]);
    await expect(vacate()).to.be.revertedWithCustomError(registry, "PlaceKept");
    await world.block();
    await world.block();
    // The same key, shown once more, is no reason to have it for another 30 days.
    const again = () => first(vaults).announce(world.recent(keys));
    await expect(again()).to.be.revertedWithCustomError(registry, "PlaceWasLost").withArgs(2);
    const restore = await world.save();
    await registry.connect(governance).vet(2, 0, 32n * ETHER);
    await expect(again()).to.emit(registry, "PlaceTaken").withArgs(2);
    await restore();
    await expect(first(vaults).activate(first(keys), world.recent(keys)))
      .to.emit(registry, "PlaceTaken")
      .withArgs(2);
    await again().catch(() => undefined);
    expect((await registry.getOperator(2)).isPlaced).to.equal(true);
  });

  it("are kept by who has a key, and by who is vetted", async () => {
    const deployed = await deployVault({ keys: 1, age: OF_AGE });
    const { registry, governance, world, vault, connection } = deployed;
    await connection.networkHelpers.time.increase(31 * DAY);
    await expect(registry.vacate(1)).to.be.revertedWithCustomError(registry, "PlaceKept");
    initiateExit(world.chain.state, world.validator(first(deployed.pubkeys)));
    await world.passEpochs(300);
    await world.check(vault);
    // The 30 days begin when the last key is withdrawn.
    await connection.networkHelpers.time.increase(29 * DAY);
    await expect(registry.vacate(1)).to.be.revertedWithCustomError(registry, "PlaceKept");
    const state = await connection.networkHelpers.takeSnapshot();
    await registry.connect(governance).vet(1, 0, ETHER);
    await connection.networkHelpers.time.increase(300 * DAY);
    await expect(registry.vacate(1)).to.be.revertedWithCustomError(registry, "PlaceKept");
    await state.restore();
    // Who is retired and has no key keeps none.
    await registry.connect(governance).retire(1);
    await expect(registry.vacate(1)).to.emit(registry, "PlaceLost").withArgs(1);
    expect((await registry.getOperator(1)).isPlaced).to.equal(false);
  });

  it("move up when one is lost, with their marks", async () => {
    const deployed = await load();
    const { registry, governance, vault, world } = deployed;
    await announce(deployed, 2);
    await world.enlist(vault);
    const { mark } = await registry.getOperator(1);
    expect(await registry.placedOperators()).to.deep.equal([2n, 3n, 1n]);
    await registry.connect(governance).retire(2);
    await registry.vacate(2);
    expect(await registry.placedOperators()).to.deep.equal([1n, 3n]);
    expect((await registry.getOperator(1)).mark).to.equal(mark);
    expect(await registry.watermark()).to.equal(mark);
    await registry.connect(governance).retire(3);
    await registry.vacate(3);
    expect(await registry.placedOperators()).to.deep.equal([1n]);
    expect(await registry.watermark()).to.equal(mark);
  });
});
