import { expect } from "chai";

import { boundedHex, boundedText } from "../../../src/protocol/bounded.js";

describe("boundedHex", () => {
  it("leaves data of 128 bytes and less as they are", () => {
    for (const data of ["0x", "0x12", `0x${"ab".repeat(128)}`]) expect(boundedHex(data)).to.equal(data);
  });

  it("shows the beginning of longer data, and how long they are", () => {
    expect(boundedHex(`0x${"ab".repeat(129)}`)).to.equal(`0x${"ab".repeat(128)}… (129 bytes)`);
  });
});

describe("boundedText", () => {
  it("leaves a text of 400 characters and less as it is", () => {
    for (const text of ["", "a", "a".repeat(400)]) expect(boundedText(text)).to.equal(text);
  });

  it("shows the beginning of a longer text, and how long it is", () => {
    expect(boundedText("a".repeat(401))).to.equal(`${"a".repeat(400)}… (401 characters)`);
    expect(boundedText("abc", 2)).to.equal("ab… (3 characters)");
  });

  it("cuts no character in two", () => {
    expect(boundedText("a😀b", 2)).to.equal("a… (4 characters)");
    expect(boundedText("a😀b", 3)).to.equal("a😀… (4 characters)");
  });
});
