import { expect } from "chai";

import { judge } from "../../../tasks/deployment/explorer.js";

const SOURCE = {
  name: "the fallback gate",
  contractName: "FallbackGate",
  address: "0x00000000000000000000000000000000DeaDBeef",
};

/** An error as the plugin throws it. */
const errorOf = (number: number, words: string) =>
  Object.assign(new Error(`HHE${number}: ${words}`), { name: "HardhatError", number });
const outcomeOf = (number: number, words = "It says so.") =>
  judge(errorOf(number, words), { ...SOURCE, constructorArguments: [] }, "etherscan").outcome;

describe("judge, of what an explorer answers", () => {
  it("does not take what it does not know yet for a refusal", () => {
    // No code at the node, or at the explorer; the status was not told, or in words that nobody knows.
    for (const number of [80_004, 80_021, 80_024, 80_025, 80_028]) expect(outcomeOf(number)).to.equal("not asked");
    for (const number of [80_001, 80_002]) expect(outcomeOf(number)).to.equal("not asked");
    expect(outcomeOf(80_023, "Max calls per sec rate limit reached")).to.equal("not asked");
  });

  it("tells refusals as such", () => {
    for (const number of [80_009, 80_023, 80_026]) expect(outcomeOf(number)).to.equal("refused");
    expect(outcomeOf(80_022)).to.equal("was verified before");
    expect(() => outcomeOf(80_027)).to.throw("does not know this chain");
  });
});
