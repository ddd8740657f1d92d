import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { network } from "hardhat";

import { isReady } from "../../src/adoption/report.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import { operationOf, proposalOf, proposeArguments } from "../../src/protocol/proposals.js";
import { ROLES } from "../../src/protocol/roles.js";
import { adopt, carry, deployBeside, keysOf, wrongOf } from "../helpers/adoptionWorld.js";
import { impersonate } from "../helpers/impersonate.js";
import { deployWizardDao, OLD_DELAY } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const NEW_DELAY = 345_600n;
const CALL_SALT = id("CallSalt(bytes32,bytes32)");

/** A DAO in whose old timelock a stranger proposes as well. */
async function deployWorld() {
  const old = await deployWizardDao(connection);
  const { timelock, stranger } = old;
  const asOld = await impersonate(connection, timelock);
  await timelock.connect(asOld).grantRole(ROLES.proposer, stranger);
  await networkHelpers.setBalance(asOld.address, 0n);
  const seat = `role in the old timelock: ${stranger.address}`;
  return { ...(await deployBeside(old, { accepted: [seat] })), seat };
}

const fixture = () => networkHelpers.loadFixture(deployWorld);

describe("[ADO-1] an adoption among others who act", () => {
  it("plays what the Governor itself has queued, with its salt, also where no log tells that", async () => {
    const world = await fixture();
    const { vault, stranger, governor } = world;
    const theft = vault.interface.encodeFunctionData("transferOwnership", [stranger.address]);
    const take = vault.interface.encodeFunctionData("setFee", [5n]);
    const target = await vault.getAddress();
    const calls = [take, theft].map((data) => ({ target, value: 0n, data }));
    const hostile = proposalOf("Hostile", calls);
    await carry(world, hostile);
    // Owned in two steps: offered to the stranger, it is offered to the new timelock afterwards all the same.
    const told = `operation ${operationOf(governor, hostile).id}`;
    // What takes something of a fixed amount makes it fail.
    const token = await ethers.getContractAt("BlockVotesTokenMock", world.token);
    await token.connect(world.majority).transfer(world.timelock, 5n);
    const spending = token.interface.encodeFunctionData("transfer", [stranger.address, 1n]);
    const spend = proposalOf("Spend", [...calls.slice(0, 1), { target: world.token, value: 0n, data: spending }]);
    await carry(world, spend);
    const spent = `operation ${operationOf(governor, spend).id}`;
    for (const withoutLogs of [undefined, CALL_SALT]) {
      const report = await adopt(world, { ...(withoutLogs !== undefined && { withoutLogs }) });
      expect(keysOf(report)).to.have.members([told, spent, `${spent} executed before the adoption`]);
    }
  });

  it("plays what needs another before it, or ETH; what cannot be played is told", async () => {
    const world = await fixture();
    const { timelock, stranger, vault, majority } = world;
    const token = await ethers.getContractAt("BlockVotesTokenMock", world.token);
    await token.connect(majority).transfer(timelock, 5n);
    const spending = token.interface.encodeFunctionData("transfer", [stranger.address, 1n]);
    const first = [vault, 0n, vault.interface.encodeFunctionData("setFee", [5n]), ZeroHash, ZeroHash] as const;
    const firstId = await timelock.hashOperation(...first);
    const second = [world.token, 0n, spending, firstId, id("second")] as const;
    const paid = [[stranger.address, world.token], [7n, 0n], ["0x", spending], ...[ZeroHash, id("paid")]] as [
      string[],
      bigint[],
      string[],
      string,
      string,
    ];
    const lost = [vault, 0n, "0x12345678", ZeroHash, id("lost")] as const;
    const as = timelock.connect(stranger);
    await as.schedule(...first, 9n * OLD_DELAY);
    await as.schedule(...second, OLD_DELAY);
    await as.scheduleBatch(...paid, OLD_DELAY);
    await as.schedule(...lost, OLD_DELAY);
    // So far away that no date tells it.
    const far = [vault, 0n, "0x", ZeroHash, id("far")] as const;
    await as.schedule(...far, 2n ** 255n);
    const never = `operation ${await timelock.hashOperation(...far)}`;
    const [one, two, three, four] = [
      firstId,
      await timelock.hashOperation(...second),
      await timelock.hashOperationBatch(...paid),
      await timelock.hashOperation(...lost),
    ].map((operation) => `operation ${operation}`);
    const report = await adopt(world);
    expect(report.findings.find(({ key }) => key === never)?.sentence).to.contain("can be executed from never on");
    expect(keysOf(report)).to.have.members([
      ...[one, two, three, four, never, `${never} could not be played`],
      `${two ?? ""} executed before the adoption`,
      `${three ?? ""} executed before the adoption`,
      `${four ?? ""} could not be played`,
    ]);
    const blind = keysOf(await adopt(world, { withoutLogs: CALL_SALT }));
    expect(blind).to.include.members([`${two ?? ""} could not be played`, `${three ?? ""} could not be played`]);
  });

  it("is not taken from somebody who leaves out what withdraws his own theft", async () => {
    const world = await fixture();
    const { deployment, deployer, timelock, vault, stranger, majority, governor } = world;
    const { timelock: newTimelock } = deployment.addresses;
    const [proposal] = (await adopt(world)).proposals;
    if (proposal === undefined) throw new Error("nothing was prepared");
    // By way of the old timelock the stranger schedules in the new one.
    const contracts = connectProtocol(deployment.addresses, deployer);
    const theft = vault.interface.encodeFunctionData("transferOwnership", [stranger.address]);
    const data = contracts.timelock.interface.encodeFunctionData("schedule", [
      ...([await vault.getAddress(), 0n, theft, ZeroHash, ZeroHash] as const),
      NEW_DELAY,
    ]);
    await timelock.connect(stranger).schedule(newTimelock, 0n, data, ZeroHash, ZeroHash, OLD_DELAY);
    await networkHelpers.time.increase(OLD_DELAY);
    await timelock.execute(newTimelock, 0n, data, ZeroHash, ZeroHash);
    const stolen = await contracts.timelock.hashOperation(vault, 0n, theft, ZeroHash, ZeroHash);
    const [withdrawal] = proposal.calls;
    const voice = await ethers.getContractAt("WizardGovernorMock", governor);
    const { calls } = proposal;
    const bad = [
      ["left out", calls.slice(1)],
      ["late", [...calls.slice(1), ...calls.slice(0, 1)]],
    ] as const;
    for (const [key, others] of bad) {
      const snapshot = await networkHelpers.takeSnapshot();
      await voice.connect(majority).propose(...proposeArguments(proposalOf(proposal.description, others)));
      const report = await adopt(world);
      expect(report.notices.join("\n")).to.contain(`Operation ${stolen} waits in the new timelock: it calls`);
      expect(keysOf(report)).to.include(`${key}: call of ${newTimelock}, 0 wei, ${withdrawal?.data ?? ""}`);
      const outlives = `Nothing that waited in the new timelock before outlives the adoption: operation ${stolen}`;
      if (key === "left out") expect(wrongOf(report).join("\n")).to.contain(outlives);
      expect(isReady(report)).to.equal(false);
      await snapshot.restore();
    }
    // What is right withdraws it.
    const right = await adopt(world);
    expect([wrongOf(right), keysOf(right)]).to.deep.equal([[], []]);
    expect(isReady(right)).to.equal(true);
  });
});
