import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";

import { deliver, openDelivery, readBefore, type Delivery } from "../../../../tasks/auditFiles.js";
import { rejectionOf } from "../../../helpers/rejection.js";
import { someReport } from "../render/someReport.js";

const NOTHING: Delivery = { lock: false, lockFile: undefined, markdown: undefined, svg: undefined, sarif: undefined };

/** What stands in a repository beside its audit. */
describe("the files that an audit keeps", () => {
  let folder: string;
  let said: string[];
  const fileAt = (name: string) => path.join(folder, name);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  });
  after(() => rm(folder, { recursive: true }));

  async function isTrue(delivery: Partial<Delivery> = {}): Promise<boolean> {
    said = [];
    const kept = { markdown: fileAt("POWER.md"), svg: fileAt("power.svg") };
    const papers = { name: "A DAO", source: "config/a.ts", lock: fileAt("power.lock"), kept };
    const print = (text: string) => said.push(text);
    const papered = { root: folder, papers, comparison: undefined, print };
    return await deliver(someReport(), { ...NOTHING, ...delivery }, papered);
  }

  it("are missed where they are not there", async () => {
    expect(await isTrue()).to.equal(false);
    for (const name of ["POWER.md", "power.svg", "power.lock"]) {
      expect(said.join("\n")).to.contain(`${name} is missing`);
    }
  });

  it("are as they should be once they were written, and not where one byte differs", async () => {
    expect(await isTrue({ lock: true, markdown: fileAt("POWER.md"), svg: fileAt("power.svg") })).to.equal(true);
    expect(await isTrue()).to.equal(true);
    for (const name of ["POWER.md", "power.svg", "power.lock"]) {
      const text = await readFile(fileAt(name), "utf8");
      await writeFile(fileAt(name), `${text}\n`);
      expect(await isTrue(), name).to.equal(false);
      expect(said.join("\n")).to.contain(`${name} is missing, or says something else`);
      await writeFile(fileAt(name), text);
    }
  });

  it("leave the audit on record as it was where another file cannot be written", async () => {
    await writeFile(fileAt("power.lock"), "the old one\n");
    const failed = await rejectionOf(isTrue({ lock: true, svg: fileAt("none/power.svg") }));
    expect(failed.message).to.contain("power.svg cannot be written");
    expect(await readFile(fileAt("power.lock"), "utf8")).to.equal("the old one\n");
  });

  it("are asked for before the audit is made: one that is named and missing, or broken, is refused then", async () => {
    const open = async (lockFile: string) =>
      (await rejectionOf(openDelivery({ ...NOTHING, lockFile: fileAt(lockFile) }))).message;
    expect(await open("typo.lock")).to.contain("typo.lock does not exist; --lock writes it.");
    expect(await open("power.lock")).to.contain("power.lock");
    const usual = await rejectionOf(readBefore(NOTHING, fileAt("power.lock")));
    expect(usual.message).to.contain("power.lock");
    expect(await readBefore(NOTHING, fileAt("typo.lock"))).to.equal(undefined);
    // What is written anew may be broken now.
    await openDelivery({ ...NOTHING, lock: true, lockFile: fileAt("power.lock") });
  });
});
