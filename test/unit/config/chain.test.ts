import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { artifacts, network } from "hardhat";

import standard from "../../../config/default.js";
import { checkSafesOnChain } from "../../../src/config/checks/committeesOnChain.js";
import { checkOnChain } from "../../../src/config/checks/chain.js";
import { describeProblem } from "../../../src/config/checks/checkDao.js";
import { parseDao } from "../../../src/config/parse.js";
import type { DaoDefinition } from "../../../src/config/schema.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import { enterVault } from "../../helpers/deployCore.js";
import { failingProvider, isCallOf } from "../../helpers/failingProvider.js";
import { impersonate } from "../../helpers/impersonate.js";
import { laggingCalls } from "../../helpers/laggingCalls.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { createSafeOf } from "../../helpers/safe.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const TOTAL_SUPPLY = "0x18160ddd";
const NOWHERE = "0x00000000000000000000000000000000DeaDBeef";
const example = { kind: "example", name: "Vault", symbol: "V", fee: "0 %", seed: "2.5" } as const;

async function deployVaults() {
  const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  const other = await ethers.deployContract("AssetMock", ["Other", "OTH", 18]);
  const vault = await ethers.deployContract("VaultMock", [asset]);
  const mode = {
    hasSeparateShare: false,
    hasVotableSupply: false,
    hasRequestIds: false,
    isFulfilledAtOnce: false,
    burnAt: 0,
    priceAt: 0,
  };
  const queue = await ethers.deployContract("ERC7540VaultMock", [asset, mode]);
  const [depositor] = await ethers.getSigners();
  if (depositor === undefined) throw new Error("the chain has no accounts");
  // An empty vault is refused for being empty.
  for (const filled of [vault, queue] as const) {
    await enterVault(connection, asset, filled, depositor, 10n ** 9n);
  }
  const addresses = await Promise.all([asset, other, vault, queue].map((contract) => contract.getAddress()));
  const [assetAt = "", otherAt = "", vaultAt = "", queueAt = ""] = addresses;
  return { asset: assetAt, other: otherAt, vault: vaultAt, queue: queueAt };
}
const fixture = () => networkHelpers.loadFixture(deployVaults);

const readArtifact = async (name: string) =>
  (await artifacts.artifactExists(name)) ? await artifacts.readArtifact(name) : undefined;

const check = async (vault: DaoDefinition["vault"], payer?: string): Promise<string[]> =>
  (await checkOnChain(parseDao({ ...standard, vault }, "test"), ethers.provider, { payer, readArtifact })).map(
    describeProblem,
  );

const checkBodies = async (overrides: Partial<DaoDefinition>): Promise<string[]> =>
  (await checkOnChain(parseDao({ ...standard, ...overrides }, "test"), ethers.provider)).map(describeProblem);

