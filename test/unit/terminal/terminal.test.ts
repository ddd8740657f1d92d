import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";

import { SentenceError } from "../../../src/protocol/errors.js";
import { openOutput, toJson, writeKept, writeText } from "../../../src/terminal/output.js";
import { renderPairs, renderTable } from "../../../src/terminal/table.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("terminal", () => {
  it("lays out tables and pairs", () => {
    const table = stripVTControlCharacters(renderTable(["name", "value"], [["gate", "0x1"]]));
    expect(table)
      .to.match(/│ name │ value │/)
      .and.to.match(/│ gate │ 0x1 {3}│/);
    expect(renderPairs([["a", "1"], ["long", "2"]])).to.equal("a     1\nlong  2"); // prettier-ignore
  });

  describe("output", () => {
    let folder: string;
    beforeEach(async () => (folder = await mkdtemp(path.join(tmpdir(), "tribune-"))));
    afterEach(async () => rm(folder, { recursive: true }));

    it("keeps every digit of an amount", () => {
      expect(toJson({ amount: 2n ** 200n })).to.contain((2n ** 200n).toString());
    });

    it("writes data to a file", async () => {
      const file = path.join(folder, "data.json");
      await openOutput(file).data({ amount: 1n });
      expect(JSON.parse(await readFile(file, "utf8"))).to.deep.equal({ amount: "1" });
    });

    it("says which file cannot be written", async () => {
      const error = await rejectionOf(writeText(folder, ""));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.contain(`${folder} cannot be written`);
    });

    it("refuses a folder, and a file in a folder that does not exist, before there is anything to write", () => {
      expect(() => openOutput(folder)).to.throw(SentenceError, `${folder} cannot be written: it is a folder`);
      const file = path.join(folder, "new", "data.json");
      expect(() => openOutput(file)).to.throw(SentenceError, `there is no folder ${path.dirname(file)}; make it first`);
      expect(existsSync(path.dirname(file))).to.equal(false);
    });

    it("makes the folders of what the project keeps itself", async () => {
      const file = path.join(folder, "1", "dao.json");
      await writeKept(file, "{}");
      expect(await readFile(file, "utf8")).to.equal("{}");
      expect((await rejectionOf(writeKept(path.join(file, "x"), ""))).message).to.contain("cannot be written");
    });
  });
});
