import { expect } from "chai";
import { Interface, ZeroHash } from "ethers";
import { network } from "hardhat";

import { isReady, type AdoptionReport } from "../../src/adoption/report.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import { proposalOf, proposeArguments } from "../../src/protocol/proposals.js";
import { ROLES } from "../../src/protocol/roles.js";
import { adopt, deployBeside, keysOf, land, verify, wrongOf, type AdoptionWorld } from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao, OLD_DELAY, type WizardDao } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const NEW_DELAY = 345_600n;
const ACCEPT = new Interface(["function acceptOwnership()"]).encodeFunctionData("acceptOwnership");

/** The vault was offered to the timelock once, and accepted by an operation without a salt. */
async function acceptBefore({ timelock, vault, deployer }: WizardDao) {
  const asOld = await impersonate(connection, timelock);
  await vault.connect(asOld).transferOwnership(deployer);
  await vault.connect(deployer).acceptOwnership();
  await vault.connect(deployer).transferOwnership(timelock);
  await timelock.connect(asOld).grantRole(ROLES.proposer, asOld);
  await timelock.connect(asOld).schedule(vault, 0n, ACCEPT, ZeroHash, ZeroHash, OLD_DELAY);
  await timelock.connect(asOld).renounceRole(ROLES.proposer, asOld);
  await networkHelpers.time.increase(OLD_DELAY);
  await timelock.execute(vault, 0n, ACCEPT, ZeroHash, ZeroHash);
  await networkHelpers.setBalance(asOld.address, 0n);
}

/**
 * Others have seats in the old timelock as well: the stranger may cancel; the deployer could propose, made the new timelock
 * a proposer, and lost that again.
 */
async function deployWorld() {
  const old = await deployWizardDao(connection);
  const { timelock, stranger, deployer } = old;
  await acceptBefore(old);
  const implementation = await ethers.deployContract("OwnedVaultMock");
  const beacon = await ethers.deployContract("UpgradeableBeacon", [implementation, timelock]);
  const world = await deployBeside(old);
  const asOld = await impersonate(connection, timelock);
  await timelock.connect(asOld).grantRole(ROLES.canceller, stranger);
  await timelock.connect(asOld).grantRole(ROLES.proposer, deployer);
  await timelock.connect(asOld).grantRole(ROLES.proposer, world.deployment.addresses.timelock);
  await timelock.connect(asOld).revokeRole(ROLES.proposer, deployer);
  await networkHelpers.setBalance(asOld.address, 0n);
  return { ...world, beacon };
}

const expectReady = (report: AdoptionReport): void => {
  expect([wrongOf(report), keysOf(report)]).to.deep.equal([[], []]);
  expect(isReady(report)).to.equal(true);
};

async function landAll(world: AdoptionWorld, { proposals }: AdoptionReport, delay: bigint): Promise<void> {
  expect(proposals.length).to.be.greaterThan(0);
  for (const one of proposals) await land(world, one, delay);
}

/** As the operation's own number says, under whatever salt. */
async function accept(world: AdoptionWorld, timelock: string, delay: bigint): Promise<void> {
  await networkHelpers.time.increase(delay);
  const contract = await ethers.getContractAt("TimelockController", timelock);
  const logs = await contract.queryFilter(contract.filters.CallScheduled());
  const vault = await world.vault.getAddress();
  let count = 0;
  for (const { args } of logs) {
    if (args.target !== vault || args.data !== ACCEPT || !(await contract.isOperationReady(args.id))) continue;
    const [salted] = await contract.queryFilter(contract.filters.CallSalt(args.id));
    await contract.execute(vault, 0n, ACCEPT, ZeroHash, salted?.args.salt ?? ZeroHash);
    count++;
  }
  expect(count).to.equal(1);
  expect(await world.vault.owner()).to.equal(timelock);
}

describe("[ADO-1] an adoption that is not the first", () => {
  it("lands, goes back by the proposals that are prepared for it, and is ready again, acceptances and all", async () => {
    const world = await networkHelpers.loadFixture(deployWorld);
    const { deployment, deployer, stranger, timelock, vault } = world;
    const { addresses } = deployment;
    const seatOf = (account: string): string => `role in the old timelock: ${account}`;
    const early = seatOf(addresses.timelock);
    expect(keysOf(await adopt(world, { accepted: [seatOf(stranger.address)] }))).to.deep.equal([early]);
    const accepted = [seatOf(stranger.address), early];
    const oldTimelock = await timelock.getAddress();
    const { governor } = connectProtocol(addresses, deployer);
    const adoptAndAccept = async () => {
      const report = await adopt(world, { accepted });
      expectReady(report);
      await landAll(world, report, OLD_DELAY);
      expect(keysOf(await adopt(world))).to.deep.equal([`owner of ${await vault.getAddress()}`]);
      await accept(world, addresses.timelock, NEW_DELAY);
      expectReady(await adopt(world));
      expect(await governor.timelock()).to.equal(addresses.timelock);
    };
    await adoptAndAccept();
    const given = `seat given back: ${stranger.address}`;
    const back = await adopt(world, { isBack: true, accepted: [given] });
    expectReady(back);
    expect(back.accepted).to.deep.equal([
      {
        key: given,
        sentence: `${stranger.address} may cancel in the old timelock again after the way back, as before the adoption.`,
      },
    ]);
    expect(back.isBack).to.equal(true);
    // Another one that is open could be executed instead, or in between.
    const rival = proposalOf("Go back, too", back.proposals[0]?.calls ?? []);
    await governor.connect(world.majority).propose(...proposeArguments(rival));
    expect(keysOf(await adopt(world, { isBack: true, accepted: [given] }))).to.deep.equal([`proposal ${rival.id}`]);
    await landAll(world, back, NEW_DELAY);
    await accept(world, oldTimelock, OLD_DELAY);
    expect(await governor.timelock()).to.equal(oldTimelock);
    // As it was before the adoption.
    const seats = [ROLES.proposer, ROLES.canceller, ROLES.executor, ROLES.admin];
    for (const role of seats) expect(await timelock.hasRole(role, addresses.timelock)).to.equal(false);
    for (const role of [ROLES.proposer, ROLES.canceller]) {
      expect(await timelock.hasRole(role, addresses.governor)).to.equal(true);
      expect(await timelock.hasRole(role, deployer)).to.equal(false);
      expect(await timelock.hasRole(role, stranger)).to.equal(role === ROLES.canceller);
    }
    expect((await verify(world)).findings.filter(({ severity }) => severity === "error")).to.deep.equal([]);

    if (isDeep) await adoptAndAccept();
    else expectReady(await adopt(world, { accepted }));
  });
});
