import path from "node:path";

import type { ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkConnection } from "hardhat/types/network";

import { checkOnChain } from "../src/config/checks/chain.js";
import { checkDao, refuseErrors } from "../src/config/checks/checkDao.js";
import type { Problem } from "../src/config/checks/problem.js";
import type { LoadedDao } from "../src/config/load.js";
import { parseDao } from "../src/config/parse.js";
import type { Deployment, DeploymentRecord } from "../src/protocol/addresses.js";
import { writeRecord } from "../src/deployment/addressBook.js";
import { describeDifferences } from "../src/deployment/difference.js";
import { findEarlier, journalOf, recordAt, type Place } from "../src/deployment/place.js";
import type { Report } from "../src/deployment/verify/finding.js";
import { verifyDeployment } from "../src/deployment/verify/verifyDeployment.js";
import { SentenceError, sentences } from "../src/protocol/errors.js";
import { deployTribune } from "./deployTribune.js";
import { recoverLostTransaction } from "./lostTransaction.js";

export interface DeploymentRun {
  readonly deployment: Deployment;
  /** Undefined if nothing is kept, on a chain that ends with the process. */
  readonly file: string | undefined;
  readonly warnings: readonly Problem[];
  readonly report: Report;
}

export interface RunOptions {
  readonly artifacts: ArtifactManager;
  /** Called once everything is checked, before anything is sent. */
  readonly onChecked?: (warnings: readonly Problem[]) => void;
  /** Called before anything is sent, unless an earlier run has sent something; what it throws stops the deployment. */
  readonly onBegin?: () => Promise<void>;
  /** Shows Ignition's progress. */
  readonly displayUi?: boolean;
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
  if (signer === undefined) throw new SentenceError(`The network ${connection.networkName} has no account to deploy from.`); // prettier-ignore
  const earlier = isKept ? await findEarlier(place, dao.id) : undefined;
  // A deployment that goes on may have paid already.
  const payer = earlier === undefined ? signer.address : undefined;
  const readArtifact = async (name: string) =>
    (await artifacts.artifactExists(name)) ? await artifacts.readArtifact(name) : undefined;
  const onChain = await checkOnChain(dao.config, provider, { payer, readArtifact });
  const warnings = refuseErrors([...checkDao(dao.config), ...onChain], dao.file);
  options.onChecked?.(warnings);
  if (earlier !== undefined) refuseChanges(earlier, dao, signer.address, place);
  else await options.onBegin?.();

  const record: DeploymentRecord = earlier ?? {
    format: 1,
    dao: dao.id,
    chain: place.chain,
    deployer: signer.address,
    firstBlock: await provider.getBlockNumber(),
    configuration: JSON.parse(JSON.stringify(dao.definition)) as unknown,
  };
  const file = isKept ? recordAt(place, dao.id) : undefined;
  if (file !== undefined && earlier === undefined) await writeRecord(file, record);
  const addresses = await deployTribune(connection, dao.config, {
    deploymentId: journalOf(place, dao.id),
    firstBlock: record.firstBlock,
    displayUi: options.displayUi ?? false,
    recover: (error, id) => {
      const folder = path.join(place.journalsFolder, id);
      return recoverLostTransaction(error, { folder, connection, artifacts });
    },
  });
  const deployment: Deployment = { ...record, addresses };
  if (file !== undefined) await writeRecord(file, deployment);

  const { deployer, firstBlock } = deployment;
  const report = await verifyDeployment({
    provider,
    dao: dao.config,
    addresses,
    deployer,
    firstBlock,
    readArtifact: (name) => artifacts.readArtifact(name),
  });
  return { deployment, file, warnings, report };
}

/** A deployment goes on only as it was begun. */
function refuseChanges(earlier: DeploymentRecord, dao: LoadedDao, deployer: string, place: Place): void {
  const file = recordAt(place, dao.id);
  // Compared as parsed: another spelling of the same figure is no change.
  const changes = describeDifferences(parseDao(earlier.configuration, file), dao.config);
  if (changes.length > 0) {
    throw new SentenceError(
      sentences(
        `"${dao.id}" was already deployed here, or begun, with another configuration (${file}); restore the values, or ` +
          "give the configuration file another name for another deployment:",
        describeDifferences(earlier.configuration, dao.definition),
      ),
    );
  }
  if (earlier.deployer !== deployer) {
    throw new SentenceError(
      `The deployment of "${dao.id}" was begun by ${earlier.deployer} (${file}) and can only go on from there; the ` +
        `network's first account is ${deployer}.`,
    );
  }
}
