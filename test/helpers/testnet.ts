import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { toQuantity, Wallet } from "ethers";
import hre from "hardhat";
import type { ConfigurationVariable, HardhatUserConfig } from "hardhat/types/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import config from "../../hardhat.config.js";
import { CREATION_CODE } from "../../src/safe/artifacts.js";
import { SAFE_CONTRACTS, SAFE_ROLES } from "../../src/safe/canonical.js";
import { captureOutput } from "./captureOutput.js";
import { startNodeProcess, type NODES, type NodeProcess } from "./nodeProcess.js";
import { forgetDeployment } from "./forgetDeployment.js";

export const SEPOLIA = 11_155_111;
/** Transactions of config/testnet.ts without committees; with all of them, whose Safes come first. */
export const STEPS = 22;
export const SAFES = 7;
export const STEPS_WITH_COMMITTEES = SAFES + STEPS + 5;

/** What of the environment names committees in config/testnet.ts, and how many. */
const COMMITTEES = { TRIBUNE_EMERGENCY: 2, TRIBUNE_BREAKER: 2, TRIBUNE_TIEBREAKER: 3 } as const;

/** For every committee two of `owners`, as the environment tells them. */
export function ownersInEnvironment(owners: readonly string[]): Record<string, string> {
  const left = [...owners];
  const committees = (count: number) => Array.from({ length: count }, () => left.splice(0, 2).join(",")).join(";");
  return Object.fromEntries(Object.entries(COMMITTEES).map(([name, count]) => [name, committees(count)]));
}

/**
 * The same for this process.
 * @returns Takes it back.
 */
export function nameOwners(owners: readonly string[]): () => void {
  const named = ownersInEnvironment(owners);
  Object.assign(process.env, named);
  return () => {
    for (const name of Object.keys(named)) Reflect.deleteProperty(process.env, name);
  };
}

/** A private key, or what tells one. */
type Account = string | ConfigurationVariable;

/** What commands take beside what is given. */
const NONE = { dao: undefined, json: undefined };

/** A node on loopback with the chain id of Sepolia, and copies of config/testnet.ts to deploy there. */
export interface Testnet {
  readonly node: NodeProcess;
  readonly key: string;
  readonly deployer: string;
  /** A Hardhat whose `sepolia` it is. */
  open(key?: Account, overrides?: Partial<HardhatUserConfig>, url?: string): Promise<HardhatRuntimeEnvironment>;
  /** Writes a configuration under a name that no other run uses. */
  writeDao(text?: string): Promise<{ name: string; file: string }>;
  run(hre: HardhatRuntimeEnvironment, verb: string, args: object): Promise<{ stdout: string; stderr: string }>;
  recordOf(name: string): string;
  /** Ignition's, of its second module. */
  journalOf(name: string): string;
  fund(account: string, wei: bigint): Promise<void>;
  /** Of the deployer: what is on the chain, or what the node knows of besides. */
  countSent(block?: "latest" | "pending"): Promise<number>;
  /** Puts Safe's contracts where that chain has them. */
  provideSafe(): Promise<void>;
  close(): Promise<void>;
}

/** A key of which nobody but this run knows. */
const newKey = (): string => Wallet.createRandom().privateKey;

/** @param kind Of the node, which is a process of its own. */
export async function startTestnet(kind: (typeof NODES)[number]): Promise<Testnet> {
  const node = await startNodeProcess(kind, SEPOLIA);
  const { url } = node;
  const send: NodeProcess["send"] = (method, params) => node.send(method, params);
  const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  const key = newKey();
  const names: string[] = [];
  const { root, ignition } = hre.config.paths;
  const recordOf = (name: string) => path.join(root, "deployments", String(SEPOLIA), `${name}.json`);

  const open = (account: Account = key, overrides: Partial<HardhatUserConfig> = {}, at = url) =>
    createHardhatRuntimeEnvironment(
      {
        ...config,
        ...overrides,
        networks: {
          ...config.networks,
          sepolia: { type: "http", chainType: "l1", chainId: SEPOLIA, url: at, accounts: [account] },
        },
        ignition: { blockPollingInterval: 20 }, // [ms]
      },
      { network: "sepolia" },
      root,
    );

  return {
    node,
    key,
    deployer: new Wallet(key).address,
    open,
    recordOf,
    journalOf: (name) => path.join(ignition, "deployments", `chain-${SEPOLIA}-${name}`, "journal.jsonl"),
    writeDao: async (text) => {
      // As .gitignore has it: nobody else's deployment is called like that.
      const name = `test-of-tribune-itself-${process.pid}-${names.length}`;
      names.push(name);
      const file = path.join(folder, `${name}.mts`);
      const preset = JSON.stringify(path.join(root, "config", "testnet.ts"));
      await writeFile(file, text ?? `export { default } from ${preset};\n`);
      return { name, file };
    },
    run: (at, verb, args) => captureOutput(() => at.tasks.getTask(["tribune", verb]).run({ ...NONE, ...args })),
    fund: async (account, wei) => {
      await send("hardhat_setBalance", [account, toQuantity(wei)]);
    },
    countSent: async (block = "latest") =>
      Number(await send("eth_getTransactionCount", [new Wallet(key).address, block])),
    provideSafe: async () => {
      for (const role of SAFE_ROLES) {
        const code = await send("eth_call", [{ data: CREATION_CODE[role] }, "latest"]);
        await send("hardhat_setCode", [SAFE_CONTRACTS[role].address, code]);
      }
    },
    close: async () => {
      await node.close();
      await rm(folder, { recursive: true });
      for (const name of names) await forgetDeployment(ignition, recordOf(name), name);
    },
  };
}
