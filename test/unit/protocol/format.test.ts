import { expect } from "chai";

import {
  formatAmount,
  formatDuration,
  formatPercent,
  formatTime,
  parseDate,
  parseDuration,
  parsePercent,
  parseTokens,
  UnitError,
} from "../../../src/protocol/format.js";

describe("format", () => {
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
    expect(formatTime(253_402_300_799n)).to.equal("9999-12-31 23:59:59 UTC");
  });

  it("writes times beyond the year 9999, as anybody can choose them, as never", () => {
    for (const time of [253_402_300_800n, 8_640_000_000_001n, 2n ** 256n - 1n])
      expect(formatTime(time)).to.equal("never");
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

  const reads = (parse: (text: string) => bigint, cases: [text: string, value: bigint][]) => {
    for (const [text, value] of cases) {
      it(`reads "${text}" as ${value}`, () => {
        expect(parse(text)).to.equal(value);
      });
    }
  };
  const refuses = (parse: (text: string) => bigint, texts: string[]) => {
    for (const text of texts) {
      it(`refuses "${text}" and quotes it`, () => {
        expect(() => parse(text)).to.throw(UnitError, `"${text}" is not`);
      });
    }
  };

  describe("parseDuration", () => {
    reads(parseDuration, [
      ["4 d", 345_600n],
      ["7 d 12 h", 648_000n],
      ["90 min", 5_400n],
      ["15 s", 15n],
      ["0 s", 0n],
      ["1d2h3min4s", 93_784n],
      [" 1  d ", 86_400n],
    ]);
    refuses(parseDuration, ["", "4", "d", "4 days", "1.5 d", "-1 d", "12 h 7 d", "1 d 1 d", "1e3 s"]);

    it("reads back what formatDuration writes", () => {
      for (const seconds of [0n, 1n, 61n, 3_600n, 86_399n, 648_000n, 15_552_000n]) {
        expect(parseDuration(formatDuration(seconds))).to.equal(seconds);
      }
    });
  });

  describe("parsePercent", () => {
    reads(parsePercent, [
      ["1 %", 10n ** 16n],
      ["0.1 %", 10n ** 15n],
      ["100 %", 10n ** 18n],
      ["12.3456%", 123_456n * 10n ** 12n],
      ["0.0000000000000001 %", 1n],
    ]);
    refuses(parsePercent, ["", "1", "0.1", "1,5 %", "-1 %", "1 % %", "0.00000000000000001 %"]);
  });

  describe("parseTokens", () => {
    reads(parseTokens, [
      ["1", 10n ** 18n],
      ["10,000,000", 10n ** 25n],
      ["2500.5", 25_005n * 10n ** 17n],
      ["0.000000000000000001", 1n],
    ]);
    refuses(parseTokens, ["", "1,5", "10,00", "1e18", "-1", "1 000", "1.0000000000000000001"]);
  });

  describe("parseDate", () => {
    reads(parseDate, [
      ["2027-01-01", 1_798_761_600n],
      ["2027-01-01T12:00:00Z", 1_798_804_800n],
      ["1970-01-01", 0n],
    ]);
    refuses(parseDate, ["", "2027-13-01", "2027-06-31", "01.01.2027", "2027-01-01T12:00:00", "tomorrow"]);
  });
});
