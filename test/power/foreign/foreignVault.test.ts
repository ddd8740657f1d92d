import { expect } from "chai";
import hre from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { LOCAL_ACCOUNTS } from "../../../src/config/localAccounts.js";
import { audit } from "../../../src/power/audit.js";
import { readKnowledge } from "../../../src/power/knowledge.js";
import { erc1967Slot } from "../../../src/power/storage/wellKnown.js";
import { inventAccount, Snapshot } from "../../../src/rehearsal/snapshot.js";
import type { OwnedVaultMock } from "../../../types/index.js";
import { isDeep } from "../../helpers/testProfile.js";
import { deployProtocol } from "../../helpers/deployTribune.js";
import { impersonate } from "../../helpers/impersonate.js";

describe("[PWR-10] the audit of a DAO over somebody else's vault", () => {
  let upgrader: HardhatEthersSigner;
  let protocol: Awaited<ReturnType<typeof deployProtocol>>;
  let vault: OwnedVaultMock;

  before(async () => {
    const connection = await hre.network.create();
    const { ethers } = connection;
    const signers = await ethers.getSigners();
    const [curator, staker] = signers;
    if (curator === undefined || staker === undefined) throw new Error("too few accounts");
    // Nobody of the DAO's own.
    upgrader = await impersonate(connection, inventAccount("upgrader"));
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const code = await ethers.deployContract("OwnedVaultMock");
    const setup = code.interface.encodeFunctionData("initialize", [await asset.getAddress(), curator.address]);
    const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [code, upgrader, setup]);
    vault = await ethers.getContractAt("OwnedVaultMock", await proxy.getAddress());
    const amount = 1_000_000n * 10n ** 18n;
    await asset.mint(staker, amount);
    await asset.connect(staker).approve(vault, amount);
    await vault.connect(staker).deposit(amount, staker);
    protocol = await deployProtocol(connection, { vault: { kind: "erc4626", address: await vault.getAddress() } });
    // The vault is the DAO's own, but for its code.
    await vault.connect(curator).transferOwnership(protocol.timelock);
    await vault.connect(await impersonate(connection, protocol.timelock)).acceptOwnership();
  });

  /** Of the vault alone: in no mode, so that nothing else is played. */
  async function auditVault() {
    const { connection, addresses, deployer } = protocol;
    const cast = {
      snapshot: new Snapshot(connection.provider),
      provider: connection.ethers.provider,
      addresses,
      deployer: deployer.address,
      tokenHolders: LOCAL_ACCOUNTS,
      shareHolders: LOCAL_ACCOUNTS,
      others: [upgrader.address],
    };
    const knowledge = await readKnowledge(hre.artifacts, addresses);
    return await audit(cast, { knowledge, only: () => false, isQuick: true });
  }

  it("names whoever hides behind the vault's proxy admin, and nobody else: the vault is the DAO's", async () => {
    const { verdicts, rules, bypasses, record } = await auditVault();
    const [unilateral] = verdicts;
    const hidden = "account 0 that was given a role alone can decide";
    expect(unilateral?.outcome).to.equal("fails");
    expect(unilateral?.failures[0]).to.contain(
      `${hidden} code of the vault, at once, as owner of the proxy admin of the vault`,
    );
    expect(unilateral?.failures.filter((failure) => !failure.startsWith(hidden))).to.deep.equal([]);
    // What is on record of it, so that whoever comes later is told.
    expect(Object.keys(record.calls["code of the vault, alone"] ?? {})).to.deep.equal([
      "account 0 that was given a role",
    ]);
    const code = bypasses.find(({ rule }) => rule === "code of the vault");
    expect(code).to.include({ smallest: 1, isDaos: false, canObject: "no" });
    const owner = rules.find(({ rule }) => rule === "owner of the vault");
    expect(owner?.ways?.map(({ who }) => who)).to.deep.equal(["the timelock"]);
  }).timeout(120_000);

  if (isDeep) {
    it("names nobody once the DAO upgrades it, too", async () => {
      const { ethers } = protocol.connection;
      const admin = ethers.dataSlice(await ethers.provider.getStorage(vault, erc1967Slot("admin")), 12);
      const proxyAdmin = await ethers.getContractAt("Ownable2Step", ethers.getAddress(admin));
      await proxyAdmin.connect(upgrader).transferOwnership(protocol.timelock);
      const { verdicts, rules, bypasses } = await auditVault();
      expect(verdicts[0]?.failures).to.deep.equal([]);
      expect(bypasses.filter(({ rule }) => rule.includes("vault"))).to.deep.equal([]);
      expect(rules.find(({ rule }) => rule === "code of the vault")?.isDaos).to.equal(true);
    }).timeout(120_000);
  }
});
