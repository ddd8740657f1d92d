import { expect } from "chai";
import type { EthereumProvider } from "hardhat/types/providers";

import type { SentRequest, Step } from "../../../src/deployment/preflight/steps.js";
import { watchTransactions } from "../../../src/deployment/watchTransactions.js";

const HASHES = ["0xaa", "0xbb", "0xcc"];

const step = (name: string, data: string, isDone = false): Step => ({
  name,
  isCreation: true,
  gas: 1n,
  isDone,
  isOf: ({ data: sent }: SentRequest) => sent === data,
});

/** A provider that gives hashes in order, and has included what is asked for. */
function watched(steps: readonly Step[]) {
  const hashes = HASHES.values();
  const answer = (method: string, params: unknown): unknown => {
    if (method === "eth_sendTransaction") return hashes.next().value;
    return method === "eth_chainId" ? "0x1" : { blockNumber: "0x10", transactionHash: (params as string[])[0] };
  };
  const provider = {
    request: ({ method, params }: { method: string; params?: unknown }) => Promise.resolve(answer(method, params)),
  } as unknown as EthereumProvider;
  const told: string[] = [];
  let handedOver = 0;
  const stop = watchTransactions(provider, steps, {
    onHandedOver: () => handedOver++,
    onSent: ({ name, position, count, hash, isAgain }) => {
      told.push(`${position ?? "-"}/${count} ${name} ${hash}${isAgain ? " again" : ""}`);
    },
    onIncluded: ({ name }, block) => {
      told.push(`${name} in ${block}`);
    },
    onEnd: () => {
      told.push("nothing more");
    },
  });
  const send = (data: string, nonce?: string) =>
    provider.request({ method: "eth_sendTransaction", params: [{ data, nonce }] });
  const receive = (hash: string) => provider.request({ method: "eth_getTransactionReceipt", params: [hash] });
  return { told, send, receive, stop, countHandedOver: () => handedOver };
}

describe("watchTransactions", () => {
  it("names steps and counts on from those of an earlier run", async () => {
    const { told, send, receive } = watched([
      step("Token", "0x01", true),
      step("Timelock", "0x02"),
      step("Gate", "0x03"),
    ]);
    await send("0x03", "0x5");
    await receive("0xaa");
    await send("0x02", "0x6");
    expect(told).to.deep.equal(["2/3 Gate 0xaa", "Gate in 16", "3/3 Timelock 0xbb"]);
  });

  it("takes what has the same nonce for the same step, and forgets both once one of them is included", async () => {
    const { told, send, receive } = watched([step("Token", "0x01")]);
    await send("0x01", "0x5");
    await send("0x01", "0x5");
    await receive("0xbb");
    await receive("0xaa");
    expect(told).to.deep.equal(["1/1 Token 0xaa", "1/1 Token 0xbb again", "Token in 16"]);
  });

  it("tells that something is handed over before it is answered", async () => {
    const { told, send, countHandedOver } = watched([step("Token", "0x01")]);
    const sending = send("0x01");
    expect([countHandedOver(), told.length]).to.deep.equal([1, 0]);
    await sending;
    expect([countHandedOver(), told.length]).to.deep.equal([1, 1]);
  });

  it("gives no number to what is no step, and tells nothing once it is stopped", async () => {
    const { told, send, stop } = watched([step("Token", "0x01")]);
    await send("0x99");
    stop();
    await send("0x01");
    expect(told).to.deep.equal(["-/1 a transaction beside the steps 0xaa", "nothing more"]);
  });
});
