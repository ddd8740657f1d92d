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
import { UnreadableError } from "../../src/protocol/errors.js";
import { proposalArguments, proposeArguments, type Proposal } from "../../src/protocol/proposals.js";
import { Snapshot, type Log } from "../../src/rehearsal/snapshot.js";
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

/** What the node does not tell. */
interface Interference {
  /** The first topic of logs that it leaves out. */
  readonly withoutLogs?: string;
  /** Whether it has no states but the newest. */
  readonly withoutState?: boolean;
  /** Of which it says all the same that they were not there before. */
  readonly young?: readonly string[];
}

/** Reads, prepares and plays the adoption on the embedded chain, which is put back. */
export async function adopt(
  { connection, deployment, dao }: AdoptionWorld,
  more: Partial<AdoptingDao> & Pick<Adoption, "gas" | "proposer" | "wanted" | "isBack"> & Interference = {},
): Promise<AdoptionReport> {
  const { gas, proposer, wanted, isBack, withoutLogs, withoutState, young = [], ...config } = more;
  const snapshot = new Snapshot(connection.provider);
  return await snapshot.branch(async () =>
    prepareAdoption({
      open: {
        ...{ snapshot, chain: 31337, networkName: "default", connection },
        block: await snapshot.blockNumber(),
        readChain: async (method, params) => {
          if (withoutState === true && method === "eth_getCode") {
            if (young.includes(String(params[0]))) return "0x";
            throw new UnreadableError("missing trie node");
          }
          const answer = (await connection.provider.request({ method, params: [...params] })) as unknown;
          if (method !== "eth_getLogs" || withoutLogs === undefined) return answer;
          return (answer as Log[]).filter(({ topics }) => topics[0] !== withoutLogs);
        },
        close: () => Promise.resolve(),
      },
      ...{ deployment, dao: { ...dao, ...config }, source: connection.ethers.provider },
      readArtifact: (name) => artifacts.readArtifact(name),
      ...(gas !== undefined && { gas }),
      ...(proposer !== undefined && { proposer }),
      ...(wanted !== undefined && { wanted }),
      ...(isBack !== undefined && { isBack }),
    }),
  );
}

/** Votes on it for real, up to the queue. */
export async function carry({ connection, governor, majority }: WizardDao, proposal: Proposal): Promise<void> {
  const { ethers, networkHelpers } = connection;
  const voice = await ethers.getContractAt("WizardGovernorMock", governor);
  await voice.connect(majority).propose(...proposeArguments(proposal));
  await networkHelpers.mine(11);
  await voice.connect(majority).castVote(proposal.id, 1);
  await networkHelpers.mine(101);
  await voice.queue(...proposalArguments(proposal));
}

/** The same, and executes it. @param delay Of the timelock that the Governor obeys. [seconds] */
export async function land(world: WizardDao, proposal: Proposal, delay: bigint): Promise<void> {
  const { ethers, networkHelpers } = world.connection;
  await carry(world, proposal);
  await networkHelpers.time.increase(delay);
  const voice = await ethers.getContractAt("WizardGovernorMock", world.governor);
  await voice.execute(...proposalArguments(proposal));
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
