import { artifacts } from "hardhat";

import { modules } from "../../deploy/modules.js";
import { prepareAdoption } from "../../src/adoption/adopt.js";
import type { Adoption } from "../../src/adoption/ground.js";
import type { AdoptionReport } from "../../src/adoption/report.js";
import { parseDao } from "../../src/config/parse.js";
import { isAdopting, type AdoptingDao, type AdoptingDefinition } from "../../src/config/schema.js";
import { deployTribune } from "../../src/deployment/deployTribune.js";
import { verifyDeployment } from "../../src/deployment/verify/verifyDeployment.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import { Snapshot } from "../../src/rehearsal/snapshot.js";
import { fileOf, type WizardDao } from "./wizardDao.js";

/** A DAO that exists, with Tribune deployed beside it. */
export interface AdoptionWorld extends WizardDao {
  readonly dao: AdoptingDao;
  readonly deployment: Deployment;
}

export async function deployBeside(old: WizardDao, more: Partial<AdoptingDefinition> = {}): Promise<AdoptionWorld> {
  const definition = await fileOf(old, more);
  const dao = parseDao(definition as unknown, "test");
  if (!isAdopting(dao)) throw new Error("the file names a Governor that exists");
  const { provider } = old.connection.ethers;
  const firstBlock = await provider.getBlockNumber();
  const addresses = await deployTribune(old.connection, dao, { modules, firstBlock });
  const deployment: Deployment = {
    ...{ format: 1, dao: "test", chain: { id: 31337 }, deployer: old.deployer.address, firstBlock },
    ...{ configuration: definition, addresses },
  };
  return { ...old, dao, deployment };
}

/** Reads, prepares and plays the adoption on the embedded chain, which is put back. */
export async function adopt(
  { connection, deployment, dao }: AdoptionWorld,
  more: Partial<AdoptingDao> & Pick<Adoption, "gas" | "proposer" | "wanted"> = {},
): Promise<AdoptionReport> {
  const { gas, proposer, wanted, ...config } = more;
  const snapshot = new Snapshot(connection.provider);
  return await snapshot.branch(async () =>
    prepareAdoption({
      open: {
        ...{ snapshot, chain: 31337, networkName: "default", connection },
        block: await snapshot.blockNumber(),
        readChain: async (method, params) =>
          (await connection.provider.request({ method, params: [...params] })) as unknown,
        close: () => Promise.resolve(),
      },
      ...{ deployment, dao: { ...dao, ...config }, source: connection.ethers.provider },
      readArtifact: (name) => artifacts.readArtifact(name),
      ...(gas !== undefined && { gas }),
      ...(proposer !== undefined && { proposer }),
      ...(wanted !== undefined && { wanted }),
    }),
  );
}

export const verify = async ({ connection, dao, deployment }: AdoptionWorld) =>
  await verifyDeployment({
    ...{ provider: connection.ethers.provider, dao, addresses: deployment.addresses },
    ...{ deployer: deployment.deployer, firstBlock: deployment.firstBlock },
    readArtifact: (name) => artifacts.readArtifact(name),
  });

/** What was played and did not go as it should. */
export const wrongOf = ({ steps }: AdoptionReport): string[] =>
  steps.flatMap(({ what, why }) => (why === undefined ? [] : [`${what}: ${why}`]));

export const keysOf = ({ findings }: AdoptionReport): string[] => findings.map(({ key }) => key);
