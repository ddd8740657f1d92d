import { expect } from "chai";

import { ofReturn } from "../../../src/adoption/back/ofReturn.js";

describe("what is said of the way back", () => {
  it("calls the timelock that gives the new one, and the other the old one", () => {
    expect(
      ofReturn("It belongs to somebody, not to the old timelock: the adoption changes nothing about it."),
    ).to.equal("It belongs to somebody, not to the new timelock: the way back changes nothing about it.");
    expect(ofReturn("The old timelock gives it up before the new timelock has it.")).to.equal(
      "The new timelock gives it up before the old timelock has it.",
    );
  });
});
