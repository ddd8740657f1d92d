import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { artifacts, network } from "hardhat";

import standard from "../../config/default.js";
import { modules } from "../../deploy/modules.js";
import { checkOnChain } from "../../src/config/checks/chain.js";
import { checkDao, describeProblem } from "../../src/config/checks/checkDao.js";
import { parseDao } from "../../src/config/parse.js";
import type { AdoptingDefinition } from "../../src/config/schema.js";
import { deployTribune } from "../../src/deployment/deployTribune.js";
import { verifyDeployment } from "../../src/deployment/verify/verifyDeployment.js";
import { exportDeployment } from "../../src/export/renderExport.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import { ROLES } from "../../src/protocol/roles.js";
import { askViews } from "../helpers/askViews.js";
import { impersonate } from "../helpers/impersonate.js";
import { deployWizardDao, fileOf } from "../helpers/wizardDao.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const deployOld = () => deployWizardDao(connection);
const fixture = () => networkHelpers.loadFixture(deployBeside);

async function deployBeside() {
  const old = await deployWizardDao(connection);
  const dao = parseDao(await fileOf(old), "test");
  const firstBlock = await ethers.provider.getBlockNumber();
  const addresses = await deployTribune(connection, dao, { modules, firstBlock });
  const subject = {
    ...{ provider: ethers.provider, dao, addresses, firstBlock, deployer: old.deployer.address },
    readArtifact: (name: string) => artifacts.readArtifact(name),
  };
  return { ...old, dao, addresses, subject, contracts: connectProtocol(addresses, old.deployer) };
}

const problemsOf = async (definition: AdoptingDefinition, wanted: "error" | "warning"): Promise<string[]> => {
  const problems = await checkOnChain(parseDao(definition, "test"), ethers.provider);
  return problems.filter(({ severity }) => severity === wanted).map(describeProblem);
};
const errorsOf = (definition: AdoptingDefinition) => problemsOf(definition, "error");
const warningsOf = (definition: AdoptingDefinition) => problemsOf(definition, "warning");

