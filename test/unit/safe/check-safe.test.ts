import { expect } from "chai";
import {
  AbiCoder,
  concat,
  id,
  Interface,
  keccak256,
  toBeHex,
  ZeroAddress,
  zeroPadValue,
  type Filter,
  type Log,
  type Provider,
} from "ethers";
import { network } from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import type { LogProgress } from "../../../src/protocol/logs.js";
import { withMethods } from "../../../src/protocol/withMethods.js";
import { CREATION_CODE } from "../../../src/safe/artifacts.js";
import { SAFE_CONTRACTS } from "../../../src/safe/canonical.js";
import { checkSafe } from "../../../src/safe/checkSafe.js";
import { encodeSetup } from "../../../src/safe/createSafe.js";
import { readSafe } from "../../../src/safe/readSafe.js";
import { findSecrets, SLOTS } from "../../../src/safe/secrets.js";
import { hashTransaction } from "../../../src/safe/transaction.js";
import { ISafe__factory, ISafeProxyFactory__factory } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { laggingLogs } from "../../helpers/laggingLogs.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { callAs, createSafeOf } from "../../helpers/safe.js";

const { ethers, networkHelpers } = await network.create();
const { provider } = ethers;

const SENTINEL = "0x0000000000000000000000000000000000000001";
const SOMEBODY = "0x00000000000000000000000000000000DeaDBeef";

/** Writes 1 into the slot that calldata begins with, and emits ApproveHash with the two words that follow. */
const FORGER = concat(["0x6001600035556040356020357f", id("ApproveHash(bytes32,address)"), "0x60006000a300"]);
const slotOf = (type: string, key: string, slot: bigint): bigint =>
  BigInt(keccak256(AbiCoder.defaultAbiCoder().encode([type, "uint256"], [key, slot])));

async function deploy() {
  const actors = await getActors(ethers, "alice", "bob", "carol", "dave");
  const { alice, bob, carol } = actors;
  const safe = await createSafeOf([alice, bob, carol], 2);
  const address = await safe.getAddress();
  const expected = { owners: [alice.address, bob.address, carol.address], threshold: 2 };
  const check = async (what = address): Promise<string[]> => {
    const problems = checkSafe(await readSafe(what, provider), expected);
    expect(problems.every(({ severity }) => severity === "error")).to.equal(true);
    return problems.map(({ message }) => message);
  };
  /** The Safe calls itself. */
  const change = (data: string) => callAs(safe, [alice, bob], data);
  return { ...actors, safe, address, expected, check, change, encode: safe.interface };
}
const fixture = () => networkHelpers.loadFixture(deploy);

