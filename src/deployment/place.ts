import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";

import type { Provider } from "ethers";

import { LOCAL_CHAIN_ID } from "../protocol/localChain.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { isFinished, type Deployment, type DeploymentRecord } from "../protocol/addresses.js";
import { readRecord, recordFile } from "./addressBook.js";

/** The chain at the other end, and where its deployments are kept. */
export interface Place {
  readonly provider: Provider;
  readonly chain: DeploymentRecord["chain"];
  /** Holds the records, `<chain>/<dao>.json`. */
  readonly recordsFolder: string;
  /** Holds Ignition's journals, a folder each. */
  readonly journalsFolder: string;
}

/** Reads which chain this is. Of others than local ones the id tells, and a node may not keep the first block. */
export async function findPlace(provider: Provider, folders: { records: string; journals: string }): Promise<Place> {
  const { chainId } = await provider.getNetwork();
  const id = Number(chainId);
  return {
    provider,
    chain: chainId === LOCAL_CHAIN_ID ? { id, genesis: await readGenesis(provider) } : { id },
    recordsFolder: folders.records,
    journalsFolder: folders.journals,
  };
}

/** Hash of the first block. */
async function readGenesis(provider: Provider): Promise<string> {
  const hash = (await provider.getBlock(0))?.hash ?? undefined;
  if (hash === undefined) throw new UnreadableError("The network does not tell its first block.");
  return hash;
}

const isLocal = (place: Place): boolean => BigInt(place.chain.id) === LOCAL_CHAIN_ID;

/** Whether a record is of an earlier local chain. */
const isOther = (record: DeploymentRecord, place: Place): boolean =>
  isLocal(place) && record.chain.genesis !== place.chain.genesis;

export const recordAt = (place: Place, dao: string): string => recordFile(place.recordsFolder, place.chain.id, dao);

/**
 * Names Ignition's journal. All local chains have the same id, and every start makes a new one, so there the first
 * block tells them apart.
 */
export const journalOf = (place: Place, dao: string): string =>
  isLocal(place)
    ? `chain-${place.chain.id}-${place.chain.genesis?.slice(2, 10) ?? ""}-${dao}`
    : `chain-${place.chain.id}-${dao}`;

/**
 * What an earlier run has left behind for this very chain. Of a local chain that has vanished, or was set back to
 * before the deployment, nothing is left.
 */
export async function findEarlier(place: Place, dao: string): Promise<DeploymentRecord | undefined> {
  const file = recordAt(place, dao);
  const record = await readRecord(file);
  if (record === undefined) {
    const journal = path.join(place.journalsFolder, journalOf(place, dao));
    // Without the record nobody knows from which block on the chain is to be read.
    if (!existsSync(journal)) return undefined;
    throw new SentenceError(`${journal} holds a deployment whose record, ${file}, is missing: restore it, or remove the folder to deploy anew.`); // prettier-ignore
  }
  if (!isOther(record, place) && !(await hasVanished(record, place))) return record;
  if (!isLocal(place)) {
    throw new SentenceError(`${file} was written for another chain ${place.chain.id}: move it away.`);
  }
  for (const journal of [journalOf(place, dao), `${journalOf(place, dao)}-vesting`]) {
    await rm(path.join(place.journalsFolder, journal), { recursive: true, force: true });
  }
  return undefined;
}

/**
 * A finished deployment on this chain.
 * @param command Deploys it.
 */
export async function findDeployment(place: Place, dao: string, command: string): Promise<Deployment> {
  const file = recordAt(place, dao);
  const refuse = (what: string, advice = "deploy it with") => new SentenceError(`${what}; ${advice}: ${command}`);
  const record = await readRecord(file);
  if (record === undefined) throw refuse(`There is no deployment of "${dao}" on chain ${place.chain.id}`);
  if (isOther(record, place)) {
    throw refuse(`"${dao}" was deployed on an earlier chain ${place.chain.id}, not on this one, which has another first block`); // prettier-ignore
  }
  if (!isFinished(record)) {
    throw refuse(`The deployment of "${dao}" was begun and not finished`, "go on with");
  }
  if (await hasVanished(record, place)) {
    throw refuse(
      `This chain has no contract at ${record.addresses.timelock}, where the timelock of "${dao}" should be`,
    );
  }
  return record;
}

async function hasVanished(record: DeploymentRecord, { provider }: Place): Promise<boolean> {
  if (isFinished(record)) return (await provider.getCode(record.addresses.timelock)) === "0x";
  // Under way: the chain must at least be as long as when it began.
  return (await provider.getBlockNumber()) < record.firstBlock;
}
