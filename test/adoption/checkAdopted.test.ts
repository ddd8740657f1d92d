import { expect } from "chai";
import { artifacts, network } from "hardhat";

import { listAdopted, NO_TABLES, readAdoptedCast } from "../../src/power/check/adopted.js";
import { subjectOf } from "../../src/power/check/asked.js";
import { checkOperation } from "../../src/power/check/check.js";
import { readerAt } from "../../src/power/check/codeBefore.js";
import { renderCheck } from "../../src/power/check/renderCheck.js";
import { exitCodeOf, type CheckReport } from "../../src/power/check/report.js";
import { openPlace } from "../../src/power/foreign/openPlace.js";
import { survey } from "../../src/power/foreign/survey.js";
import { readKnowledge } from "../../src/power/storage/knowledge.js";
import { call as encode, type Call } from "../../src/protocol/calls.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import { proposalOf } from "../../src/protocol/proposals.js";
import { ROLES } from "../../src/protocol/roles.js";
import type { OpenSnapshot } from "../../src/rehearsal/open.js";
import { Snapshot } from "../../src/rehearsal/snapshot.js";
import { deployBeside, type AdoptionWorld } from "../helpers/adoptionWorld.js";
import { rejectionOf } from "../helpers/rejection.js";
import { deployWizardDao } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;

const deployWorld = async () => await deployBeside(await deployWizardDao(connection));

/** As after the vote: the Governor obeys the new timelock, to which the vault belongs. */
async function deployAdopted() {
  const world = await networkHelpers.loadFixture(deployWorld);
  const { governor, timelock: old, vault, deployment, deployer } = world;
  const contracts = connectProtocol(deployment.addresses, deployer);
  const obeys = await contracts.governor.timelock();
  for (let slot = 0n; slot < 20n; slot++) {
    const word = await provider.getStorage(governor, slot);
    if (BigInt(word) === BigInt(obeys))
      await networkHelpers.setStorageAt(governor, slot, deployment.addresses.timelock);
  }
  expect(await contracts.governor.timelock()).to.equal(deployment.addresses.timelock);
  await networkHelpers.setBalance(await old.getAddress(), 10n ** 18n);
  await networkHelpers.setBalance(deployment.addresses.timelock, 10n ** 18n);
  await networkHelpers.impersonateAccount(await old.getAddress());
  await networkHelpers.impersonateAccount(deployment.addresses.timelock);
  await vault.connect(await ethers.getSigner(await old.getAddress())).transferOwnership(deployment.addresses.timelock);
  await vault.connect(await ethers.getSigner(deployment.addresses.timelock)).acceptOwnership();
  return { ...world, contracts };
}

async function openCopy(): Promise<OpenSnapshot> {
  const snapshot = new Snapshot(connection.provider);
  return {
    ...{ snapshot, chain: 31337, networkName: "default", connection, block: await snapshot.blockNumber() },
    readChain: async (method, params) =>
      (await connection.provider.request({ method, params: [...params] })) as unknown,
    close: () => Promise.resolve(),
  };
}

/** What the command does once it has a copy: by a vote of the DAO's own Governor. */
async function check({ deployment }: AdoptionWorld, calls: readonly Call[]): Promise<CheckReport> {
  const { addresses } = deployment;
  const input = await readAdoptedCast(await openCopy(), deployment, provider);
  return await checkOperation(input, subjectOf(addresses.governor, proposalOf("A proposal", calls)), {
    knowledge: await readKnowledge(artifacts, addresses),
    power: { whyNot: NO_TABLES },
    readerAt: (block) => readerAt(provider, block),
  });
}

describe("[PWR-12] the check of an operation of a DAO that existed before", () => {
  const fixture = () => networkHelpers.loadFixture(deployAdopted);

  it("is refused in a sentence while the Governor obeys its old timelock", async () => {
    const { deployment, timelock } = await networkHelpers.loadFixture(deployWorld);
    const refused = await rejectionOf(readAdoptedCast(await openCopy(), deployment, provider));
    expect(refused.message).to.contain(`has not adopted: its Governor obeys ${await timelock.getAddress()}`);
  });

  it("finds that nothing moves, by a vote in the DAO's own Governor and clock", async () => {
    const world = await fixture();
    const report = await check(world, [{ target: world.stranger.address, value: 7n, data: "0x" }]);
    expect(report.ending.kind).to.equal("executes");
    expect(report.effects).to.deep.equal([]);
    expect(report.power).to.deep.equal({ kind: "untouched" });
    expect(report.warnings).to.deep.equal([]);
    expect(exitCodeOf(report)).to.equal(0);
  });

  it("says of what moves that coalitions were not computed, and is no verdict", async () => {
    const world = await fixture();
    const { contracts, stranger, vault } = world;
    const role = await encode(contracts.timelock, "grantRole", [ROLES.proposer, stranger.address]);
    const granted = await check(world, [role]);
    expect(granted.effects.find(({ power }) => power === "role")).to.include({ before: "false", after: "true" });
    expect(granted.power).to.deep.equal({ kind: "unjudged", why: NO_TABLES });
    expect(exitCodeOf(granted)).to.equal(2);
    expect(renderCheck(granted)).to.contain("coalitions before and after were not computed: The DAO existed before.");

    const fee = await check(world, [await encode(vault, "setFee", [5n])]);
    expect(fee.calls[0]).to.include({ name: "vault" });
    expect(fee.power.kind).to.equal("unjudged");
    const delay = await check(world, [await encode(contracts.governor, "setVotingDelay", [20n])]);
    expect(delay.ending.kind).to.equal("executes");
    expect(delay.power.kind).to.equal("unjudged");
    // What moves is told as a slot: nobody has declared what is where.
    expect(new Set(delay.effects.map(({ name, class: declared }) => `${declared} of ${name}`))).to.deep.equal(
      new Set(["unknown of the governor"]),
    );
  });

  it("warns of what needs no tables", async () => {
    const world = await fixture();
    const { contracts, stranger, governor } = world;
    const calls = [
      await encode(contracts.timelock, "grantRole", [ROLES.proposer, stranger.address]),
      await encode(contracts.timelock, "revokeRole", [ROLES.proposer, governor]),
      { target: stranger.address, value: 1n, data: "0x" },
    ];
    const report = await check(world, calls);
    expect(report.warnings.map(({ kind }) => kind)).to.have.members(["mixed", "last-proposer"]);
    expect(exitCodeOf(report)).to.equal(1);
    const lost = await check(world, [{ target: stranger.address, value: 0n, data: "0x12345678" }]);
    expect(lost.warnings.map(({ kind }) => kind)).to.include("no-code");
  });
});

describe("[PWR-9] the audit of a DAO that existed before", () => {
  it("names whoever decides alone by way of its own Governor, through the new timelock, and gives no verdict", async () => {
    const { deployment, majority } = await networkHelpers.loadFixture(deployAdopted);
    const list = listAdopted(deployment);
    const place = await openPlace(await openCopy(), list, provider);
    const report = await survey({ place, listed: list.contracts, accounts: list.accounts });
    expect(report.contracts.map(({ name }) => name)).to.include.members([
      "the governor",
      "the old timelock",
      "the gate",
    ]);
    const told = report.findings.filter(({ actor }) => actor === majority.address).map(({ rule }) => rule);
    expect(told).to.include.members(["what the timelock does", "owner of the vault", "what the governor does"]);
    expect(new Set(report.findings.map(({ actor }) => actor))).to.deep.equal(new Set([majority.address]));
  }).timeout(120_000);
});
