import path from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { modules } from "../deploy/modules.js";
import { embeddedFacts, loadDao } from "../src/config/load.js";
import { hasStandIns } from "../src/config/pool.js";
import { isAdopting } from "../src/config/schema.js";
import { chooseDeployment } from "../src/deployment/choose.js";
import { deployTribune } from "../src/deployment/deployTribune.js";
import { recordAt } from "../src/deployment/place.js";
import { readAdoptedCast } from "../src/power/check/adopted.js";
import type { AuditInput } from "../src/power/world/auditInput.js";
import { readAuditInput } from "../src/power/world/readAuditInput.js";
import type { Deployment } from "../src/protocol/addresses.js";
import { SentenceError } from "../src/protocol/errors.js";
import type { OperationPlace } from "../src/protocol/operations/history.js";
import { visible } from "../src/protocol/visible.js";
import { stockExample, stockPool } from "../src/rehearsal/example.js";
import { openSnapshot, type OpenSnapshot } from "../src/rehearsal/open.js";
import type { Output } from "../src/terminal/output.js";
import { connectReading, openReading, type Connected } from "./connect.js";
import { papersOf, type Papers } from "./papers.js";
import { tellProgress } from "./progress.js";

/** A deployment on a copy of its chain, and who is there. */
export interface OpenCast {
  readonly open: OpenSnapshot;
  readonly input: AuditInput;
  /** What is kept of its audits; of a deployment on a chain inside this process beside its configuration. */
  readonly papers: Papers;
  /** Where the chain itself tells of operations. */
  readonly operations: OperationPlace;
}

/** Where the DAO is that somebody asks about. */
export type Chosen =
  /** On the network, with what is on record of it. */
  | (Connected & { readonly kind: "deployed"; readonly deployment: Deployment })
  /** Nowhere yet: on the chain inside this process one is made. */
  | { readonly kind: "embedded"; readonly source: NetworkConnection };

/** The deployment of the network that is meant. */
export async function chooseSource(hre: HardhatRuntimeEnvironment, dao: string | undefined): Promise<Chosen> {
  const source = await openReading(hre);
  if (source.networkConfig.type !== "http") return { kind: "embedded", source };
  const { connection, place } = await connectReading(hre);
  return {
    kind: "deployed",
    connection,
    place,
    deployment: await chooseDeployment(place, dao, connection.networkName),
  };
}

/** A deployment of the network on a copy of it; on the embedded chain one is made first. */
export async function openCast(
  hre: HardhatRuntimeEnvironment,
  chosen: Chosen,
  dao: string | undefined,
  output: Output,
): Promise<OpenCast> {
  return chosen.kind === "deployed"
    ? await openDeployed(hre, chosen, output)
    : await openEmbedded(hre, chosen.source, dao, output);
}

async function openDeployed(
  hre: HardhatRuntimeEnvironment,
  { connection, place, deployment }: Chosen & { readonly kind: "deployed" },
  { print }: Output,
): Promise<OpenCast> {
  print(`Taking a copy of ${connection.networkName}, where ${visible(deployment.dao)} is …`);
  const open = await openSnapshot(hre.network, connection);
  const { firstBlock, addresses } = deployment;
  const onProgress = tellProgress();
  const operations = { timelock: addresses.timelock, provider: place.provider, firstBlock, onProgress };
  const record = recordAt(place, deployment.dao);
  const papers = {
    name: deployment.dao,
    source: path.relative(hre.config.paths.root, record),
    lock: record.replace(/json$/, "power.lock"),
  };
  const read = addresses.oldTimelock === undefined ? readAuditInput : readAdoptedCast;
  try {
    return { open, input: await read(open, deployment, place.provider, onProgress), papers, operations };
  } catch (error) {
    await open.close();
    throw error;
  }
}

async function openEmbedded(
  hre: HardhatRuntimeEnvironment,
  source: NetworkConnection,
  dao: string | undefined,
  { print }: Output,
): Promise<OpenCast> {
  const { config } = await loadDao(dao ?? "config/default.ts", embeddedFacts);
  const { vault } = config;
  const isPool = vault.kind === "pool" && hasStandIns(vault);
  if (vault.kind !== "local-example" && !isPool) {
    throw new SentenceError(
      "On the chain inside Hardhat only a DAO with the example vault, or with a staking pool of stand-ins, can be audited: " +
        "its stakers have to hold shares. Deploy another one on a chain that stays, and give --network.",
    );
  }
  if (isAdopting(config)) {
    throw new SentenceError(
      "The chain inside Hardhat has no DAO that could adopt anything: choose the chain on which it is, with --network.",
    );
  }
  print(`Deploying ${visible(config.name)} on the embedded chain …`);
  const began = (await source.ethers.provider.getBlock("latest"))?.timestamp ?? 0;
  const addresses = await deployTribune(source, config, { modules });
  const shareHolders = await (isPool ? stockPool : stockExample)(source, addresses);
  const open = await openSnapshot(hre.network, source);
  const signers = await source.ethers.getSigners();
  const tokenHolders = config.token.allocations.map(({ holder }) => holder);
  const deployer = signers[0]?.address ?? "";
  const { snapshot } = open;
  const provider = source.ethers.provider;
  return {
    open,
    input: { snapshot, provider, addresses, deployer, tokenHolders, shareHolders, began },
    papers: papersOf(hre.config.paths.root, dao, config.name),
    operations: { timelock: addresses.timelock, provider, firstBlock: 0 },
  };
}
