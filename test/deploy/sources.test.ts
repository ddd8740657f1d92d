import { expect } from "chai";
import { concat, Interface } from "ethers";
import { artifacts, network } from "hardhat";

import pooled from "../../config/pool.js";
import { parseDao } from "../../src/config/parse.js";
import { findAddresses } from "../../src/deployment/attach/findAddresses.js";
import { findBeginning } from "../../src/deployment/attach/findBeginning.js";
import { findContracts, findOrigin } from "../../src/deployment/attach/findContracts.js";
import { deployTribune, readSeed } from "../../src/deployment/deployTribune.js";
import { planSteps } from "../../src/deployment/preflight/steps.js";
import { listSources } from "../../src/deployment/sources/listSources.js";
import { readTerms } from "../../src/deployment/terms.js";
import { modules } from "../../deploy/modules.js";
import { deployProtocol } from "../helpers/deployTribune.js";
import { rejectionOf } from "../helpers/rejection.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao, fileOf } from "../helpers/wizardDao.js";

const readArtifact = (name: string) => artifacts.readArtifact(name);

// One of a kind in the usual run, the rest in the deep profile.
for (const [name, overrides] of Object.entries(isDeep ? { default: {}, pool: pooled } : { default: {} })) {
  describe(`what follows from a deployment of config/${name}.ts`, () => {
    let world: Awaited<ReturnType<typeof deployProtocol>>;
    /** Data and gas of every transaction, by its hash. */
    let sent: { to: string | null; data: string; gasUsed: bigint; created: string | null }[];

    before(async () => {
      world = await deployProtocol(await network.create(), overrides);
      const { provider } = world.connection.ethers;
      const numbers = Array.from({ length: await provider.getBlockNumber() }, (_, index) => index + 1);
      const blocks = await Promise.all(numbers.map((number) => provider.getBlock(number, true)));
      sent = await Promise.all(
        blocks
          .flatMap((block) => block?.prefetchedTransactions ?? [])
          .map(async ({ hash, to, data }) => {
            const receipt = await provider.getTransactionReceipt(hash);
            return { to, data, gasUsed: receipt?.gasUsed ?? 0n, created: receipt?.contractAddress ?? null };
          }),
      );
    });

    it("tells of every contract what its constructor took", async () => {
      const { dao, addresses, deployer, firstBlock, connection } = world;
      const { provider } = connection.ethers;
      const terms = await readTerms(dao, provider, firstBlock);
      const seed = await readSeed(dao, provider);
      const sources = listSources({ addresses, deployer: deployer.address }, dao, terms, seed, modules);
      const creations = new Map(sent.map(({ created, data }) => [created, data]));
      for (const { contractName, address, constructorArguments } of sources) {
        const { abi, bytecode } = await readArtifact(contractName);
        const given = concat([bytecode, Interface.from(abi).encodeDeploy(constructorArguments)]);
        if (contractName === "OperatorRegistry") {
          // The pool makes it: whoever does the same in its place gets the same code.
          const made = await provider.call({ from: addresses.vault, data: given });
          expect(made, contractName).to.equal(await provider.getCode(address));
        } else {
          expect(creations.get(address), contractName).to.equal(given);
        }
      }
      // Safe's contracts aside, nothing else was created by a transaction of its own.
      const ours = sources.filter(({ contractName }) => contractName !== "OperatorRegistry");
      const others = [...creations.keys()].filter((created) => created !== null).length - ours.length;
      expect(others).to.equal(1);
    });

    it("tells beforehand every transaction but those that give a local chain Safe's contracts, and its gas", async () => {
      const earlier = { confirmed: new Set<string>(), seated: new Set<string>() };
      const left = await planSteps(world.dao, modules, readArtifact, earlier);
      let [used, estimated] = [0n, 0n];
      const unplanned = sent.filter((one) => {
        const index = left.findIndex(({ isOf }) => isOf(one));
        const [step] = index === -1 ? [] : left.splice(index, 1);
        if (step === undefined) return true;
        expect(step.gas >= one.gasUsed, `${step.name}: ${step.gas} for ${one.gasUsed}`).to.equal(true);
        used += one.gasUsed;
        estimated += step.gas;
        return false;
      });
      expect(left.map((step) => step.name)).to.deep.equal([]);
      expect(unplanned).to.have.lengthOf(6);
      expect(estimated * 10n <= used * 11n, `${estimated} for ${used}`).to.equal(true);
    });

    it("is found again from the timelock alone", async () => {
      const { dao, addresses, deployer, firstBlock, connection } = world;
      const { provider } = connection.ethers;
      const search = { provider, readArtifact };
      const origin = await findOrigin(addresses.timelock, search);
      const found = await findContracts(origin, search, undefined);
      expect(origin.deployer).to.equal(deployer.address);
      expect(JSON.parse(JSON.stringify(await findAddresses(dao, found, search)))).to.deep.equal(
        JSON.parse(JSON.stringify(addresses)),
      );
      const began = await findBeginning(dao, { ...found, sealExpiry: undefined }, provider);
      // Only where a term counts from it, the block is known exactly.
      if (dao.emergency !== undefined) expect(began).to.equal(firstBlock);
      else expect(began).to.be.at.least(firstBlock);
    });

    it("does not begin where a term of another length would", async () => {
      const { dao, addresses, connection } = world;
      const { provider } = connection.ethers;
      const search = { provider };
      const found = await findContracts(await findOrigin(addresses.timelock, search), search, undefined);
      const committee = { owners: [], threshold: 0 };
      const emergency = {
        activationCommittee: committee,
        executionCommittee: committee,
        modeDuration: 1n,
        protection: 5n,
      };
      const dates = { ...found, protectionEndsAt: 7n, sealExpiry: undefined };
      const { message } = await rejectionOf(findBeginning({ ...dao, emergency }, dates, provider));
      expect(message).to.contain("emergency.protection is 5 s").and.to.contain("no block before the timelock is of");
    });
  });
}

if (isDeep) {
  describe("what follows from a deployment beside a DAO that exists", () => {
    it("is found again, with the timelock that its Governor obeys, and has no sources of token and Governor", async () => {
      const connection = await network.create();
      const { provider } = connection.ethers;
      const old = await deployWizardDao(connection);
      const dao = parseDao(await fileOf(old), "test");
      const firstBlock = await provider.getBlockNumber();
      const addresses = await deployTribune(connection, dao, { modules, firstBlock });
      const search = { provider, readArtifact };
      const origin = await findOrigin(addresses.timelock, search);
      const { governor, token } = addresses;
      const found = await findContracts(origin, search, { governor, token });
      expect(JSON.parse(JSON.stringify(await findAddresses(dao, found, search)))).to.deep.equal(
        JSON.parse(JSON.stringify(addresses)),
      );
      const terms = await readTerms(dao, provider, firstBlock);
      const names = listSources({ addresses, deployer: origin.deployer }, dao, terms, 0n, modules).map(
        ({ contractName }) => contractName,
      );
      expect(names).to.include("DualGovernanceTimelock").and.not.include("GovernanceToken");
      const { message } = await rejectionOf(findContracts(origin, search, { governor: token, token }));
      expect(message).to.contain("may not propose to the timelock");
    });
  });
}
