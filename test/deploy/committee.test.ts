import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";

import standard from "../../config/default.js";
import type { DeploymentRecord } from "../../src/protocol/addresses.js";
import { DualGovernanceTimelock__factory, RuleTargetMock__factory } from "../../types/index.js";
import { builderBatch } from "../../src/safe/transactionBuilder.js";
import { toJson } from "../../src/terminal/output.js";
import { startProxy, type Fault } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { createSafeOf } from "../helpers/safe.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

/** What the tests read of the data that verbs write. */
interface Data {
  readonly safeTxHash: string;
  readonly failure: string | null;
  readonly signed: number;
  readonly transactionHash: string;
  readonly owners: readonly string[];
}

/** Everything that can be given; what is not is undefined, as on the command line. */
const OPTIONS = {
  list: ["safe", "dao"],
  prepare: ["action", "safe", "dao", "target", "data", "calls", "call", "builder", "value", "nonce", "out"],
  sign: ["owner", "out", "signature"],
  show: ["typedData"],
  execute: [],
} as const;

/** What is not given to `prepare`. */
const PREPARE = {
  ...{ action: undefined, dao: undefined, call: undefined, calls: undefined, value: undefined, nonce: undefined },
  ...{ subjects: [], json: undefined },
};

describe("tribune committee", () => {
  let node: LocalNode;
  let folder: string;
  let motion: string;
  let owners: [HardhatEthersSigner, HardhatEthersSigner, HardhatEthersSigner];
  let safe: string;
  let target: string;

  async function run(verb: keyof typeof OPTIONS, args: Record<string, unknown> = {}) {
    const absent: Record<string, unknown> = Object.fromEntries(
      ["json", ...OPTIONS[verb]].map((name) => [name, undefined]),
    );
    if (verb === "prepare") absent.subjects = [];
    if (verb === "sign") absent.yes = true;
    if (verb === "execute") Object.assign(absent, { yes: true, again: false });
    return await captureOutput(() =>
      node.hre.tasks.getTask(["tribune", "committee", verb]).run({ ...absent, ...args }),
    );
  }
  const dataOf = async (verb: keyof typeof OPTIONS, args: Record<string, unknown>) =>
    JSON.parse((await run(verb, { ...args, json: "-" })).stdout) as Data;

  /** What a person gets to read of what went wrong. */
  async function sentenceOf(failing: Promise<unknown>): Promise<string> {
    const error = await rejectionOf(failing);
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    return error.message;
  }

  const setRule = (rule: bigint) => RuleTargetMock__factory.createInterface().encodeFunctionData("setRule", [rule]);

  before(async () => {
    node = await startNode();
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    motion = path.join(folder, "motion.json");
    const { ethers } = await node.hre.network.create();
    const [first, second, third] = await ethers.getSigners();
    if (first === undefined || second === undefined || third === undefined) throw new Error("too few accounts");
    owners = [first, second, third];
    safe = await (await createSafeOf(owners, 2)).getAddress();
    target = await (await new RuleTargetMock__factory(first).deploy(safe)).getAddress();
  });

  after(async () => {
    await node.close();
    await rm(folder, { recursive: true });
  });

  it("lists who may sign", async () => {
    const written = path.join(folder, "safe.json");
    const { stdout } = await run("list", { safe, json: written });
    expect(stdout).to.contain("2 of 3").and.to.contain(safe);
    for (const { address } of owners) expect(stdout).to.contain(address);
    expect((JSON.parse(await readFile(written, "utf8")) as Data).owners).to.have.lengthOf(3);
    expect(await sentenceOf(run("list", { safe: owners[0].address }))).to.match(
      /has no code in block \d+: committees are Safes/,
    );
  });

  it("prepares a call, has two owners sign it, and executes it", async () => {
    const prepared = await run("prepare", { safe, target, data: setRule(7n), out: motion });
    expect(prepared.stdout).to.contain("pays").and.to.contain(`tribune committee sign ${motion}`);
    expect(prepared.stdout).not.to.contain("It would fail now");

    expect(await sentenceOf(run("sign", { file: motion }))).to.contain("choose one with --owner");
    const first = await run("sign", { file: motion, owner: owners[0].address.toLowerCase() });
    expect(first.stdout).to.contain(target).and.to.contain("1 of 2 signatures; now the next owner signs it");
    // The owner that has signed sends it, and counts once.
    expect(await sentenceOf(run("execute", { files: [motion] }))).to.contain("has 1 of 2 signatures");

    const second = await run("sign", { file: motion, owner: owners[2].address });
    expect(second.stdout).to.contain("2 of 2 signatures; now anybody may execute it");

    expect(await sentenceOf(run("execute", { files: [motion], yes: false }))).to.contain(
      "Nothing was sent by this run: without a terminal nobody can be asked.",
    );
    const { transactionHash, safeTxHash } = await dataOf("execute", { files: [motion] });
    expect(safeTxHash).to.equal((JSON.parse(await readFile(motion, "utf8")) as Data).safeTxHash);
    const { ethers } = await node.hre.network.create();
    expect((await ethers.provider.getTransactionReceipt(transactionHash))?.status).to.equal(1);
    expect(await RuleTargetMock__factory.connect(target, owners[0]).rule()).to.equal(7n);
    expect(await sentenceOf(run("execute", { files: [motion] }))).to.contain("the Safe has gone on to 1");
  });

  it("shows a file to whoever has no key, and signs nothing that nobody has agreed to", async () => {
    await run("prepare", { safe, target, data: setRule(9n), out: motion });
    const before = await readFile(motion, "utf8");
    expect((await run("show", { files: [motion] })).stdout)
      .to.contain(target)
      .and.to.match(/signatures +0 of 2/);
    const unasked = run("sign", { file: motion, owner: owners[0].address, yes: false });
    expect(await sentenceOf(unasked)).to.equal(
      "Nothing was signed: without a terminal nobody can be asked. To sign all the same: --yes.",
    );
    expect(await readFile(motion, "utf8")).to.equal(before);
  });

  it("writes down what a wallet signs, and adds what it gives", async () => {
    const typedData = path.join(folder, "typed.json");
    await run("prepare", { safe, target, data: setRule(11n), out: motion });
    const shown = (await dataOf("show", { files: [motion], typedData })) as Data & Record<string, string>;
    expect(shown.messageHash).to.match(/^0x[0-9a-f]{64}$/);
    expect(await sentenceOf(run("show", { files: [motion], typedData: path.join(folder, "no", "t.json") }))).to.contain(
      "there is no folder",
    );
    const { provider } = await node.hre.network.create();
    const [owner] = owners;
    const params = [owner.address, JSON.parse(await readFile(typedData, "utf8")) as unknown];
    const signature = (await provider.request({ method: "eth_signTypedData_v4", params })) as unknown;
    const signed = await dataOf("sign", { file: motion, owner: owner.address, signature });
    expect(signed.signed).to.equal(1);
    expect(signed).to.include({ domainHash: shown.domainHash, messageHash: shown.messageHash });
  });

  it("executes with one signature less where an owner sends it, and says so", async () => {
    await run("prepare", { safe, target, data: setRule(12n), out: motion });
    await run("sign", { file: motion, owner: owners[2].address });
    const { stdout } = await run("execute", { files: [motion] });
    expect(stdout).to.contain(`${owners[0].address}, who sends it, is an owner: that counts as its approval.`);
    expect(await RuleTargetMock__factory.connect(target, owners[0]).rule()).to.equal(12n);
  });

  it("writes nothing where the node does not date the batch, and no file in the place of another", async () => {
    const [out, builder] = ["new.json", "batch.json"].map((name) => path.join(folder, name));
    const args = { ...{ safe, target, data: setRule(13n), out, builder }, ...PREPARE };
    const undated: Fault = ({ method, params: [block] }) =>
      method === "eth_getBlockByNumber" && block === "latest" ? { kind: "result", result: null } : undefined;
    const proxy = await startProxy(node.url, undated);
    const before = process.exitCode;
    try {
      const through = await createHre(proxy.url);
      const task = through.tasks.getTask(["tribune", "committee", "prepare"]);
      const { stderr } = await captureOutput(() => task.run(args));
      expect(stderr).to.contain("could not be read");
      expect(process.exitCode).to.equal(2);
    } finally {
      process.exitCode = before;
      await proxy.close();
    }
    const left = await readdir(folder);
    expect(left).to.not.include("new.json");
    expect(left).to.not.include("batch.json");
    for (const same of [{ builder: out }, { builder: path.join(folder, ".", "x", "..", "new.json") }, { json: out }]) {
      expect(await sentenceOf(run("prepare", { ...args, ...same }))).to.contain("are the same file");
    }
    await run("prepare", args);
    expect(await sentenceOf(run("show", { files: [out], typedData: out }))).to.contain("--typed-data and the prepared");
    expect(await sentenceOf(run("sign", { file: out, json: out }))).to.contain("are the same file");
  });

  it("joins copies that were signed apart", async () => {
    await run("prepare", { safe, target, data: setRule(8n), out: motion });
    const copies = [0, 1].map((index) => path.join(folder, `${index}.json`));
    for (const [index, out] of copies.entries()) {
      expect((await dataOf("sign", { file: motion, owner: owners[index]?.address, out })).signed).to.equal(1);
    }
    const { stdout } = await run("execute", { files: copies });
    expect(stdout).to.contain("2 of 2").and.to.contain("Executed in block");
    expect(await RuleTargetMock__factory.connect(target, owners[0]).rule()).to.equal(8n);
  });

  it("says of a call that it would fail, and does not sign or send a file that was changed", async () => {
    const data = RuleTargetMock__factory.createInterface().encodeFunctionData("transferOwnership", [
      `0x${"00".repeat(20)}`,
    ]);
    expect((await dataOf("prepare", { safe, target, data, out: motion })).failure).to.contain("OwnableInvalidOwner");
    const text = await readFile(motion, "utf8");
    await writeFile(motion, text.replaceAll(target, owners[1].address));
    for (const [verb, args] of [
      ["sign", { file: motion, owner: owners[0].address }],
      ["execute", { files: [motion] }],
    ] as const) {
      expect(await sentenceOf(run(verb, args))).to.contain("The file was changed after it was prepared; sign nothing");
    }
  });

  it("asks for what is missing", async () => {
    for (const [args, sentence] of [
      [{ target }, "--out motion.json"],
      [{ out: path.join(folder, "new", "motion.json"), target, safe }, "there is no folder"],
      [{ out: motion, target }, "Whose call?"],
      [{ out: motion, safe }, "--target"],
      [{ out: motion, safe, subjects: ["7"] }, "Say it with --action"],
      [{ out: motion, action: "seal", target }, "either an --action, or the call itself"],
      [{ out: motion, action: "approve-release" }, "Several committees may do approve-release: choose one with --safe"],
    ] as const) {
      expect(await sentenceOf(run("prepare", args))).to.contain(sentence);
    }
  });

  context("given a deployment", () => {
    const name = `test-committee-${process.pid}`;
    let dao: string;

    before(async () => {
      dao = path.join(folder, `${name}.json`);
      await writeFile(dao, JSON.stringify(standard));
      await captureOutput(() => node.hre.tasks.getTask(["tribune", "deploy"]).run({ dao, json: undefined }));
      const { ethers, networkHelpers } = await node.hre.network.create();
      const other = await (await createSafeOf(owners, 2, 1n)).getAddress();
      const record = await readFile(recordFile(), "utf8");
      const { timelock = "" } = (JSON.parse(record) as DeploymentRecord).addresses ?? {};
      await (await createSafeOf(owners, 2, 1n)).approveHash(ethers.id("what nobody knows"));
      await networkHelpers.setBalance(timelock, 10n ** 18n);
      const itself = await ethers.getImpersonatedSigner(timelock);
      await DualGovernanceTimelock__factory.connect(timelock, itself).setEmergencyProtection({
        activationCommittee: safe,
        executionCommittee: other,
        protectionEndsAt: BigInt(await networkHelpers.time.latest()) + 86_400n,
        modeDuration: 86_400n,
      });
    });

    const recordFile = () => path.join(node.hre.config.paths.root, "deployments", "31337", `${name}.json`);

    after(async () => {
      await forgetDeployment(node.hre.config.paths.ignition, recordFile(), name);
    });

    it("lists every committee that has a power", async () => {
      const { stdout } = await run("list", { dao: name });
      for (const seat of ["activation", "execution", "seal", "reseal", "tiebreaker-0"])
        expect(stdout).to.contain(`${seat}\n`);
      // Other committees than are configured stand in the emergency terms here; the rest is as it should be.
      expect(stdout).to.contain(`not as configured: is ${safe}, where ${owners[0].address} is an owner`);
      expect(stdout).to.match(/doubtful: is 0x\w+, which has standing approvals of 0x/);
      expect(stdout.slice(stdout.indexOf("seal\n"))).not.to.match(/not as configured|doubtful/);
    });

    it("finds the committee that may do what is asked for", async () => {
      const early = await dataOf("prepare", { dao: name, action: "emergency-reset", out: motion });
      expect(early.failure).to.equal("EmergencyModeInactive()");

      const { stdout } = await run("prepare", { dao: name, action: "emergency-activate", out: motion });
      expect(stdout).to.contain(safe).and.to.contain("calls activateEmergencyMode() of the timelock");
      for (const owner of [owners[0].address, owners[1].address]) await run("sign", { file: motion, owner });
      await run("execute", { files: [motion] });

      const late = await dataOf("prepare", { dao: name, action: "emergency-reset", out: motion });
      expect(late.failure).to.equal(null);
    });

    it("prepares one call of a file of several, and asks which", async () => {
      const calls = path.join(folder, "calls.json");
      await writeFile(calls, JSON.stringify([7n, 8n].map((rule) => ({ target, data: setRule(rule) }))));
      const args = { dao: name, safe, calls, out: motion };
      expect(await sentenceOf(run("prepare", args)))
        .to.contain("has 2 calls")
        .and.to.contain("--call 1 for the first");
      expect(await sentenceOf(run("prepare", { ...args, call: "3" }))).to.contain("has 2 calls");
      await run("prepare", { ...args, call: "2" });
      expect((JSON.parse(await readFile(motion, "utf8")) as { data: string }).data).to.equal(setRule(8n));
    });

    it("prepares no call of a batch that was made for another Safe", async () => {
      const batch = path.join(folder, "batch.json");
      const about = { chainId: 31337n, description: "", createdAt: 0n };
      const write = (of: string) =>
        writeFile(batch, toJson(builderBatch([{ target, value: 0n, data: setRule(7n) }], { ...about, safe: of })));
      await write(target);
      const args = { dao: name, safe, calls: batch, out: motion };
      expect(await sentenceOf(run("prepare", args))).to.contain(
        `is a batch of the Safe ${target}, and this is to be a call of ${safe}`,
      );
      for (const of of [safe.toLowerCase(), `eth:${safe}`, ""]) {
        await write(of);
        await run("prepare", args);
      }
    });

    it("names the committees that have a power, not the one that has used it, where one is named that is not there", async () => {
      const failing = run("list", { dao: name, safe: "senate" });
      expect(await sentenceOf(failing))
        .to.contain('No committee called "senate"')
        .and.to.contain("there are: execution, seal, reseal,");
    });
  });
});
