import { readdir } from "node:fs/promises";
import path from "node:path";

import { daoIdOf } from "../config/load.js";
import { isFinished, type Deployment } from "../protocol/addresses.js";
import { SentenceError } from "../protocol/errors.js";
import { isOther, recordAt, type Place } from "./place.js";
import { readRecord } from "./record.js";

/**
 * The deployment that a person means.
 * @param dao Name or configuration file; may be left out where a chain has one deployment.
 * @param network As given to `--network`, for the advice.
 */
export async function chooseDeployment(place: Place, dao: string | undefined, network: string): Promise<Deployment> {
  const names = await listDeployments(place);
  const command = (name: string) => `npx hardhat tribune deploy --dao config/${name}.ts --network ${network}`;
  if (dao !== undefined) return await findDeployment(place, daoIdOf(dao), command(daoIdOf(dao)));
  const [only] = names;
  if (only === undefined) {
    throw new SentenceError(
      `There is no deployment on chain ${place.chain.id}; deploy one with: ${command("default")}`,
    );
  }
  if (names.length > 1) {
    throw new SentenceError(
      `Chain ${place.chain.id} has several deployments; choose one with --dao: ${names.join(", ")}`,
    );
  }
  return await findDeployment(place, only, command(only));
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
    throw refuse(
      `"${dao}" was deployed on an earlier chain ${place.chain.id}, not on this one, which has another first block`,
    );
  }
  if (!isFinished(record)) {
    throw refuse(`The deployment of "${dao}" was begun and not finished`, "go on with");
  }
  const { timelock } = record.addresses;
  if ((await place.provider.getCode(timelock)) === "0x") {
    throw refuse(
      `This chain has no contract at ${timelock}, where the timelock of "${dao}" should be: either this node lags, then ` +
        "ask again later, or the chain was set back",
    );
  }
  return record;
}

async function listDeployments(place: Place): Promise<string[]> {
  try {
    const files = await readdir(path.join(place.recordsFolder, String(place.chain.id)));
    return files.filter((file) => file.endsWith(".json")).map((file) => path.basename(file, ".json"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