describe("a DAO that exists", () => {
  it("keeps token and Governor, and gets the rest beside its old timelock", async () => {
    const { addresses, contracts, governor, token, timelock, subject } = await fixture();
    expect(addresses).to.include({ governor, token, oldTimelock: await timelock.getAddress() });
    expect(await contracts.governor.timelock()).to.equal(addresses.oldTimelock);
    for (const role of [ROLES.proposer, ROLES.canceller]) {
      expect(await contracts.timelock.hasRole(role, governor)).to.equal(true);
      expect(await contracts.timelock.hasRole(role, timelock)).to.equal(true);
    }
    expect(await contracts.timelock.hasRole(ROLES.executor, ZeroAddress)).to.equal(true);
    expect(await contracts.timelock.hasRole(ROLES.admin, subject.deployer)).to.equal(false);
  });

  it("is exported with what its token, its Governor and its old timelock answer, and with nothing else", async () => {
    const { addresses, subject } = await fixture();
    const configuration = { vault: { kind: "erc4626" } };
    const record = { format: 1, dao: "old", chain: { id: 1 }, deployer: subject.deployer, firstBlock: 0 } as const;
    const { contracts, abis } = exportDeployment({ ...record, configuration, addresses }, addresses.vault);
    for (const name of ["token", "governor", "oldTimelock", "vault", "share"]) {
      const { address, abi } = contracts[name] ?? { address: "", abi: "missing" };
      const answers = [...(await askViews(address, abis[abi] ?? [], ethers.provider))];
      expect(answers.length, name).to.be.greaterThan(2);
      expect(answers.filter(([, isAnswered]) => !isAnswered)).to.deep.equal([]);
    }
  });

  it("verifies until it has adopted, and then only once the old timelock has given its roles back", async () => {
    const { subject, contracts, governor, timelock, addresses } = await fixture();
    const before = await verifyDeployment(subject);
    expect(before.findings.filter(({ severity }) => severity === "error")).to.deep.equal([]);
    expect(before.unread).to.deep.equal([]);
    // Where the Governor keeps its timelock, after what its parents keep.
    const obeys = await contracts.governor.timelock();
    for (let slot = 0n; (await contracts.governor.timelock()) === obeys; slot++) {
      const word = await ethers.provider.getStorage(governor, slot);
      if (BigInt(word) === BigInt(obeys)) await networkHelpers.setStorageAt(governor, slot, addresses.timelock);
    }
    const adopted = await verifyDeployment(subject);
    const told = adopted.findings.map(({ subject: what, message }) => `${what} ${message}`).join("\n");
    expect(told).to.contain("PROPOSER_ROLE the old timelock").and.to.contain("holds it, and should not");
    const old = await impersonate(connection, timelock);
    for (const role of [ROLES.proposer, ROLES.canceller]) await contracts.timelock.connect(old).renounceRole(role, old);
    const given = await verifyDeployment(subject);
    expect(given.findings.filter(({ severity }) => severity === "error")).to.deep.equal([]);
  });

  it("refuses a token, a Governor or a timelock that does not fit, in a sentence each", async () => {
    const old = await networkHelpers.loadFixture(deployOld);
    const file = await fileOf(old);
    const vault = await old.vault.getAddress();
    expect(await errorsOf(file)).to.deep.equal([]);
    expect(checkDao(parseDao(file, "test")).filter(({ severity }) => severity === "error")).to.deep.equal([]);
    const [token] = await errorsOf({ ...file, token: { address: vault } });
    expect(token).to.contain(`token.address: is ${vault}, and the Governor counts the votes of ${old.token}`);
    expect((await errorsOf({ ...file, governor: { address: vault } })).join()).to.contain("does not tell a timelock()");
    const [another] = await errorsOf({ ...file, oldTimelock: vault });
    expect(another).to.contain(`oldTimelock: is ${vault}, and the Governor obeys ${await old.timelock.getAddress()}`);
    const nowhere = "0x00000000000000000000000000000000DeaDBeef";
    expect((await errorsOf({ ...file, governor: { address: nowhere } })).join()).to.contain("has no contract");

    const asItself = await impersonate(connection, old.timelock);
    expect(await warningsOf(file)).to.deep.equal([]);
    await old.timelock.connect(asItself).grantRole(ROLES.proposer, old.stranger);
    await old.timelock.connect(asItself).grantRole(ROLES.proposer, old.majority);
    await old.timelock.connect(asItself).revokeRole(ROLES.proposer, old.majority);
    expect((await warningsOf(file)).join()).to.contain(`where ${old.stranger.address} may propose beside it`);
    await old.timelock.connect(asItself).revokeRole(ROLES.admin, old.timelock);
    expect((await errorsOf(file)).join()).to.contain("does not hand out its own roles");
  });

  it("refuses a Governor that no vote can move, and one whose timelock it may not use", async () => {
    const old = await networkHelpers.loadFixture(deployOld);
    const file = await fileOf(old);
    const compound = await ethers.deployContract("GuardedGovernorMock", [old.timelock, old.deployer]);
    const told = await errorsOf({ ...file, governor: { address: await compound.getAddress() } });
    expect(told.join()).to.contain("right is an OpenZeppelin Governor with GovernorTimelockControl");
    const asItself = await impersonate(connection, old.timelock);
    await old.timelock.connect(asItself).revokeRole(ROLES.proposer, old.governor);
    expect((await errorsOf(file)).join()).to.contain("where the Governor has no proposer's role");
  });

  it("refuses a file in which only one of token and Governor exists", async () => {
    const old = await networkHelpers.loadFixture(deployOld);
    const half = { ...(await fileOf(old)), token: standard.token };
    expect(() => parseDao(half, "test")).to.throw(/token\.address: is missing/);
  });
});
