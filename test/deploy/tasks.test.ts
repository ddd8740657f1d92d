import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { Contract, ZeroHash, type InterfaceAbi } from "ethers";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../../config/default.js";
import type { DaoDefinition } from "../../src/config/schema.js";
import type { Exported } from "../../src/export/renderExport.js";
import type { DeploymentRecord } from "../../src/protocol/addresses.js";
import { provideSafeContracts } from "../../src/safe/provide.js";
import { ExampleVault__factory, VetoEscrow__factory, WETHMock__factory } from "../../types/index.js";
import { inCall, LIMIT_EXCEEDED, powerCut } from "../faults/faults.js";
import { startProxy } from "../faults/proxy.js";
import { captureEnding, captureOutput } from "../helpers/captureOutput.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { isDeep } from "../helpers/testProfile.js";
import { rejectionOf } from "../helpers/rejection.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

interface Arguments {
  dao?: string;
  json?: string;
}

/** What the tests read of the data that verbs write. */
interface DeployData {
  readonly dao: string;
  readonly addresses: Record<string, string>;
  readonly warnings: readonly unknown[];
  readonly verification: { readonly checks: number; readonly findings: readonly { message: string }[] };
}
interface StatusData {
  readonly name: string;
  readonly persistedState: string;
  readonly support: Record<string, string>;
  readonly next: readonly { to: string }[];
  readonly operations: readonly { state: string }[];
}

/** A deployment of the default configuration sends this many transactions. */
const TRANSACTIONS = 35;
/** Of these, the first create Safes. */
const SAFES = 7;

