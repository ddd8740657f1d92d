import { expect } from "chai";
import { Interface } from "ethers";

import { createSafeOf } from "../../helpers/safe.js";
import { createForeignWorld, inShort, type ForeignWorld } from "./foreignWorld.js";

const DAY = 86_400;
const [OPERATORS, GUARDIANS] = [5n, 6n];

describe("[PWR-9] the audit of a protocol that an AccessManager runs", () => {
  let world: ForeignWorld;

  before(async () => {
    world = await createForeignWorld();
  });

  /** Operators set a fee a day after they announce it, the admin whatever it wants. */
  async function deploy(admin: string, operator: string, guardian: string) {
    const { ethers, deployer } = world;
    const manager = await ethers.deployContract("AccessManager", [deployer]);
    const protocol = await ethers.deployContract("ManagedMock", [manager]);
    const setFee = protocol.interface.getFunction("setFee").selector;
    await manager.setTargetFunctionRole(protocol, [setFee], OPERATORS);
    await manager.grantRole(OPERATORS, operator, DAY);
    await manager.grantRole(GUARDIANS, guardian, 0);
    await manager.setRoleGuardian(OPERATORS, GUARDIANS);
    await manager.grantRole(0, admin, 0);
    if (admin !== deployer.address) await manager.renounceRole(0, deployer);
    const interfaces = new Map([[await protocol.getAddress(), new Interface(protocol.interface.fragments)]]);
    return { protocol, more: { interfaces } };
  }

  it("finds nobody where Safes hold every role", async () => {
    const safe = await createSafeOf([world.alice, world.bob, world.carol], 2);
    const holder = await safe.getAddress();
    const { protocol, more } = await deploy(holder, holder, holder);
    const report = await world.survey({ protocol, safe }, more);
    expect(inShort(report, world)).to.deep.equal([]);
    const fee = report.rules.find(({ rule }) => rule === "setFee of protocol");
    expect(fee).to.include({ seconds: 0, status: "proven" });
  });

  it("finds the admin, whoever sets a fee after a day, and who cancels that", async () => {
    const { alice, bob, deployer } = world;
    const { protocol, more } = await deploy(deployer.address, alice.address, bob.address);
    const report = await world.survey({ protocol }, more);
    const manager = "the manager of protocol";
    expect(inShort(report, world)).to.deep.equal(
      [
        `alice changes setFee of protocol after ${DAY} s`,
        `bob blocks what role 5 of ${manager} announces`,
        `deployer blocks what role 5 of ${manager} announces`,
        "deployer changes setFee of protocol",
        "deployer changes functions of protocol for ADMIN role of the manager of protocol",
        `deployer changes what ${manager} does`,
        `deployer changes who may call protocol`,
        `deployer changes who holds ADMIN role of ${manager}`,
        `deployer changes who holds role 5 of ${manager}`,
        `deployer changes who holds role 6 of ${manager}`,
      ].sort(),
    );
  });
});
