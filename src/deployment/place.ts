import path from "node:path";

import type { Provider } from "ethers";

import type { DeploymentRecord } from "../protocol/addresses.js";
import { SentenceError } from "../protocol/errors.js";
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

/** Reads which chain this is. */
export async function findPlace(provider: Provider, folders: { records: string; journals: string }): Promise<Place> {
  const [{ chainId }, genesis] = await Promise.all([provider.getNetwork(), provider.getBlock(0)]);
  if (genesis?.hash == null) throw new SentenceError("The network does not tell its first block.");
  return {
    provider,
    chain: { id: Number(chainId), genesis: genesis.hash },
    recordsFolder: folders.records,
    journalsFolder: folders.journals,
  };
}

export const isLocal = (place: Place): boolean => BigInt(place.chain.id) === LOCAL_CHAIN_ID;

export const recordAt = (place: Place, dao: string): string => recordFile(place.recordsFolder, place.chain.id, dao);

/**
 * The journals of a deployment. All local chains have the same id, and every start makes a new one, so there the first
 * block tells them apart.
 */
export function journalsOf(
  place: Place,
  dao: string,
): { readonly vesting: JournalPlace; readonly tribune: JournalPlace } {
  const { id, genesis } = place.chain;
  const name = isLocal(place) ? `chain-${id}-${genesis.slice(2, 10)}-${dao}` : `chain-${id}-${dao}`;
  const at = (journal: string): JournalPlace => ({ id: journal, folder: path.join(place.journalsFolder, journal) });
  return { vesting: at(`${name}-vesting`), tribune: at(name) };
}
