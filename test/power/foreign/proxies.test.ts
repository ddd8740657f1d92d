import { expect } from "chai";

import type { ISafe } from "../../../types/index.js";
import { callAs, createSafeOf } from "../../helpers/safe.js";
import { createForeignWorld, inShort, type ForeignWorld } from "./foreignWorld.js";

describe("[PWR-9] the audit of vaults behind proxies", () => {
  let world: ForeignWorld;
  let salt = 0n;

  before(async () => {
    world = await createForeignWorld();
  });

  const safeOf = async (threshold: number): Promise<ISafe> => {
    salt += 1n;
    return await createSafeOf([world.alice, world.bob, world.carol], threshold, salt);
  };

  async function codeAndSetup(owner: ISafe) {
    const { ethers } = world;
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const code = await ethers.deployContract("OwnedVaultMock");
    return [
      code,
      code.interface.encodeFunctionData("initialize", [await asset.getAddress(), await owner.getAddress()]),
    ];
  }

  /** The vault's owner upgrades it. */
  const deployUups = async (owner: ISafe) =>
    await world.ethers.deployContract("ERC1967Proxy", await codeAndSetup(owner));

  /** Whoever owns its ProxyAdmin upgrades it. */
  async function deployTransparent(owner: ISafe, upgrader: string) {
    const [code, setup] = await codeAndSetup(owner);
    return await world.ethers.deployContract("TransparentUpgradeableProxy", [code, upgrader, setup]);
  }

  const OF_OWNER = ["code of vault", "functions of vault for owner of vault", "owner of vault", "what safe does"];

  it("finds nobody where two of three own a vault, and its upgrade", async () => {
    const safe = await safeOf(2);
    const report = await world.survey({ vault: await deployUups(safe), safe });
    expect(inShort(report, world)).to.deep.equal([]);
    for (const rule of OF_OWNER) {
      const told = report.rules.find((one) => one.rule === rule);
      expect(
        told?.ways.map(({ who }) => who),
        rule,
      ).to.deep.equal(["2 of alice, bob, carol"]);
      expect(told?.status, rule).to.equal("proven");
    }
  });

  it("finds every owner of a Safe of which one is enough, and every module", async () => {
    const safe = await safeOf(1);
    const vault = await deployUups(safe);
    const all = ["alice", "bob", "carol"].flatMap((who) => OF_OWNER.map((rule) => `${who} changes ${rule}`));
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal(all.sort());

    const guarded = await safeOf(2);
    const enable = guarded.interface.encodeFunctionData("enableModule", [world.deployer.address]);
    await callAs(guarded, [world.alice, world.bob], enable);
    expect(inShort(await world.survey({ vault: await deployUups(guarded), safe: guarded }), world)).to.deep.equal(
      OF_OWNER.map((rule) => `deployer changes ${rule}`),
    );
  });

  it("finds an owner hidden behind a proxy admin, who gains all that the vault's owner has", async () => {
    const safe = await safeOf(2);
    const hidden = await world.survey({ vault: await deployTransparent(safe, world.deployer.address), safe });
    expect(inShort(hidden, world)).to.deep.equal([
      "deployer changes code of vault",
      "deployer changes functions of vault for owner of vault",
      "deployer changes owner of the proxy admin of vault",
      "deployer changes owner of vault",
      "deployer changes what the proxy admin of vault does",
    ]);
    expect(hidden.findings.map(({ sentence }) => sentence).join("\n")).to.match(
      /deployer alone can decide code of vault, at once, as owner of the proxy admin of vault/,
    );
    const honest = await world.survey({ vault: await deployTransparent(safe, await safe.getAddress()), safe });
    expect(inShort(honest, world)).to.deep.equal([]);
  });

  it("finds the owner of a beacon, and whoever is about to be", async () => {
    const safe = await safeOf(2);
    const [code, setup] = await codeAndSetup(safe);
    const beacon = await world.ethers.deployContract("UpgradeableBeacon", [code, world.deployer]);
    const vault = await world.ethers.deployContract("BeaconProxy", [beacon, setup]);
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal([
      "deployer changes code of vault",
      "deployer changes functions of vault for owner of vault",
      "deployer changes owner of the beacon of vault",
      "deployer changes owner of vault",
    ]);
    await beacon.getFunction("transferOwnership")(safe);
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal([]);

    const owned = await world.ethers.getContractAt("OwnedVaultMock", await vault.getAddress());
    await callAs(
      safe,
      [world.alice, world.bob],
      owned.interface.encodeFunctionData("transferOwnership", [world.carol.address]),
      await vault.getAddress(),
    );
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal([
      "carol changes functions of vault for owner of vault",
      "carol changes owner of vault",
    ]);
  });

  it("gives the upgrade to whoever is about to own a vault that its owner upgrades", async () => {
    const safe = await safeOf(2);
    const vault = await deployUups(safe);
    const owned = await world.ethers.getContractAt("OwnedVaultMock", await vault.getAddress());
    const transfer = owned.interface.encodeFunctionData("transferOwnership", [world.carol.address]);
    await callAs(safe, [world.alice, world.bob], transfer, await vault.getAddress());
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal([
      "carol changes code of vault",
      "carol changes functions of vault for owner of vault",
      "carol changes owner of vault",
    ]);
  });

  it("finds that anybody may upgrade where nobody is asked", async () => {
    const { ethers } = world;
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const code = await ethers.deployContract("OpenZeppelinUpgradeableVault");
    const setup = code.interface.encodeFunctionData("initialize", [await asset.getAddress()]);
    const vault = await ethers.deployContract("ERC1967Proxy", [code, setup]);
    expect(inShort(await world.survey({ vault }), world)).to.deep.equal(["anybody changes code of vault"]);
  });
});
