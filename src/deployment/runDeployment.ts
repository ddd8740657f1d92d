import type { DeployConfig } from "@nomicfoundation/ignition-core";
import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { checkOnChain } from "../config/checks/chain.js";
import { checkDao, refuseErrors } from "../config/checks/checkDao.js";
import type { Problem } from "../config/checks/problem.js";
import type { LoadedDao } from "../config/load.js";
import { boundedText } from "../protocol/bounded.js";
import { isFinished, type Deployment, type DeploymentRecord } from "../protocol/addresses.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { judgeFailure } from "../protocol/failure.js";
import type { LogProgress } from "../protocol/logs.js";
import { readPatience } from "./confirmations.js";
import { deployTribune, type DeployOptions, type Modules } from "./deployTribune.js";
import type { Ignition } from "./ignite.js";
import { readLastBlock } from "./journalFile.js";
import { journalsOf, recordAt, type Module, type Place } from "./place.js";
import { collectPreflight, refuseUnfunded, type Preflight } from "./preflight/preflight.js";
import { writeRecord } from "./record.js";
import { findEarlier, refuseChanges } from "./resume.js";
import type { Report } from "./verify/finding.js";
import { watchTransactions, type Watcher } from "./watchTransactions.js";
import { verifyDeployment } from "./verify/verifyDeployment.js";

export interface DeploymentRun {
  readonly deployment: Deployment;
  /** Undefined if nothing is kept, on a chain that ends with the process. */
  readonly file: string | undefined;
  readonly warnings: readonly Problem[];
  readonly report: Report;
}

export interface RunOptions {
  readonly modules: Modules;
  readonly artifacts: ArtifactManager;
  /** As the project configures Ignition. */
  readonly ignition?: Partial<DeployConfig>;
  /** Called once everything is checked, before anything is sent. */
  readonly onChecked?: (warnings: readonly Problem[]) => void;
  /** Called before anything is sent, unless an earlier run has sent something; what it throws stops the deployment. */
  readonly onBegin?: () => Promise<void>;
  /** Told how far the reading of logs has come. */
  readonly onProgress?: (progress: LogProgress) => void;
  /** Told what is waited for, before it is. */
  readonly onWait?: (what: string) => void;
  /**
   * Told what is about to be sent and what it costs, before anything is written or sent; what it throws stops the
   * deployment. Not called on a chain that ends with the process.
   */
  readonly onPreflight?: (preflight: Preflight) => Promise<void>;
  /** Told from the first transaction on. */
  readonly watcher?: Watcher;
}

/**
 * Checks a configuration, deploys it or goes on where an earlier run was interrupted, writes down what is where, and
 * verifies it all on the chain.
 */
