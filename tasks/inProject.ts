import { readFile } from "node:fs/promises";
import path from "node:path";

import type { Artifact, ArtifactManager } from "hardhat/types/artifacts";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SentenceError } from "../src/protocol/errors.js";
import { TRIBUNE_ROOT } from "./home.js";
import retryReads from "./retryReads.js";

/**
 * Runs a verb in a project that has Tribune as a package: what it deploys, and compares deployments with, is the code that
 * the package brings along, whatever compiler the project has; a vessel of the project's own comes from its artifacts.
 * Only while the verb runs.
 */
export async function inProject(hre: HardhatRuntimeEnvironment, action: () => Promise<void>): Promise<void> {
  const handlers = await retryReads();
  const giveBack = lendArtifacts(hre.artifacts);
  hre.hooks.registerHandlers("network", handlers);
  try {
    await action();
  } finally {
    hre.hooks.unregisterHandlers("network", handlers);
    giveBack();
  }
}

const FOLDER = path.join(TRIBUNE_ROOT, "dist", "artifacts");

/** @returns Undoes it. */
function lendArtifacts(artifacts: ArtifactManager): () => void {
  const readArtifact = artifacts.readArtifact.bind(artifacts);
  const artifactExists = artifacts.artifactExists.bind(artifacts);
  const getBuildInfoId = artifacts.getBuildInfoId.bind(artifacts);
  const own = async (name: string): Promise<Artifact | undefined> => {
    const artifact = await readOwn(name);
    if (artifact === undefined || !(await artifactExists(name))) return artifact;
    const { inputSourceName, sourceName } = await readArtifact(name);
    if ((inputSourceName ?? "").startsWith("npm/tribune@")) return artifact;
    throw new SentenceError(
      `"${name}" is a contract of this project, ${sourceName}, and one of Tribune's: nobody could tell which is meant, so ` +
        "give yours another name.",
    );
  };
  const lent = {
    readArtifact: async (name: string) => (await own(name)) ?? (await readArtifact(name)),
    artifactExists: async (name: string) => (await readOwn(name)) !== undefined || (await artifactExists(name)),
    // Ignition keeps it beside its journal, where there is one.
    getBuildInfoId: async (name: string) =>
      (await readOwn(name)) === undefined ? await getBuildInfoId(name) : undefined,
  };
  Object.assign(artifacts, lent);
  return () => {
    Object.assign(artifacts, { readArtifact, artifactExists, getBuildInfoId });
  };
}

async function readOwn(name: string): Promise<Artifact | undefined> {
  if (!/^\w+$/.test(name)) return undefined;
  try {
    return JSON.parse(await readFile(path.join(FOLDER, `${name}.json`), "utf8")) as Artifact;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
