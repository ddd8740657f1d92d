import { expect } from "chai";
import hre from "hardhat";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import { LOCAL_ACCOUNTS } from "../../../src/config/localAccounts.js";
import { audit } from "../../../src/power/audit.js";
import { checkOperation } from "../../../src/power/check/check.js";
import { exitCodeOf } from "../../../src/power/check/report.js";
import { readKnowledge } from "../../../src/power/storage/knowledge.js";
import { compareAudits } from "../../../src/power/record/compareAudits.js";
import { erc1967Slot } from "../../../src/power/storage/wellKnown.js";
import { batchOperation } from "../../../src/protocol/operations/operation.js";
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

  const castOf = () => {
    const { connection, addresses, deployer } = protocol;
    return {
      snapshot: new Snapshot(connection.provider),
      provider: connection.ethers.provider,
      addresses,
      deployer: deployer.address,
      tokenHolders: LOCAL_ACCOUNTS,
      shareHolders: LOCAL_ACCOUNTS,
      others: [upgrader.address],
    };
  };

  /** Of the vault alone: in no mode, so that nothing else is played. */
  async function auditVault() {
    const knowledge = await readKnowledge(hre.artifacts, protocol.addresses);
    return await audit(castOf(), { knowledge, only: () => false, isQuick: true });
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
    expect(unilateral?.gaps.join("\n")).to.contain("what its own code does is not known. So this is never proven.");
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
    it("is made before and after a decision that gives away the vault's proxy admin, and tells the difference", async () => {
      const { connection, addresses } = protocol;
      const { ethers, networkHelpers } = connection;
      const start = await networkHelpers.takeSnapshot();
      const admin = ethers.getAddress(
        ethers.dataSlice(await ethers.provider.getStorage(vault, erc1967Slot("admin")), 12),
      );
      const proxyAdmin = await ethers.getContractAt("Ownable2Step", admin);
      await proxyAdmin.connect(upgrader).transferOwnership(protocol.timelock);
      const thief = inventAccount("thief");
      const data = proxyAdmin.interface.encodeFunctionData("transferOwnership", [thief]);
      const operation = batchOperation([{ target: admin, value: 0n, data }], { salt: ethers.id("a theft") });
      const knowledge = await readKnowledge(hre.artifacts, addresses);
      const report = await checkOperation(
        castOf(),
        { operation, description: undefined, proposal: undefined, scheduledIn: undefined },
        {
          knowledge,
          power: {
            audit: (input) => audit(input, { knowledge, only: () => false, isQuick: true }),
            compare: (before, after) => compareAudits(before.record, after.record),
          },
          readerAt: () => expect.fail("nothing was scheduled"),
        },
      );
      await start.restore();
      if (report.power.kind !== "compared") throw new Error(`the power is ${report.power.kind}`);
      const { verdicts, worse } = report.power.difference;
      expect(verdicts[0]).to.include({ before: "unproven", after: "fails" });
      expect(verdicts[0]?.fresh.join("\n")).to.contain("account 0 of the operation alone can decide code of the vault");
      expect(worse.join("\n")).to.contain("P1");
      expect(exitCodeOf(report)).to.equal(1);
    }).timeout(300_000);

    it("names nobody once the DAO upgrades it, too", async () => {
      const { ethers } = protocol.connection;
      const admin = ethers.dataSlice(await ethers.provider.getStorage(vault, erc1967Slot("admin")), 12);
      const proxyAdmin = await ethers.getContractAt("Ownable2Step", ethers.getAddress(admin));
      await proxyAdmin.connect(upgrader).transferOwnership(protocol.timelock);
      const { verdicts, rules, bypasses } = await auditVault();
      expect(verdicts[0]?.failures).to.deep.equal([]);
      expect(verdicts[0]?.outcome).to.equal("unproven");
      expect(bypasses.filter(({ rule }) => rule.includes("vault"))).to.deep.equal([]);
      expect(rules.find(({ rule }) => rule === "code of the vault")?.isDaos).to.equal(true);
    }).timeout(120_000);
  }
});
