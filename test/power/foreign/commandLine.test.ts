import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import type { NetworkConnection } from "hardhat/types/network";

import type { ForeignReport } from "../../../src/power/foreign/report.js";
import { captureOutput } from "../../helpers/captureOutput.js";
import { openLine, type Line } from "../../helpers/line.js";
import { createHre, startNode, type LocalNode } from "../../helpers/localNode.js";

const NOBODY = "0x00000000000000000000000000000000DeaDBeef";
const CHAIN = 31_337;

describe("tribune audit --addresses", () => {
  let folder: string;
  let node: LocalNode;
  /** Copies of a chain keep connections open for long: here they can be cut. */
  let line: Line;
  let hre: LocalNode["hre"];
  let connection: NetworkConnection;
  let beacon: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    node = await startNode();
    line = await openLine(node.url);
    hre = await createHre(line.url);
    connection = await node.hre.network.create();
    const [deployer] = await connection.ethers.getSigners();
    const code = await connection.ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
    beacon = await (await connection.ethers.deployContract("UpgradeableBeacon", [code, deployer])).getAddress();
  });

  after(async () => {
    await rm(folder, { recursive: true });
    await connection.close();
    await line.close();
    await node.close();
  });

  /** Of a file that says `content`. */
  async function run(content: unknown, options: Readonly<Record<string, unknown>> = {}) {
    const addresses = path.join(folder, "addresses.json");
    await writeFile(addresses, typeof content === "string" ? content : JSON.stringify(content));
    const before = process.exitCode;
    const output = await captureOutput(() => hre.tasks.getTask(["tribune", "audit"]).run({ addresses, ...options }));
    const code = process.exitCode;
    process.exitCode = before;
    return { ...output, code };
  }

  const listOf = (address: string, more: object = {}) => ({
    chain: CHAIN,
    contracts: [{ name: "it", address, ...more }],
  });

  it("ends with 1 where somebody alone controls something, and delivers the data", async () => {
    const { code, stdout, stderr } = await run(listOf(beacon), { json: "-" });
    expect(code, stderr).to.equal(1);
    const report = JSON.parse(stdout) as ForeignReport;
    expect(report.findings.map(({ rule }) => rule)).to.include("owner of it");
    expect(stderr).to.contain("Single actors").and.to.contain("alone can decide owner of it, at once");
  }).timeout(60_000);

  it("ends with 2, never 0, where nobody is found who does", async () => {
    const contract = await connection.ethers.getContractAt("Ownable2Step", beacon);
    await contract.renounceOwnership();
    const { code, stdout } = await run(listOf(beacon));
    expect(code).to.equal(2);
    expect(stdout).to.contain("That is no verdict").and.to.contain("it has no owner any more");
  }).timeout(60_000);

  const BAD: readonly (readonly [what: string, content: unknown, says: string])[] = [
    ["text that is no JSON", "{", "cannot be read as JSON"],
    ["no contracts", { chain: CHAIN, contracts: [] }, "list a contract"],
    ["what it does not know", { ...listOf(NOBODY), dao: "x" }, 'Unrecognized key: "dao"'],
    ["no address", listOf("0x12"), "is no address"],
    ["another checksum", listOf(NOBODY.replace("DeaD", "dEAD")), "has a checksum that is not its own"],
    ["an account without code", listOf(NOBODY), `it, ${NOBODY}, has no code in block`],
    ["another chain", { ...listOf(NOBODY), chain: 1 }, "The addresses are of chain 1, and localhost is chain 31337"],
    ["an ABI that is missing", listOf(NOBODY, { abi: "none.json" }), "none.json cannot be read as JSON"],
    ["an ABI that is none", listOf(NOBODY, { abi: "addresses.json" }), "addresses.json is no ABI"],
    ["one address twice", { ...listOf(NOBODY), accounts: [{ name: "b", address: NOBODY }] }, `lists ${NOBODY} twice`],
    ["blocks to come", { ...listOf("%"), fromBlock: 1_000_000 }, "fromBlock is 1000000, and the newest block is"],
  ];
  for (const [what, content, says] of BAD) {
    it(`refuses ${what} in a sentence, with 2`, async () => {
      const text = JSON.stringify(content).replace("%", beacon);
      const { code, stderr } = await run(typeof content === "string" ? content : text);
      expect(stderr).to.contain(says);
      expect(code).to.equal(2);
    });
  }

  it("refuses what is for deployments of Tribune, and identities of whom nobody knows", async () => {
    const { code, stderr } = await run(listOf(beacon), { dao: "default" });
    expect(stderr).to.contain("--dao is for deployments of Tribune");
    expect(code).to.equal(2);
    const identities = path.join(folder, "who.json");
    await writeFile(identities, JSON.stringify({ Alice: [NOBODY] }));
    const unknown = await run(listOf(beacon), { identities });
    expect(unknown.stderr).to.contain(`${NOBODY}, of Alice`);
    expect(unknown.code).to.equal(2);
  }).timeout(60_000);
});
