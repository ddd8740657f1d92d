import { expect } from "chai";
import { network } from "hardhat";

import { awaitConfirmations, readPatience } from "../../../src/deployment/confirmations.js";
import { rejectionOf } from "../../helpers/rejection.js";

const createSlowChain = () => network.create({ network: "default", override: { mining: { auto: false } } });
const hasty = { confirmations: 3, interval: 1, limit: 30 };

async function sendOne() {
  const { ethers, networkHelpers } = await createSlowChain();
  const [signer] = await ethers.getSigners();
  if (signer === undefined) throw new Error("the chain has no accounts");
  await signer.sendTransaction({ to: signer.address });
  const wait = () => awaitConfirmations(signer.address, ethers.provider, hasty);
  return { signer, wait, mine: (blocks: number) => networkHelpers.mine(blocks), provider: ethers.provider };
}

describe("readPatience", () => {
  it("waits for one block where every transaction gets one", async () => {
    const { provider } = await network.create();
    expect((await readPatience(provider)).confirmations).to.equal(1);
    // More blocks would never come.
    expect((await readPatience(provider, { requiredConfirmations: 12 })).confirmations).to.equal(1);
  });

  it("waits for five blocks elsewhere, or as many as the project says", async () => {
    const { provider } = await createSlowChain();
    expect((await readPatience(provider)).confirmations).to.equal(5);
    expect((await readPatience(provider, { requiredConfirmations: 12 })).confirmations).to.equal(12);
  });

  it("takes a chain that does not know the question for one that mines now and then, and only that", async () => {
    const failing = (message: string, code: number) => ({
      request: () => Promise.reject(Object.assign(new Error(message), { code })),
    });
    expect((await readPatience(failing("the method does not exist", -32601))).confirmations).to.equal(5);
    expect((await rejectionOf(readPatience(failing("too many requests", 429)))).message).to.equal("too many requests");
  });
});

describe("awaitConfirmations", () => {
  it("waits as long as the last transaction is younger than asked for", async () => {
    const { wait, mine } = await sendOne();
    await mine(2);
    await rejectionOf(wait());
    await mine(1);
    await wait();
  });

  it("tells of a transaction that is not included, with its nonce", async () => {
    const { signer, wait } = await sendOne();
    const { message } = await rejectionOf(wait());
    expect(message).to.contain(`Transactions of ${signer.address} are still not confirmed, the last one with nonce 0`);
    expect(message).to.contain("run the same command again");
  });

  it("does not wait for an account that has sent nothing", async () => {
    const { wait, provider } = await sendOne();
    await awaitConfirmations("0x00000000000000000000000000000000DeaDBeef", provider, hasty);
    await rejectionOf(wait());
  });
});
