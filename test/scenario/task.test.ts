import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import hre from "hardhat";
import { HardhatPluginError } from "hardhat/plugins";

import { SCENARIOS } from "../../src/scenarios/catalogue.js";
import { reportSchema } from "../../src/scenarios/scenarioReport.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { createHre } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { parseXml } from "../helpers/xml.js";

interface Arguments {
  name?: string;
  list?: boolean;
  json?: string;
  svg?: string;
}

describe("tribune scenario", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
  after(async () => rm(folder, { recursive: true }));

  const defaults = { name: undefined, list: false, json: undefined, svg: undefined };
  const run = (args: Arguments, runtime = hre) =>
    captureOutput(() => runtime.tasks.getTask(["tribune", "scenario"]).run({ ...defaults, ...args }));

  /** What a person gets to read of what went wrong. */
  async function sentenceOf(failing: Promise<unknown>): Promise<string> {
    const error = await rejectionOf(failing);
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    return error.message;
  }

  it("writes nothing but JSON to standard output with --json -, and the story to standard error", async () => {
    const { stdout, stderr } = await run({ name: "negotiation", json: "-" });
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.scenario.name).to.equal("negotiation");
    expect(stderr).to.contain(report.scenario.title).and.to.contain("VetoSignalling");
  });

  it("tells the story, and writes report and chart into files", async () => {
    const json = path.join(folder, "story.json");
    const svg = path.join(folder, "story.svg");
    const { stdout, stderr } = await run({ name: "adopt", json, svg });
    expect(stdout).to.contain("adopts dual governance").and.to.contain(`Drawn into ${svg}.`);
    expect(stdout).to.not.contain("\u001b");
    expect(stderr).to.equal("");
    reportSchema.parse(JSON.parse(await readFile(json, "utf8")));
    expect(parseXml(await readFile(svg, "utf8"))[0]?.name).to.equal("svg");
  });

  for (const args of [{ list: true }, {}]) {
    it(`names every story ${"list" in args ? "with --list" : "where none is chosen"}`, async () => {
      const { stdout } = await run({ ...args, json: "-" });
      const listed = JSON.parse(stdout) as { name: string }[];
      expect(listed.map(({ name }) => name)).to.deep.equal(SCENARIOS.map(({ name }) => name));
    });
  }

  it("says in a sentence which stories there are, if it does not know one", async () => {
    const sentence = await sentenceOf(run({ name: "nope" }));
    expect(sentence).to.match(/^There is no scenario "nope"; there are:/);
    for (const { name } of SCENARIOS) expect(sentence).to.contain(name);
  });

  it("refuses to move time on another network than its own", async () => {
    const localhost = await createHre("http://127.0.0.1:1");
    expect(await sentenceOf(run({ name: "adopt" }, localhost))).to.contain("leave out --network");
  });

  it("says what is wrong with a file that cannot be written, or is none", async () => {
    expect(await sentenceOf(run({ name: "adopt", svg: folder }))).to.contain(`${folder} cannot be written`);
    for (const option of ["svg", "json"]) {
      const sentence = await sentenceOf(run({ name: "adopt", [option]: path.join(folder, "new", "story") }));
      expect(sentence).to.contain(`there is no folder ${path.join(folder, "new")}; make it first`);
    }
    expect(await sentenceOf(run({ name: "adopt", svg: "-" }))).to.contain("--svg takes a file");
  });
});
