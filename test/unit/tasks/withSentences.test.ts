import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError } from "../../../src/protocol/errors.js";
import { withSentences } from "../../../tasks/withSentences.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("withSentences", () => {
  it("passes results on", async () => {
    expect(await withSentences(() => Promise.resolve(1))).to.equal(1);
  });

  it("turns what a person can mend into an error without a trace", async () => {
    const error = await rejectionOf(withSentences(() => Promise.reject(new SentenceError("The file is missing."))));
    expect(error).to.be.instanceOf(HardhatPluginError);
    expect(error.message).to.equal("The file is missing.");
  });

  it("tells what a network's node says, without a trace", async () => {
    const refused = Object.assign(new Error("insufficient funds for gas * price + value"), { code: -32000 });
    const error = await rejectionOf(withSentences(() => Promise.reject(refused)));
    expect(error).to.be.instanceOf(HardhatPluginError);
    expect(error.message).to.equal("The network's node refuses: insufficient funds for gas * price + value.");
  });

  it("leaves other errors as they are", async () => {
    expect(await rejectionOf(withSentences(() => Promise.reject(new TypeError("bug"))))).to.be.instanceOf(TypeError);
  });
});