describe("tribune deploy and tribune status", () => {
  let node: LocalNode;
  let folder: string;
  const names: string[] = [];

  /** Writes a configuration under a name that no other run uses. */
  async function writeDao(overrides: Partial<DaoDefinition> = {}): Promise<{ name: string; file: string }> {
    const name = `test-${process.pid}-${names.length}`;
    names.push(name);
    const file = path.join(folder, `${name}.json`);
    await writeFile(file, JSON.stringify({ ...standard, ...overrides }));
    return { name, file };
  }

  const runIn = (hre: HardhatRuntimeEnvironment, verb: "deploy" | "status", args: Arguments) =>
    captureOutput(() => hre.tasks.getTask(["tribune", verb]).run({ dao: undefined, json: undefined, ...args }));
  const run = (verb: "deploy" | "status", args: Arguments = {}) => runIn(node.hre, verb, args);

  /** What a person gets to read of what went wrong. */
  async function sentenceOf(failing: Promise<unknown>): Promise<string> {
    const error = await rejectionOf(failing);
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    return error.message;
  }

  const recordFile = (name: string) => path.join(node.hre.config.paths.root, "deployments", "31337", `${name}.json`);
  const readRecord = async (name: string) => JSON.parse(await readFile(recordFile(name), "utf8")) as DeploymentRecord;
  const countTransactions = async () => {
    const { ethers } = await node.hre.network.create();
    const [deployer] = await ethers.getSigners();
    return (await deployer?.getNonce()) ?? 0;
  };

  before(async () => {
    node = await startNode();
    // Once for all: what is counted here are the transactions of a deployment.
    const [first] = await (await node.hre.network.create()).ethers.getSigners();
    if (first !== undefined) await provideSafeContracts(first);
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  });

  after(async () => {
    await node.close();
    await rm(folder, { recursive: true });
    for (const name of names) await forgetDeployment(node.hre.config.paths.ignition, recordFile(name), name);
  });

  context("given a chain that stays", () => {
    let name: string;
    let file: string;
    before(async () => ({ name, file } = await writeDao()));

    it("deploys, shows every address, and writes down what is where", async () => {
      const before = await countTransactions();
      const { stdout } = await run("deploy", { dao: file });
      const record = await readRecord(name);
      expect(stdout).to.contain("Tribune DAO");
      expect(stdout).to.contain("everything is as the configuration says");
      for (const address of [record.addresses?.timelock, record.addresses?.vestingWallets[0]]) {
        expect(stdout).to.contain(address);
      }
      expect(record).to.deep.include({ dao: name, configuration: standard });
      expect((await countTransactions()) - before).to.equal(TRANSACTIONS);
    });

    it("sends nothing when it is run again, and verifies anew", async () => {
      const [before, record] = [await countTransactions(), await readRecord(name)];
      const { stdout } = await run("deploy", { dao: file, json: "-" });
      const data = JSON.parse(stdout) as DeployData;
      expect(await countTransactions()).to.equal(before);
      expect(data.addresses).to.deep.equal(record.addresses);
      expect(data.verification.findings).to.deep.equal([]);
      expect(data.verification.checks).to.be.greaterThan(60);
      expect(data.warnings.length).to.be.greaterThan(0);
    });

    it("is put on record again as it was, with committees and vesting wallets, from its timelock alone", async () => {
      const record = await readRecord(name);
      await rm(recordFile(name));
      await captureOutput(() =>
        node.hre.tasks.getTask(["tribune", "attach"]).run({
          ...{ dao: file, timelock: record.addresses?.timelock, addresses: undefined, firstBlock: undefined },
          json: undefined,
        }),
      );
      expect(await readRecord(name)).to.deep.equal(record);
    });

    it("refuses to go on with another configuration, and names what differs", async () => {
      const { timelock } = standard;
      await writeFile(file, JSON.stringify({ ...standard, timelock: { ...timelock, delay: "3 d" } }));
      const sentence = await sentenceOf(run("deploy", { dao: file }));
      expect(sentence)
        .to.contain("with another configuration")
        .and.to.contain(`timelock.delay: "4 d" there, "3 d" here`);
      // The same figures in other words are no change.
      await writeFile(file, JSON.stringify({ ...standard, timelock: { ...timelock, delay: "96 h" } }));
      await run("deploy", { dao: file });
    });

    it("tells where governance stands, as text and as data", async () => {
      const { stdout } = await run("status", { dao: name });
      expect(stdout)
        .to.match(/state +Normal/)
        .and.to.contain("VetoSignalling if support reaches the signalling threshold, 1 %");

      const record = await readRecord(name);
      const { ethers } = await node.hre.network.create();
      const staker = await ethers.getSigner("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65");
      const { vault = "", escrow = "", example } = record.addresses ?? {};
      // As much as the DAO's own seed: half of the vault.
      const assets = 10n ** 15n;
      await WETHMock__factory.connect(example?.asset ?? "", staker).deposit({ value: assets });
      await WETHMock__factory.connect(example?.asset ?? "", staker).approve(vault, assets);
      const shares = ExampleVault__factory.connect(vault, staker);
      await shares.deposit(assets, staker);
      await shares.approve(escrow, assets * 1000n);
      await VetoEscrow__factory.connect(escrow, staker).lock(assets * 1000n, 0n);

      const target = path.join(folder, "status.json");
      await run("status", { dao: file, json: target });
      const data = JSON.parse(await readFile(target, "utf8")) as StatusData;
      expect(data.persistedState).to.equal("VetoSignalling");
      expect(data.support).to.deep.include({ locked: "1000000000000000000", max: "500000000000000000" });
      expect(data.next.map(({ to }) => to)).to.include("RageQuit");
    });

    it("proves nothing, and ends with 2, where a node leaves one of the questions unanswered", async () => {
      const { vault = "" } = (await readRecord(name)).addresses ?? {};
      const { selector } = ExampleVault__factory.createInterface().getFunction("pendingOwner");
      const proxy = await startProxy(node.url, inCall(vault, selector, LIMIT_EXCEEDED));
      const { stdout, stderr } = await runIn(await createHre(proxy.url), "deploy", { dao: file });
      const code = process.exitCode;
      process.exitCode = undefined;
      await proxy.close();
      expect(code).to.equal(2);
      expect(stdout).to.contain("1 could not be read, so nothing is proven").and.not.to.contain("everything is as");
      expect(stderr).to.contain("vault, pending owner: The chain could not be read (eth_call of ");
    });

    it("tells of a gate that could not be read as that, and not as silent", async () => {
      const { gate = "" } = (await readRecord(name)).addresses ?? {};
      const proxy = await startProxy(node.url, inCall(gate, "0x", LIMIT_EXCEEDED));
      const before = process.exitCode;
      const { stderr } = await runIn(await createHre(proxy.url), "status", { dao: name });
      const ending = process.exitCode;
      process.exitCode = before;
      await proxy.close();
      expect(ending).to.equal(2);
      expect(stderr)
        .to.match(new RegExp(`^The chain could not be read \\(eth_call of ${gate}, 0x\\w{8}\\): daily request count`))
        .and.not.to.contain("checkGate");
    });

    it("gives a front end addresses and ABIs, for ethers and for viem, and as data", async () => {
      const out = path.join(folder, "contracts");
      const exportTo = (target: Readonly<Record<string, string>>) =>
        captureOutput(() =>
          node.hre.tasks.getTask(["tribune", "export"]).run({ dao: name, out: undefined, json: undefined, ...target }),
        );
      await exportTo({ out });
      const module = (await import(path.join(out, "index.ts"))) as Record<
        string,
        { readonly address: string; readonly abi: InterfaceAbi } | undefined
      >;
      const { ethers } = await node.hre.network.create();
      const ask = async (contract: string, view: string): Promise<unknown> => {
        const { address = "", abi = [] } = module[contract] ?? {};
        return (await new Contract(address, abi, ethers.provider).getFunction(view)()) as unknown;
      };
      const { vault } = (await readRecord(name)).addresses ?? {};
      expect(await ask("token", "symbol")).to.equal(standard.token.symbol);
      expect(await ask("governor", "name")).to.equal(standard.name);
      expect(module.share?.address).to.equal(vault);
      const { contracts, abis } = JSON.parse((await exportTo({ json: "-" })).stdout) as Exported;
      expect(contracts.gate).to.have.property("abi", "DualGovernance");
      expect(abis.DualGovernance).to.be.an("array");
    });

    it("tells of a file that cannot be written", async () => {
      expect(await sentenceOf(run("status", { dao: name, json: folder }))).to.contain(`${folder} cannot be written`);
    });

    it("fails, and says why, when the chain is not what the file says", async () => {
      const { ethers, networkHelpers } = await node.hre.network.create();
      const { timelock = "" } = (await readRecord(name)).addresses ?? {};
      await networkHelpers.setBalance(timelock, 10n ** 18n);
      const contract = await ethers.getContractAt(
        "DualGovernanceTimelock",
        timelock,
        await ethers.getImpersonatedSigner(timelock),
      );
      const [deployer] = await ethers.getSigners();
      await contract.grantRole(ZeroHash, deployer?.address ?? "");
      const target = path.join(folder, "failed.json");
      const sentence = await sentenceOf(run("deploy", { dao: file, json: target }));
      expect(sentence).to.contain("The deployment is not what the configuration says:");
      expect(sentence).to.contain("timelock, DEFAULT_ADMIN_ROLE the deployer (0xf39F");
      const data = JSON.parse(await readFile(target, "utf8")) as DeployData;
      expect(data.verification.findings).to.have.lengthOf(1);
    });

    it("refuses to go on without its record", async () => {
      const text = await readFile(recordFile(name));
      await rm(recordFile(name));
      expect(await sentenceOf(run("deploy", { dao: file }))).to.contain("holds a deployment whose record");
      await writeFile(recordFile(name), text);
    });

    it("asks which deployment is meant where there are several", async () => {
      const other = await writeDao();
      await writeFile(recordFile(other.name), await readFile(recordFile(name)));
      const sentence = await sentenceOf(run("status"));
      expect(sentence).to.contain("choose one with --dao").and.to.contain(name).and.to.contain(other.name);
    });
  });

  context("given an interruption", () => {
    const moments: [transactions: number, arrives: boolean][] = [
      [SAFES - 3, true],
      [TRANSACTIONS - 1, false],
    ];
    const others: typeof moments = [
      [0, false],
      [SAFES + 8, true],
    ];
    for (const [transactions, arrives] of isDeep ? [...moments, ...others] : moments) {
      const last = arrives ? ", the last one without an answer," : "";
      it(`goes on after ${transactions + Number(arrives)} of ${TRANSACTIONS} transactions${last} and repeats none`, async () => {
        const { name, file } = await writeDao();
        const before = await countTransactions();
        const proxy = await startProxy(node.url, powerCut(transactions, arrives));
        const cut = await createHre(proxy.url);
        const { stderr, code } = await captureEnding(() =>
          cut.tasks.getTask(["tribune", "deploy"]).run({ dao: file, json: undefined }),
        );
        await proxy.close();
        expect(code).to.equal(2);
        expect(stderr).to.contain(
          "nothing will be sent twice. Go on with the same command: npx hardhat tribune deploy",
        );
        expect((await countTransactions()) - before).to.equal(transactions + Number(arrives));

        expect(await readRecord(name)).not.to.have.property("addresses");
        const sentence = await sentenceOf(run("status", { dao: name }));
        expect(sentence).to.contain("was begun and not finished; go on with: npx hardhat tribune deploy --dao");

        const { stdout } = await run("deploy", { dao: file });
        expect(stdout).to.contain("everything is as the configuration says");
        expect((await countTransactions()) - before).to.equal(TRANSACTIONS);
      });
    }
  });

  context("given a chain that was started anew", () => {
    it("tells that nothing is there, and deploys again", async () => {
      const { name, file } = await writeDao();
      await run("deploy", { dao: file });
      const next = await startNode("2026-01-02T00:00:00Z");
      try {
        const sentence = await sentenceOf(runIn(next.hre, "status", { dao: name }));
        expect(sentence).to.contain(`"${name}" was deployed on an earlier chain 31337`);
        const { stdout } = await runIn(next.hre, "deploy", { dao: file });
        expect(stdout).to.contain("everything is as the configuration says");
        await runIn(next.hre, "status", { dao: name });
      } finally {
        await next.close();
      }
    });

    it("deploys again on a chain that was set back", async () => {
      const { name, file } = await writeDao();
      const { networkHelpers } = await node.hre.network.create();
      const snapshot = await networkHelpers.takeSnapshot();
      await run("deploy", { dao: file });
      await snapshot.restore();
      const sentence = await sentenceOf(run("status", { dao: name }));
      expect(sentence).to.contain("This chain has no contract at 0x");
      const { stdout } = await run("deploy", { dao: file });
      expect(stdout).to.contain("everything is as the configuration says");
    });
  });

  context("given the chain inside Hardhat", () => {
    it("rehearses the deployment, and keeps nothing", async () => {
      const { name, file } = await writeDao();
      const { stdout } = await runIn(await createHre(node.url, "default"), "deploy", { dao: file });
      expect(stdout).to.contain("everything is as the configuration says").and.to.contain("A rehearsal");
      await rejectionOf(readRecord(name));
    });

    it("has no status to tell", async () => {
      const sentence = await sentenceOf(runIn(await createHre(node.url, "default"), "status", {}));
      expect(sentence).to.contain("nothing is deployed on it").and.to.contain("--network localhost");
    });
  });

  context("given something that a person can mend", () => {
    it("asks for the configuration", async () => {
      expect(await sentenceOf(run("deploy"))).to.contain("--dao config/default.ts");
    });

    it("tells of a file that does not exist", async () => {
      expect(await sentenceOf(run("deploy", { dao: "config/missing.ts" }))).to.equal(
        "config/missing.ts does not exist.",
      );
    });

    it("sends nothing for a configuration with errors, and tells them all", async () => {
      const { name, file } = await writeDao({
        timelock: { ...standard.timelock, delay: "2 d", grace: "7 d" },
        vault: { kind: "erc4626", address: "0x00000000000000000000000000000000DeaDBeef" },
      });
      const before = await countTransactions();
      const sentence = await sentenceOf(run("deploy", { dao: file }));
      expect(sentence).to.contain(`${file} has 6 problems:`);
      expect(sentence).to.contain("timelock.delay: is 2 d").and.to.contain("timelock.grace: is 7 d");
      expect(sentence).to.contain(
        "vault.address: is 0x00000000000000000000000000000000DeaDBeef, where this chain has no",
      );
      expect(await countTransactions()).to.equal(before);
      await rejectionOf(readRecord(name));
    });

    it("tells of a deployment that does not exist", async () => {
      const sentence = await sentenceOf(run("status", { dao: "nowhere" }));
      expect(sentence)
        .to.contain('There is no deployment of "nowhere" on chain 31337')
        .and.to.contain("deploy it with");
    });

    it("tells of a record that is no record", async () => {
      const { name, file } = await writeDao();
      await writeFile(recordFile(name), "{}");
      for (const verb of ["deploy", "status"] as const) {
        expect(await sentenceOf(run(verb, { dao: file }))).to.contain("is not what a deployment has written there");
      }
    });
  });
});
