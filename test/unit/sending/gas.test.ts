import { expect } from "chai";
import { Interface, toBeHex, ZeroAddress, type Provider, type TransactionRequest } from "ethers";

import { SentenceError } from "../../../src/protocol/errors.js";
import { sendFrom, type SentCall } from "../../../src/sending/sendCalls.js";
import { rejectionOf } from "../../helpers/rejection.js";

const ONE = { what: "deposits 1 ETH", call: { target: ZeroAddress, value: 5n, data: "0x1234" } };

/** `Error(string)`. */
const encode = (words: string): string => new Interface(["error Error(string)"]).encodeErrorResult("Error", [words]);
const REFUSAL = Object.assign(new Error("execution reverted"), { code: 3, data: "0x" });

/** Stands for a node that estimates so much gas for every call, or refuses it, on certain blocks. */
class NodeMock {
  readonly account = ZeroAddress;
  readonly sent: Readonly<Record<string, string>>[] = [];

  constructor(
    private readonly estimate: (block: unknown) => bigint | Error,
    private readonly gasLimit = 60_000_000n,
  ) {}

  get provider(): Provider {
    return this as unknown as Provider;
  }

  getTransactionCount = () => Promise.resolve(this.sent.length);
  getBlock = () => Promise.resolve({ gasLimit: this.gasLimit });
  getBlockNumber = () => Promise.resolve(7);
  getTransactionReceipt = (hash: string) => Promise.resolve({ hash, blockNumber: 7, status: 1 });

  estimateGas({ blockTag }: TransactionRequest): Promise<bigint> {
    const estimate = this.estimate(blockTag);
    return estimate instanceof Error ? Promise.reject(estimate) : Promise.resolve(estimate);
  }

  send(_: string, [request]: readonly [Readonly<Record<string, string>>]): Promise<string> {
    this.sent.push(request);
    return Promise.resolve(hashOf(this.sent.length));
  }
}

const hashOf = (count: number): string => toBeHex(count, 32);
const gasOf = ({ sent }: NodeMock): bigint[] => sent.map(({ gas }) => BigInt(gas ?? 0));

describe("sendFrom", () => {
  it("brings more gas than was estimated: what comes before a call in the block may make it dearer", async () => {
    const account = new NodeMock(() => 100_000n);
    const told: SentCall[] = [];
    await sendFrom(account, { onSent: (sent) => told.push(sent) })([ONE, ONE]);
    expect(gasOf(account)).to.deep.equal([150_000n, 150_000n]);
    expect(account.sent.map(({ to, value, data, nonce }) => [to, value, data, nonce])).to.deep.equal(
      ["0x0", "0x1"].map((nonce) => [ONE.call.target, "0x5", ONE.call.data, nonce]),
    );
    expect(told).to.deep.equal([1, 2].map((count) => ({ what: ONE.what, hash: hashOf(count), block: 7 })));
  });

  it("brings no more than a transaction may, unless the call itself takes more", async () => {
    const most = 2n ** 24n;
    for (const [estimate, brought] of [
      [(most / 3n) * 2n, (most / 3n) * 3n],
      [most - 1n, most],
      [most, most],
      [most + 1n, most + 1n],
    ] as const) {
      const account = new NodeMock(() => estimate);
      await sendFrom(account)([ONE]);
      expect(gasOf(account), estimate.toString()).to.deep.equal([brought]);
    }
  });

  it("brings no more than a block takes, unless the call itself takes more", async () => {
    for (const [estimate, brought] of [
      [9n, 13n],
      [12n, 15n],
      [16n, 16n],
    ] as const) {
      const account = new NodeMock(() => estimate, 15n);
      await sendFrom(account)([ONE]);
      expect(gasOf(account), estimate.toString()).to.deep.equal([brought]);
    }
  });

  it("estimates on the pending block, in which it will run", async () => {
    const account = new NodeMock((block) => (block === "pending" ? 8n : 4n));
    await sendFrom(account)([ONE, ONE]);
    expect(gasOf(account)).to.deep.equal([12n, 12n]);
  });

  it("estimates on the newest where that refuses: geth's pending block knows no root of a beacon block", async () => {
    const account = new NodeMock((block) => (block === 7 ? 10n : REFUSAL));
    await sendFrom(account)([ONE, ONE]);
    expect(gasOf(account)).to.deep.equal([15n, 15n]);
  });

  it("tells what the pending block says where both refuse", async () => {
    const failed = (words: string) => Object.assign(new Error(words), { code: 3, data: encode(words) });
    const account = new NodeMock((block) => failed(String(block)));
    expect((await rejectionOf(sendFrom(account)([ONE]))).message).to.contain("pending");
  });

  it("sends nothing that the contract refuses", async () => {
    const account = new NodeMock(() => REFUSAL);
    const error = await rejectionOf(sendFrom(account)([ONE]));
    expect(error).to.be.instanceOf(SentenceError);
    expect(error.message).to.match(/^deposits 1 ETH: the contract refuses it, /);
    expect(account.sent).to.deep.equal([]);
  });
});
