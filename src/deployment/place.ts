import path from "node:path";

import type { Provider } from "ethers";

import type { DeploymentRecord } from "../protocol/addresses.js";
import { UnreadableError } from "../protocol/errors.js";
import { LOCAL_CHAIN_ID } from "../protocol/localChain.js";
import { recordFile } from "./record.js";

/** The chain at the other end, and where its deployments are kept. */
export interface Place {
  readonly provider: Provider;
  readonly chain: DeploymentRecord["chain"];
  /** Holds the records, `<chain>/<dao>.json`. */
  readonly recordsFolder: string;
  /** Holds Ignition's journals, a folder each. */
  readonly journalsFolder: string;
}

/** Ignition's journal of one module: its name there, and its folder. */
export interface JournalPlace {
  readonly id: string;
  readonly folder: string;
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

export const isLocal = (place: Place): boolean => BigInt(place.chain.id) === LOCAL_CHAIN_ID;

/** Whether a record is of another chain with the same id, as far as the place tells. */
export const isOther = (record: DeploymentRecord, place: Place): boolean =>
  place.chain.genesis !== undefined && record.chain.genesis !== place.chain.genesis;

export const recordAt = (place: Place, dao: string): string => recordFile(place.recordsFolder, place.chain.id, dao);

/** What a deployment is made of, in the order in which it is begun. */
export const MODULES = ["safes", "vesting", "tribune"] as const;
export type Module = (typeof MODULES)[number];

/** The journals of a deployment, one of each module. */
export type Journals = Readonly<Record<Module, JournalPlace>>;

/**
 * Where the journals of a deployment are. All local chains have the same id, and every start makes a new one, so there
 * the first block tells them apart. What follows the chain's id tells the modules apart: no name of a DAO is taken for it.
 */
export function journalsOf(place: Place, dao: string): Journals {
  const { id, genesis } = place.chain;
  const name = isLocal(place) ? `${genesis?.slice(2, 10) ?? ""}-${dao}` : dao;
  const at = (module: string): JournalPlace => {
    const journal = `chain-${id}${module}-${name}`;
    return { id: journal, folder: path.join(place.journalsFolder, journal) };
  };
  return { safes: at("_safes"), vesting: at("_vesting"), tribune: at("") };
}

/** Their folders, in the order in which they are begun. */
export const foldersOf = ({ safes, vesting, tribune }: Journals): string[] =>
  [safes, vesting, tribune].map(({ folder }) => folder);
