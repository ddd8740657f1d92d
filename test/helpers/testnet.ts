import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { Wallet } from "ethers";
import hre, { network } from "hardhat";
import type { HardhatUserConfig } from "hardhat/config";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import config from "../../hardhat.config.js";
import { captureOutput } from "./captureOutput.js";

export const SEPOLIA = 11_155_111;

/** What commands take beside what is given. */
const NONE = { dao: undefined, json: undefined };

/** A local chain with the id of Sepolia, and copies of config/testnet.ts to deploy there. */
export interface Testnet {
  readonly url: string;
  readonly key: string;
  readonly deployer: string;
  /** A Hardhat whose `sepolia` it is. */
  open(key?: string, overrides?: Partial<HardhatUserConfig>): Promise<HardhatRuntimeEnvironment>;
  /** Writes a configuration under a name that no other run uses. */
  writeDao(text?: string): Promise<{ name: string; file: string }>;
  run(hre: HardhatRuntimeEnvironment, verb: string, args: object): Promise<{ stdout: string; stderr: string }>;
  recordOf(name: string): string;
  fund(account: string, wei: bigint): Promise<void>;
  countSent(): Promise<number>;
  close(): Promise<void>;
}

/** A key of which nobody but this run knows. */
const newKey = (): string => Wallet.createRandom().privateKey;

export async function startTestnet(): Promise<Testnet> {
  const server = await network.createServer({ network: "default", override: { chainId: SEPOLIA } }, "127.0.0.1");
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  const key = newKey();
  const names: string[] = [];
  const { root, ignition } = hre.config.paths;
  const recordOf = (name: string) => path.join(root, "deployments", String(SEPOLIA), `${name}.json`);

  const open = (account = key, overrides: Partial<HardhatUserConfig> = {}) =>
    createHardhatRuntimeEnvironment(
      {
        ...config,
        ...overrides,
        networks: {
          ...config.networks,
          sepolia: { type: "http", chainType: "l1", chainId: SEPOLIA, url, accounts: [account] },
        },
        ignition: { blockPollingInterval: 20 }, // [ms]
      },
      { network: "sepolia" },
      root,
    );
  const send = async (method: string, params: unknown[]): Promise<void> => {
    const { provider } = await (await open()).network.create();
    await provider.request({ method, params });
  };

  return {
    url,
    key,
    deployer: new Wallet(key).address,
    open,
    recordOf,
    writeDao: async (text) => {
      const name = `testnet-${process.pid}-${names.length}`;
      names.push(name);
      const file = path.join(folder, `${name}.ts`);
      const preset = JSON.stringify(path.join(root, "config", "testnet.ts"));
      await writeFile(file, text ?? `export { default } from ${preset};\n`);
      return { name, file };
    },
    run: (at, verb, args) => captureOutput(() => at.tasks.getTask(["tribune", verb]).run({ ...NONE, ...args })),
    fund: (account, wei) => send("hardhat_setBalance", [account, `0x${wei.toString(16)}`]),
    countSent: async () => {
      const { ethers } = await (await open()).network.create();
      return await ethers.provider.getTransactionCount(new Wallet(key).address);
    },
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
      for (const name of names) await rm(recordOf(name), { force: true });
      const journals = path.join(ignition, "deployments");
      for (const journal of await readdir(journals)) {
        if (names.some((name) => journal.endsWith(`-${name}`) || journal.endsWith(`-${name}-vesting`))) {
          await rm(path.join(journals, journal), { recursive: true });
        }
      }
    },
  };
}
