import { expect } from "chai";

import { drainSchema, parseFile, settleSchema } from "../../../src/rehearsal/rehearsalFiles.js";
import { fillIn } from "../../../src/rehearsal/settlement.js";
import { VAULT, VESSEL } from "./facts.js";

const CALL = { from: VAULT, to: VESSEL, data: "0x12345678" };
const parse = (content: unknown) => parseFile(settleSchema, JSON.stringify(content), "settle.json");

describe("the files of a rehearsal", () => {
  it("take moments, and times after the beginning of the exit", () => {
    const [first, second] = parse([
      { ...CALL, after: "deploy" },
      { ...CALL, after: "7 d", value: "5" },
    ]);
    expect(first?.after).to.equal("deploy");
    expect(second?.after).to.equal(604_800n);
    expect(second?.value).to.equal(5n);
  });

  it("take calldata with placeholders", () => {
    const data = "0x12345678{vessel}00{vessel3}";
    expect(parse([{ ...CALL, data, after: "begin-exit" }])[0]?.data).to.equal(data);
  });

  const mistakes: [what: string, content: unknown, sentence: string][] = [
    ["something that is no list", {}, "the file: must be a list"],
    ["an unknown moment", [{ ...CALL, after: "soon" }], '0.after: must be one of "start"'],
    ["a sender that is no address", [{ ...CALL, from: "me", after: "begin-exit" }], '0.from: "me" is not an address'],
    ["calldata with half a byte", [{ ...CALL, data: "0x123", after: "begin-exit" }], "0.data: must be hexadecimal"],
    ["an entry without a moment", [CALL], "0.after"],
    ["a key that nobody knows", [{ ...CALL, after: "begin-exit", gas: 5 }], "0"],
  ];
  for (const [what, content, sentence] of mistakes) {
    it(`refuse ${what}`, () => {
      expect(() => parse(content))
        .to.throw(`settle.json cannot be played:`)
        .with.property("message")
        .that.contains(sentence);
    });
  }

  it("tell every problem at once", () => {
    expect(() => parse([{ ...CALL, from: "me", data: "0x1", after: "begin-exit" }])).to.throw(/0\.from.*\n.*0\.data/);
  });

  it("refuse what is no JSON", () => {
    expect(() => parseFile(drainSchema, "[", "drain.json")).to.throw("drain.json is no JSON");
  });
});

describe("fillIn", () => {
  it("puts 32 bytes in the place of a name", () => {
    const word = (end: string) => end.padStart(64, "0");
    expect(fillIn("0x12345678{vessel}{shares}", { vessel: VESSEL, shares: 255n })).to.equal(
      `0x12345678${word(VESSEL.slice(2).toLowerCase())}${word("ff")}`,
    );
  });

  it("refuses a name that is not known yet, and tells which are", () => {
    expect(() => fillIn("0x{vessel}", { escrow: VAULT })).to.throw(
      "{vessel}, which is not known at that moment; known are: {escrow}",
    );
  });
});
