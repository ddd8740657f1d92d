import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import type { Artifact, ArtifactManager } from "hardhat/types/artifacts";
import type { NetworkHooks } from "hardhat/types/hooks";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { SentenceError } from "../src/protocol/errors.js";
import { TRIBUNE_ROOT } from "./home.js";
import retryReads from "./retryReads.js";

/** What is lent to a Hardhat while verbs run. */
interface Loan {
  /** How many of them. */
  borrowers: number;
  readonly giveBack: () => void;
}

const loans = new WeakMap<HardhatRuntimeEnvironment, Loan>();

/**
 * Runs a verb in a project that has Tribune as a package: what it deploys, and compares deployments with, is the code that
 * the package brings along, whatever compiler the project has; a vessel of the project's own comes from its artifacts.
 * Only while the verb runs; of several at once, until the last one ends.
 */
export async function inProject(hre: HardhatRuntimeEnvironment, action: () => Promise<void>): Promise<void> {
  const handlers = await retryReads();
  // From here to the verb nothing waits, so that no other verb comes between.
  const loan = loans.get(hre) ?? lend(hre, handlers);
  loans.set(hre, loan);
  loan.borrowers++;
  try {
    await action();
  } finally {
    loan.borrowers--;
    if (loan.borrowers === 0) {
      loans.delete(hre);
      loan.giveBack();
    }
  }
}

function lend(hre: HardhatRuntimeEnvironment, handlers: Partial<NetworkHooks>): Loan {
  const returnArtifacts = lendArtifacts(hre.artifacts);
  hre.hooks.registerHandlers("network", handlers);
  return {
    borrowers: 0,
    giveBack: () => {
      hre.hooks.unregisterHandlers("network", handlers);
      returnArtifacts();
    },
  };
}

const FOLDER = path.join(TRIBUNE_ROOT, "dist", "artifacts");

/** @returns Undoes it. */
function lendArtifacts(artifacts: ArtifactManager): () => void {
  const before = {
    readArtifact: artifacts.readArtifact.bind(artifacts),
    artifactExists: artifacts.artifactExists.bind(artifacts),
    getAllFullyQualifiedNames: artifacts.getAllFullyQualifiedNames.bind(artifacts),
    getBuildInfoId: artifacts.getBuildInfoId.bind(artifacts),
    getBuildInfoOutputPath: artifacts.getBuildInfoOutputPath.bind(artifacts),
  };
  const own = async (name: string): Promise<Artifact | undefined> => {
    const artifact = await readOwn(name);
    if (artifact === undefined || !(await before.artifactExists(name))) return artifact;
    const { inputSourceName, sourceName } = await before.readArtifact(name);
    if (inputSourceName?.startsWith("npm/tribune@") === true) return artifact;
    throw new SentenceError(
      `"${name}" is a contract of this project, ${sourceName}, and one of Tribune's: nobody could tell which is meant, so ` +
        "give yours another name.",
    );
  };
  const lent: Pick<ArtifactManager, keyof typeof before> = {
    // Typed as Hardhat types it: by names that only the project's own build knows.
    readArtifact: async (name) =>
      ((await own(name)) as Awaited<ReturnType<typeof before.readArtifact<typeof name>>> | undefined) ??
      (await before.readArtifact(name)),
    artifactExists: async (name) => (await readOwn(name)) !== undefined || (await before.artifactExists(name)),
    getAllFullyQualifiedNames: async () =>
      new Set([...(await before.getAllFullyQualifiedNames()), ...(await listOwn())]),
    getBuildInfoId: async (name) => {
      const artifact = await readOwn(name);
      if (artifact === undefined) return await before.getBuildInfoId(name);
      // Ignition asks by the contract's name, and would look for the build among the project's own.
      return name.includes(":") ? artifact.buildInfoId : undefined;
    },
    getBuildInfoOutputPath: async (id) => {
      const file = path.join(FOLDER, "build-info", `${id}.output.json`);
      return existsSync(file) ? file : await before.getBuildInfoOutputPath(id);
    },
  };
  // A class has them, so that the object itself has none of them to give back.
  Object.assign(artifacts, lent);
  return () => {
    for (const name of Object.keys(lent)) Reflect.deleteProperty(artifacts, name);
  };
}

/** Fully qualified, as the repository knows them. */
async function listOwn(): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".json"));
  const artifacts = await Promise.all(files.map((file) => readOwn(path.basename(file, ".json"))));
  return artifacts.flatMap((artifact) =>
    artifact === undefined ? [] : [`${artifact.sourceName}:${artifact.contractName}`],
  );
}

/** @param name `"DualGovernance"`, or fully qualified. */
async function readOwn(name: string): Promise<Artifact | undefined> {
  const [, source, contract = ""] = /^(?:(.+):)?(\w+)$/.exec(name) ?? [];
  if (contract === "") return undefined;
  try {
    const artifact = JSON.parse(await readFile(path.join(FOLDER, `${contract}.json`), "utf8")) as Artifact;
    return source === undefined || source === artifact.sourceName ? artifact : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
