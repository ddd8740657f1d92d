import { expect } from "chai";
import { concat, encodeBytes32String, keccak256, toBeHex, zeroPadValue } from "ethers";

import { ask } from "../../../src/rehearsal/ask.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import { Snapshot } from "../../../src/rehearsal/snapshot.js";
import { slotFor, traceReads } from "../../../src/rehearsal/traceReads.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { HOLDER, VAULT, VESSEL } from "./facts.js";

const failWith = (error: Error) => new Snapshot({ request: () => Promise.reject(error) });
const withData = (message: string, data: string) => Object.assign(new Error(message), { data });
const CALL = { to: VAULT, data: "0x12345678" };

describe("a snapshot", () => {
  it("takes revert data for the contract's answer", async () => {
    const error = withData("VM Exception: reverted with custom error 'Closed()'", "0x12345678");
    expect(await failWith(error).call(CALL)).to.deep.equal({ ok: false, revert: "0x12345678", why: "Closed()" });
  });

  it("takes an empty revert for the contract's answer", async () => {
    const answer = await failWith(withData("Transaction reverted", "0x")).call(CALL);
    expect(answer).to.deep.equal({ ok: false, revert: "0x", why: "without a reason" });
  });

  for (const message of [
    "Request failed after 9 retries",
    "429 Too Many Requests",
    "connect ECONNREFUSED",
    "timeout",
  ]) {
    it(`takes "${message}" for nobody's answer`, async () => {
      const error = await rejectionOf(failWith(new Error(message)).call(CALL));
      expect(error).to.be.instanceOf(UnreadableError);
      expect(error.message).to.contain(message);
    });
  }

  it("takes an empty answer for a function that is not there", async () => {
    const told = await ask(new Snapshot({ request: () => Promise.resolve("0x") }), VAULT, "asset");
    expect(told).to.deep.equal({ told: false, why: "asset answers nothing that can be understood" });
  });

  const word = (value: number): string => toBeHex(value, 32);
  const shapes: [what: string, name: string, answer: string][] = [
    ["text as 32 bytes", "symbol", encodeBytes32String("MKR")],
    ["text that is no UTF-8", "symbol", concat([word(32), word(1), `0xff${"00".repeat(31)}`])],
    ["an address with more before it", "asset", `0x${"ff".repeat(32)}`],
    ["less than a word", "decimals", "0x12"],
  ];
  for (const [what, name, answer] of shapes) {
    it(`takes ${what} for no answer of the function that was asked`, async () => {
      const told = await ask(new Snapshot({ request: () => Promise.resolve(answer) }), VAULT, name);
      expect(told).to.deep.equal({ told: false, why: `${name} answers nothing that can be understood` });
    });
  }

  it("takes back what was tried, also when the try fails", async () => {
    const asked: string[] = [];
    const snapshot = new Snapshot({
      request: ({ method }) => {
        asked.push(method);
        return Promise.resolve("0x1");
      },
    });
    await rejectionOf(snapshot.branch(() => Promise.reject(new Error("it failed"))));
    expect(asked).to.deep.equal(["evm_snapshot", "evm_revert"]);
  });
});

describe("traceReads", () => {
  it("finds nothing read by a call that reverts", async () => {
    expect(await traceReads(failWith(withData("Transaction reverted", "0x")), CALL)).to.deep.equal([]);
  });

  for (const message of ["429 Too Many Requests", "timeout", "the method debug_traceCall does not exist"]) {
    it(`takes "${message}" for nobody's answer`, async () => {
      const error = await rejectionOf(traceReads(failWith(new Error(message)), CALL));
      expect(error).to.be.instanceOf(UnreadableError);
      expect(error.message).to.contain("debug_traceCall").and.to.contain(message);
    });
  }
});

describe("slotFor", () => {
  const preimageOf = (account: string) => concat([zeroPadValue(account, 32), toBeHex(5, 32)]);
  const read = (account: string, offset: bigint) => ({
    contract: VAULT,
    slot: toBeHex(BigInt(keccak256(preimageOf(account))) + offset, 32),
    preimage: preimageOf(account),
    isWritten: false,
  });

  it("finds where another account's value lies", () => {
    expect(slotFor(read(HOLDER, 0n), HOLDER, VESSEL)).to.equal(keccak256(preimageOf(VESSEL)));
  });

  it("finds a field of a struct", () => {
    const expected = toBeHex(BigInt(keccak256(preimageOf(VESSEL))) + 2n, 32);
    expect(slotFor(read(HOLDER, 2n), HOLDER, VESSEL)).to.equal(expected);
  });

  it("finds nothing where the account does not decide", () => {
    expect(slotFor(read(VAULT, 0n), HOLDER, VESSEL)).to.equal(undefined);
  });
});
