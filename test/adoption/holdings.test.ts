import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ContractFactory, id, ZeroHash } from "ethers";
import { network } from "hardhat";

import { isReady } from "../../src/adoption/report.js";
import { UnreadableError } from "../../src/protocol/errors.js";
import { ROLES } from "../../src/protocol/roles.js";
import { adopt, deployBeside, keysOf, land, wrongOf } from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { rejectionOf } from "../helpers/rejection.js";
import { deployWizardDao, OLD_DELAY } from "../helpers/wizardDao.js";
import { compileSources } from "../helpers/wizardSources.js";

const GRANT_DELAY = 10 * 86_400;
const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** A DAO whose timelock has an id of a token that the file lists, and one that it does not. */
async function deployWithDeeds() {
  const old = await deployWizardDao(connection);
  const deeds = await ethers.deployContract("ERC721Mock");
  const gift = await ethers.deployContract("ERC721Mock");
  for (const token of [deeds, gift]) await token.mint(old.timelock, 7n);
  await deeds.mint(old.stranger, 8n);
  const world = await deployBeside(old, { holdings: [await deeds.getAddress()] });
  return { ...world, deeds, gift };
}

describe("[ADO-1] what an adoption hands over of ERC-721 tokens", () => {
  it("is each id that the old timelock has of a listed one; of others it is told", async () => {
    const world = await networkHelpers.loadFixture(deployWithDeeds);
    const [deeds, gift] = [await world.deeds.getAddress(), await world.gift.getAddress()];
    const report = await adopt(world);
    expect([wrongOf(report), keysOf(report)]).to.deep.equal([[], []]);
    expect(report.holdings).to.include(`id 7 of token ${deeds}`);
    expect(report.notices.join("\n")).to.contain(`has received id 7 of token ${gift}`);
    expect(isReady(report)).to.equal(true);
  });

  it("can be taken by whoever was approved, which is told", async () => {
    const world = await networkHelpers.loadFixture(deployWithDeeds);
    const { deeds, timelock, stranger, majority } = world;
    const target = await deeds.getAddress();
    const signer = await impersonate(connection, timelock);
    await deeds.connect(signer).setApprovalForAll(stranger, true);
    await deeds.connect(signer).approve(majority, 7n);
    await networkHelpers.setBalance(signer.address, 0n);
    expect(keysOf(await adopt(world))).to.deep.equal([
      `spender of ${target}: ${stranger.address}`,
      `spender of ${target}: ${majority.address}`,
    ]);
  });
});

/** A DAO whose timelock has a role that comes into force ten days after it is granted; and an unlisted beacon. */
async function deployWithDelay() {
  const old = await deployWizardDao(connection);
  const { timelock, vault, deployer } = old;
  const manager = await ethers.deployContract("AccessManager", [deployer]);
  await manager.setGrantDelay(7n, GRANT_DELAY);
  // Until a shorter or longer delay counts.
  await networkHelpers.time.increase(5 * 86_400);
  for (const role of [7n, 0n]) await manager.grantRole(role, timelock, 0);
  await networkHelpers.time.increase(GRANT_DELAY);
  await manager.renounceRole(0n, deployer);
  // Only a decision names it.
  const beacon = await ethers.deployContract("UpgradeableBeacon", [
    await ethers.deployContract("OwnedVaultMock"),
    timelock,
  ]);
  const asOld = await impersonate(connection, timelock);
  await timelock.connect(asOld).grantRole(ROLES.proposer, asOld);
  const call = [beacon, 0n, beacon.interface.encodeFunctionData("implementation"), ZeroHash, ZeroHash] as const;
  await timelock.connect(asOld).schedule(...call, OLD_DELAY);
  await networkHelpers.time.increase(OLD_DELAY);
  await timelock.execute(...call);
  await timelock.connect(asOld).renounceRole(ROLES.proposer, asOld);
  await networkHelpers.setBalance(asOld.address, 0n);
  const target = await manager.getAddress();
  return { ...(await deployBeside(old, { holdings: [target] })), target, beacon, vault };
}

