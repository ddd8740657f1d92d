import { expect } from "chai";
import fc from "fast-check";

import { quoted, reasonOf, visible, visibleLines } from "../../../src/protocol/visible.js";

describe("visible text", () => {
  it("leaves what can be read as it is, in any script", () => {
    for (const text of ["Raise the fee to 4 %", "Gebühr erhöhen: 4 €", "提案 7", "предложение", "C:\\dao.json", "😀"]) {
      expect(visible(text)).to.equal(text);
    }
  });

  for (const [what, text, shown] of [
    ["a new line", "fee\nsigned by 0x1", "fee\\nsigned by 0x1"],
    ["a return to the line's beginning", "bad\rgood", "bad\\rgood"],
    ["an escape sequence", "\u001b[8mhidden\u001b[0m", "\\u{1b}[8mhidden\\u{1b}[0m"],
    ["an escape sequence of one byte", "\u009b2J", "\\u{9b}2J"],
    ["a mark that reverses", "\u202egnp.exe", "\\u{202e}gnp.exe"],
    ["an isolate", "\u2067x\u2069", "\\u{2067}x\\u{2069}"],
    ["a character of no width", "0x\u200b1\ufeff", "0x\\u{200b}1\\u{feff}"],
    ["a blank that is none", "a\u00a0b\u3000c\u3164", "a\\u{a0}b\\u{3000}c\\u{3164}"],
    ["a separator of lines", "a\u2028b\u2029c\u0085", "a\\u{2028}b\\u{2029}c\\u{85}"],
    ["a tag that no font draws", "x\u{e0041}", "x\\u{e0041}"],
    ["half a character", "\ud800x", "\\u{d800}x"],
    ["a mark over the character before", "\u0338= 1", "\\u{338}= 1"],
    ["an escape that was typed", "\\u{202e} \\n", "\\\\u{202e} \\\\n"],
  ] as const) {
    it(`shows ${what}`, () => {
      expect(visible(text)).to.equal(shown);
    });
  }

  it("is one line of printable characters, and two texts never look alike", () => {
    const hostile = fc.string({
      unit: fc.constantFrom("a", "\\", "n", "u", "{", "}", "2", "\n", "\r", "\u001b", "\u202e", '"', "\u0338"),
    });
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(visible(one)).to.match(/^(?:[\x20-\x7e]|\u0338)*$/);
        if (one !== other) expect(visible(one)).not.to.equal(visible(other));
      }),
    );
  });

  it("cannot leave its quotation marks", () => {
    expect(quoted('x", value = "0')).to.equal('"x\\", value = \\"0"');
    expect(quoted("x\\")).to.equal('"x\\\\"');
    expect(quoted('x\\", value = "0')).to.equal('"x\\\\\\", value = \\"0"');
  });

  it("keeps the lines of our own text, and nothing else that acts", () => {
    expect(visibleLines("heading:\n  - \u001b[2Kline\r")).to.equal("heading:\n  - \\u{1b}[2Kline\\r");
    expect(visibleLines(visibleLines("\u202e"))).to.equal("\\u{202e}");
  });

  it("tells the first line of an error, whatever was thrown", () => {
    expect(reasonOf(new Error("\n\u001b[31mno\u001b[0m\nat line 7"))).to.equal("\\u{1b}[31mno\\u{1b}[0m");
    expect(reasonOf("no\u202e")).to.equal("no\\u{202e}");
  });
});
