import { expect } from "chai";
import { parseEther, sha256, zeroPadBytes } from "ethers";

import { credentials, somePubkey, someSignature } from "../../helpers/consensus/depositData.js";
import { concatKeys, ETHER, type PoolWorld } from "../../helpers/poolWorld.js";
import { deployVault, first, share, slashKey, windDown } from "../../helpers/vaultWorld.js";

const FORKS = ["fulu", "gloas"] as const;
const rootOf = (pubkey: string): string => sha256(zeroPadBytes(pubkey, 64));
const HOUR = 3600;

/** An operator with one key that is ready. */
async function deployReady(fork: (typeof FORKS)[number] = "fulu") {
  const deployed = await deployVault({ fork });
  return { ...deployed, key: first(await deployed.world.prepare(deployed.vault)) };
}
const load = share(deployReady);

/** 31 ETH of the operator's own on top: its validator becomes active before the pool knows it. */
async function topUp(world: PoolWorld, pubkey: string, amount = 31n * 10n ** 9n): Promise<void> {
  const { withdrawalCredentials } = world.validator(pubkey);
  await world.give({ pubkey, withdrawalCredentials, amount, signature: someSignature(0) });
  await world.block();
  await world.passEpochs(10);
}

describe("OperatorVault: activate", () => {
  for (const fork of FORKS) {
    it(`sends 31 ETH of the pool's, and makes the operator's 1 ETH its bond (${fork}) [KEY-1]`, async () => {
      const { vault, key, pool, registry, depositContract, world, alice } = await deployReady(fork);
      const index = world.chain.state.validators.findIndex(({ pubkey }) => pubkey === key);
      const activate = vault.connect(alice).activate(key, world.recent([key]));
      await expect(activate).to.emit(vault, "Activated").withArgs(key, index, 0);
      await expect(activate).to.emit(pool, "Staked").withArgs(vault, parseEther("31"), parseEther("1000"));
      await expect(activate).to.emit(registry, "PlaceTaken").withArgs(1);
      await expect(activate).to.emit(registry, "StakeAdded").withArgs(1, 1, parseEther("1000"));
      await expect(activate)
        .to.emit(depositContract, "DepositEvent")
        .withArgs(
          key,
          await vault.withdrawalCredentials(),
          "0x0076be3707000000",
          `0x${"00".repeat(96)}`,
          "0x0100000000000000",
        );
      const { staked, bond, keyCount, mark } = await registry.getOperator(1);
      expect([staked, bond, keyCount]).to.deep.equal([parseEther("32"), parseEther("1000"), 1n]);
      expect(mark).to.equal(await world.connection.networkHelpers.time.latest());
      expect(await vault.keyStatus(rootOf(key))).to.equal(2n);
      expect(await vault.indexAt(0)).to.equal(index);
      const { live, inFlight } = await vault.keySets();
      expect([live, inFlight]).to.deep.equal([1n, 1n]);
    });
  }

  it("gives keys the lowest free places, in the order of the proof", async () => {
    const { vault, world } = await load();
    const keys = world.inOrder([...(await world.prepare(vault, 2))]);
    await world.activate(vault, keys);
    expect(await vault.keyCount()).to.equal(2n);
    for (const [place, key] of keys.entries()) {
      expect(await vault.indexAt(place)).to.equal(
        world.chain.state.validators.findIndex(({ pubkey }) => pubkey === key),
      );
    }
  });

  it("activates a key once: its second time is refused for good [KEY-2]", async () => {
    const { vault, key, world } = await load();
    await world.activate(vault, [key]);
    await expect(vault.activate(key, world.recent([key])))
      .to.be.revertedWithCustomError(vault, "KeyStatusMismatch")
      .withArgs(rootOf(key), 2, 1);
  });

  it("needs the operator's deposit first", async () => {
    const { vault, world } = await load();
    const pubkey = somePubkey(900);
    const to = await vault.withdrawalCredentials();
    await world.give({ pubkey, withdrawalCredentials: to, amount: 10n ** 9n, signature: someSignature(900) });
    await world.passEpochs(4);
    await expect(vault.activate(pubkey, world.recent([pubkey])))
      .to.be.revertedWithCustomError(vault, "KeyStatusMismatch")
      .withArgs(rootOf(pubkey), 0, 1);
  });

  it("believes only a state that is at most an hour old [KEY-3]", async () => {
    const { vault, key, world, connection } = await load();
    const recent = world.recent([key]);
    await connection.networkHelpers.time.setNextBlockTimestamp(recent.timestamp + HOUR + 1);
    await expect(vault.activate(key, recent))
      .to.be.revertedWithCustomError(vault, "ProofTooOld")
      .withArgs(recent.timestamp, recent.timestamp + 1);
  });

  it("believes one of exactly an hour", async () => {
    const { vault, key, world, connection } = await load();
    const recent = world.recent([key]);
    await connection.networkHelpers.time.setNextBlockTimestamp(recent.timestamp + HOUR);
    await vault.activate(key, recent);
  });

  it("believes no header but that of the block whose root was told, at a time that EIP-4788 knows", async () => {
    const { vault, key, world } = await load();
    const recent = world.recent([key]);
    await expect(
      vault.activate(key, { ...recent, header: { ...recent.header, slot: recent.header.slot - 1 } }),
    ).to.be.revertedWithCustomError(vault, "BlockRootMismatch");
    await expect(vault.activate(key, { ...recent, timestamp: recent.timestamp + 1 }))
      .to.be.revertedWithCustomError(vault, "RootNotServed")
      .withArgs(recent.timestamp + 1);
  });

  it("refuses an empty proof, and keys that are not as many as the proof's", async () => {
    const { vault, key, world } = await load();
    await expect(vault.activate("0x", world.recent([]))).to.be.revertedWithCustomError(vault, "NothingProven");
    await expect(vault.activate(concatKeys([key, key]), world.recent([key])))
      .to.be.revertedWithCustomError(vault, "PubkeysMismatch")
      .withArgs(96, 48);
    await expect(vault.activate(`${key}00`, world.recent([key])))
      .to.be.revertedWithCustomError(vault, "PubkeysMismatch")
      .withArgs(49, 48);
  });

  it("refuses another key than the proof's", async () => {
    const { vault, key, world } = await load();
    const [other] = await world.predeposit(vault);
    await expect(vault.activate(other ?? "", world.recent([key])))
      .to.be.revertedWithCustomError(vault, "PubkeyMismatch")
      .withArgs(rootOf(key), rootOf(other ?? ""));
  });

  it("refuses a validator that is slashed, and one that is exiting [KEY-3]", async () => {
    const { vault, key, world } = await load();
    await topUp(world, key);
    const index = world.chain.state.validators.findIndex(({ pubkey }) => pubkey === key);
    const validator = world.validator(key);
    validator.exitEpoch = 5000;
    await world.block();
    await world.block();
    await expect(vault.activate(key, world.recent([key])))
      .to.be.revertedWithCustomError(vault, "ValidatorExiting")
      .withArgs(index, 5000);
    slashKey(world, key);
    await world.block();
    await world.block();
    await expect(vault.activate(key, world.recent([key])))
      .to.be.revertedWithCustomError(vault, "ValidatorSlashed")
      .withArgs(index);
  });

  it("leaves what the queue needs, and 0.5 % of assets", async () => {
    const { vault, key, world, pool, alice } = await load();
    const assets = await pool.totalAssets();
    // 31 ETH and 0.5 % of 1,000 are 36.
    await pool.connect(alice).requestRedeem(parseEther("964001"), alice, alice);
    await expect(vault.activate(key, world.recent([key]))).to.be.revertedWithCustomError(pool, "IdleTooLow");
    expect(await pool.totalAssets()).to.equal(assets);
  });

  it("takes what is left beyond that to the last wei", async () => {
    const { vault, key, world, pool, alice } = await load();
    await pool.connect(alice).requestRedeem(parseEther("963999"), alice, alice);
    await vault.activate(key, world.recent([key]));
  });

  it("stops at the pool's cap, counted with the key's 32 ETH", async () => {
    const { vault, key, world, pool, governance } = await load();
    await pool.connect(governance).setCap(parseEther("32") - 1n);
    await expect(vault.activate(key, world.recent([key])))
      .to.be.revertedWithCustomError(pool, "StakeAboveCap")
      .withArgs(parseEther("32"), parseEther("32") - 1n);
    await pool.connect(governance).setCap(parseEther("32"));
    await vault.activate(key, world.recent([key]));
  });

  it("stops while some operator was not checked for 36 hours", async () => {
    const { vault, key, world, pool, operator } = await load();
    await world.activate(vault, [key]);
    const [another] = await world.prepare(vault);
    await world.passEpochs(350);
    await expect(
      vault.connect(operator).activate(another ?? "", world.recent([another ?? ""])),
    ).to.be.revertedWithCustomError(pool, "ProofsTooOld");
    await world.check(vault);
    await vault.activate(another ?? "", world.recent([another ?? ""]));
  });

  it("stops for a retired operator, and while the pool winds down", async () => {
    const { vault, key, world, registry, governance } = await load();
    await registry.connect(governance).retire(1);
    await expect(vault.activate(key, world.recent([key])))
      .to.be.revertedWithCustomError(registry, "OperatorRetired")
      .withArgs(1);
    const wound = await deployVault({ keys: 1 });
    const [late] = await wound.world.prepare(wound.vault);
    await windDown(wound);
    await wound.world.block();
    await expect(wound.vault.activate(late ?? "", wound.world.recent([late ?? ""]))).to.be.revertedWithCustomError(
      wound.pool,
      "WindingDown",
    );
  });

  it("takes 31 ETH whatever a stranger has added, also where that makes more than 2,048 [KEY-1]", async () => {
    const { vault, key, world, registry } = await load();
    await topUp(world, key, 2040n * 10n ** 9n);
    await world.passEpochs(20);
    await world.activate(vault, [key]);
    expect((await registry.getOperator(1)).staked).to.equal(parseEther("32"));
    await world.block();
    await world.block();
    await world.passEpochs(12);
    // What is above 2,048 has been swept to the vault.
    expect(world.validator(key).balance).to.equal(2048n * 10n ** 9n);
    expect(await world.connection.ethers.provider.getBalance(vault)).to.equal(parseEther("24"));
  });

  it("needs credentials that are the vault's to the bit: a proof of others fails [KEY-3]", async () => {
    const { vault, world, operator } = await load();
    const other = await world.register(operator);
    const mine = await vault.getAddress();
    for (const [number, to] of [
      [901, credentials("0x01", mine)],
      [902, credentials("0x03", mine)],
      [903, await other.withdrawalCredentials()],
    ] as const) {
      const pubkey = somePubkey(number);
      await world.give({ pubkey, withdrawalCredentials: to, amount: 10n ** 9n, signature: someSignature(number) });
      await vault.predeposit(pubkey, someSignature(number), { value: ETHER });
      await world.block();
      await world.block();
      await world.passEpochs(6);
      expect(world.validator(pubkey).withdrawalCredentials).to.equal(to);
      await expect(vault.activate(pubkey, world.recent([pubkey]))).to.be.revertedWithCustomError(
        vault,
        "StateRootMismatch",
      );
    }
  });
});

