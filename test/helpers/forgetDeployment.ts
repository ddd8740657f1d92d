import { readdir, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Removes what a deployment has written into the repository: its record, and its journals.
 * @param ignition Hardhat's folder for Ignition.
 */
export async function forgetDeployment(ignition: string, recordFile: string, dao: string): Promise<void> {
  await rm(recordFile, { force: true });
  const journals = path.join(ignition, "deployments");
  for (const journal of await readdir(journals)) {
    if (!journal.endsWith(`-${dao}`)) continue;
    await rm(path.join(journals, journal), { recursive: true });
  }
}
