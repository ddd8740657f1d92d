import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";

import { expect } from "chai";
import { toQuantity, Wallet } from "ethers";
import hre from "hardhat";

import { cli, NODES, ownEnvironment } from "../helpers/nodeProcess.js";
import {
  ownersInEnvironment,
  SAFES,
  SEPOLIA,
  startTestnet,
  STEPS,
  STEPS_WITH_COMMITTEES,
  type Testnet,
} from "../helpers/testnet.js";
import { isDeep } from "../helpers/testProfile.js";

const ETHER = 10n ** 18n;
/** Between two blocks. [ms] */
const INTERVAL = 100;
/** Steps after which the command is killed; 0 for as soon as its record stands. */
const POINTS = [0, 1, 2, 4, 7, 9, 12, 15, 18, 21] as const;

/** A deployment as a process of its own, as a person runs it. */
interface Running {
  readonly kill: (signal: "SIGKILL" | "SIGINT") => void;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
  /** Once so many steps have been told. */
  readonly until: (isSo: (text: string) => boolean) => Promise<void>;
}

const hasTold = (steps: number) => (text: string) => (text.match(/^Step \d+ of/gm)?.length ?? 0) >= steps;

// Processes, and many of them: in the deep profile alone. Every run has a line that breaks (testnet.test.ts), a Safe in the
// pool and one that is dropped (testnetCommittees.test.ts), something else that is sent in between, a raised fee, and what
// Ignition gives up (slowChain.test.ts); a kill, other steps that are dropped, and a price of gas that multiplies are here alone.
if (isDeep) {
  for (const kind of NODES) {
    describe(`a deployment that is interrupted, on ${kind}`, function () {
      this.timeout(300_000);
      const config = path.join(hre.config.paths.root, "cache", `interruptions-${process.pid}.config.ts`);
      let testnet: Testnet;
      let wallet: Wallet;
      let began: number;
      let file: string;
      let record: string;
      const owners = Array.from({ length: 2 * SAFES }, () => Wallet.createRandom().address);
      const committees = ownersInEnvironment(owners);

      before(async () => {
        testnet = await startTestnet(kind);
        await testnet.provideSafe();
        wallet = new Wallet(testnet.key);
        await testnet.fund(testnet.deployer, 100n * ETHER);
        await mkdir(path.dirname(config), { recursive: true });
        // As the project's own, in less time. [ms]
        const ignition = { blockPollingInterval: 20, timeBeforeBumpingFees: 2_000, retryInterval: 100 };
        const text = `import config from "../hardhat.config.js";\nexport default { ...config, ignition: ${JSON.stringify(ignition)} };\n`;
        await writeFile(config, text);
      });
      after(async () => {
        await testnet.close();
        await rm(config);
      });
      beforeEach(async () => {
        const dao = await testnet.writeDao();
        file = dao.file;
        record = testnet.recordOf(dao.name);
        began = await testnet.countSent();
        await testnet.node.mineEvery(INTERVAL);
      });

      const count = async (block: string) =>
        Number(await testnet.node.send("eth_getTransactionCount", [testnet.deployer, block]));
      const sent = async () => (await testnet.countSent()) - began;

      function deploy(environment: Readonly<Record<string, string>> = {}): Running {
        const args = ["--config", config, "tribune", "deploy", "--dao", file, "--network", "sepolia", "--yes"];
        const secrets = { SEPOLIA_RPC_URL: testnet.node.url, SEPOLIA_PRIVATE_KEY: testnet.key };
        const env = { ...ownEnvironment(), ...secrets, ...environment };
        const child = spawn(process.execPath, [cli, ...args], { cwd: hre.config.paths.root, env });
        let text = "";
        let isOver = false;
        for (const stream of [child.stdout, child.stderr]) {
          stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
        }
        const ended = new Promise<{ code: number | null; text: string }>((resolve) => {
          child.once("close", (code) => {
            isOver = true;
            resolve({ code, text });
          });
        });
        const until = async (isSo: (told: string) => boolean) => {
          while (!isSo(text)) {
            if (isOver) throw new Error(`it ended before:\n${text}`);
            await wait(5);
          }
        };
        return { kill: (signal) => child.kill(signal), ended, until };
      }

      /** The run that must end with a system that is as the file says. */
      async function finish(last = deploy()): Promise<void> {
        const { code, text } = await last.ended;
        expect(code, text).to.equal(0);
        expect(text).to.contain("everything is as the configuration says");
      }

      /** The same, of a run that may stop, and say so, and of the next one then. */
      async function finishAtSecond(first: Running): Promise<void> {
        const { code, text } = await first.ended;
        if (code === 0) return;
        expect(text).to.contain("Go on with the same command");
        await finish();
      }

      /** Stops mining once so many steps are told and a transaction waits; its nonce is the first that is not included. */
      async function untilPending(running: Running, steps: number): Promise<number> {
        await running.until(hasTold(steps));
        testnet.node.pause();
        // One that is being mined, and one that is being sent.
        await wait(5 * INTERVAL);
        for (;;) {
          const included = await count("latest");
          if ((await count("pending")) > included) return included;
          // It is not a block that the command waits for, but confirmations.
          await testnet.node.send("evm_mine");
          await wait(2 * INTERVAL);
        }
      }

      /** To more than what was sent offers: twice the base fee that it found. */
      async function multiplyPrice(): Promise<void> {
        const { baseFeePerGas } = (await testnet.node.send("eth_getBlockByNumber", ["latest", false])) as {
          baseFeePerGas: string;
        };
        await testnet.node.send("hardhat_setNextBlockBaseFeePerGas", [toQuantity(BigInt(baseFeePerGas) * 8n)]);
      }

      /** Something else of the same account. */
      async function sendOther(nonce: number): Promise<void> {
        const fees = { maxFeePerGas: 500n * 10n ** 9n, maxPriorityFeePerGas: 100n * 10n ** 9n };
        const other = { type: 2, to: wallet.address, value: 1n, gasLimit: 21_000n, nonce, chainId: SEPOLIA, ...fees };
        await testnet.node.send("eth_sendRawTransaction", [await wallet.signTransaction(other)]);
      }

      for (const point of POINTS) {
        it(`goes on after it was killed ${point === 0 ? "before the first step" : `after step ${point}`}`, async () => {
          const running = deploy();
          await running.until((text) => (point === 0 ? existsSync(record) : hasTold(point)(text)));
          running.kill("SIGKILL");
          await running.ended;
          await finish();
          expect(await sent()).to.equal(STEPS);
        });
      }

      it("creates every Safe once, when it was killed after the first", async () => {
        const running = deploy(committees);
        await running.until(hasTold(1));
        running.kill("SIGKILL");
        await running.ended;
        await finish(deploy(committees));
        expect(await sent()).to.equal(STEPS_WITH_COMMITTEES);
      });

      it("creates every Safe once, when it was killed while the first was stuck for too low a fee", async () => {
        testnet.node.pause();
        const running = deploy(committees);
        await running.until(hasTold(1));
        running.kill("SIGKILL");
        await running.ended;
        await multiplyPrice();
        await testnet.node.mineEvery(INTERVAL);
        await finish(deploy(committees));
        expect(await sent()).to.equal(STEPS_WITH_COMMITTEES);
      });

      it("says how to go on after Ctrl-C, and does", async () => {
        const running = deploy();
        await running.until(hasTold(6));
        running.kill("SIGINT");
        const { code, text } = await running.ended;
        expect(code).to.equal(130);
        expect(text).to.contain(
          `Go on with the same command: npx hardhat tribune deploy --dao ${file} --network sepolia`,
        );
        await finish();
        expect(await sent()).to.equal(STEPS);
      });

      it("sends what was dropped again", async () => {
        const running = deploy();
        await untilPending(running, 6);
        const pool = (await testnet.node.send("eth_getBlockByNumber", ["pending", false])) as {
          transactions: string[];
        };
        const [first] = pool.transactions;
        await testnet.node.send("hardhat_dropTransaction", [first]);
        await testnet.node.mineEvery(INTERVAL);
        await finishAtSecond(running);
        expect(await sent()).to.equal(STEPS);
      });

      it("goes on where another transaction has taken the place of one", async () => {
        const running = deploy();
        await sendOther(await untilPending(running, 6));
        await testnet.node.mineEvery(INTERVAL);
        await finishAtSecond(running);
        expect(await sent()).to.equal(STEPS + 1);
      });

      it("waits for what is stuck, when it was killed meanwhile", async () => {
        const running = deploy();
        await untilPending(running, 6);
        running.kill("SIGKILL");
        await running.ended;
        const second = deploy();
        await second.until((text) => text.includes("transactions"));
        await wait(10 * INTERVAL);
        await testnet.node.mineEvery(INTERVAL);
        await finish(second);
        expect(await sent()).to.equal(STEPS);
      });

      it("goes on where the account sends something else in between", async () => {
        const running = deploy();
        await running.until(hasTold(6));
        await sendOther(await count("pending"));
        await finishAtSecond(running);
        expect(await sent()).to.equal(STEPS + 1);
      });

      it("pays more where the price of gas has multiplied", async () => {
        const running = deploy();
        await untilPending(running, 6);
        await multiplyPrice();
        await testnet.node.mineEvery(INTERVAL);
        await finishAtSecond(running);
        expect(await sent()).to.equal(STEPS);
      });
    });
  }
}
