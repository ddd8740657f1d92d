import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { Interface } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import { checksumOf, type BuilderBatch } from "../../src/safe/transactionBuilder.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { openLine, type Line } from "../helpers/line.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { isDeep } from "../helpers/testProfile.js";
import { deployWizardDao, fileOf, OLD_DELAY, type WizardDao } from "../helpers/wizardDao.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

const NONE = {
  account: undefined,
  proposal: undefined,
  back: false,
  print: false,
  safe: undefined,
  propose: false,
  json: undefined,
};
const AUDIT = {
  ...{ addresses: undefined, identities: undefined, json: undefined, lock: false },
  ...{ lockFile: undefined, markdown: undefined, svg: undefined, sarif: undefined },
};
const GOVERNOR = new Interface([
  "function propose(address[],uint256[],bytes[],string)",
  "function castVote(uint256,uint8)",
  "function queue(address[],uint256[],bytes[],bytes32)",
  "function execute(address[],uint256[],bytes[],bytes32) payable",
]);

interface Data {
  readonly isReady: boolean;
  readonly hasAdopted: boolean;
  readonly findings: readonly { readonly key: string }[];
  readonly proposals: readonly {
    readonly id: string;
    readonly description: string;
    readonly descriptionHash: string;
    readonly calls: readonly { readonly target: string; readonly value: string; readonly data: string }[];
    readonly propose: { readonly target: string; readonly data: string };
  }[];
}

