import { expect } from "chai";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { askWithRetries } from "../../../src/protocol/retries.js";
import { rejectionOf } from "../../helpers/rejection.js";

const told = (code: number, message: string): Error => Object.assign(new Error(message), { code });
const RESET = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
const CALL = { method: "eth_call", params: [{ to: "0x1234567890123456789012345678901234567890", data: "0x12345678" }] };

/** A node that answers the last of its replies for ever, and those before once. */
function nodeWith(...replies: readonly unknown[]) {
  const waited: number[] = [];
  let asked = 0;
  const ask = (): Promise<unknown> => {
    const reply = replies[Math.min(asked++, replies.length - 1)];
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  const wait = (milliseconds: number): Promise<void> => Promise.resolve(void waited.push(milliseconds));
  return { ask, retries: { delays: [1, 2, 4], wait }, waited, asked: () => asked };
}

describe("askWithRetries", () => {
  it("asks once where the node answers", async () => {
    const { ask, retries, asked } = nodeWith("0x");
    expect(await askWithRetries(CALL, ask, retries)).to.equal("0x");
    expect(asked()).to.equal(1);
  });

  const passing: [name: string, error: unknown][] = [
    ["a broken line", RESET],
    ["a node that is busy", told(-32005, "limit exceeded")],
    ["a node that lags", told(-32000, "header not found")],
    ["a node's internal error", told(-32603, "Internal error")],
    ["half an answer", "0x123"],
    ["no answer", null],
  ];
  for (const [name, error] of passing) {
    it(`asks again after ${name}, longer each time`, async () => {
      const { ask, retries, waited } = nodeWith(error, error, "0x12");
      expect(await askWithRetries(CALL, ask, retries)).to.equal("0x12");
      expect(waited).to.deep.equal([1, 2]);
    });
  }

  const results: [method: string, none: unknown, result: unknown][] = [
    ["eth_getLogs", null, []],
    ["eth_chainId", null, "0x1"],
    ["eth_getTransactionCount", "0x", "0x0"],
    ["eth_getBlockByNumber", null, { number: "0x1" }],
  ];
  for (const [method, none, result] of results) {
    it(`asks again where ${method} has ${JSON.stringify(none)} for a result`, async () => {
      const { ask, retries, waited } = nodeWith(none, result);
      expect(await askWithRetries({ method, params: ["latest"] }, ask, retries)).to.equal(result);
      expect(waited).to.deep.equal([1]);
    });
  }

  it("takes it for an answer that a block in particular is not there", async () => {
    const { ask, retries, waited } = nodeWith(null);
    expect(await askWithRetries({ method: "eth_getBlockByNumber", params: ["0x0"] }, ask, retries)).to.equal(null);
    expect(waited).to.deep.equal([]);
  });

  it("gives up after the last delay, and names the request", async () => {
    const { ask, retries, asked } = nodeWith(told(-32005, "limit exceeded"));
    const error = await rejectionOf(askWithRetries(CALL, ask, retries));
    expect(error).to.be.instanceOf(UnreadableError).and.to.have.property("trouble", "busy");
    expect(error.message).to.contain("eth_call of 0x1234567890123456789012345678901234567890, 0x12345678");
    expect(asked()).to.equal(4);
  });

  const lasting: [name: string, error: Error][] = [
    ["nobody is there", Object.assign(new Error("refused"), { code: "ECONNREFUSED" })],
    ["the state was thrown away", told(-32000, "missing trie node 12")],
    ["there is no such method", told(-32601, "Method not found")],
    [
      "the node's front door says that it is busy, where whoever carries requests waits",
      Object.assign(new Error("busy"), { statusCode: 429 }),
    ],
  ];
  for (const [name, error] of lasting) {
    it(`does not ask again where ${name}`, async () => {
      const { ask, retries, asked } = nodeWith(error);
      expect(await rejectionOf(askWithRetries(CALL, ask, retries))).to.be.instanceOf(UnreadableError);
      expect(asked()).to.equal(1);
    });
  }

  it("hands on a contract's no as it came", async () => {
    const revert = told(3, "execution reverted");
    const { ask, retries, asked } = nodeWith(revert);
    expect(await rejectionOf(askWithRetries(CALL, ask, retries))).to.equal(revert);
    expect(asked()).to.equal(1);
  });

  for (const method of ["eth_sendRawTransaction", "eth_sendTransaction", "evm_mine"]) {
    it(`never repeats ${method}, which may have arrived`, async () => {
      const { ask, retries, asked } = nodeWith(RESET);
      expect(await rejectionOf(askWithRetries({ method, params: [] }, ask, retries))).to.equal(RESET);
      expect(asked()).to.equal(1);
    });
  }

  it("asks again for an estimate, and leaves the node's error as it is", async () => {
    const { ask, retries, asked } = nodeWith(RESET);
    expect(await rejectionOf(askWithRetries({ method: "eth_estimateGas", params: [] }, ask, retries))).to.equal(RESET);
    expect(asked()).to.equal(4);
  });

  it("leaves it to a shorter range where a node fails over logs", async () => {
    const { ask, retries, asked } = nodeWith(told(-32603, "Internal error"));
    await rejectionOf(askWithRetries({ method: "eth_getLogs", params: [{}] }, ask, retries));
    expect(asked()).to.equal(1);
  });
});
