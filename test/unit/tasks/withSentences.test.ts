import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";

import { SentenceError, UnreadableError } from "../../../src/protocol/errors.js";
import { withSentences } from "../../../tasks/withSentences.js";
import { captureOutput } from "../../helpers/captureOutput.js";
import { rejectionOf } from "../../helpers/rejection.js";

describe("withSentences", () => {
  it("tells what could not be read, and ends with 2", async () => {
    const before = process.exitCode;
    const unread = new UnreadableError("The gate could not be read: 502 Bad Gateway.", "broken");
    const { stderr } = await captureOutput(() => withSentences(() => Promise.reject(unread)));
    const ending = process.exitCode;
    process.exitCode = before;
    expect(stderr).to.equal("The gate could not be read: 502 Bad Gateway.\n");
    expect(ending).to.equal(2);
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
