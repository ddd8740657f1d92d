import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError, withSentences } from "../../../src/terminal/errors.js";
import { formatAmount, formatDuration, formatPercent, formatTime } from "../../../src/terminal/format.js";
import { openOutput, toJson, writeText } from "../../../src/terminal/output.js";
import { renderPairs, renderTable } from "../../../src/terminal/table.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("terminal", () => {
  describe("formatDuration", () => {
    const cases: [bigint, string][] = [
      [0n, "0 s"],
      [59n, "59 s"],
      [18_000n, "5 h"],
      [648_000n, "7 d 12 h"],
      [90_061n, "1 d 1 h 1 min 1 s"],
      [-61n, "-1 min 1 s"],
    ];
    for (const [seconds, text] of cases) {
      it(`writes ${seconds} seconds as "${text}"`, () => {
        expect(formatDuration(seconds)).to.equal(text);
      });
    }

    it("cuts off after as many units as asked for", () => {
      expect(formatDuration(90_061n, 2)).to.equal("1 d 1 h");
    });
  });

  it("writes times in UTC", () => {
    expect(formatTime(1_798_761_600n)).to.equal("2027-01-01 00:00:00 UTC");
  });

  it("never rounds a percentage up", () => {
    expect(formatPercent(10n ** 17n - 1n)).to.equal("9.99 %");
    expect(formatPercent(10n ** 17n)).to.equal("10 %");
    expect(formatPercent(10n ** 15n)).to.equal("0.1 %");
  });

  it("groups the digits of amounts", () => {
    expect(formatAmount(1_234_567_500_000_000_000_000_000n)).to.equal("1,234,567.5");
    expect(formatAmount(1n, 6, 6)).to.equal("0.000001");
    expect(formatAmount(-1_500_000n, 6)).to.equal("-1.5");
  });

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

    it("writes data to a file, and creates its folder", async () => {
      const file = path.join(folder, "new", "data.json");
      await openOutput(file).data({ amount: 1n });
      expect(JSON.parse(await readFile(file, "utf8"))).to.deep.equal({ amount: "1" });
    });

    it("says which file cannot be written", async () => {
      const error = await rejectionOf(writeText(folder, ""));
      expect(error).to.be.instanceOf(SentenceError);
      expect(error.message).to.contain(`${folder} cannot be written`);
    });
  });

  describe("withSentences", () => {
    it("passes results on", async () => {
      expect(await withSentences(() => Promise.resolve(1))).to.equal(1);
    });

    it("turns what a person can mend into an error without a trace", async () => {
      const error = await rejectionOf(withSentences(() => Promise.reject(new SentenceError("The file is missing."))));
      expect(error).to.be.instanceOf(HardhatPluginError);
      expect(error.message).to.equal("The file is missing.");
    });

    it("leaves other errors as they are", async () => {
      expect(await rejectionOf(withSentences(() => Promise.reject(new TypeError("bug"))))).to.be.instanceOf(TypeError);
    });
  });
});
