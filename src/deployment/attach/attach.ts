import { getAddress } from "ethers";

import type { LoadedDao, DaoFacts } from "../../config/load.js";
import { isAdopting } from "../../config/schema.js";
import { atBlock } from "../../protocol/atBlock.js";
import type { Deployment, TribuneAddresses } from "../../protocol/addresses.js";
import { isFinished } from "../../protocol/addresses.js";
import { SentenceError, sentences } from "../../protocol/errors.js";
import { describeDifferences } from "../configDifference.js";
import { recordAt, type Place } from "../place.js";
import { readRecord } from "../record.js";
import type { Report } from "../verify/finding.js";
import { verifyDeployment } from "../verify/verifyDeployment.js";
import { findAddresses, readSealExpiry, type CodeSearch } from "./findAddresses.js";
import { findBeginning } from "./findBeginning.js";
import { findContracts, findOrigin } from "./findContracts.js";

/** What is known of a deployment whose record is missing. */
export interface AttachSubject {
  readonly timelock: string;
  /** Its other addresses, if somebody has kept them; found on the chain otherwise. */
  readonly addresses: TribuneAddresses | undefined;
  /** The chain's newest block before the deployment, if it is known; found on the chain otherwise. */
  readonly firstBlock: number | undefined;
  /** Reads the configuration, which may depend on who deployed it. */
  readonly load: (findFacts: () => Promise<DaoFacts>) => Promise<LoadedDao>;
}

export interface Attached {
  readonly deployment: Deployment;
  readonly dao: LoadedDao;
  readonly report: Report;
  readonly file: string;
}

/**
 * Rebuilds the record of a deployment from its timelock, and verifies it like a deployment. Writes nothing: that is for
 * who has read the report.
 */
export async function attach(
  { timelock, addresses: given, firstBlock: known, load }: AttachSubject,
  place: Place,
  search: Omit<CodeSearch, "provider">,
): Promise<Attached> {
  const provider = atBlock(place.provider, await place.provider.getBlockNumber());
  const at = { ...search, provider };
  const origin = await findOrigin(getAddress(timelock), at);
  const { deployer } = origin;
  const dao = await load(() => Promise.resolve({ deployer }));
  const { config } = dao;
  const existing = isAdopting(config) ? { governor: config.governor.address, token: config.token.address } : undefined;
  const found = await findContracts(origin, at, existing);
  const addresses = given ?? (await findAddresses(dao.config, found, at));
  const dates = { ...found, sealExpiry: await readSealExpiry(addresses, at) };
  const firstBlock = known ?? (await findBeginning(dao.config, dates, provider));
  const deployment: Deployment = {
    format: 1,
    dao: dao.id,
    chain: place.chain,
    deployer,
    firstBlock,
    configuration: JSON.parse(JSON.stringify(dao.definition)) as unknown,
    addresses,
  };
  const file = recordAt(place, dao.id);
  await refuseOther(file, deployment);
  const report = await verifyDeployment({
    ...{ provider: place.provider, dao: dao.config, addresses, deployer, firstBlock },
    readArtifact: search.readArtifact,
    onProgress: search.onProgress,
  });
  return { deployment, dao, report, file };
}

/** What is on record already is not replaced by something else. */
async function refuseOther(file: string, { addresses }: Deployment): Promise<void> {
  const record = await readRecord(file);
  if (record === undefined) return;
  const differences = isFinished(record) ? describeDifferences(record.addresses, addresses) : ["it is not finished"];
  if (differences.length === 0) return;
  throw new SentenceError(
    sentences(
      `${file} is of another deployment: move it away, or give the configuration file another name:`,
      differences,
    ),
  );
}
