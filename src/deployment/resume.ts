import { rm } from "node:fs/promises";

import type { LoadedDao } from "../config/load.js";
import { parseDao } from "../config/parse.js";
import { isAdopting, type DaoConfig } from "../config/schema.js";
import { isFinished, type DeploymentRecord } from "../protocol/addresses.js";
import { SentenceError, sentences, UnreadableError } from "../protocol/errors.js";
import { readOwnHead } from "./developmentChain.js";
import { describeDifferences } from "./configDifference.js";
import { listDeployed } from "./journal.js";
import { hasJournal } from "./journalFile.js";
import { foldersOf, isOther, isLocal, journalsOf, MODULES, recordAt, type Place } from "./place.js";
import { listCreatedSafes } from "./provideCommittees.js";
import { readRecord } from "./record.js";

/**
 * What an earlier run has left behind for this very chain. Of a local chain that has vanished, or was set back to
 * before something that the run deployed, nothing is left; one that is only behind itself is waited for.
 */
export async function findEarlier(place: Place, dao: string): Promise<DeploymentRecord | undefined> {
  const file = recordAt(place, dao);
  const record = await readRecord(file);
  const journals = journalsOf(place, dao);
  const folders = foldersOf(journals);
  if (record === undefined) {
    // Without the record nobody knows from which block on the chain is to be read.
    const begun = folders.find(hasJournal);
    if (begun === undefined) return undefined;
    throw new SentenceError(
      `${begun} holds a deployment whose record, ${file}, is missing: restore it, or remove the folder to deploy anew.`,
    );
  }
  const otherChain = isOther(record, place);
  const lost = otherChain ? undefined : await findLost(record, place);
  if (!otherChain && lost === undefined) {
    if (!isFinished(record) && !isLocal(place)) await refuseForgotten(record, place);
    return record;
  }
  if (otherChain && !isLocal(place)) {
    throw new SentenceError(`${file} was written for another chain ${place.chain.id}: move it away.`);
  }
  if (lost !== undefined && !(isLocal(place) && (await isSetBack(place)))) {
    throw new SentenceError(
      `This chain has lost ${lost}, which an earlier run had put there: either this node lags, then run the same ` +
        `command again, or the chain was set back; to deploy anew, move away ${[file, ...folders].join(", ")}.`,
    );
  }
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  return undefined;
}

/** Without one of its journals that module would begin anew, and nobody would notice that it is paid for twice. */
async function refuseForgotten({ dao, deployer, begun = {} }: DeploymentRecord, place: Place): Promise<void> {
  const journals = journalsOf(place, dao);
  const sent = await place.provider.getTransactionCount(deployer, "pending");
  const lost = MODULES.filter((module) => sent > (begun[module] ?? sent) && !hasJournal(journals[module].folder));
  if (lost.length === 0) return;
  throw new SentenceError(
    `${recordAt(place, dao)} holds a deployment that was begun and not finished, ${deployer} has sent transactions since, ` +
      `and what tells which is missing: restore ${lost.map((module) => journals[module].folder).join(", ")}. If that never ` +
      `existed, for it stopped before its first step, remove ${lost.map((module) => `"${module}"`).join(" and ")} from ` +
      `"begun" in the record. Or move ${[recordAt(place, dao), ...foldersOf(journals).filter(hasJournal)].join(", ")} away, ` +
      "to deploy anew.",
  );
}

/** Whether a local chain's answers are of its newest block, so that what is missing is gone; false if it does not tell. */
async function isSetBack({ provider }: Place): Promise<boolean> {
  const own = await readOwnHead(provider);
  if (own === undefined) return false;
  const answered = await provider.getBlockNumber();
  if (answered >= own) return true;
  throw new UnreadableError(
    `This node answers of block ${answered}, and its chain has ${own}: run the same command again.`,
    "behind",
  );
}

/** What this chain should have and has not, undefined if nothing is missing. */
async function findLost(record: DeploymentRecord, place: Place): Promise<string | undefined> {
  const { provider } = place;
  // The chain must at least be as long as when the deployment began.
  if ((await provider.getBlockNumber()) < record.firstBlock) return `block ${record.firstBlock}`;
  const { safes, vesting, tribune } = journalsOf(place, record.dao);
  const deployed = isFinished(record)
    ? [["the timelock", record.addresses.timelock] as const]
    : [
        ...(await listSafes(record, safes.folder)),
        ...(await listDeployed(vesting.folder)),
        ...(await listDeployed(tribune.folder)),
      ];
  for (const [name, address] of deployed) {
    if ((await provider.getCode(address)) === "0x") return `${name} at ${address}`;
  }
  return undefined;
}

async function listSafes(record: DeploymentRecord, folder: string): Promise<ReadonlyMap<string, string>> {
  if (!hasJournal(folder)) return new Map();
  return await listCreatedSafes(parseDao(record.configuration, `the record of "${record.dao}"`), record, folder);
}

/** What of a file a deployment depends on: what `tribune adopt` reads besides is found out later. */
function deployed(dao: DaoConfig): DaoConfig {
  return isAdopting(dao)
    ? { ...dao, oldTimelock: undefined, holdings: undefined, accepted: undefined, fromBlock: undefined }
    : dao;
}

/** A deployment goes on only as it was begun, and from the account that began it; a finished one anybody may verify. */
export function refuseChanges(earlier: DeploymentRecord, dao: LoadedDao, deployer: string, place: Place): void {
  const file = recordAt(place, dao.id);
  if (!isFinished(earlier) && earlier.deployer !== deployer) {
    throw new SentenceError(
      `The deployment of "${dao.id}" was begun by ${earlier.deployer} (${file}) and can only go on from there; the ` +
        `network's first account is ${deployer}. Either give the network the key of the former, or begin anew with the ` +
        "latter: give the configuration file another name, or move away " +
        `${[file, ...foldersOf(journalsOf(place, dao.id))].join(", ")}.`,
    );
  }
  // Compared as parsed: another spelling of the same figure is no change.
  const changes = describeDifferences(deployed(parseDao(earlier.configuration, file)), deployed(dao.config));
  if (changes.length > 0) {
    throw new SentenceError(
      sentences(
        `"${dao.id}" was already deployed here, or begun, with another configuration (${file}); restore the values, or ` +
          "give the configuration file another name for another deployment:",
        describeDifferences(earlier.configuration, dao.definition),
      ),
    );
  }
}
