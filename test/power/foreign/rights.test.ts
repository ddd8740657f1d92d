import { expect } from "chai";
import { concat, getAddress, id, Interface } from "ethers";

import { createSafeOf } from "../../helpers/safe.js";
import { impersonate } from "../../helpers/impersonate.js";
import { createForeignWorld, inShort, type ForeignWorld } from "./foreignWorld.js";

/** Where a Safe keeps its guard. */
const GUARD_SLOT = BigInt(id("guard_manager.guard.address"));

describe("[PWR-9] the audit of roles, owners and operators", () => {
  let world: ForeignWorld;

  before(async () => {
    world = await createForeignWorld();
  });

  /** Behind a proxy that nobody upgrades. */
  async function deployRoles(admin: string) {
    const code = await world.ethers.deployContract("UpgradeableRolesMock");
    const setup = code.interface.encodeFunctionData("initialize", [admin]);
    return await world.ethers.deployContract("ERC1967Proxy", [code, setup]);
  }

  it("finds whoever alone holds a role, though its holder is an account with borrowed code", async () => {
    const { alice, connection, ethers } = world;
    const roles = await deployRoles(alice.address);
    const code = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    // By EIP-7702.
    await connection.networkHelpers.setCode(alice.address, concat(["0xef0100", await code.getAddress()]));
    const report = await world.survey({ roles });
    expect(inShort(report, world)).to.deep.equal([
      "alice changes functions of roles for DEFAULT_ADMIN_ROLE of roles",
      "alice changes who holds DEFAULT_ADMIN_ROLE of roles",
    ]);
    expect(report.notices.join("\n")).to.match(/alice \(0x.*\) is an account with a key .*EIP-7702/);
    await connection.networkHelpers.setCode(alice.address, "0x");
  });

  it("takes two keys of one person for one person", async () => {
    const { alice, bob, carol } = world;
    const safe = await createSafeOf([alice, bob, carol], 2);
    const roles = await deployRoles(await safe.getAddress());
    expect(inShort(await world.survey({ roles, safe }), world)).to.deep.equal([]);
    const identities = new Map([alice, bob].map(({ address }) => [address, "Ann"]));
    expect(inShort(await world.survey({ roles, safe }, { identities }), world)).to.deep.equal([
      "Ann changes functions of roles for DEFAULT_ADMIN_ROLE of roles",
      "Ann changes what safe does",
      "Ann changes who holds DEFAULT_ADMIN_ROLE of roles",
    ]);
  });

  it("finds whoever alone blocks a Safe that asks for all of its owners, and tells of a guard whom nobody is known behind", async () => {
    const { alice, bob, carol, connection } = world;
    const both = await createSafeOf([alice, bob], 2, 11n);
    expect(inShort(await world.survey({ safe: both }), world)).to.deep.equal([
      "alice blocks what safe does, inferred",
      "bob blocks what safe does, inferred",
    ]);
    const safe = await createSafeOf([alice, bob, carol], 2, 12n);
    const guard = await (await world.ethers.deployContract("ActorMock")).getAddress();
    await connection.networkHelpers.setStorageAt(await safe.getAddress(), GUARD_SLOT, BigInt(guard));
    const report = await world.survey({ safe });
    expect(inShort(report, world)).to.deep.equal([]);
    expect(report.gaps.join("\n")).to.contain(
      "the guard of safe alone can block what safe does, and nothing is known of who moves it.",
    );
  });

  it("tells which functions let a stranger write, or refuse it for a reason that is not known", async () => {
    const { ethers } = world;
    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const vault = await ethers.deployContract("PausableVaultMock", [asset]);
    const report = await world.survey({ vault, asset });
    type Name = Parameters<typeof vault.interface.getFunction>[0];
    const selectors = (names: Name[]) => names.map((name) => vault.interface.getFunction(name).selector);
    const told = report.gaps.find((gap) => gap.includes("of vault")) ?? "";
    for (const selector of selectors(["bindBreaker", "pauseFor", "resume"])) expect(told).to.contain(selector);
    for (const view of selectors(["isPaused", "breaker", "totalAssets"])) expect(told).not.to.contain(view);
    expect(told).to.contain("refuse a stranger for a reason that is not known");
    const mint = asset.interface.getFunction("mint").selector;
    expect(report.gaps.join("\n")).to.contain(`of asset is not all known: ${mint} lets a stranger write something`);
    // With an ABI the errors say whom they refuse.
    const interfaces = new Map([[await vault.getAddress(), vault.interface]]);
    const named = await world.survey({ vault }, { interfaces });
    const silent = named.gaps.find((gap) => gap.includes("for a reason that is not known")) ?? "";
    for (const name of ["bindBreaker", "pauseFor", "resume"]) expect(silent).not.to.contain(name);
  });

  it("tells of a contract that it does not know, and that holds something alone, as of nobody", async () => {
    const { ethers } = world;
    const unknown = await ethers.deployContract("ActorMock");
    const report = await world.survey({ roles: await deployRoles(await unknown.getAddress()) });
    expect(inShort(report, world)).to.deep.equal([]);
    expect(report.gaps.join("\n")).to.contain("and nothing is known of who moves it");
  });

  it("follows a minimal clone, and tells of an operator who may redeem what a Safe has", async () => {
    const { alice, bob, carol, deployer, ethers, connection } = world;
    const code = await ethers.deployContract("UpgradeableBeacon", [
      await ethers.deployContract("AssetMock", ["Asset", "AST", 18]),
      alice,
    ]);
    const clone = getAddress("0x00000000000000000000000000000000000c104e");
    const bytes = ["0x363d3d373d3d3d363d73", await code.getAddress(), "0x5af43d82803e903d91602b57fd5bf3"];
    await connection.networkHelpers.setCode(clone, concat(bytes));
    await connection.networkHelpers.setStorageAt(clone, 0, BigInt(alice.address));
    const owned = await world.survey({ clone });
    expect(inShort(owned, world)).to.include("alice changes owner of clone");

    const asset = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    const flags = { hasSeparateShare: false, hasVotableSupply: false, hasRequestIds: false, isFulfilledAtOnce: false };
    const vault = await ethers.deployContract("ERC7540VaultMock", [asset, { ...flags, burnAt: 0, priceAt: 0 }]);
    const safe = await createSafeOf([alice, bob, carol], 2, 7n);
    const setOperator = new Interface(["function setOperator(address,bool)"]);
    const asSafe = await impersonate(connection, safe);
    const data = setOperator.encodeFunctionData("setOperator", [deployer.address, true]);
    await asSafe.sendTransaction({ to: vault, data });
    expect(inShort(await world.survey({ vault, safe }), world)).to.deep.equal([
      "deployer changes what safe has in vault, inferred",
    ]);
  });
});
