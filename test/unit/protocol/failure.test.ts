import { expect } from "chai";

import { UnreadableError, type Trouble } from "../../../src/protocol/errors.js";
import { judgeFailure } from "../../../src/protocol/failure.js";

/** A node's error, as JSON-RPC has it. */
const told = (code: number, message: string, data?: unknown): Error =>
  Object.assign(new Error(message), { code, ...(data !== undefined && { data }) });
const lineError = (code: string): Error => Object.assign(new Error("the line broke"), { code });
const REASON = "0x08c379a0".padEnd(202, "0");

describe("judgeFailure", () => {
  describe("takes for a contract's no", () => {
    const cases: [name: string, thrown: unknown, data: string][] = [
      ["geth's revert with data", told(3, "execution reverted: no", REASON), REASON],
      ["geth's revert without data", told(3, "execution reverted", "0x"), "0x"],
      ["geth's revert without data, before 1.16", told(-32000, "execution reverted"), "0x"],
      ["a revert whose reason sounds like a node's", told(3, "execution reverted: rate limit exceeded", REASON), REASON],
      ["besu's revert", told(-32000, "Execution reverted", REASON), REASON],
      ["nethermind's revert", told(-32000, "execution reverted", REASON), REASON],
      ["nethermind's older revert", told(-32015, "VM execution error.", "Reverted 0x7a933234"), "0x7a933234"],
      ["nethermind's older revert without data", told(-32015, "VM execution error.", "revert"), "0x"],
      ["anvil's revert", told(3, "execution reverted: custom error 0x12345678", "0x12345678"), "0x12345678"],
      ["an invalid opcode at geth", told(-32000, "invalid opcode: INVALID"), "0x"],
      ["a call that used up its gas at geth", told(-32000, "out of gas"), "0x"],
      ["the same at nethermind", told(-32003, "out of gas"), "0x"],
      ["a stack underflow at geth", told(-32000, "stack underflow (0 <=> 1)"), "0x"],
      ["an invalid opcode at anvil", told(-32603, "EVM error InvalidFEOpcode"), "0x"],
      ["a call that used up its gas at reth", told(-32000, "EVM error: OutOfGas(Basic)"), "0x"],
      ["hardhat's revert", told(-32603, "Error: VM Exception while processing transaction: reverted with custom error 'No()'", { message: "No()", data: "0x12345678" }), "0x12345678"],
      ["hardhat's revert without a reason", told(-32603, "Transaction reverted without a reason string", "0x"), "0x"],
      ["a revert that a wallet has wrapped", told(-32603, "Internal JSON-RPC error.", { code: 3, message: "execution reverted", data: "0x12345678" }), "0x12345678"],
      ["revert data under a message nobody knows", told(-32000, "Fehler", "0x12345678"), "0x12345678"],
    ]; // prettier-ignore
    for (const [name, thrown, data] of cases) {
      it(name, () => {
        expect(judgeFailure(thrown)).to.deep.equal({ kind: "reverted", data });
      });
    }
  });

  describe("takes for a node's failure", () => {
    const cases: [name: string, thrown: unknown, trouble: Trouble][] = [
      ["an internal error, which is all that besu says of a machine that stopped", told(-32603, "Internal error"), "internal"],
      ["a limit", told(-32005, "limit exceeded"), "busy"],
      ["a limit with data that are no revert", told(-32005, "daily request count exceeded", "0x12345678"), "busy"],
      ["Alchemy's limit", told(429, "Your app has exceeded its compute units per second capacity."), "busy"],
      ["QuickNode's limit", told(-32012, "credits limited to 6000/sec"), "busy"],
      ["a node that lags", told(-32000, "header not found"), "behind"],
      ["a node that lags, in anvil's words", told(-32602, "BlockOutOfRangeError: block height is 5 but requested was 9"), "behind"],
      ["geth, which has just started and is asked for a receipt", told(-32000, "transaction indexing is in progress"), "behind"],
      ["a state that was thrown away", told(-32000, "missing trie node 1234 (path )"), "forgotten"],
      ["a history that was thrown away", told(4444, "pruned history unavailable"), "forgotten"],
      ["a method that it does not have", told(-32601, "the method eth_getProof does not exist/is not available"), "unsupported"],
      ["Infura's range", told(-32602, "range 1000000 exceeds limit of 10000"), "too-much"],
      ["Infura's results", told(-32005, "query returned more than 10000 results. Try with this block range [0xBDE5F8, 0x102DBCC].", { from: "0xBDE5F8", limit: 10_000 }), "too-much"],
      ["Alchemy's range", told(-32600, "You can make eth_getLogs requests with up to a 10 block range."), "too-much"],
      ["BSC's range", told(-32000, "exceed maximum block range: 5000"), "too-much"],
      ["a call that took geth too long", told(-32000, "execution aborted (timeout = 5s)"), "timeout"],
      ["anvil's database, whose chain it cannot read", told(-32603, "EVM error FatalExternalError"), "internal"],
      ["an error that nobody knows", told(-32099, "something"), "other"],
      ["a message that has revert in its middle", told(-32000, "upstream said: execution reverted"), "other"],
      ["a reset connection", lineError("ECONNRESET"), "broken"],
      ["a refused connection", lineError("ECONNREFUSED"), "refused"],
      ["a time-out of the line", lineError("UND_ERR_HEADERS_TIMEOUT"), "timeout"],
      ["a browser's failed fetch", new TypeError("Failed to fetch"), "broken"],
    ]; // prettier-ignore
    for (const [name, thrown, trouble] of cases) {
      it(name, () => {
        const failure = judgeFailure(thrown);
        expect(failure).to.include({ kind: "unread", trouble });
      });
    }

    it("also within other errors", () => {
      const wrapped = new Error("could not coalesce error", { cause: told(-32005, "limit exceeded") });
      expect(judgeFailure(wrapped)).to.deep.equal({
        kind: "unread",
        trouble: "busy",
        isNodes: true,
        words: "limit exceeded",
      });
    });

    it("and an answer of which nothing but a part came", () => {
      const cut = Object.assign(new Error("invalid length for result data"), { code: "BAD_DATA", value: "0x1234" });
      expect(judgeFailure(cut)).to.include({ kind: "unread", trouble: "garbled" });
    });

    it("and one that is told as that already", () => {
      const failure = judgeFailure(new UnreadableError("Nothing came.", "behind"));
      expect(failure).to.deep.equal({ kind: "unread", trouble: "behind", isNodes: false, words: "Nothing came." });
    });
  });

  it("tells a node's words in one line, without its keys and without what a terminal would obey", () => {
    const words = `no\u001b[2K luck at\r\nhttps://node.example/v3/0123456789?key=1 \u202etoday ${"x".repeat(300)}`;
    const failure = judgeFailure(told(-32099, words));
    if (failure?.kind !== "unread") throw new Error("no failure of a node");
    expect(failure.words).to.match(/^no\\u\{1b\}\[2K luck at https:\/\/node\.example \\u\{202e\}today x+…$/);
    expect(failure.words.length).to.be.lessThan(230);
  });

  it("takes a mistake of ours for neither", () => {
    expect(judgeFailure(new TypeError("undefined is not a function"))).to.equal(undefined);
    expect(judgeFailure(new Error("the configuration has no vault"))).to.equal(undefined);
    expect(judgeFailure("text")).to.equal(undefined);
    const misuse = Object.assign(new Error("missing argument"), { code: "MISSING_ARGUMENT" });
    expect(judgeFailure(misuse)).to.equal(undefined);
  });
});
