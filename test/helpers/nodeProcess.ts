import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import path from "node:path";

import hre from "hardhat";

/** A node as a process of its own, on loopback. */
export interface NodeProcess {
  readonly url: string;
  send(method: string, params?: readonly unknown[]): Promise<unknown>;
  /** From now on blocks come when they are due, [ms] apart, and not with every transaction. */
  mineEvery(interval: number): Promise<void>;
  /** Until `mineEvery` is called again, no block comes. */
  pause(): void;
  close(): Promise<void>;
}

export const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve("hardhat"))), "cli.js");
/** Of Hardhat's own chain, and anvil, as npm has it. */
export const NODES = ["hardhat node", "anvil"] as const;

const PLATFORMS: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

function commandFor(kind: (typeof NODES)[number], port: number, chainId: number): readonly string[] {
  const where = ["--port", String(port), "--chain-id", String(chainId)];
  if (kind === "hardhat node") return [process.execPath, cli, "node", "--hostname", "127.0.0.1", ...where];
  const name = `@foundry-rs/anvil-${process.platform}-${PLATFORMS[process.arch] ?? process.arch}`;
  const folder = path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  return [path.join(folder, "bin", "anvil"), "--host", "127.0.0.1", "--silent", ...where];
}

export async function startNodeProcess(kind: (typeof NODES)[number], chainId: number): Promise<NodeProcess> {
  const port = await findPort();
  const url = `http://127.0.0.1:${port}`;
  const [command = "", ...args] = commandFor(kind, port, chainId);
  // Without what the runner of this test says to its children: which project it is, and that nothing is to be built.
  const child = spawn(command, args, { cwd: hre.config.paths.root, env: ownEnvironment(), stdio: "ignore" });
  const send = (method: string, params: readonly unknown[] = []) => ask(url, method, params);
  let timer: NodeJS.Timeout | undefined;
  const pause = () => {
    clearInterval(timer);
    timer = undefined;
  };
  await untilUp(child, () => send("eth_chainId"));
  return {
    url,
    send,
    pause,
    mineEvery: async (interval) => {
      await send("evm_setAutomine", [false]);
      pause();
      timer = setInterval(() => {
        void send("evm_mine").catch(() => undefined);
      }, interval);
    },
    close: async () => {
      pause();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** What a person's shell would give a command. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => !["HH_TEST", "CI", "FORCE_COLOR"].includes(name) && !name.startsWith("HARDHAT_");
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isOurs(name)));
}

async function ask(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error !== undefined) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** As long as anything takes here. [ms] */
const PATIENCE = 60_000;

async function untilUp(child: ChildProcess, isUp: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the node ended with ${child.exitCode}`);
    try {
      await isUp();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await wait(20);
  }
}

/** One that nobody listens at. */
async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