describe("checkOnChain", () => {
  it("accepts vaults that are what the file says", async () => {
    const { asset, vault, queue } = await fixture();
    expect(await check(standard.vault)).to.deep.equal([]);
    expect(await check({ kind: "erc4626", address: vault })).to.deep.equal([]);
    expect(await check({ kind: "erc7540", address: queue })).to.deep.equal([]);
    expect(await check({ ...example, asset, market: vault })).to.deep.equal([]);
  });

  it("reads one block, so that a backend that lags does not take a young vault for none", async () => {
    const { vault } = await fixture();
    const dao = parseDao({ ...standard, vault: { kind: "erc4626", address: vault } }, "test");
    expect(await checkOnChain(dao, laggingCalls(ethers.provider, 0, true))).to.deep.equal([]);
    const error = await rejectionOf(checkOnChain(dao, laggingCalls(ethers.provider, 0, false)));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.contain("header not found");
  });

  it("refuses an address without code", async () => {
    const { asset } = await fixture();
    const sentence = `is ${NOWHERE}, where this chain has no contract`;
    for (const kind of ["erc4626", "erc7540"] as const) {
      expect((await check({ kind, address: NOWHERE })).join()).to.contain(`vault.address: ${sentence}`);
    }
    expect((await check({ ...example, asset, market: NOWHERE })).join()).to.contain(`vault.market: ${sentence}`);
    expect(await check({ ...example, asset: NOWHERE, market: NOWHERE })).to.have.lengthOf(2);
  });

  it("refuses a contract that is no vault", async () => {
    const { asset } = await fixture();
    const sentence = "which does not tell an asset(): right is an ERC-4626 vault";
    expect((await check({ kind: "erc4626", address: asset })).join()).to.contain(
      `vault.address: is ${asset}, ${sentence}`,
    );
    expect((await check({ ...example, asset, market: asset })).join()).to.contain(
      `vault.market: is ${asset}, ${sentence}`,
    );
  });

  it("refuses a market of another asset", async () => {
    const { asset, other, vault } = await fixture();
    expect((await check({ ...example, asset: other, market: vault })).join()).to.equal(
      `vault.market: is ${vault}, which lends ${asset}: right is a market of vault.asset, ${other}`,
    );
  });

  it("refuses a Safe that is not what the file says", async () => {
    const [one, two, three, stranger] = await ethers.getSigners();
    const { emergency } = standard;
    if (!one || !two || !three || !stranger || !emergency) throw new Error("too few accounts");
    const safe = await createSafeOf([one, two, three], 2, 77n);
    const address = await safe.getAddress();
    const itself = safe.connect(await impersonate(connection, address));
    const committee = { safe: address, owners: [one, two, three].map((owner) => owner.address), threshold: 2 };
    const tell = (values: Partial<typeof committee>) =>
      checkBodies({ emergency: { ...emergency, activationCommittee: { ...committee, ...values } } });
    const path = "emergency.activationCommittee.safe: is";

    expect(await tell({})).to.deep.equal([]);
    expect(await tell({ threshold: 3 })).to.deep.equal([
      `${path} ${address}, where 2 of 3 owners must sign; configured is 3`,
    ]);
    expect((await tell({ owners: [one.address, two.address, stranger.address] })).join()).to.contain(
      `${path} ${address}, where ${three.address} is an owner; it is not configured`,
    );
    expect((await tell({ safe: NOWHERE })).join()).to.contain(`${path} ${NOWHERE}, which has no code`);
    await itself.enableModule(stranger);
    expect((await tell({})).join()).to.contain(`${path} ${address}, where module ${stranger.address} may act`);
  });

  context("given owners that are contracts", () => {
    const { emergency } = standard;
    if (!emergency) throw new Error("the default configuration has no emergency committees");
    const [first = "", second = ""] = emergency.executionCommittee.owners;

    it("refuses a committee that one person moves, and keys that checks share behind their owners", async () => {
      // A member of the activation committee in the file; here it is all of it.
      const [, , , , person] = await ethers.getSigners();
      if (!person) throw new Error("too few accounts");
      const one = await (await createSafeOf([person], 1, 1n)).getAddress();
      const other = await (await createSafeOf([person], 1, 2n)).getAddress();
      const activationCommittee = { owners: [one, other], threshold: 2 };
      const executionCommittee = { owners: [first, second, person.address], threshold: 2 };
      const path = "emergency.activationCommittee";
      expect(await checkBodies({ emergency: { ...emergency, activationCommittee, executionCommittee } })).to.deep.equal(
        [
          `${path}: obeys ${person.address} alone, which stands behind enough of its owners; right are as many independent ` +
            "keys as must sign, also behind owners that are Safes",
          `emergency.executionCommittee: shares the key ${person.address} with ${path}, through owners that are Safes, and ` +
            "the two are meant to check each other; right is a key behind one of them",
        ],
      );
      const shared = { owners: [first, second, one], threshold: 2 };
      const sentences = await checkBodies({
        emergency: { ...emergency, executionCommittee: shared, activationCommittee },
      });
      // That both name the same Safe, the file itself shows.
      expect(sentences).to.have.lengthOf(2);
      expect(sentences[1]).to.contain(`shares the key ${person.address}`);
    });

    it("warns of one that it cannot look into", async () => {
      const { vault } = await fixture();
      const executionCommittee = { owners: [first, second, vault], threshold: 2 };
      const problems = await checkOnChain(
        parseDao({ ...standard, emergency: { ...emergency, executionCommittee } }, "test"),
        ethers.provider,
      );
      expect(problems).to.deep.equal([
        {
          severity: "warning",
          path: "emergency.executionCommittee",
          message:
            `depends on ${vault}, which has other code than a Safe 1.4.1, so that nobody can tell here who acts for it; ` +
            "right is a key, or a Safe of version 1.4.1",
        },
      ]);
    });
  });

  it("needs Safe's contracts on a public chain, where a Safe is to be created", async () => {
    const dao = parseDao(standard, "test");
    const [problem, ...others] = await checkSafesOnChain(dao, (await network.create()).ethers.provider, 1n);
    expect(others).to.deep.equal([]);
    expect(problem?.path).to.equal("emergency.activationCommittee");
    expect(problem?.message).to.contain("needs a new Safe, and chain 1 does not have Safe, SafeL2, SafeProxyFactory");
  });

  it("refuses a pausable that does not answer as one", async () => {
    const { asset, vault } = await fixture();
    const { circuitBreaker } = standard;
    if (!circuitBreaker) throw new Error("the default configuration has no circuit breaker");
    const example = await ethers.deployContract("ExampleVault", [asset, "Vault", "V", vault, 0n, ZeroAddress, vault]);
    const pausables = [vault, await example.getAddress(), NOWHERE];
    const sentences = await checkBodies({ circuitBreaker: { ...circuitBreaker, pausables } });
    expect(sentences.map((text) => text.split(",")[0])).to.deep.equal([
      `circuitBreaker.pausables[0]: is ${vault}`,
      `circuitBreaker.pausables[2]: is ${NOWHERE}`,
    ]);
  });

  context("given a vault without shares, or nearly so", () => {
    it("refuses one whose shares are fewer than the escrow takes", async () => {
      const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
      const vault = await ethers.deployContract("VaultMock", [asset]);
      const address = await vault.getAddress();
      const [depositor] = await ethers.getSigners();
      if (depositor === undefined) throw new Error("the chain has no accounts");
      expect((await check({ kind: "erc4626", address })).join()).to.contain("whose shares are 0 units in all");
      await enterVault(connection, asset, vault, depositor, 10n ** 9n - 1n);
      expect((await check({ kind: "erc4626", address })).join()).to.contain(
        `vault.address: is ${address}, whose shares are 999,999,999 units in all: an empty vault is anybody's lever, and ` +
          "the escrow refuses it; right is one with at least 1,000,000,000 units, so deposit into it first",
      );
      await enterVault(connection, asset, vault, depositor, 1n);
      expect(await check({ kind: "erc4626", address })).to.deep.equal([]);
    });

    it("takes a node that fails for no vault without shares", async () => {
      const { vault } = await fixture();
      const overloaded = new Error("the node is overloaded");
      const failing = failingProvider(ethers.provider, isCallOf(TOTAL_SUPPLY), overloaded);
      const dao = parseDao({ ...standard, vault: { kind: "erc4626", address: vault } }, "test");
      const error = await rejectionOf(checkOnChain(dao, failing));
      expect(error.message).to.equal("the node is overloaded");
    });
  });

  context("given a seed for the example vault over an asset that exists", () => {
    it("refuses one that the deployer cannot pay", async () => {
      const { asset, vault } = await fixture();
      const [, payer] = await ethers.getSigners();
      if (payer === undefined) throw new Error("the chain has no accounts");
      const token = await ethers.getContractAt("AssetMock", asset);
      const seeded = { ...example, asset, market: vault };
      await token.mint(payer, 25n * 10n ** 17n - 1n);
      expect(await check(seeded, payer.address)).to.deep.equal([
        `vault.seed: is 2.5 of ${asset}, and the deployer, ${payer.address}, who pays it, has 2.499999999999999999; right ` +
          "is at most what the deployer has",
      ]);
      await token.mint(payer, 1n);
      expect(await check(seeded, payer.address)).to.deep.equal([]);
    });

    it("counts in the asset's own decimals", async () => {
      const asset = await ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
      const market = await ethers.deployContract("MarketMock", [asset]);
      const at = { asset: await asset.getAddress(), market: await market.getAddress() };
      expect(await check({ ...example, ...at, seed: "1" })).to.deep.equal([]);
      expect((await check({ ...example, ...at, seed: "0.999999" })).join()).to.contain(
        "vault.seed: is 0.999999: an empty vault is anybody's lever, and the escrow refuses it; right is at least 1",
      );
    });
  });

  context("given a vault that is left in a way of its own", () => {
    it("accepts a vessel implementation of this vault, or a contract that can be made one", async () => {
      const { vault } = await fixture();
      const vessel = await ethers.deployContract("StandardVessel", [vault]);
      expect(await check({ kind: "own", address: vault, vessel: await vessel.getAddress() })).to.deep.equal([]);
      expect(await check({ kind: "own", address: vault, vessel: "CooldownVessel" })).to.deep.equal([]);
    });

    it("refuses an address without code, what is no vessel, and a vessel of another vault", async () => {
      const { vault, queue, asset } = await fixture();
      const own = (vessel: string) => check({ kind: "own", address: vault, vessel });
      expect((await own(NOWHERE)).join()).to.contain(`vault.vessel: is ${NOWHERE}, where this chain has no contract`);
      expect((await own(asset)).join()).to.contain(`vault.vessel: is ${asset}, which does not tell a VAULT()`);
      const other = await (await ethers.deployContract("StandardVessel", [queue])).getAddress();
      expect(await own(other)).to.deep.equal([
        `vault.vessel: is ${other}, which tells ${queue} as its VAULT(): right is a vessel implementation made with ${vault}`,
      ]);
    });

    it("refuses the name of nothing, of no vessel, of an abstract one, and of one that refuses the vault", async () => {
      const { vault } = await fixture();
      const own = (vessel: string) => check({ kind: "own", address: vault, vessel });
      expect((await own("NoSuchVessel")).join()).to.contain(
        'vault.vessel: is "NoSuchVessel", which is no compiled contract',
      );
      expect((await own("AssetMock")).join())
        .to.contain("which is no vessel: it has no ")
        .and.to.contain("VAULT()");
      expect((await own("Vessel")).join()).to.contain("which cannot be deployed with the vault's address alone");
      const dao = parseDao({ ...standard, vault: { kind: "own", address: vault, vessel: "Refusing" } }, "test");
      const { abi } = await artifacts.readArtifact("StandardVessel");
      // Reverts whatever it is given.
      const refusing = () => Promise.resolve({ abi, bytecode: "0x60006000fd" });
      expect((await checkOnChain(dao, ethers.provider, { readArtifact: refusing })).map(describeProblem)).to.deep.equal(
        [`vault.vessel: is "Refusing", whose constructor refuses the vault ${vault}: right is one made for it`],
      );
    });

    it("refuses a vessel whose creation code no chain takes", async () => {
      const { vault } = await fixture();
      const dao = parseDao({ ...standard, vault: { kind: "own", address: vault, vessel: "Long" } }, "test");
      const { abi, bytecode } = await artifacts.readArtifact("StandardVessel");
      const long = () => Promise.resolve({ abi, bytecode: bytecode + "00".repeat(49_152) });
      const [problem = ""] = (await checkOnChain(dao, ethers.provider, { readArtifact: long })).map(describeProblem);
      expect(problem).to.match(/^vault\.vessel: is "Long", whose creation code has \d+ bytes: right is at most 49152$/);
    });
  });

  it("refuses one kind of vault under the name of the other", async () => {
    const { vault, queue } = await fixture();
    expect((await check({ kind: "erc4626", address: queue })).join()).to.contain('right is "erc7540"');
    expect((await check({ kind: "erc7540", address: vault })).join()).to.contain('right is "erc4626"');
  });
});
