import path from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { commandFor, runDeployment } from "../src/deployment/runDeployment.js";
import { isLocal } from "../src/deployment/place.js";
import { findEarlier } from "../src/deployment/resume.js";
import { refuseUnfunded } from "../src/deployment/preflight/preflight.js";
import { renderPreflight } from "../src/deployment/preflight/renderPreflight.js";
import { modules } from "../deploy/modules.js";
import { daoIdOf, loadDao, type LoadedDao } from "../src/config/load.js";
import { hasStandIns } from "../src/config/pool.js";
import { isMade } from "../src/config/schema.js";
import {
  describeFinding,
  describeUnread,
  errorsOf,
  renderAddresses,
  renderReport,
  renderWarnings,
} from "../src/deployment/renderDeployment.js";
import { openSnapshot } from "../src/rehearsal/open.js";
import { rehearse } from "../src/rehearsal/rehearse.js";
import { renderRehearsal } from "../src/rehearsal/renderRehearsal.js";
import { rulesOf } from "../src/rehearsal/rulesOf.js";
import type { Rehearsal } from "../src/rehearsal/rehearsalFacts.js";
import { isFinished } from "../src/protocol/addresses.js";
import { SentenceError, sentences, UnreadableError } from "../src/protocol/errors.js";
import { visible } from "../src/protocol/visible.js";
import { openOutput } from "../src/terminal/output.js";
import { readCode } from "./code.js";
import { confirm } from "./deployment/confirm.js";
import { connect, deployerOf, type Connected } from "./connect.js";
import { untilInterrupted } from "./deployment/interrupt.js";
import { tellProgress, tellWait } from "./progress.js";
import { tellSteps } from "./deployment/steps.js";
import type { Verb } from "./verb.js";

interface Arguments {
  dao: string | undefined;
  json: string | undefined;
  noRehearsal: boolean;
  preflight: boolean;
  yes: boolean;
}

const deploy: Verb<Arguments> = async ({ dao: file, json, noRehearsal, preflight: isWanted, yes }, hre) => {
  if (file === undefined) throw new SentenceError("Which DAO? Give its configuration: --dao config/default.ts");
  const { print, data } = openOutput(json);
  let connected: Connected | undefined;
  const open = async () => (connected ??= await connect(hre));
  const dao = await loadDao(file, async () => ({ deployer: await deployerFor(daoIdOf(file), await open()) }));
  const { connection, place } = await open();
  print(`${visible(dao.config.name)} (${visible(file)}) on ${connection.networkName}, chain ${place.chain.id}`);

  const steps = tellSteps();
  const deployment = runDeployment(connection, place, dao, {
    modules,
    artifacts: hre.artifacts,
    ignition: hre.config.ignition,
    onChecked: (warnings) => {
      if (warnings.length > 0) print(renderWarnings(warnings));
    },
    onBegin: async () => {
      if (noRehearsal) print("Not rehearsed: --no-rehearsal was given.");
      else await rehearseFirst(hre, connection, dao, print);
    },
    onPreflight: async (preflight) => {
      const { steps: planned } = preflight;
      if ((isLocal(place) && !isWanted) || planned.every(({ isDone }) => isDone)) return;
      print(renderPreflight(preflight, dao.config, connection.networkName));
      refuseUnfunded(preflight);
      if (!yes) await confirm(`Send these transactions from ${preflight.deployer}?`);
    },
    onProgress: tellProgress(),
    onWait: (what) => {
      steps.clear();
      tellWait(what);
    },
    watcher: steps,
  }).finally(steps.stop);
  const run = await untilInterrupted(deployment, () =>
    steps.hasSent()
      ? `Stopped. What was sent is on record, and nothing will be sent twice. Go on with the same command: ${commandFor(dao, connection)}`
      : `Stopped, before this run has sent anything. To go on: ${commandFor(dao, connection)}`,
  );

  const { report, warnings } = run;
  const { addresses, configuration, ...facts } = run.deployment;
  print(renderAddresses(addresses));
  if (addresses.pool !== undefined && hasStandInsOf(dao)) print(STAND_INS);
  print(renderReport(report));
  print(
    run.file === undefined
      ? "A rehearsal: this chain ends with the command. For one that stays: npx hardhat node, then --network localhost."
      : `Written to ${path.relative("", run.file)}.`,
  );
  await data({ ...facts, addresses, file: run.file ?? null, configuration, warnings, verification: report });
  const errors = errorsOf(report);
  const unread = report.unread.map(describeUnread);
  const wrong = errors.map(describeFinding);
  if (unread.length > 0) {
    const again = "The deployment could not be read, so nothing is proven; the same command verifies it again:";
    throw new UnreadableError(sentences(again, [...unread, ...wrong]));
  }
  if (wrong.length > 0) throw new SentenceError(sentences("The deployment is not what the configuration says:", wrong));
};

/** Whose a finished deployment is, which anybody may verify; else the account that deploys. */
async function deployerFor(id: string, connected: Connected): Promise<string> {
  const { connection, place } = connected;
  const earlier = connection.networkConfig.type === "http" ? await findEarlier(place, id) : undefined;
  return earlier !== undefined && isFinished(earlier) ? earlier.deployer : await deployerOf(connected);
}

const STAND_INS =
  "weth and depositContract are stand-ins, and so is what stands where EIP-7002 belongs, if this chain had nothing there: " +
  "no validator will ever come of a deposit.";

const hasStandInsOf = ({ config: { vault } }: LoadedDao): boolean => vault.kind === "pool" && hasStandIns(vault);

/** Plays an exit over a vault that exists on a snapshot, and refuses one that does not fit. */
async function rehearseFirst(
  hre: HardhatRuntimeEnvironment,
  connection: NetworkConnection,
  { config, file }: LoadedDao,
  print: (text: string) => void,
): Promise<void> {
  const { vault } = config;
  if (isMade(vault)) {
    print(
      `Not rehearsed: the vault is made with the deployment. Afterwards: npx hardhat tribune rehearse --dao ${visible(file)}`,
    );
    return;
  }
  let result: Rehearsal;
  try {
    print("Rehearsing an exit on a snapshot, before anything is sent …");
    const { snapshot, chain, block, readChain, close } = await openSnapshot(hre.network, connection);
    const rules = await rulesOf(config, readCode(hre));
    const nothing = { holders: [], settlements: undefined, drain: undefined };
    const progress = (text: string) => {
      print(`  ${visible(text)}`);
    };
    const options = {
      vault: vault.address,
      chain,
      block,
      rules,
      dao: file,
      readChain,
      progress,
      onProgress: tellProgress(),
      ...nothing,
    };
    // An embedded chain is not copied: what was played on it is taken back.
    result = await snapshot.branch(() => rehearse(snapshot, options)).finally(close);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    print(`Not rehearsed: ${error.message}`);
    return;
  }
  print(renderRehearsal(result));
  if (result.verdict !== "does-not-fit") return;
  const advice = `Nothing was sent. To see more: npx hardhat tribune rehearse --dao ${visible(file)}; to deploy all the same: --no-rehearsal.`;
  throw new SentenceError(`The vault does not fit. ${advice}`);
}

export default deploy;
