import { expect } from "chai";
import { parseEther, toBeHex } from "ethers";

import { GWEI_PER_ETH } from "../helpers/consensus/constants.js";
import { credentials, somePubkey, someSignature } from "../helpers/consensus/depositData.js";
import { ETHER } from "../helpers/poolWorld.js";
import type { OperatorVault } from "../../types/index.js";
import { deployVault, first, share } from "../helpers/vaultWorld.js";

const KEY = parseEther("32");
const load = share(async () => await deployVault());

describe("attacks with keys", () => {
  it("a pubkey that others have deposited for first costs the operator 1 ETH, and the pool nothing [KEY-3]", async () => {
    const { vault, world, pool, registry, alice } = await load();
    const pubkey = somePubkey(77);
    for (const prefix of ["0x01", "0x02", "0x03"] as const) {
      const thief = credentials(prefix, await alice.getAddress());
      const key = `${pubkey.slice(0, -2)}${prefix.slice(2)}`;
      const deposit = {
        pubkey: key,
        withdrawalCredentials: thief,
        amount: 32n * GWEI_PER_ETH,
        signature: someSignature(2),
      };
      await world.give(deposit);
      await vault.predeposit(key, someSignature(1), { value: ETHER });
      await world.block();
      await world.block();
      await world.passEpochs(8);
      expect(world.validator(key).withdrawalCredentials).to.equal(thief);
      for (const call of [
        vault.activate.staticCall(key, world.recent([key])),
        vault.announce.staticCall(world.recent([key])),
      ]) {
        await expect(call).to.be.revertedWithCustomError(vault, "StateRootMismatch");
      }
    }
    expect(await pool.totalAssets()).to.equal(parseEther("1000"));
    expect((await registry.getOperator(1)).staked).to.equal(0n);
  });

  it("a bad signature makes no validator: there is nothing to prove, and nothing follows [KEY-3]", async () => {
    const { vault, world, chain } = await deployVault({ isSigned: ({ signature }) => !signature.startsWith("0xbad0") });
    const pubkey = somePubkey(78);
    await vault.predeposit(pubkey, `0xbad0${"00".repeat(94)}`, { value: ETHER });
    await world.block();
    await world.block();
    await world.passEpochs(8);
    expect(chain.state.validators).to.deep.equal([]);
    expect(chain.state.pendingDeposits).to.deep.equal([]);
  });

  it("a key of another vault's is that vault's alone, whoever deposits for it [KEY-2]", async () => {
    const { vault, world, registry, bob } = await load();
    const other = await world.register(bob);
    const key = first(await world.prepare(vault));
    await other.predeposit(key, someSignature(9), { value: ETHER });
    await world.block();
    await world.passEpochs(4);
    await expect(other.activate(key, world.recent([key]))).to.be.revertedWithCustomError(other, "StateRootMismatch");
    await world.activate(vault, [key]);
    await expect(other.activate(key, world.recent([key]))).to.be.revertedWithCustomError(other, "StateRootMismatch");
    expect((await registry.getOperator(2)).staked).to.equal(0n);
  });

  it("a flood of keys that are never ready changes nothing for those that are", async () => {
    const { vault, world, registry } = await load();
    const gasOf = async (keys: readonly string[]): Promise<bigint> =>
      await vault.activate.estimateGas(first(keys), world.recent(keys));
    const before = await gasOf(await world.prepare(vault));
    await world.predeposit(vault, 40);
    await world.block();
    await world.passEpochs(6);
    const after = await gasOf(await world.prepare(vault));
    expect(after).to.be.closeTo(before, before / 50n);
    expect((await registry.getOperator(1)).isPlaced).to.equal(false);
    expect(await registry.watermark()).to.equal(await world.connection.networkHelpers.time.latest());
  });

  it("has at most 256 live keys: one more is neither announced nor activated [KEY-7]", async () => {
    const { vault, world, registry, connection } = await load();
    const keys = await world.prepare(vault, 2);
    // All places but one are taken: what the vault has in its third slot.
    await connection.networkHelpers.setStorageAt(await vault.getAddress(), 2, toBeHex(2n ** 256n - 2n, 32));
    await world.activate(vault, keys.slice(0, 1));
    expect([await vault.keyCount(), await vault.indexAt(0)]).to.deep.equal([256n, 0n]);
    const [, last] = keys;
    const recent = world.recent([last ?? ""]);
    await expect(vault.activate(last ?? "", recent))
      .to.be.revertedWithCustomError(vault, "TooManyKeys")
      .withArgs(257, 256);
    await expect(vault.announce(recent)).to.be.revertedWithCustomError(vault, "TooManyKeys").withArgs(257, 256);
    const more = await world.prepare(vault, 1);
    await connection.networkHelpers.setStorageAt(await vault.getAddress(), 2, toBeHex(2n ** 256n - 2n, 32));
    await expect(vault.announce(world.recent([last ?? "", ...more])))
      .to.be.revertedWithCustomError(vault, "TooManyKeys")
      .withArgs(257, 256);
    expect((await registry.getOperator(1)).readyUntil).to.equal(0n);
  });
});

