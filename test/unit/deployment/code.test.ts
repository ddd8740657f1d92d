import { expect } from "chai";

import { isCompiledFrom } from "../../../src/deployment/verify/code.js";

const metadata = (hash: string, version = "000822") =>
  `a2646970667358221220${hash.repeat(32)}64736f6c6343${version}0033`;
const compiled = { deployedBytecode: `0x6001600255${metadata("ab")}` };

describe("isCompiledFrom", () => {
  it("takes the same code, whatever was compiled beside it", () => {
    expect(isCompiledFrom(`0x6001600255${metadata("ab")}`, compiled)).to.equal(true);
    expect(isCompiledFrom(`0x6001600255${metadata("cd")}`, compiled)).to.equal(true);
  });

  for (const [what, code] of [
    ["another instruction", `0x6001600355${metadata("ab")}`],
    ["another compiler", `0x6001600255${metadata("ab", "000823")}`],
    ["something behind it", `0x6001600255${metadata("cd")}00`],
    ["something between", `0x6001600255${metadata("cd")}${metadata("ab")}`],
    ["no metadata", "0x6001600255"],
  ] as const) {
    it(`does not take ${what}`, () => {
      expect(isCompiledFrom(code, compiled)).to.equal(false);
    });
  }

  it("leaves out immutables, and nothing else", () => {
    const places = { immutableReferences: { 7: [{ start: 1, length: 1 }] } };
    expect(isCompiledFrom(`0x60ff600255${metadata("ab")}`, { ...compiled, ...places })).to.equal(false);
    const zeroed = { deployedBytecode: `0x6000600255${metadata("ab")}`, ...places };
    expect(isCompiledFrom(`0x60ff600255${metadata("ab")}`, zeroed)).to.equal(true);
    expect(isCompiledFrom(`0x60ff600355${metadata("ab")}`, zeroed)).to.equal(false);
  });
});