export async function runDeployment(
  connection: NetworkConnection,
  place: Place,
  dao: LoadedDao,
  options: RunOptions,
): Promise<DeploymentRun> {
  const { provider } = place;
  const { artifacts } = options;
  const isKept = connection.networkConfig.type === "http";
  const [signer] = await connection.ethers.getSigners();
  if (signer === undefined)
    throw new SentenceError(`The network ${connection.networkName} has no account to deploy from.`);
  const earlier = isKept ? await findEarlier(place, dao.id) : undefined;
  // A deployment that goes on may have paid already.
  const payer = earlier === undefined ? signer.address : undefined;
  const readArtifact = async (name: string) =>
    (await artifacts.artifactExists(name)) ? await artifacts.readArtifact(name) : undefined;
  const { onProgress } = options;
  const timelock = earlier?.addresses?.timelock;
  const onChain = await checkOnChain(dao.config, provider, { payer, timelock, readArtifact, onProgress });
  const warnings = refuseErrors([...checkDao(dao.config), ...onChain], dao.file);
  options.onChecked?.(warnings);
  if (earlier !== undefined) refuseChanges(earlier, dao, signer.address, place);
  else await options.onBegin?.();
  const deployer = signer.address;
  const subject = { dao: dao.config, place, deployer, modules: options.modules, id: dao.id, earlier };
  const readCode = (name: string) => artifacts.readArtifact(name);
  const { tribune, vesting } = journalsOf(place, dao.id);
  // A finished deployment has nothing to send. What an attached record has as its first block may be a later one than the
  // deployment had, so that a journal beside it would not go on to the same addresses.
  const standing = earlier !== undefined && isFinished(earlier) ? earlier : undefined;
  const preflight =
    isKept && standing === undefined ? await collectPreflight({ ...subject, readArtifact: readCode }) : undefined;
  if (preflight !== undefined) {
    await options.onPreflight?.(preflight);
    refuseUnfunded(preflight);
  }

  let record: DeploymentRecord = earlier ?? {
    format: 1,
    dao: dao.id,
    chain: place.chain,
    deployer,
    firstBlock: await provider.getBlockNumber(),
    configuration: JSON.parse(JSON.stringify(dao.definition)) as unknown,
  };
  const file = isKept ? recordAt(place, dao.id) : undefined;
  if (file !== undefined && earlier === undefined) await writeRecord(file, record);
  const onBegin = async (module: Module): Promise<void> => {
    if (file === undefined) return;
    const nonce = await provider.getTransactionCount(deployer, "pending");
    record = { ...record, begun: { ...record.begun, [module]: nonce } };
    await writeRecord(file, record);
  };
  return await orTellHowToGoOn(commandFor(dao, connection), async () => {
    const stop = options.watcher && watchTransactions(connection.provider, preflight?.steps ?? [], options.watcher);
    const addresses =
      standing?.addresses ??
      (await deployTribune(connection, dao.config, {
        modules: options.modules,
        firstBlock: record.firstBlock,
        patience: await readPatience(connection.provider, options.ignition),
        ...(isKept && ignitionOf(record, place, onBegin, options)),
      }).finally(stop));
    const deployment: Deployment = { ...record, begun: undefined, addresses };
    if (file !== undefined) await writeRecord(file, deployment);
    const { firstBlock } = deployment;
    const lastBlocks = isKept ? await Promise.all([vesting, tribune].map(({ folder }) => readLastBlock(folder))) : [];
    const report = await verifyDeployment({
      provider,
      dao: dao.config,
      addresses,
      deployer: deployment.deployer,
      firstBlock,
      lastBlock: Math.max(firstBlock, ...lastBlocks.filter((block) => block !== undefined)),
      readArtifact: (name) => artifacts.readArtifact(name),
      onProgress,
    });
    return { deployment, file, warnings, report };
  });
}

/** Deploys a configuration, or goes on. */
export const commandFor = ({ file }: LoadedDao, { networkName }: Pick<NetworkConnection, "networkName">): string =>
  `npx hardhat tribune deploy --dao ${file} --network ${networkName}`;

/** How Ignition deploys the modules, so that an interrupted deployment goes on. */
function ignitionOf(
  { dao, firstBlock }: DeploymentRecord,
  place: Place,
  onBegin: (module: Module) => Promise<void>,
  { artifacts, onWait }: RunOptions,
): Pick<DeployOptions, Module> {
  const journals = journalsOf(place, dao);
  const of = (module: Module): Ignition => ({
    journal: { ...journals[module], artifacts, firstBlock, onBegin: () => onBegin(module), onWait },
  });
  return { safes: of("safes"), vesting: of("vesting"), tribune: of("tribune") };
}

/** Of what stopped a deployment: one that names every step. [characters] */
const MOST_TOLD = 4_000;

/** Whatever stops a deployment in the middle ends in a sentence that says how to go on. */
async function orTellHowToGoOn<Result>(command: string, action: () => Promise<Result>): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    const isTold = error instanceof SentenceError && !(error instanceof UnreadableError);
    if (!(error instanceof Error) || isTold) throw error;
    // Contracts and nodes may have written some of it: indented, none of its lines passes for one of ours.
    const text =
      `The deployment stopped: ${boundedText(error.message, MOST_TOLD).replaceAll("\n", "\n  ")}\nWhat was sent is on ` +
      `record, and nothing will be sent twice. Go on with the same command: ${command}`;
    const failure = judgeFailure(error);
    // What a node refuses in words of its own, like too little ether, was read.
    const isUnread = failure?.kind === "unread" && !(failure.isNodes && failure.trouble === "other");
    if (error instanceof UnreadableError || isUnread) {
      throw new UnreadableError(text, failure?.kind === "unread" ? failure.trouble : "other", { cause: error });
    }
    throw new SentenceError(text, { cause: error });
  }
}
