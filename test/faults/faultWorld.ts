import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { ZeroHash } from "ethers";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../../config/default.js";
import type { Deployment } from "../../src/protocol/addresses.js";
import {
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  RuleTargetMock__factory,
} from "../../types/index.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { createHre, startNode } from "../helpers/localNode.js";
import { createSafeOf } from "../helpers/safe.js";
import { startProxy, type Fault } from "./proxy.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

export const COMMANDS = [
  "deploy",
  "status",
  "watch",
  "rehearse",
  "audit",
  "check",
  "committee list",
  "committee prepare",
  "committee sign",
  "committee execute",
] as const;
export type Command = (typeof COMMANDS)[number];

/** How a command ended. */
export interface Ending {
  /** Of the process. */
  readonly code: number;
  /** What a person gets to read. */
  readonly text: string;
}

/** After so long a node that says nothing has failed. [ms] */
export const TIMEOUT = 3_000;

/** What a node may call itself, so that the same deployment is one on a public chain. */
export const PUBLIC_CHAIN = 4_242;

/** By so much a backend is behind: it knows the deployment, and nothing that came after. [blocks] */
export const LAG = 40;
/** Blocks between the deployment and what came after. */
const QUIET_BLOCKS = 560;

/**
 * A chain with a deployment and an operation that waits, a Safe with a transaction that is signed, and every command
 * ready to be run through a proxy.
 */
export async function createFaultWorld() {
  const node = await startNode("2026-02-01T00:00:00Z");
  const proxy = await startProxy(node.url);
  const hre = await createHre(proxy.url, "localhost", { timeout: TIMEOUT });
  const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  const dao = `faults-${process.pid}`;
  const daoFile = path.join(folder, `${dao}.json`);
  await writeFile(daoFile, JSON.stringify(standard));
  const { root, ignition } = hre.config.paths;
  const recordFile = path.join(root, "deployments", "31337", `${dao}.json`);
  const direct = await node.hre.network.create();

  await run(hre, ["deploy"], { dao: daoFile });
  const { addresses } = JSON.parse(await readFile(recordFile, "utf8")) as Deployment;
  const deployed = await findBlocks(addresses.timelock);
  await direct.networkHelpers.mine(QUIET_BLOCKS);
  await mine(LAG);
  const operation = await scheduleOne();
  const motion = await prepareMotion();
  await mine(10);

  /** Blocks of the deployment: the one that created the timelock, and the last. */
  async function findBlocks(timelock: string) {
    const [first] = await direct.ethers.provider.getLogs({ address: timelock, fromBlock: 0 });
    return { timelock: first?.blockNumber ?? 0, last: await direct.ethers.provider.getBlockNumber() };
  }

  /** One by one: of blocks that are made at once the embedded chain keeps no state. */
  async function mine(blocks: number): Promise<void> {
    for (let block = 0; block < blocks; ++block) await direct.provider.request({ method: "evm_mine" });
  }

  async function scheduleOne(): Promise<string> {
    await direct.networkHelpers.setBalance(addresses.governor, 10n ** 18n);
    const governor = await direct.ethers.getImpersonatedSigner(addresses.governor);
    const timelock = DualGovernanceTimelock__factory.connect(addresses.timelock, governor);
    const delay = await timelock.getMinDelay();
    const poke = DualGovernance__factory.createInterface().encodeFunctionData("poke");
    await timelock.scheduleBatch([addresses.gate], [0n], [poke], ZeroHash, ZeroHash, delay);
    return await timelock.hashOperationBatch([addresses.gate], [0n], [poke], ZeroHash, ZeroHash);
  }

  async function prepareMotion() {
    const [first, second, third] = await direct.ethers.getSigners();
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few accounts");
    const safe = await (await createSafeOf([first, second, third], 2)).getAddress();
    const target = await (await new RuleTargetMock__factory(first).deploy(safe)).getAddress();
    const data = RuleTargetMock__factory.createInterface().encodeFunctionData("setRule", [7n]);
    const [unsigned, signed] = ["unsigned.json", "signed.json"].map((name) => path.join(folder, name)) as [
      string,
      string,
    ];
    await run(node.hre, ["committee", "prepare"], { subjects: [], safe, target, data, out: unsigned });
    const { address: owner } = third;
    await run(node.hre, ["committee", "sign"], { file: unsigned, owner, out: signed, yes: true });
    await run(node.hre, ["committee", "sign"], { file: signed, owner: second.address, yes: true });
    return { safe, target, data, unsigned, signed, owner: first.address };
  }

  const { safe, target, data, unsigned, signed, owner } = motion;
  const publicFile = path.join(root, "deployments", String(PUBLIC_CHAIN), `${dao}.json`);
  const record = JSON.parse(await readFile(recordFile, "utf8")) as Deployment;
  await mkdir(path.dirname(publicFile), { recursive: true });
  await writeFile(publicFile, JSON.stringify({ ...record, chain: { id: PUBLIC_CHAIN } }));

  const argumentsOf: Readonly<Record<Command, Record<string, unknown>>> = {
    deploy: { dao: daoFile },
    status: { dao },
    watch: { dao, once: true },
    rehearse: { dao: daoFile },
    audit: { dao },
    check: { dao, operation },
    "committee list": { dao },
    "committee prepare": { subjects: [], safe, target, data, out: path.join(folder, "prepared.json") },
    "committee sign": { file: unsigned, owner, yes: true, out: path.join(folder, "one.json") },
    "committee execute": { files: [signed], yes: true },
  };

  /** Any verb, while those faults last; what it sends is taken back. */
  async function playVerb(verb: string, args: Record<string, unknown>, ...faults: readonly Fault[]): Promise<Ending> {
    const snapshot = await direct.networkHelpers.takeSnapshot();
    proxy.suffer(...faults);
    try {
      return await run(hre, verb.split(" "), args);
    } finally {
      proxy.suffer();
      await snapshot.restore();
    }
  }

  return {
    deployed,
    recordFile,
    addresses,
    operation,
    /** The newest block. */
    head: await direct.ethers.provider.getBlockNumber(),
    /** Runs a command while those faults last; what it sends is taken back. */
    play: (command: Command, ...faults: readonly Fault[]): Promise<Ending> =>
      playVerb(command, argumentsOf[command], ...faults),
    playVerb,
    dao,
    folder,
    async close(): Promise<void> {
      await proxy.close();
      await node.close();
      await rm(folder, { recursive: true });
      await rm(path.dirname(publicFile), { recursive: true });
      await forgetDeployment(ignition, recordFile, dao);
    },
  };
}

/** TypeScript believes that nobody has changed it meanwhile. */
const endedWith = (): number => Number(process.exitCode ?? 0);

/** Runs a verb, and tells how it ended. What is not given is absent, as on the command line. */
export async function run(
  hre: HardhatRuntimeEnvironment,
  verb: readonly string[],
  args: Record<string, unknown>,
): Promise<Ending> {
  const task = hre.tasks.getTask(["tribune", ...verb]);
  const given = Object.fromEntries(
    [...task.options.values()].map(({ name, defaultValue }) => [name, args[name] ?? defaultValue]),
  );
  const before = process.exitCode;
  process.exitCode = undefined;
  let told = "";
  let code = 0;
  const { stdout, stderr } = await captureOutput(async () => {
    try {
      await task.run({ ...given, ...args });
    } catch (error) {
      // Of anything else Hardhat would print a trace.
      if (!(error instanceof HardhatPluginError)) throw error;
      told = error.message;
      code = 1;
    }
  });
  if (code === 0) code = endedWith();
  process.exitCode = before;
  return { code, text: stdout + stderr + told };
}
