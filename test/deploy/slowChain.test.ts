import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../../config/default.js";
import { isTransaction } from "../faults/faults.js";
import { startProxy, type Fault } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";

/** Between two blocks. [ms] */
const INTERVAL = 60;
/** Safe's contracts and seven Safes come before Ignition's transactions. */
const SAFES = 12;
const TRANSACTIONS = 40;

/** Right behind the n-th transaction the deployer sends something else. */
function joinedBy(n: number, deployer: string): Fault {
  let sent = 0;
  return async (request, ask) => {
    if (!isTransaction(request) || ++sent !== n) return undefined;
    const answer = await ask(request.method, request.params);
    const other = await ask("eth_sendTransaction", [{ from: deployer, to: deployer, value: "0x1" }]);
    return other.kind === "error" ? other : answer;
  };
}

describe("a deployment on a chain that mines now and then", () => {
  let node: LocalNode;
  let folder: string;
  let deployer: string;
  const names: string[] = [];

  async function writeDao(): Promise<string> {
    const name = `slow-${process.pid}-${names.length}`;
    names.push(name);
    const file = path.join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify(standard));
    return file;
  }

  const deploy = (hre: HardhatRuntimeEnvironment, dao: string) =>
    captureOutput(() => hre.tasks.getTask(["tribune", "deploy"]).run({ dao, json: undefined }));
  const through = async (...faults: readonly Fault[]) => {
    const proxy = await startProxy(node.url, ...faults);
    return { hre: await createHre(proxy.url), close: () => proxy.close() };
  };
  const countTransactions = async () => {
    const { ethers } = await node.hre.network.create();
    return await ethers.provider.getTransactionCount(deployer);
  };

  before(async () => {
    node = await startNode("2026-03-01T00:00:00Z", INTERVAL);
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const [signer] = await (await node.hre.network.create()).ethers.getSigners();
    if (signer === undefined) throw new Error("the chain has no accounts");
    deployer = signer.address;
  });

  after(async () => {
    await node.close();
    await rm(folder, { recursive: true });
    const { root, ignition } = node.hre.config.paths;
    for (const name of names) await rm(path.join(root, "deployments", "31337", `${name}.json`), { force: true });
    const journals = path.join(ignition, "deployments");
    for (const journal of await readdir(journals)) {
      if (names.some((name) => journal.endsWith(`-${name}`) || journal.endsWith(`-${name}-vesting`))) {
        await rm(path.join(journals, journal), { recursive: true });
      }
    }
  });

  it("creates the Safes, deploys, and does not stop when the deployer sends something else meanwhile", async () => {
    const { hre, close } = await through(joinedBy(SAFES + 5, deployer));
    const { stdout } = await deploy(hre, await writeDao());
    await close();
    expect(stdout).to.contain("everything is as the configuration says");
    expect(await countTransactions()).to.equal(TRANSACTIONS + 1);
  });

  it("goes on after the line broke while the deployer's own and other transactions were under way", async () => {
    const before = await countTransactions();
    const file = await writeDao();
    // Safe's contracts stand by now: 35 transactions are left, and of the 13th the answer is lost.
    let sent = 0;
    const breaks: Fault = async (request, ask) => {
      if (!isTransaction(request) || ++sent < 13) return sent < 13 ? undefined : { kind: "cut" };
      if (sent === 13) await ask(request.method, request.params);
      return { kind: "cut" };
    };
    const { hre, close } = await through(joinedBy(12, deployer), breaks);
    const { message } = await rejectionOf(deploy(hre, file));
    await close();
    expect(message).to.contain("Go on with the same command: npx hardhat tribune deploy --dao");

    const { stdout } = await deploy(node.hre, file);
    expect(stdout).to.contain("everything is as the configuration says");
    expect((await countTransactions()) - before).to.equal(35 + 1);
  });
});