describe("checkSafe", () => {
  it("accepts the Safe that is configured, whatever the order and spelling of its owners", async () => {
    const { address, expected } = await fixture();
    const found = await readSafe(address, provider);
    const owners = expected.owners.toReversed().map((owner) => owner.toLowerCase());
    expect(checkSafe(found, { ...expected, owners })).to.deep.equal([]);
  });

  it("accepts a Safe of the other singleton, and one without a fallback handler", async () => {
    const { alice, expected, check } = await fixture();
    const factory = ISafeProxyFactory__factory.connect(SAFE_CONTRACTS.proxyFactory.address, alice);
    const handler = SAFE_CONTRACTS.fallbackHandler.address.slice(2).toLowerCase();
    for (const [singleton, setup] of [
      [SAFE_CONTRACTS.singleton.address, encodeSetup(expected)],
      [SAFE_CONTRACTS.singletonL2.address, encodeSetup(expected).replace(handler, "0".repeat(40))],
    ] as const) {
      const address = await factory.createProxyWithNonce.staticCall(singleton, setup, 0);
      await factory.createProxyWithNonce(singleton, setup, 0);
      expect(await check(address)).to.deep.equal([]);
    }
  });

  it("refuses a module", async () => {
    const { change, check, encode } = await fixture();
    await change(encode.encodeFunctionData("enableModule", [SOMEBODY]));
    const [message, ...others] = await check();
    expect(message).to.contain(`module ${SOMEBODY} may act without any owner's signature; right is a Safe without`);
    expect(others).to.deep.equal([]);
  });

  it("refuses a guard", async () => {
    const { alice, change, check, encode } = await fixture();
    const artifact = await import(
      "@safe-global/safe-contracts/build/artifacts/contracts/examples/guards/DebugTransactionGuard.sol/DebugTransactionGuard.json",
      { with: { type: "json" } }
    );
    const deployed = await alice.sendTransaction({ data: artifact.default.bytecode });
    const guard = (await deployed.wait())?.contractAddress ?? "";
    await change(encode.encodeFunctionData("setGuard", [guard]));
    expect((await check()).join()).to.contain(
      `guard ${guard} may forbid transactions; right is a Safe without a guard`,
    );
  });

  it("refuses another fallback handler", async () => {
    const { change, check, encode } = await fixture();
    await change(encode.encodeFunctionData("setFallbackHandler", [SOMEBODY]));
    expect((await check()).join()).to.contain(`${SOMEBODY} answers calls that the Safe does not know`);
  });

  it("refuses another threshold, a lower and a higher one", async () => {
    const { change, check, encode } = await fixture();
    await change(encode.encodeFunctionData("changeThreshold", [3]));
    expect((await check()).join()).to.contain("3 of 3 owners must sign; configured is 2");
    const { safe, alice, bob, carol } = await fixture();
    await callAs(safe, [alice, bob, carol], encode.encodeFunctionData("changeThreshold", [1]));
    expect((await check()).join()).to.contain("1 of 3 owners must sign; configured is 2");
  });

  it("refuses owners that have changed, and names them", async () => {
    const { alice, dave, address, change, check, encode } = await fixture();
    await change(encode.encodeFunctionData("swapOwner", [SENTINEL, alice.address, dave.address]));
    expect(await check()).to.deep.equal([
      `is ${address}, where ${dave.address} is an owner; it is not configured`,
      `is ${address}, where ${alice.address} is no owner, though it is configured`,
    ]);
  });

  it("tells everything at once", async () => {
    const { alice, dave, change, check, encode } = await fixture();
    await change(encode.encodeFunctionData("enableModule", [SOMEBODY]));
    await change(encode.encodeFunctionData("setFallbackHandler", [SOMEBODY]));
    await change(encode.encodeFunctionData("swapOwner", [SENTINEL, alice.address, dave.address]));
    expect(await check()).to.have.lengthOf(4);
  });

  it("takes no approval for standing whose transaction has run", async () => {
    const { safe, alice, bob, carol, check } = await fixture();
    await callAs(safe, [alice, bob], "0x", carol.address);
    await callAs(safe, [bob, carol], "0x", alice.address);
    expect(await check()).to.deep.equal([]);
  });

  context("given what was agreed to by a transaction, and stands", () => {
    const WORDS = "right is a Safe where nothing stands agreed, as in a fresh one";

    it("is refused before the Safe is given a power, and doubtful afterwards", async () => {
      const { safe, alice, bob, carol, address, expected, check } = await fixture();
      const { default: library } = await import(
        "@safe-global/safe-contracts/build/artifacts/contracts/libraries/SignMessageLib.sol/SignMessageLib.json",
        { with: { type: "json" } }
      );
      const deployed = await alice.sendTransaction({ data: library.bytecode });
      const at = (await deployed.wait())?.contractAddress ?? "";
      const hash = id("anything");
      await safe.connect(carol).approveHash(hash);
      await safe.connect(carol).approveHash(hash);
      await safe.connect(bob).approveHash(hash);
      const sign = new Interface(library.abi).encodeFunctionData("signMessage", ["0x12"]);
      await callAs(safe, [alice, bob], sign, at, "delegatecall");
      const [approvals, message, ...others] = await check();
      expect(approvals).to.equal(
        `is ${address}, which has standing approvals of ${carol.address}, ${bob.address} for hash ${hash}, which whoever ` +
          `holds that transaction may use; ${WORDS}`,
      );
      expect(message).to.contain("which has signed the message of hash 0x").and.to.contain(WORDS);
      expect(others).to.deep.equal([]);
      const doubts = checkSafe(await readSafe(address, provider), expected, "warning");
      expect(doubts.map(({ severity }) => severity)).to.deep.equal(["warning", "warning"]);
    });

    it("was forged by a delegatecall before the Safe was handed over: who did so moves it without any owner", async () => {
      const { alice, bob, carol, dave, check } = await fixture();
      await networkHelpers.setCode(SOMEBODY, FORGER);
      const safe = await createSafeOf([dave], 1, 7n);
      const address = await safe.getAddress();
      // What the forger wants to do one day, as number 6: become a module.
      const { interface: abi } = safe;
      const evil = { target: address, value: 0n, data: abi.encodeFunctionData("enableModule", [dave.address]) };
      const { chainId } = await provider.getNetwork();
      const hash = hashTransaction({ chainId, safe: address, nonce: 6n, call: evil });
      for (const { address: owner } of [alice, bob]) {
        const slot = slotOf("bytes32", hash, slotOf("address", owner, SLOTS.approvedHashes));
        const words = concat([toBeHex(slot, 32), hash, zeroPadValue(owner, 32)]);
        await callAs(safe, [dave], words, SOMEBODY, "delegatecall");
      }
      const add = new Interface(["function addOwnerWithThreshold(address,uint256)"]);
      for (const { address: owner } of [alice, bob]) {
        await callAs(safe, [dave], add.encodeFunctionData("addOwnerWithThreshold", [owner, 1]));
      }
      await callAs(safe, [dave], abi.encodeFunctionData("swapOwner", [alice.address, dave.address, carol.address]));
      await callAs(safe, [carol], abi.encodeFunctionData("changeThreshold", [2]));

      expect(await check(address)).to.deep.equal([
        `is ${address}, which has standing approvals of ${alice.address}, ${bob.address} for hash ${hash}, which whoever ` +
          `holds that transaction may use; ${WORDS}`,
      ]);
      const signers = [alice, bob].sort((one, other) => (BigInt(one.address) < BigInt(other.address) ? -1 : 1));
      const nothing = concat(signers.map((one) => concat([zeroPadValue(one.address, 32), toBeHex(1, 33)])));
      await safe.execTransaction(address, 0, evil.data, 0, 0, 0, 0, ZeroAddress, ZeroAddress, nothing);
      expect((await safe.getModulesPaginated(SENTINEL, 10)).array).to.deep.equal([dave.address]);
    });
  });

  it("warns where the node does not prove that nothing is hidden", async () => {
    const { address, expected } = await fixture();
    const found = await readSafe(address, provider);
    if (found.kind !== "safe") throw new Error("it is a Safe");
    const failing = { send: () => Promise.reject(nodeError(-32601, "no such method")) };
    for (const poor of [failing, {}]) {
      const secrets = await findSecrets(found, poor as unknown as Provider, 0);
      expect(secrets).to.equal("unknown");
      const [problem, ...others] = checkSafe({ ...found, secrets }, expected);
      expect(problem?.severity).to.equal("warning");
      expect(problem?.message).to.contain("gives no proof of its storage (eth_getProof)");
      expect(others).to.deep.equal([]);
    }
  });

  it("says that it could not be read where the node fails when it is asked for a proof", async () => {
    const { address } = await fixture();
    const found = await readSafe(address, provider);
    if (found.kind !== "safe") throw new Error("it is a Safe");
    for (const message of ["rate limit", "header not found", "request timed out"]) {
      const failing = { send: () => Promise.reject(nodeError(-32000, message)) };
      const error = await rejectionOf(findSecrets(found, failing as unknown as Provider, 0));
      expect(error).to.be.instanceOf(UnreadableError);
      expect(error.message).to.contain(`eth_getProof of ${address}`);
    }
  });

  context("given a setup that wrote an owner whom no list names", () => {
    /** Writes the second word of its calldata into the slot of the first. */
    const WRITER = "0x6020356000355500";

    it("is refused, and rightly so: the hidden owner signs", async () => {
      const { alice, dave, expected, check } = await fixture();
      await networkHelpers.setCode(SOMEBODY, WRITER);
      const owners = keccak256(AbiCoder.defaultAbiCoder().encode(["address", "uint256"], [dave.address, SLOTS.owners]));
      const args = [expected.owners, 2, SOMEBODY, concat([owners, toBeHex(1, 32)])] as const;
      const setup = ISafe__factory.createInterface().encodeFunctionData("setup", [
        ...args,
        SAFE_CONTRACTS.fallbackHandler.address,
        ZeroAddress,
        0,
        ZeroAddress,
      ]);
      const factory = ISafeProxyFactory__factory.connect(SAFE_CONTRACTS.proxyFactory.address, alice);
      const singleton = SAFE_CONTRACTS.singletonL2.address;
      const address = await factory.createProxyWithNonce.staticCall(singleton, setup, 0);
      await factory.createProxyWithNonce(singleton, setup, 0);

      const safe = ISafe__factory.connect(address, alice);
      expect(await safe.getOwners()).to.deep.equal(expected.owners);
      await callAs(safe, [alice, dave], "0x", dave.address);
      expect(await safe.nonce()).to.equal(1n);
      expect(await check(address)).to.deep.equal([
        `is ${address}, whose storage holds more than the Safe tells: an owner or a module that no list names may be ` +
          "among it; right is a Safe that was set up without a delegatecall and has made none",
      ]);
    });
  });

  context("given a node that gives the logs of 10 blocks at once", () => {
    /** Far more than the Safe is old. [blocks] */
    const OLDER = 100_000;

    it("finds what stands agreed, asks for no block long before the Safe's first, and tells how far it is", async () => {
      const { alice, bob, carol, expected } = await fixture();
      await networkHelpers.mine(OLDER);
      const safe = await createSafeOf([alice, bob, carol], 2, 9n);
      const address = await safe.getAddress();
      const created = await provider.getBlockNumber();
      await safe.connect(carol).approveHash(id("anything"));
      await networkHelpers.mine(100);
      const asked: number[] = [];
      const getLogs = async (filter: Filter): Promise<Log[]> => {
        const [from, to] = [Number(filter.fromBlock), Number(filter.toBlock)];
        if (to - from + 1 > 10) throw nodeError(-32600, "eth_getLogs requests with up to a 10 block range");
        asked.push(from);
        return await provider.getLogs(filter);
      };
      const told: LogProgress[] = [];
      const found = await readSafe(address, withMethods<Provider>(provider, { getLogs }), {
        onProgress: (progress) => told.push(progress),
      });
      expect(checkSafe(found, expected).map(({ message }) => message)).to.have.lengthOf(1);
      expect(checkSafe(found, expected)[0]?.message).to.contain(`has standing approvals of ${carol.address}`);
      expect(Math.min(...asked)).to.be.greaterThan(created - 2_000);
      expect(told.at(-1)).to.deep.include({ read: 2_000, mayEndEarlier: true });
    });
  });

  context("given a node whose logs leave something out, and do not say so", () => {
    it("says that they do, and finds nothing in what is missing", async () => {
      const { address, change, check, encode } = await fixture();
      await change(encode.encodeFunctionData("changeThreshold", [2]));
      expect(await check()).to.deep.equal([]);
      const readWith = (blocks: number) => rejectionOf(readSafe(address, laggingLogs(provider, blocks)));
      const unread = `The logs of the Safe ${address} are not all there: they tell of 0 of its 1 transactions`;
      for (const blocks of [1, 2]) {
        const error = await readWith(blocks);
        expect(error).to.be.instanceOf(UnreadableError);
        expect(error.message).to.equal(`${unread}. Ask another node, or the same one later.`);
      }
      const error = await readWith(await provider.getBlockNumber());
      expect(error.message).to.equal(
        `${unread}, and not of how it was set up. Ask another node, or the same one later.`,
      );
    });
  });

  describe("what is no Safe", () => {
    const reasonOf = async (address: string): Promise<string> => {
      const found = await readSafe(address, provider);
      const [message, ...others] = checkSafe(found, { owners: [], threshold: 1 }).map((problem) => problem.message);
      expect(others).to.deep.equal([]);
      expect(message).to.contain(`is ${address}, which`).and.to.contain("right is a Safe of version 1.4.1");
      return message ?? "";
    };

    it("is an account without code, and a precompile", async () => {
      const { alice } = await fixture();
      for (const address of [alice.address, SOMEBODY, ZeroAddress, toBeHex(4, 20)]) {
        expect(await reasonOf(address)).to.contain("has no code");
      }
    });

    it("is an account that delegates to a Safe by EIP-7702", async () => {
      const address = "0x1111111111111111111111111111111111111111";
      await fixture();
      await networkHelpers.setCode(address, concat(["0xef0100", SAFE_CONTRACTS.singletonL2.address]));
      expect(await reasonOf(address)).to.contain("has other code");
    });

    it("is any other contract, the singleton included", async () => {
      for (const { address } of Object.values(SAFE_CONTRACTS)) {
        expect(await reasonOf(address)).to.contain("has other code than a Safe 1.4.1");
      }
    });

    it("is a proxy of a singleton that pretends: Safe's own code at another address", async () => {
      const { alice, expected } = await fixture();
      const deployed = await alice.sendTransaction({ data: CREATION_CODE.singletonL2 });
      const singleton = (await deployed.wait())?.contractAddress ?? "";
      const factory = ISafeProxyFactory__factory.connect(SAFE_CONTRACTS.proxyFactory.address, alice);
      const address = await factory.createProxyWithNonce.staticCall(singleton, encodeSetup(expected), 0);
      await factory.createProxyWithNonce(singleton, encodeSetup(expected), 0);
      expect(await ISafe__factory.connect(address, alice).getOwners()).to.deep.equal(expected.owners);
      expect(await reasonOf(address)).to.contain(`delegates to ${singleton}, which is no singleton of Safe 1.4.1`);
    });

    it("is a Safe whose singleton has other code", async () => {
      const { address } = await fixture();
      await networkHelpers.setCode(SAFE_CONTRACTS.singletonL2.address, "0x00");
      expect(await reasonOf(address)).to.contain("where the code of SafeL2 1.4.1 should be and is not");
    });

    it("is a Safe that has changed its singleton", async () => {
      const { address } = await fixture();
      await networkHelpers.setStorageAt(address, 0n, zeroPadValue(SOMEBODY, 32));
      expect(await reasonOf(address)).to.contain(`delegates to ${SOMEBODY}`);
    });

    it("is a Safe that nobody has set up", async () => {
      const { alice } = await fixture();
      const factory = ISafeProxyFactory__factory.connect(SAFE_CONTRACTS.proxyFactory.address, alice);
      const args = [SAFE_CONTRACTS.singletonL2.address, "0x", BigInt(id("empty"))] as const;
      const address = await factory.createProxyWithNonce.staticCall(...args);
      await factory.createProxyWithNonce(...args);
      expect(await reasonOf(address)).to.contain("nobody has set up");
    });
  });
});
