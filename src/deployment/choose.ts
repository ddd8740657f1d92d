import { readdir } from "node:fs/promises";
import path from "node:path";

import { daoIdOf } from "../config/load.js";
import { SentenceError } from "../protocol/errors.js";
import type { Deployment } from "../protocol/addresses.js";
import { findDeployment, type Place } from "./place.js";

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
    throw new SentenceError(`Chain ${place.chain.id} has several deployments; choose one with --dao: ${names.join(", ")}`); // prettier-ignore
  }
  return await findDeployment(place, only, command(only));
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
