import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { keccak256, toQuantity } from "ethers";
import type { HardhatUserConfig } from "hardhat/config";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../../config/default.js";
import { firstOnly, inMethod, isTransaction, lagging, powerCut } from "../faults/faults.js";
import { startProxy, type Fault } from "../faults/proxy.js";
import { captureEnding, captureOutput } from "../helpers/captureOutput.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

/** Between two blocks. [ms] */
const INTERVAL = 60;
/** Safe's contracts and seven Safes come before Ignition's transactions. */
const SAFES = 12;
const SAFE_CONTRACTS = 5;
const TRANSACTIONS = 40;
/** More than a deployment takes. [blocks] */
const LAG = 2_000;

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

/** The n-th transaction is sent with a higher fee, as by a wallet that was asked to hurry, and has another hash than is told. */
function hurried(n: number): Fault {
  let sent = 0;
  return async (request, ask) => {
    if (!isTransaction(request) || ++sent !== n) return undefined;
    const [transaction] = request.params as [Readonly<Record<string, string>>];
    const twice = (value = "0x0") => toQuantity(2n * BigInt(value));
    const { maxFeePerGas, maxPriorityFeePerGas } = transaction;
    const fees = { maxFeePerGas: twice(maxFeePerGas), maxPriorityFeePerGas: twice(maxPriorityFeePerGas) };
    const answer = await ask(request.method, [{ ...transaction, ...fees }]);
    return answer.kind === "result" ? { kind: "result", result: keccak256(String(answer.result)) } : answer;
  };
}

/** So many answers about the deployer's transactions come from a backend that has not got the newest blocks. */
const askedTooEarly = (times: number): Fault =>
  firstOnly(times, (request, ask) =>
    request.method === "eth_getTransactionCount" ? lagging(LAG)(request, ask) : undefined,
  );

/** One attempt to create a contract reverts in the simulation, as on a backend that has not got the newest block. */
function refusesCreation(): Fault {
  const reverted = { kind: "error", code: 3, message: "execution reverted", data: "0x" } as const;
  return firstOnly(1, ({ method, params: [call] }) =>
    method === "eth_call" && !("to" in (call as object)) && "gas" in (call as object) ? reverted : undefined,
  );
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
  const unread = (hre: HardhatRuntimeEnvironment, dao: string) =>
    captureEnding(() => hre.tasks.getTask(["tribune", "deploy"]).run({ dao, json: undefined }));
  const through = async (faults: readonly Fault[], ignition: HardhatUserConfig["ignition"] = {}) => {
    const proxy = await startProxy(node.url, ...faults);
    return { hre: await createHre(proxy.url, "localhost", { ignition }), close: () => proxy.close() };
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
    for (const name of names) {
      await forgetDeployment(ignition, path.join(root, "deployments", "31337", `${name}.json`), name);
    }
  });

  it("creates the Safes, and goes on when the deployer sends something else, or its wallet raises a fee", async () => {
    // Ignition gives a transaction that the node does not know some time to arrive.
    const quick = { maxRetries: 1, retryInterval: 20 };
    const { hre, close } = await through([joinedBy(SAFES + 5, deployer), hurried(SAFES + 9)], quick);
    const { stdout } = await deploy(hre, await writeDao());
    await close();
    expect(stdout).to.contain("everything is as the configuration says");
    expect(await countTransactions()).to.equal(TRANSACTIONS + 1);
  });

  it("goes on after the line broke, backends lagged, a node refused what is right, and Ignition gave up waiting", async () => {
    const before = await countTransactions();
    const file = await writeDao();
    const goesOn = "Go on with the same command: npx hardhat tribune deploy --dao";

    // Safe's contracts stand by now. The answer to the 13th transaction is lost, and another's is under way as well.
    const broken = await through([joinedBy(12, deployer), powerCut(12, true)]);
    const cut = await unread(broken.hre, file);
    expect(cut).to.include({ code: 2 });
    expect(cut.stderr).to.contain(goesOn);
    await broken.close();

    const impatient = { timeBeforeBumpingFees: 0, maxFeeBumps: 0 };
    const refusing = await through([askedTooEarly(6), refusesCreation()], impatient);
    const { message } = await rejectionOf(deploy(refusing.hre, file));
    expect(message).to.contain("Timed out:").and.to.contain("Simulating the transaction failed").and.to.contain(goesOn);
    await refusing.close();

    // A node without an index of transactions: Ignition would send what is on the chain a second time.
    const forgetful = await through([inMethod("eth_getTransactionByHash", { kind: "result", result: null })]);
    const forgotten = await unread(forgetful.hre, file);
    expect(forgotten).to.include({ code: 2 });
    expect(forgotten.stderr).to.contain("the network's node does not know it").and.to.contain(goesOn);
    await forgetful.close();

    const { stdout } = await deploy(node.hre, file);
    expect(stdout).to.contain("everything is as the configuration says");
    expect((await countTransactions()) - before).to.equal(TRANSACTIONS - SAFE_CONTRACTS + 1);
  });
});
