import { expect } from "chai";
import { id, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { SAFE_CONTRACTS } from "../../../src/safe/canonical.js";
import { createSafe, encodeSetup, predictSafe } from "../../../src/safe/createSafe.js";
import { provideSafeContracts } from "../../../src/safe/provide.js";
import { readSafe } from "../../../src/safe/readSafe.js";
import { ISafe__factory, ISafeProxyFactory__factory } from "../../../types/index.js";
import { getActors } from "../../helpers/actors.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";

const { ethers, networkHelpers } = await network.create();

async function provide() {
  const actors = await getActors(ethers, "deployer", "alice", "bob", "carol", "stranger");
  await provideSafeContracts(actors.deployer);
  const { alice, bob, carol } = actors;
  const plan = { owners: [alice.address, bob.address, carol.address], threshold: 2, salt: BigInt(id("a committee")) };
  return { ...actors, plan };
}
const fixture = () => networkHelpers.loadFixture(provide);

describe("createSafe", () => {
  it("creates the Safe that was planned, at the address that was predicted", async () => {
    const { deployer, plan } = await fixture();
    const address = await createSafe(deployer, plan);
    expect(address).to.equal(predictSafe(plan));
    expect(await readSafe(address, ethers.provider)).to.deep.equal({
      kind: "safe",
      address,
      singleton: SAFE_CONTRACTS.singletonL2.address,
      version: "1.4.1",
      owners: plan.owners,
      threshold: 2,
      modules: [],
      guard: undefined,
      fallbackHandler: SAFE_CONTRACTS.fallbackHandler.address,
      nonce: 0n,
      secrets: "none",
    });
  });

  it("waits for what it has sent by its hash, whatever fails meanwhile", async () => {
    const connection = await network.create();
    const { deployer, alice } = await getActors(connection.ethers, "deployer", "alice");
    await provideSafeContracts(deployer);
    const { provider } = connection;
    const request = provider.request.bind(provider);
    let failures = 0;
    provider.request = (args) => {
      const isAsked = ["eth_getTransactionByHash", "eth_getTransactionReceipt"].includes(args.method);
      return isAsked && failures++ === 0 ? Promise.reject(nodeError(-32005, "limit exceeded")) : request(args);
    };
    const plan = { owners: [alice.address], threshold: 1, salt: 7n };
    expect(await createSafe(deployer, plan)).to.equal(predictSafe(plan));
    expect(failures).to.be.greaterThan(1);
  });

  it("sends nothing where the Safe stands already, whoever created it", async () => {
    const { deployer, stranger, plan } = await fixture();
    const factory = ISafeProxyFactory__factory.connect(SAFE_CONTRACTS.proxyFactory.address, stranger);
    await factory.createProxyWithNonce(SAFE_CONTRACTS.singletonL2.address, encodeSetup(plan), plan.salt);
    const nonce = await deployer.getNonce();
    expect(await createSafe(deployer, plan)).to.equal(predictSafe(plan));
    expect(await deployer.getNonce()).to.equal(nonce);
  });

  it("gives other owners, thresholds and salts other addresses", async () => {
    const { stranger, plan } = await fixture();
    const plans = [
      plan,
      { ...plan, threshold: 3 },
      { ...plan, salt: 0n },
      { ...plan, owners: [...plan.owners.slice(1), stranger.address] },
    ];
    expect(new Set(plans.map(predictSafe))).to.have.lengthOf(plans.length);
  });

  it("refuses a Safe that has changed since it was created", async () => {
    const { deployer, alice, stranger, plan } = await fixture();
    const alone = { ...plan, owners: [alice.address], threshold: 1 };
    const address = await createSafe(deployer, alone);
    const safe = ISafe__factory.connect(address, alice);
    const swap = safe.interface.encodeFunctionData("swapOwner", [
      "0x0000000000000000000000000000000000000001",
      alice.address,
      stranger.address,
    ]);
    const approval = `0x${"00".repeat(12)}${alice.address.slice(2)}${"00".repeat(32)}01`;
    await safe.execTransaction(address, 0, swap, 0, 0, 0, 0, ZeroAddress, ZeroAddress, approval);
    const { message } = await rejectionOf(createSafe(deployer, alone));
    expect(message).to.contain(`${stranger.address} is an owner; it is not configured`);
    expect(message).to.contain(`${alice.address} is no owner, though it is configured`);
  });

  it("refuses a chain without Safe's contracts", async () => {
    const other = await network.create();
    const { deployer } = await getActors(other.ethers, "deployer");
    const { plan } = await fixture();
    const { message } = await rejectionOf(createSafe(deployer, plan));
    expect(message).to.contain("Chain 31337 does not have the contracts of Safe 1.4.1");
  });
});
