import { expect } from "chai";

import { findDangerous, findSelectors, findWords } from "../../../../src/power/check/opcodes.js";
import { cloneOf } from "../../../../src/protocol/clones.js";

describe("opcodes in code", () => {
  for (const [what, code, found] of [
    ["a DELEGATECALL", "0x5ff4", ["DELEGATECALL"]],
    ["a SELFDESTRUCT and a CALLCODE", "0x5ff25fff", ["CALLCODE", "SELFDESTRUCT"]],
    ["neither in what a push holds", "0x61f4ff00", []],
    ["neither in a push that the code ends in", "0x7ff4ff", []],
    ["neither after the code has ended", "0x00f4", []],
    ["neither in what the compiler appends", "0x5ffea264697066735822f4ff", []],
    ["one behind an end that a jump may lead past", "0x005bf4", ["DELEGATECALL"]],
    ["none at a place to jump to that is held by a push", "0x00605bf4", []],
    ["none in no code", "0x", []],
  ] as const) {
    it(`finds ${what}`, () => {
      expect(findDangerous(code)).to.deep.equal(found);
    });
  }

  it("finds selectors and words, and only those that are pushed", () => {
    const word = "ab".repeat(32);
    const code = `0x63c4d66de87f${word}6263c4d6`;
    expect([...findSelectors(code)]).to.deep.equal(["0xc4d66de8"]);
    expect([...findWords(code)]).to.deep.equal([`0x${word}`]);
  });

  it("knows a clone, and what it runs", () => {
    const address = "5fbdb2315678afecb367f032d93f642f64180aa3";
    expect(cloneOf(`0x363d3d373d3d3d363d73${address}5af43d82803e903d91602b57fd5bf3`)).to.equal(`0x${address}`);
    expect(cloneOf("0x363d3d373d3d3d363d73")).to.equal(undefined);
  });
});
