import { expect } from "chai";

import { readAddress, readData, readEther, readGwei, readNumber } from "../../../tasks/readOption.js";

const ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("options", () => {
  it("are read", () => {
    expect(readAddress(ADDRESS.toLowerCase(), "safe")).to.equal(ADDRESS);
    expect(readData("0xAB")).to.equal("0xab");
    expect(readData("0x")).to.equal("0x");
    expect(readEther("0.5", "value")).to.equal(5n * 10n ** 17n);
    expect(readEther("1,000", "pay")).to.equal(10n ** 21n);
    expect(readGwei("0.5", "max-gas-price")).to.equal(5n * 10n ** 8n);
    expect(readNumber("7", "nonce")).to.equal(7n);
  });

  for (const [what, read, sentence] of [
    ["no address", () => readAddress(undefined, "safe"), "Give an address with --safe"],
    ["half an address", () => readAddress("0x12", "safe"), '--safe: "0x12" is not an address'],
    ["a wrong checksum", () => readAddress(ADDRESS.replace("f39F", "F39f"), "target"), "a checksum that fits"],
    ["half a byte", () => readData("0x1"), '--data: "0x1" is not hexadecimal'],
    ["no digits", () => readData("abcd"), '--data: "abcd" is not hexadecimal'],
    ["words for ETH", () => readEther("some", "value"), '--value: "some" is no amount of ETH'],
    ["a debt", () => readEther("-1", "pay"), '--pay: "-1" is no amount of ETH'],
    ["less than a wei", () => readGwei("0.0000000001", "max-gas-price"), "no amount of gwei"],
    ["a negative number", () => readNumber("-1", "nonce"), '--nonce: "-1" is no number'],
  ] as const) {
    it(`are refused with ${what}`, () => {
      expect(read).to.throw(sentence);
    });
  }
});
