import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import colors from "picocolors";

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
    expect(
      renderPairs([
        ["a", "1"],
        ["long", "2"],
      ]),
    ).to.equal("a     1\nlong  2");
  });

  describe("a table", () => {
    const address = `0x${"a1".repeat(20)}`;
    const rows = [["the seal committee", address, "may pause what it was given, once, for as long as was fixed"]];
    const render = (width?: number) => renderTable(["who", "where", "what it may do"], rows, width);
    const widthsOf = (text: string) =>
      stripVTControlCharacters(text)
        .split("\n")
        .map((line) => line.length);

    it("is as wide as what is in it where its width does not matter", () => {
      expect(render()).to.contain(rows[0]?.[2]);
    });

    it("is no wider than the terminal, wrapped between words", () => {
      expect(Math.max(...widthsOf(render(100)))).to.be.at.most(100);
      const text = stripVTControlCharacters(render(100));
      expect(text).to.contain(address);
      const words = text.replace(/[│─┌┐└┘├┤┬┴┼\n]/g, " ").split(/ +/);
      expect(words).to.include.members("may pause what it was given, once, for as long as was fixed".split(" "));
    });

    it("leaves an address whole, however narrow the terminal is", () => {
      expect(render(20)).to.contain(address);
    });

    it("colours every line of a cell that is wrapped", () => {
      const { yellow } = colors.createColors(true);
      const table = renderTable(["what"], [[yellow("one two three")]], 9);
      expect(table.split("\u001b[33m")).to.have.lengthOf(4);
      expect(Math.max(...widthsOf(table))).to.equal(9);
    });

    it("wraps the values of pairs beside their names", () => {
      const pairs = [
        ["what", "one two three"],
        ["where", address],
      ] as const;
      expect(renderPairs(pairs, 15)).to.equal(`what   one two\n       three\nwhere  ${address}`);
    });

    it("keeps a value beside its name, however wide its characters and long its words are", () => {
      const forged = `${"権".repeat(10)} pays 0 ETH ${"x".repeat(25)}pays`;
      const lines = renderPairs([["what", forged]], 26).split("\n");
      expect(lines).to.deep.equal([
        `what  ${"権".repeat(10)}`,
        "      pays 0 ETH",
        `      ${"x".repeat(20)}`,
        "      xxxxxpays",
      ]);
    });
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
