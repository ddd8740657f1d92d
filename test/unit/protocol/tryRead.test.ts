import { expect } from "chai";
import { toBeHex, zeroPadValue } from "ethers";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { readAnswer, tryRead } from "../../../src/protocol/tryRead.js";
import { IERC20Metadata__factory, TiebreakerCommittee__factory } from "../../../types/index.js";
import { FakeNode, type Reply } from "../../helpers/fakeNode.js";
import { rejectionOf } from "../../helpers/rejection.js";

const CONTRACT = "0x1234567890123456789012345678901234567890";
const word = (value: bigint): string => zeroPadValue(toBeHex(value), 32);

const supplyFrom = (reply: Reply) => () =>
  IERC20Metadata__factory.connect(CONTRACT, new FakeNode(() => reply)).totalSupply();
const nameFrom = (reply: Reply) => () => IERC20Metadata__factory.connect(CONTRACT, new FakeNode(() => reply)).name();

describe("tryRead", () => {
  it("tells a value", async () => {
    expect(await tryRead(supplyFrom({ result: word(7n) }))).to.deep.equal({ answered: true, value: 7n });
  });

  const refusals: [name: string, reply: Reply, kind: string, data: string][] = [
    ["a revert with data", { error: { code: 3, message: "execution reverted", data: "0x12345678" } }, "reverted", "0x12345678"],
    ["a revert without data", { error: { code: -32000, message: "execution reverted" } }, "reverted", "0x"],
    ["an invalid opcode", { error: { code: -32000, message: "invalid opcode: INVALID" } }, "reverted", "0x"],
    ["an empty answer", { result: "0x" }, "empty", "0x"],
  ]; // prettier-ignore
  for (const [name, reply, kind, data] of refusals) {
    it(`takes ${name} for the contract's no`, async () => {
      expect(await tryRead(supplyFrom(reply))).to.deep.equal({ answered: false, refusal: { kind, data } });
      expect(await readAnswer(supplyFrom(reply))).to.equal(undefined);
    });
  }

  it("takes a whole answer of another shape for the contract's no", async () => {
    const data = word(5n);
    const members = () =>
      TiebreakerCommittee__factory.connect(CONTRACT, new FakeNode(() => ({ result: data }))).members();
    expect(await tryRead(members)).to.deep.equal({ answered: false, refusal: { kind: "misshaped", data } });
    const noText = { result: `${word(32n)}${word(1n).slice(2)}${"ff".padEnd(64, "0")}` };
    expect(await tryRead(nameFrom(noText))).to.deep.include({ answered: false });
  });

  const failures: [name: string, reply: Reply, trouble: string, words: string][] = [
    ["a node's limit", { error: { code: -32005, message: "limit exceeded" } }, "busy", "limit exceeded"],
    ["a node's internal error", { error: { code: -32603, message: "Internal error" } }, "internal", "Internal error"],
    ["a node that lags", { error: { code: -32000, message: "header not found" } }, "behind", "header not found"],
    ["a pruned node", { error: { code: -32000, message: "missing trie node 12" } }, "forgotten", "missing trie node 12"],
    ["an answer that was cut off", { result: word(7n).slice(0, 20) }, "garbled", "an answer of 9 bytes"],
    ["a broken line", { thrown: Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }) }, "broken", "socket hang up"],
  ]; // prettier-ignore
  for (const [name, reply, trouble, words] of failures) {
    it(`takes ${name} for nobody's answer, and says so`, async () => {
      for (const read of [tryRead, readAnswer]) {
        const error = await rejectionOf(read(supplyFrom(reply), "the supply"));
        expect(error).to.be.instanceOf(UnreadableError).and.to.have.property("trouble", trouble);
        expect(error.message).to.contain("The chain could not be read (the supply)").and.to.contain(words);
      }
    });
  }

  it("tells which call it was, where nobody says", async () => {
    const error = await rejectionOf(tryRead(supplyFrom({ error: { code: -32005, message: "limit exceeded" } })));
    expect(error.message).to.equal(
      `The chain could not be read (eth_call of ${CONTRACT}, 0x18160ddd): limit exceeded.`,
    );
  });

  it("leaves a mistake of ours as it is", async () => {
    expect(await rejectionOf(tryRead(() => Promise.reject(new TypeError("bug"))))).to.be.instanceOf(TypeError);
  });
});