describe("[ADO-1] an adoption of a DAO with roles that come into force late, and a contract that it has only called", () => {
  const fixture = () => networkHelpers.loadFixture(deployWithDelay);

  it("waits for the role on the copy, says that nobody has it meanwhile, and brings all of it back", async () => {
    const world = await fixture();
    const key = `role 7 of ${world.target}: ${GRANT_DELAY} s`;
    expect(keysOf(await adopt(world))).to.deep.equal([key]);
    const report = await adopt(world, { accepted: [key] });
    expect([wrongOf(report), keysOf(report)]).to.deep.equal([[], []]);
    expect(report.holdings).to.include.members([
      `role 7 of ${world.target}`,
      `owner of ${await world.beacon.getAddress()}`,
    ]);
    expect(isReady(report)).to.equal(true);

    // Landed, and the ten days are not over.
    for (const one of report.proposals) await land(world, one, OLD_DELAY);
    const manager = await ethers.getContractAt("AccessManager", world.target);
    const [since] = await manager.getAccess(7n, world.deployment.addresses.timelock);
    const coming = `role 7 of ${world.target} from ${since} on`;
    const early = await adopt(world, { accepted: [key] });
    expect(keysOf(early)).to.include(coming);
    expect(early.findings.find((one) => one.key === coming)?.sentence).to.contain("for the new timelock at 20");
    const back = await adopt(world, { accepted: [key], isBack: true });
    expect(back.holdings).not.to.include(`role 7 of ${world.target}`);
    expect(keysOf(back)).to.include(coming);
    await networkHelpers.time.increaseTo(since);
    expect(keysOf(await adopt(world))).not.to.include(coming);
  });

  it("names contracts of which the node does not tell how old they are; of the old timelock nothing is said then", async () => {
    const world = await fixture();
    const fromBlock = 1;
    const failed = await rejectionOf(adopt(world, { fromBlock, withoutState: true }));
    expect(failed).to.be.instanceOf(UnreadableError);
    expect(failed.message).to.contain(`the old timelock, ${await world.timelock.getAddress()}, is older than block`);
    // That it is younger is known.
    const { target, timelock } = world;
    const known = [await timelock.getAddress()];
    const report = await adopt(world, { fromBlock, withoutState: true, young: known });
    expect(keysOf(report)).to.include(`roles of ${target} before block ${fromBlock}`);
  });
});

if (isDeep) {
  describe("[ADO-1] contracts whose default admin changes with a delay", () => {
    const rules = "@openzeppelin/contracts/access/extensions/AccessControlDefaultAdminRules.sol";
    const source = `// SPDX-License-Identifier: MIT
      pragma solidity ^0.8.34;
      import {AccessControlDefaultAdminRules} from "${rules}";
      contract Ruled is AccessControlDefaultAdminRules {
        constructor(address admin) AccessControlDefaultAdminRules(3 days, admin) {}
      }`;
    /** A DAO whose timelock is default admin of one such contract, with one more role there. */
    async function deployRuled() {
      const old = await deployWizardDao(connection);
      const made = compileSources({ Ruled: source }).get("Ruled");
      if (made === undefined) throw new Error("nobody made it");
      const factory = new ContractFactory(made.abi, made.bytecode, old.deployer);
      const target = await (await factory.deploy(await old.timelock.getAddress())).getAddress();
      const send = async (signer: HardhatEthersSigner, method: string, args: readonly unknown[] = []) => {
        await signer.sendTransaction({ to: target, data: made.abi.encodeFunctionData(method, args) });
      };
      const asOld = async (method: string, args: readonly unknown[]) => {
        const signer = await impersonate(connection, old.timelock);
        await send(signer, method, args);
        await networkHelpers.setBalance(signer.address, 0n);
      };
      await asOld("grantRole", [id("KEEPER_ROLE"), await old.timelock.getAddress()]);
      return { ...(await deployBeside(old, { holdings: [target] })), target, send, asOld };
    }

    it("are offered, and accepted after their own delay and the timelock's", async () => {
      const world = await networkHelpers.loadFixture(deployRuled);
      const report = await adopt(world);
      expect([wrongOf(report), keysOf(report)]).to.deep.equal([[], []]);
      expect(report.holdings).to.include(`default admin of ${world.target}`);
      expect(isReady(report)).to.equal(true);
    });

    it("are told where they are offered to somebody who may accept before", async () => {
      const world = await networkHelpers.loadFixture(deployRuled);
      await world.asOld("beginDefaultAdminTransfer", [world.stranger.address]);
      const key = `pending default admin of ${world.target}: ${world.stranger.address}`;
      const report = await adopt(world);
      expect(keysOf(report)).to.deep.equal([key]);
      // The adoption's own offer takes the place of that one.
      expect(wrongOf(await adopt(world, { accepted: [key] }))).to.deep.equal([]);
    });

    it("are told where they are offered to the old timelock itself, which must accept first", async () => {
      const world = await networkHelpers.loadFixture(deployRuled);
      const { asOld, send, deployer, timelock, target } = world;
      await asOld("beginDefaultAdminTransfer", [deployer.address]);
      await networkHelpers.time.increase(3 * 86_400 + 1);
      await send(deployer, "acceptDefaultAdminTransfer");
      await send(deployer, "beginDefaultAdminTransfer", [await timelock.getAddress()]);
      const keys = keysOf(await adopt(world));
      expect(keys).to.include(`pending default admin of ${target}: ${await timelock.getAddress()}`);
    });
  });
}
