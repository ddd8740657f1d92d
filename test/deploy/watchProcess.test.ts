import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { expect } from "chai";
import { JsonRpcProvider, toBeHex, ZeroHash } from "ethers";
import hre from "hardhat";

import { isFinished, recordSchema, type TribuneAddresses } from "../../src/protocol/addresses.js";
import { connectProtocol } from "../../src/protocol/contracts.js";
import type { WatchEvent } from "../../src/watch/types.js";
import { cli, ownEnvironment } from "../helpers/nodeProcess.js";
import { startTestnet, type Testnet } from "../helpers/testnet.js";
import { isDeep } from "../helpers/testProfile.js";

const ETHER = 10n ** 18n;
/** When the process is killed, once the operation in question is scheduled. */
const POINTS = [
  "as soon as the line is written",
  "as soon as the webhook has it",
  "a while later",
  "while it acts",
] as const;

// Processes, and many of them: in the deep profile alone. Its rounds are in test/unit/watch/rounds.test.ts.
if (isDeep) {
  describe("a watch that is killed", function () {
    this.timeout(600_000);
    let testnet: Testnet;
    let provider: JsonRpcProvider;
    let addresses: TribuneAddresses;
    let folder: string;
    let hook: Server;
    let dao: string;
    const posted: WatchEvent[] = [];

    before(async () => {
      testnet = await startTestnet("hardhat node");
      await testnet.fund(testnet.deployer, 100n * ETHER);
      const written = await testnet.writeDao();
      dao = written.name;
      await testnet.run(await testnet.open(), "deploy", { dao: written.file, yes: true, noRehearsal: true });
      const record = recordSchema.parse(JSON.parse(await readFile(testnet.recordOf(dao), "utf8")));
      if (!isFinished(record)) throw new Error("the deployment was not finished");
      ({ addresses } = record);
      provider = new JsonRpcProvider(testnet.node.url, undefined, { cacheTimeout: -1 });
      folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
      hook = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          posted.push(JSON.parse(body) as WatchEvent);
          response.writeHead(204).end();
        });
      });
      await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
    });
    after(async () => {
      hook.close();
      provider.destroy();
      await rm(folder, { recursive: true });
      await testnet.close();
    });

    const lines = async (): Promise<WatchEvent[]> => {
      const text = await readFile(path.join(folder, "events.jsonl"), "utf8").catch(() => "");
      return text
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as WatchEvent);
    };
    const until = async (isSo: () => Promise<boolean>, child: ChildProcess): Promise<void> => {
      while (!(await isSo())) {
        if (child.exitCode !== null) throw new Error(`it has ended with ${child.exitCode}`);
        await wait(5);
      }
    };

    function start(): ChildProcess {
      const files = ["--checkpoint", path.join(folder, "checkpoint.json"), "--json", path.join(folder, "events.jsonl")];
      const args = ["tribune", "watch", "--act", "--dao", dao, "--every", "1", "--network", "sepolia", ...files];
      const secrets = {
        ...{ SEPOLIA_RPC_URL: testnet.node.url, SEPOLIA_PRIVATE_KEY: testnet.key },
        TRIBUNE_WEBHOOK: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
      };
      const env = { ...ownEnvironment(), ...secrets };
      return spawn(process.execPath, [cli, ...args], { cwd: hre.config.paths.root, env, stdio: "ignore" });
    }
    const kill = async (child: ChildProcess, signal: NodeJS.Signals) => {
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      child.kill(signal);
      return await ended;
    };

    /** As the Governor would after a vote: a call that pokes, with a salt of its own. */
    async function schedule(salt: number): Promise<string> {
      const { gate, timelock, governor } = addresses;
      await testnet.node.send("hardhat_impersonateAccount", [governor]);
      await testnet.fund(governor, ETHER);
      const contracts = connectProtocol(addresses, provider);
      const call = contracts.gate.interface.encodeFunctionData("poke");
      const delay = await contracts.timelock.getMinDelay();
      const data = contracts.timelock.interface.encodeFunctionData("schedule", [
        ...([gate, 0n, call, ZeroHash, toBeHex(salt, 32)] as const),
        delay,
      ]);
      await testnet.node.send("eth_sendTransaction", [{ from: governor, to: timelock, data }]);
      return await contracts.timelock.hashOperation(gate, 0n, call, ZeroHash, toBeHex(salt, 32));
    }

    it("misses nothing and reports nothing under two identifiers, whenever that is, and executes each operation once", async () => {
      const expected: string[] = [];
      const delay = await connectProtocol(addresses, provider).timelock.getMinDelay();
      let child = start();
      await until(async () => (await lines()).length > 0, child);
      for (const [index, point] of POINTS.entries()) {
        const id = await schedule(index);
        expected.push(`Operation ${id} waits in the timelock.`, `Operation ${id} was executed.`);
        const isTold = (events: readonly WatchEvent[], words: string) =>
          events.some(({ text }) => text.startsWith(words));
        const waits = `Operation ${id} waits`;
        if (point === "as soon as the webhook has it") await until(() => Promise.resolve(isTold(posted, waits)), child);
        else await until(async () => isTold(await lines(), waits), child);
        if (point === "a while later") await wait(1_500);
        const before = Number(await testnet.node.send("eth_getTransactionCount", [testnet.deployer, "latest"]));
        if (point !== "while it acts") await kill(child, "SIGKILL");
        await testnet.node.send("evm_increaseTime", [Number(delay) + 60]);
        await testnet.node.send("evm_mine");
        if (point === "while it acts") {
          const sent = async () =>
            Number(await testnet.node.send("eth_getTransactionCount", [testnet.deployer, "latest"]));
          await until(async () => (await sent()) > before, child);
          await kill(child, "SIGKILL");
        }
        child = start();
        await until(async () => isTold(await lines(), `Operation ${id} was executed`), child);
        const after = Number(await testnet.node.send("eth_getTransactionCount", [testnet.deployer, "latest"]));
        expect(after - before, point).to.equal(1);
      }
      await until(
        () => Promise.resolve(expected.every((words) => posted.some(({ text }) => text.startsWith(words)))),
        child,
      );
      expect(await kill(child, "SIGTERM"), "its exit code").to.equal(0);
      for (const events of [await lines(), posted]) {
        for (const words of expected) {
          const found = events.filter(({ text }) => text.startsWith(words));
          expect(new Set(found.map(({ id }) => id)).size, words).to.equal(1);
        }
        // Whatever was shown twice, the crash came in between.
        const ids = new Set(events.map(({ id }) => id));
        expect(events.length - ids.size).to.be.at.most(2 * POINTS.length);
      }
    });
  });
}
