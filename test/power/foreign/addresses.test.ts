import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import hre from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { readAddressList } from "../../../src/power/foreign/addressFile.js";
import { openPlace } from "../../../src/power/foreign/openPlace.js";
import { renderForeign } from "../../../src/power/foreign/render.js";
import { exitCodeOfForeign, type ForeignReport } from "../../../src/power/foreign/report.js";
import { survey } from "../../../src/power/foreign/survey.js";
import { openSnapshot } from "../../../src/rehearsal/open.js";
import { refuseBeside } from "../../../tasks/auditAddresses.js";
import { captureOutput } from "../../helpers/captureOutput.js";
import { startNode } from "../../helpers/localNode.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { isDeep } from "../../helpers/testProfile.js";

const NOBODY = "0x00000000000000000000000000000000DeaDBeef";
const CHAIN = 31_337;

const listOf = (address: string, more: object = {}) => ({
  chain: CHAIN,
  contracts: [{ name: "it", address, ...more }],
});

/** A beacon that the deployer owns. */
async function deployBeacon({ ethers }: NetworkConnection): Promise<string> {
  const [deployer] = await ethers.getSigners();
  const code = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  return await (await ethers.deployContract("UpgradeableBeacon", [code, deployer])).getAddress();
}

describe("the audit of listed addresses", () => {
  let folder: string;
  let connection: NetworkConnection;
  let beacon: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    connection = await hre.network.create();
    beacon = await deployBeacon(connection);
  });

  after(() => rm(folder, { recursive: true }));

  async function write(content: unknown, name = "addresses.json"): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  }

  /** As the command does. */
  async function audit(content: unknown, identities?: ReadonlyMap<string, string>): Promise<ForeignReport> {
    const list = await readAddressList(await write(content));
    const open = await openSnapshot(hre.network, connection);
    const place = await openPlace(open, list, connection.ethers.provider);
    return await survey({
      ...{ place, listed: list.contracts, accounts: list.accounts },
      ...(identities !== undefined && { identities }),
    });
  }

  it("ends with 1 where somebody alone controls something, and with 2, never 0, where nobody is found", async () => {
    const owned = await audit(listOf(beacon));
    expect(exitCodeOfForeign(owned)).to.equal(1);
    expect(renderForeign(owned)).to.contain("Single actors").and.to.contain("alone can decide owner of it, at once");

    await (await connection.ethers.getContractAt("Ownable2Step", beacon)).renounceOwnership();
    const free = await audit(listOf(beacon));
    expect(exitCodeOfForeign(free)).to.equal(2);
    expect(renderForeign(free)).to.contain("That is no verdict").and.to.contain("it has no owner any more");
  });

  it("takes names of functions from an artifact", async () => {
    const { abi } = await hre.artifacts.readArtifact("ManagedMock");
    const { ethers } = connection;
    const [deployer] = await ethers.getSigners();
    const manager = await ethers.deployContract("AccessManager", [deployer]);
    const managed = await (await ethers.deployContract("ManagedMock", [manager])).getAddress();
    await write({ abi }, "Managed.json");
    const report = await audit(listOf(managed, { abi: "Managed.json" }));
    expect(report.rules.flatMap(({ by }) => by)).to.include("setFee, pause");
  });

  const BAD: readonly (readonly [what: string, content: unknown, says: string])[] = [
    ["text that is no JSON", "{", "cannot be read as JSON"],
    ["no contracts", { chain: CHAIN, contracts: [] }, "list a contract"],
    ["what it does not know", { ...listOf(NOBODY), dao: "x" }, 'Unrecognized key: "dao"'],
    ["no address", listOf("0x12"), "is no address"],
    ["another checksum", listOf(NOBODY.replace("DeaD", "dEAD")), "has a checksum that is not its own"],
    ["an account without code", listOf(NOBODY), `it, ${NOBODY}, has no code in block`],
    ["another chain", { ...listOf(NOBODY), chain: 1 }, "The addresses are of chain 1, and default is chain 31337"],
    ["an ABI that is missing", listOf(NOBODY, { abi: "none.json" }), "none.json cannot be read as JSON"],
    ["an ABI that is none", listOf(NOBODY, { abi: "addresses.json" }), "addresses.json is no ABI"],
    ["one address twice", { ...listOf(NOBODY), accounts: [{ name: "b", address: NOBODY }] }, `lists ${NOBODY} twice`],
    ["one name twice", { ...listOf(NOBODY), accounts: [{ name: "it", address: `0x${"1".repeat(40)}` }] }, '"it"'],
  ];
  for (const [what, content, says] of BAD) {
    it(`refuses ${what} in a sentence`, async () => {
      expect((await rejectionOf(audit(content))).message).to.contain(says);
    });
  }

  it("refuses blocks to come, identities of whom nobody knows, and what is for deployments of Tribune", async () => {
    const late = await rejectionOf(audit({ ...listOf(beacon), fromBlock: 1_000_000 }));
    expect(late.message).to.contain("fromBlock is 1000000, and the newest block is");
    const unknown = await rejectionOf(audit(listOf(beacon), new Map([[NOBODY, "Alice"]])));
    expect(unknown.message).to.contain(`${NOBODY}, of Alice`);
    expect(() => {
      refuseBeside({ dao: undefined, lock: false, lockFile: "x" });
    }).to.throw("--lock-file is for deployments of Tribune");
  });

  if (isDeep) {
    it("is played on a copy of a node's chain by the command, which ends with 2 where its input is unusable", async () => {
      const node = await startNode();
      const remote = await node.hre.network.create();
      const addresses = await write(listOf(await deployBeacon(remote)));
      const height = await remote.ethers.provider.getBlockNumber();
      const run = async (options: Readonly<Record<string, unknown>>) => {
        const before = process.exitCode;
        const output = await captureOutput(() => node.hre.tasks.getTask(["tribune", "audit"]).run(options));
        const code = process.exitCode;
        process.exitCode = before;
        return { ...output, code };
      };
      const { code, stdout, stderr } = await run({ addresses, json: "-" });
      expect(code, stderr).to.equal(1);
      expect((JSON.parse(stdout) as ForeignReport).findings.map(({ rule }) => rule)).to.include("owner of it");
      // Nothing was sent.
      expect(await remote.ethers.provider.getBlockNumber()).to.equal(height);
      const refused = await run({ addresses, dao: "default" });
      expect(refused.stderr).to.contain("--dao is for deployments of Tribune");
      expect(refused.code).to.equal(2);
      await remote.close();
      await node.close();
    }).timeout(120_000);
  }
});