describe("OperatorVault: announce", () => {
  it("takes a place for the operator, and tells until when and with how many keys it goes first", async () => {
    const { vault, key, world, registry, alice } = await load();
    const recent = world.recent([key]);
    const announce = vault.connect(alice).announce(recent);
    await expect(announce).to.emit(registry, "PlaceTaken").withArgs(1);
    await expect(announce)
      .to.emit(registry, "Announced")
      .withArgs(1, recent.timestamp + HOUR, 1);
    const { readyUntil, readyKeys } = await registry.getOperator(1);
    expect([readyUntil, readyKeys]).to.deep.equal([BigInt(recent.timestamp + HOUR), 1n]);
  });

  it("is not shortened by anybody who brings an older state [OPR-2]", async () => {
    const { vault, key, world, registry, alice } = await load();
    const older = world.recent([key]);
    await world.passEpochs(4);
    const newer = world.recent([key]);
    await vault.announce(newer);
    await vault.connect(alice).announce(older);
    expect((await registry.getOperator(1)).readyUntil).to.equal(newer.timestamp + HOUR);
  });

  it("is spent by an activation", async () => {
    const { vault, key, world, registry } = await load();
    await vault.announce(world.recent([key]));
    await world.activate(vault, [key]);
    expect((await registry.getOperator(1)).readyUntil).to.equal(0n);
    await expect(vault.announce(world.recent([key])))
      .to.be.revertedWithCustomError(vault, "KeyStatusMismatch")
      .withArgs(rootOf(key), 2, 1);
  });

  it("needs a key that could be activated", async () => {
    const { vault, key, world } = await load();
    await expect(vault.announce(world.recent([]))).to.be.revertedWithCustomError(vault, "NothingProven");
    world.validator(key).exitEpoch = 7000;
    await world.block();
    await world.block();
    await expect(vault.announce(world.recent([key]))).to.be.revertedWithCustomError(vault, "ValidatorExiting");
  });

  it("is no operator's who is retired", async () => {
    const { vault, key, world, registry, governance } = await load();
    await registry.connect(governance).retire(1);
    await expect(vault.announce(world.recent([key]))).to.be.revertedWithCustomError(registry, "OperatorRetired");
  });
});