/** From a Governor that exists to one that obeys the gate, by the command line; after the first case in the deep profile. */
describe("what a delegate does from the command line to adopt", () => {
  const dao = `test-adopt-${process.pid}`;
  let node: LocalNode;
  let line: Line;
  /** As in `node`, by way of the line: a copy of a chain keeps its connections. */
  let hre: HardhatRuntimeEnvironment;
  let folder: string;
  let connection: NetworkConnection;
  let old: WizardDao;
  let file: string;

  const run = async (verb: string, args: Record<string, unknown>) => {
    const before = process.exitCode;
    try {
      process.exitCode = 0;
      const output = await captureOutput(() => hre.tasks.getTask(["tribune", verb]).run({ dao: file, ...args }));
      return { ...output, code: process.exitCode };
    } finally {
      process.exitCode = before;
    }
  };
  const adopt = (args: Record<string, unknown> = {}) => run("adopt", { ...NONE, ...args });
  const dataOf = async (args: Record<string, unknown> = {}) =>
    JSON.parse((await adopt({ ...args, json: "-" })).stdout) as Data;
  const write = async (more: Record<string, unknown> = {}) => {
    await writeFile(file, JSON.stringify({ ...(await fileOf(old)), ...more }));
  };
  /** A wei for the stranger, by a decision of the DAO's. */
  const checkPayment = async () => {
    const operation = path.join(folder, "payment.json");
    await writeFile(operation, JSON.stringify([{ target: old.stranger.address, value: "1" }]));
    return await run("check", { operation, identities: undefined, json: undefined });
  };
  /** Votes that it takes to propose: the slot is found by what the Governor says of it. */
  const setThreshold = async (votes: bigint) => {
    const { ethers, networkHelpers } = connection;
    const voice = await ethers.getContractAt("WizardGovernorMock", old.governor);
    for (let slot = 0; slot < 20; slot++) {
      const word = await ethers.provider.getStorage(old.governor, slot);
      await networkHelpers.setStorageAt(old.governor, slot, votes);
      if ((await voice.proposalThreshold()) === votes) return;
      await networkHelpers.setStorageAt(old.governor, slot, word);
    }
    throw new Error("the Governor keeps its threshold nowhere");
  };
  const recordFile = () => path.join(node.hre.config.paths.root, "deployments", "31337", `${dao}.json`);

  before(async () => {
    node = await startNode();
    line = await openLine(node.url);
    hre = await createHre(line.url);
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    file = path.join(folder, `${dao}.json`);
    connection = await node.hre.network.create();
    old = await deployWizardDao(connection);
    await write();
    const deploy = { json: undefined, noRehearsal: true, preflight: false, yes: true };
    const { stdout } = await run("deploy", deploy);
    expect(stdout).to.contain("everything is as the configuration says").and.to.contain("old timelock");
  });

  after(async () => {
    await line.close();
    await node.close();
    await rm(folder, { recursive: true });
    await forgetDeployment(node.hre.config.paths.ignition, recordFile(), dao);
  });

  it("refuses whoever has too few votes to propose it, and writes nothing", async () => {
    await setThreshold(1n);
    const safe = path.join(folder, "batch.json");
    const { stdout, stderr, code } = await adopt({ safe, account: old.stranger.address });
    expect(stdout).to.contain("Ready: one proposal");
    expect(stderr).to.contain(`The Governor does not let ${old.stranger.address} propose`);
    expect(stderr).to.contain("Nothing was printed, written or sent.");
    expect(code).to.equal(2);
    expect(await readdir(folder)).not.to.include("batch.json");
  });

  if (!isDeep) return;

  it("ends with 1 where something is open, and writes nothing", async () => {
    const { ethers } = connection;
    const implementation = await ethers.deployContract("OwnedVaultMock");
    const beacon = await ethers.deployContract("UpgradeableBeacon", [implementation, old.stranger]);
    const holdings = [await beacon.getAddress()];
    await write({ holdings });
    const safe = path.join(folder, "batch.json");
    const { stdout, code } = await adopt({ safe, account: old.majority.address });
    const key = `owner of ${holdings[0] ?? ""}: ${old.stranger.address}`;
    expect(stdout).to.contain("Not ready for a vote.").and.to.contain(`→ ${key}`);
    expect(stdout).to.contain("Nothing was written");
    expect(code).to.equal(1);
    expect(await readdir(folder)).not.to.include("batch.json");
    await write({ holdings, accepted: [key] });
    expect((await dataOf()).isReady).to.equal(true);
    await write();
  });

  it("refuses what it cannot work with, in a sentence, and ends with 2", async () => {
    expect((await adopt({ safe: path.join(folder, "batch.json") })).stderr).to.contain("Which Safe is it?");
    expect((await adopt({ back: true })).stderr).to.contain("there is nothing to go back from");
    expect((await adopt({ back: true, proposal: "new" })).stderr).to.contain("Give only one of --proposal and --back");
    const { code, stderr } = await adopt({ dao: "config/default.ts" });
    expect(stderr).to.contain("describes a DAO that is made");
    expect(code).to.equal(2);
    const locked = await run("audit", { ...AUDIT, lock: true });
    expect(locked.stderr).to.contain("--lock takes a verdict").and.to.contain("existed before Tribune");
    expect(locked.code).to.equal(2);
    const early = await checkPayment();
    expect(early.stderr).to.contain("has not adopted: its Governor obeys");
    expect(early.code).to.equal(2);
  });

  it("is told who decides alone, and gets no verdict", async () => {
    const { stdout, code } = await run("audit", AUDIT);
    expect(stdout).to.contain("P1 to P6 are not judged").and.to.contain("alone can decide what the governor does");
    expect(code).to.equal(1);
  });

  it("prints, prepares for a Safe, proposes, and says after the vote that nothing is left", async () => {
    const safe = path.join(folder, "batch.json");
    const account = old.majority.address;
    const { stdout } = await adopt({ print: true, account });
    const told = await dataOf({ safe, account });
    const [proposal] = told.proposals;
    if (proposal === undefined) throw new Error("nothing was prepared");
    expect(stdout).to.contain("Ready: one proposal").and.to.contain(proposal.propose.data);
    const batch = JSON.parse(await readFile(safe, "utf8")) as BuilderBatch;
    expect(batch.meta.checksum).to.equal(checksumOf(batch));
    expect(batch.meta.description).to.equal(`proposes the adoption, ${proposal.id}`);
    expect(batch.transactions).to.have.length(1);
    expect(batch.transactions[0]).to.include({ to: old.governor, data: proposal.propose.data });
    expect(proposal.description).to.contain(`#proposer=${account}`);

    for (const [given, words] of [
      [{ safe }, "--safe and --propose"],
      [{ print: true }, "--print and --propose"],
    ] as const) {
      expect((await adopt({ propose: true, ...given, account })).stderr).to.contain(`Give only one of ${words}`);
    }
    const sent = await adopt({ propose: true, account, json: "-" });
    expect(sent.stderr).to.contain(`proposes ${proposal.id}`);
    const [one] = (JSON.parse(sent.stdout) as { readonly sent: readonly { readonly hash: string }[] }).sent;
    expect((await connection.ethers.provider.getTransactionReceipt(one?.hash ?? ""))?.status).to.equal(1);
    const left = path.join(folder, "left.json");
    expect((await adopt({ safe: left, account })).stdout).to.contain("Nothing is left to propose.");
    expect(await readdir(folder)).not.to.include("left.json");
    const { networkHelpers } = connection;
    const lists = [
      proposal.calls.map(({ target }) => target),
      proposal.calls.map(({ value }) => value),
      proposal.calls.map(({ data }) => data),
      proposal.descriptionHash,
    ] as const;
    const send = async (data: string) => {
      await (await old.majority.sendTransaction({ to: old.governor, data })).wait();
    };
    await networkHelpers.mine(11);
    await send(GOVERNOR.encodeFunctionData("castVote", [proposal.id, 1]));
    await networkHelpers.mine(101);
    await send(GOVERNOR.encodeFunctionData("queue", lists));
    await networkHelpers.time.increase(OLD_DELAY);
    await send(GOVERNOR.encodeFunctionData("execute", lists));
    const early = await adopt();
    expect(early.code).to.equal(1);
    const [, operation] = /npx hardhat tribune execute (0x[0-9a-f]{64})/.exec(early.stdout) ?? [];
    await networkHelpers.time.increase(345_600);
    await run("execute", { account, print: false, safe: undefined, json: undefined, id: operation });
    const after = await adopt();
    expect(after.stdout).to.contain(
      "The Governor obeys the new timelock, and the old one has nothing left of what was looked into.",
    );
    expect(after.code).to.equal(0);
    // Anybody can send it something at any time.
    await (await old.stranger.sendTransaction({ to: await old.timelock.getAddress(), value: 1n })).wait();
    const later = await adopt();
    expect(later.stdout)
      .to.contain("The old timelock has 1 wei")
      .and.to.contain("nothing left but what anybody can send");
    expect(later.code).to.equal(0);
    const back = path.join(folder, "back.json");
    const returned = await adopt({ back: true, safe: back, account });
    expect(returned.stdout).to.contain(`Ready: one proposal`).and.to.contain("brings everything back");
    expect(returned.code, returned.stdout).to.equal(0);
    const backBatch = JSON.parse(await readFile(back, "utf8")) as BuilderBatch;
    expect(backBatch.transactions).to.have.length(1);
    expect(backBatch.meta.description).to.match(/^proposes the way back, \d+$/);
    const status = await run("status", { json: undefined });
    expect(status.stdout).to.contain("Normal");
    const checked = await checkPayment();
    expect(checked.stdout).to.contain("Nothing that anybody's power depends on moves");
    expect(checked.code, checked.stdout).to.equal(0);
    const again = await run("deploy", { json: undefined, noRehearsal: true, preflight: false, yes: true });
    expect(again.stdout).to.contain("everything is as the configuration says");
  });
});
