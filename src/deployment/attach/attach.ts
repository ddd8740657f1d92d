import { getAddress } from "ethers";

import type { LoadedDao, DaoFacts } from "../../config/load.js";
import { parseDao } from "../../config/parse.js";
import { isAdopting } from "../../config/schema.js";
import { atBlock } from "../../protocol/atBlock.js";
import { isFinished, type Deployment, type TribuneAddresses } from "../../protocol/addresses.js";
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
  /** Whether that very deployment is on record already: its record stays as it is. */
  readonly isKept: boolean;
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
  const file = recordAt(place, dao.id);
  const rebuilt = {
    format: 1,
    dao: dao.id,
    chain: place.chain,
    deployer,
    configuration: JSON.parse(JSON.stringify(dao.definition)) as unknown,
    addresses,
  } as const;
  const kept = await readKept(file, rebuilt, dao, known);
  const findFirst = async () => {
    const dates = { ...found, sealExpiry: await readSealExpiry(addresses, at) };
    return await findBeginning(dao.config, dates, provider);
  };
  const deployment: Deployment = kept ?? { ...rebuilt, firstBlock: known ?? (await findFirst()) };
  const { firstBlock } = deployment;
  const report = await verifyDeployment({
    ...{ provider: place.provider, dao: dao.config, addresses, deployer, firstBlock },
    readArtifact: search.readArtifact,
    onProgress: search.onProgress,
  });
  return { deployment, dao, report, file, isKept: kept !== undefined };
}

/** What is on record already, undefined if nothing is; it is not replaced by anything else, nor by less exact figures. */
async function readKept(
  file: string,
  rebuilt: Omit<Deployment, "firstBlock">,
  dao: LoadedDao,
  known: number | undefined,
): Promise<Deployment | undefined> {
  const record = await readRecord(file);
  if (record === undefined) return undefined;
  if (!isFinished(record)) throw other(file, ["it is not finished"]);
  const { addresses, deployer, firstBlock } = record;
  const of = (one: Pick<Deployment, "addresses" | "deployer">) => ({
    addresses: one.addresses,
    deployer: one.deployer,
  });
  const differences = [
    ...describeDifferences(of({ addresses, deployer }), of(rebuilt)),
    ...(known === undefined ? [] : describeDifferences({ firstBlock }, { firstBlock: known })),
    // Compared as parsed: another spelling of the same figure is no change.
    ...describeDifferences({ configuration: parseDao(record.configuration, file) }, { configuration: dao.config }),
  ];
  if (differences.length > 0) throw other(file, differences);
  return record;
}

const other = (file: string, differences: readonly string[]): SentenceError =>
  new SentenceError(
    sentences(
      `${file} is of another deployment: move it away, or give the configuration file another name:`,
      differences,
    ),
  );
