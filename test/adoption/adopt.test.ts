import { expect } from "chai";
import { network } from "hardhat";

import { isReady } from "../../src/adoption/report.js";
import { impersonate } from "../helpers/impersonate.js";
import { adopt, deployBeside, keysOf, verify, wrongOf } from "../helpers/adoptionWorld.js";
import { deployWizardDao, OLD_DELAY } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

/** A DAO by the wizard whose timelock has one of everything, and whose Governor counts blocks. */
async function deployWorld() {
  const old = await deployWizardDao(connection);
  const { timelock, deployer, token, stranger } = old;
  const asOld = await impersonate(connection, timelock);
  const beacon = await ethers.deployContract("UpgradeableBeacon", [await code(old.vault), timelock]);
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    await code(old.vault),
    timelock,
    old.vault.interface.encodeFunctionData("initialize", [await old.vault.asset(), await timelock.getAddress()]),
  ]);
  const manager = await ethers.deployContract("AccessManager", [deployer]);
  const managed = await ethers.deployContract("ManagedMock", [manager]);
  await manager.grantRole(7n, timelock, 0);
  await manager.grantRole(0n, timelock, 0);
  await manager.renounceRole(0n, deployer);
  const votes = await ethers.getContractAt("BlockVotesTokenMock", token);
  await votes.connect(old.majority).transfer(timelock, 5n);
  await votes.connect(asOld).approve(stranger, 3n);
  await networkHelpers.setBalance(await timelock.getAddress(), 7n);
  const parts = [beacon, proxy, managed, manager];
  const holdings = await Promise.all(parts.map((one) => one.getAddress()));
  return { ...(await deployBeside(old, { holdings })), asOld, beacon, proxy, manager, votes };
}

async function code(vault: { getAddress: () => Promise<string> }): Promise<string> {
  const slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
  return `0x${(await ethers.provider.getStorage(vault.getAddress(), slot)).slice(-40)}`;
}

const fixture = () => networkHelpers.loadFixture(deployWorld);

describe("[ADO-1] an adoption by a DAO of OpenZeppelin's wizard", () => {
  it("hands over all that the old timelock has, and is proven before the vote, the way back included", async () => {
    const world = await fixture();
    const report = await adopt(world);
    expect(wrongOf(report)).to.deep.equal([]);
    expect(keysOf(report)).to.deep.equal([]);
    expect(isReady(report)).to.equal(true);
    expect(report.steps.length).to.be.greaterThan(7);
    expect(report.holdings.length).to.equal(9);
  });
});