describe("attacks with operators", () => {
  it("Sybils that nobody has vetted have one cap together, whatever their number [OPR-7]", async () => {
    const { world, registry, operator } = await deployVault({ unvettedOperatorCap: KEY, unvettedCap: 3n * KEY });
    const vaults: OperatorVault[] = [];
    const keys: string[] = [];
    for (let number = 0; number < 5; number++) {
      const vault = await world.register(operator);
      vaults.push(vault);
      keys.push(...(await world.predeposit(vault)));
    }
    await world.block();
    await world.block();
    await world.passEpochs(4);
    let activated = 0;
    for (const [number, vault] of vaults.entries()) {
      const key = keys[number] ?? "";
      if (activated < 3) await world.activate(vault, [key]);
      else {
        await expect(vault.activate(key, world.recent([key])))
          .to.be.revertedWithCustomError(registry, "EntityAboveCap")
          .withArgs(0, 4n * KEY, 3n * KEY);
      }
      activated++;
    }
    expect(await registry.getEntity(0)).to.deep.equal([0n, 3n * KEY, 3n * KEY]);
  });

  it("gains do not lift a cap: who is above it gets nothing, and leaves first [OPR-7]", async () => {
    const { vault, world, registry, pubkeys, operator, bob } = await deployVault({
      keys: 1,
      unvettedOperatorCap: 2n * KEY,
    });
    const another = await world.register(bob);
    await world.enlist(another);
    world.validator(first(pubkeys)).balance += 40n * GWEI_PER_ETH;
    await world.block();
    await world.check(vault, another);
    const [key] = await world.prepare(vault.connect(operator));
    await expect(vault.activate(key ?? "", world.recent([key ?? ""])))
      .to.be.revertedWithCustomError(registry, "OperatorAboveCap")
      .withArgs(parseEther("104"), 2n * KEY);
    expect(await registry.nextToExit()).to.equal(1n);
  });

  it("an announcement holds up nobody for longer than an hour, and anybody ends it sooner [OPR-2]", async () => {
    const { vault, world, registry, pubkeys, operator, bob, alice } = await deployVault({ keys: 1 });
    const griefer = await world.register(bob);
    const [bait] = await world.predeposit(griefer);
    const [key] = await world.prepare(vault.connect(operator));
    if (bait === undefined || key === undefined) throw new Error("no key");
    await griefer.announce(world.recent([bait]));
    await expect(vault.activate(key, world.recent([key]))).to.be.revertedWithCustomError(registry, "NotFirst");
    // Whoever is held up activates the griefer's key himself.
    await world.activate(griefer.connect(alice), [bait]);
    await world.activate(vault.connect(alice), [key]);
    expect((await registry.getOperator(1)).staked).to.equal(2n * KEY);
    expect(pubkeys.length).to.equal(1);
  });

  it("an announcement is not ended by a competitor with an older proof [OPR-2]", async () => {
    const { vault, world, registry, operator, bob, connection } = await deployVault({ keys: 1 });
    const smaller = await world.register(bob);
    const [mine] = await world.predeposit(smaller);
    const [key] = await world.prepare(vault.connect(operator));
    if (mine === undefined || key === undefined) throw new Error("no key");
    const old = world.recent([mine]);
    await world.passEpochs(9);
    await smaller.announce(world.recent([mine]));
    await vault
      .connect(operator)
      .activate.staticCall(key, world.recent([key]))
      .catch(() => undefined);
    await smaller.connect(operator).announce(old);
    await connection.networkHelpers.time.increaseTo(old.timestamp + 3601);
    await expect(vault.activate(key, world.recent([key]))).to.be.revertedWithCustomError(registry, "NotFirst");
  });

  it("a hostile DAO that retires everybody makes nobody exit, takes no bond and stops no proof [OPR-8]", async () => {
    const { vault, world, registry, pool, governance, alice, pubkeys } = await deployVault({ keys: 2 });
    const { bond } = await registry.getOperator(1);
    await registry.connect(governance).setUnvettedOperatorCap(0n);
    await registry.connect(governance).setEntityCap(0, 0n);
    await registry.connect(governance).retire(1);
    expect(await registry.exitDemand()).to.equal(0n);
    world.validator(first(pubkeys)).balance += GWEI_PER_ETH;
    await world.block();
    await world.check(vault);
    expect((await registry.getOperator(1)).bond).to.be.gte(bond);
    await pool.connect(alice).requestRedeem(parseEther("1000"), alice, alice);
    await world.check(vault);
    await pool.finalise();
    expect(await pool.claimableRedeemRequest(1, alice)).to.equal(parseEther("1000"));
  });
});
