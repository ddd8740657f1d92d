import { expect } from "chai";
import { AbstractSigner, Interface, ZeroAddress, type TransactionRequest, type TransactionResponse } from "ethers";

import { SentenceError } from "../../../src/protocol/errors.js";
import { sendFrom, type SentCall } from "../../../src/protocol/sendCalls.js";
import { rejectionOf } from "../../helpers/rejection.js";

const ONE = { what: "deposits 1 ETH", call: { target: ZeroAddress, value: 5n, data: "0x1234" } };

/** `Error(string)`. */
const encode = (words: string): string => new Interface(["error Error(string)"]).encodeErrorResult("Error", [words]);
const REFUSAL = Object.assign(new Error("execution reverted"), { code: 3, data: "0x" });

/** Stands for an account whose node estimates so much gas for every call, or refuses it, on certain blocks. */
class AccountMock extends AbstractSigner {
  readonly sent: TransactionRequest[] = [];

  constructor(private readonly estimate: (block: unknown) => bigint | Error) {
    super();
  }

  override estimateGas({ blockTag }: TransactionRequest): Promise<bigint> {
    const estimate = this.estimate(blockTag);
    return estimate instanceof Error ? Promise.reject(estimate) : Promise.resolve(estimate);
  }

  override sendTransaction(request: TransactionRequest): Promise<TransactionResponse> {
    this.sent.push(request);
    const hash = `0x${this.sent.length}`;
    return Promise.resolve({
      hash,
      wait: () => Promise.resolve({ hash, blockNumber: 7 }),
    } as unknown as TransactionResponse);
  }

  getAddress = () => Promise.resolve(ZeroAddress);
  signTransaction = () => Promise.reject(new Error("nothing is signed here"));
  signMessage = this.signTransaction;
  signTypedData = this.signTransaction;
  connect = () => this;
}

describe("sendFrom", () => {
  it("brings more gas than was estimated: what comes before a call in the block may make it dearer", async () => {
    const account = new AccountMock(() => 100_000n);
    const told: SentCall[] = [];
    await sendFrom(account, (sent) => told.push(sent))([ONE, ONE]);
    const { target: to, value, data } = ONE.call;
    expect(account.sent).to.deep.equal(Array(2).fill({ to, value, data, gasLimit: 150_000n }));
    expect(told).to.deep.equal(["0x1", "0x2"].map((hash) => ({ what: ONE.what, hash, block: 7 })));
  });

  it("brings no more than a transaction may, unless the call itself takes more", async () => {
    const most = 2n ** 24n;
    for (const [estimate, brought] of [
      [(most / 3n) * 2n, (most / 3n) * 3n],
      [most - 1n, most],
      [most, most],
      [most + 1n, most + 1n],
    ] as const) {
      const account = new AccountMock(() => estimate);
      await sendFrom(account, () => undefined)([ONE]);
      expect(account.sent[0]?.gasLimit, estimate.toString()).to.equal(brought);
    }
  });

  it("estimates on the pending block, in which it will run", async () => {
    const account = new AccountMock((block) => (block === "pending" ? 8n : 4n));
    await sendFrom(account, () => undefined)([ONE, ONE]);
    expect(account.sent.map(({ gasLimit }) => gasLimit)).to.deep.equal([12n, 12n]);
  });

  it("estimates on the newest where that refuses: geth's pending block knows no root of a beacon block", async () => {
    const account = new AccountMock((block) => (block === "latest" ? 10n : REFUSAL));
    await sendFrom(account, () => undefined)([ONE, ONE]);
    expect(account.sent.map(({ gasLimit }) => gasLimit)).to.deep.equal([15n, 15n]);
  });

  it("tells what the pending block says where both refuse", async () => {
    const failed = (words: string) => Object.assign(new Error(words), { code: 3, data: encode(words) });
    const account = new AccountMock((block) => failed(String(block)));
    const error = await rejectionOf(sendFrom(account, () => undefined)([ONE]));
    expect(error.message).to.contain("pending");
  });

  it("sends nothing that the contract refuses", async () => {
    const account = new AccountMock(() => REFUSAL);
    const error = await rejectionOf(sendFrom(account, () => undefined)([ONE]));
    expect(error).to.be.instanceOf(SentenceError);
    expect(error.message).to.match(/^deposits 1 ETH: the contract refuses it, /);
    expect(account.sent).to.deep.equal([]);
  });
});
