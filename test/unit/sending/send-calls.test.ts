import { expect } from "chai";
import { parseUnits, toQuantity } from "ethers";
import { network } from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { LOOK_FIRST, sendFrom, type Sending, type UnderWay } from "../../../src/sending/sendCalls.js";
import { withMethods } from "../../../src/protocol/withMethods.js";
import { describeStop } from "../../../tasks/sending.js";
import { getActors } from "../../helpers/actors.js";
import { rejectionOf } from "../../helpers/rejection.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;

/** Two people and a token; blocks come when somebody mines. */
async function setUp() {
  const { alice, bob } = await getActors(ethers, "alice", "bob");
  const token = await ethers.deployContract("AssetMock", ["Asset", "AST", 18]);
  await token.mint(alice, 10n);
  await token.connect(alice).approve(bob, 10n);
  const call = (method: "approve" | "transferFrom", values: readonly unknown[]) => ({
    what: `calls ${method}`,
    call: {
      target: token.target as string,
      value: 0n,
      data: token.interface.encodeFunctionData(method as "approve", values as never),
    },
  });
  return { alice, bob, token, call };
}

/** Sends as `account`, and lets others do something once it has a hash. */
async function sendAs(
  account: string,
  calls: Parameters<ReturnType<typeof sendFrom>>[0],
  meanwhile: (hash: string, nonce: number) => Promise<unknown> = () => Promise.resolve(),
  sending: Sending = {},
) {
  const under: UnderWay[] = [];
  let isMeant = true;
  const send = sendFrom(
    { provider, account },
    {
      waiting: { interval: 5 },
      ...sending,
      onUnderWay: (one) => {
        under.push(one);
        if (one.hash === undefined || !isMeant) return;
        isMeant = false;
        void meanwhile(one.hash, one.nonce);
      },
    },
  );
  return await send(calls);
}

describe("sendFrom", () => {
  const automine = (on: boolean) => provider.send("evm_setAutomine", [on]);
  beforeEach(() => automine(false));
  afterEach(() => automine(true));

  const fixture = async () => {
    await automine(true);
    const world = await networkHelpers.loadFixture(setUp);
    await automine(false);
    return world;
  };
  const inPlaceOf = (from: string, nonce: number, to: string, data = "0x") =>
    provider.send("eth_sendTransaction", [
      {
        ...{ from, to, data, nonce: toQuantity(nonce), gas: toQuantity(100_000) },
        maxFeePerGas: toQuantity(parseUnits("90", "gwei")),
        maxPriorityFeePerGas: toQuantity(parseUnits("20", "gwei")),
      },
    ]);

  it("goes on with a transaction that its wallet has hurried", async () => {
    const { alice, bob, call } = await fixture();
    const one = call("approve", [bob.address, 3n]);
    let first = "";
    const [receipt] = await sendAs(alice.address, [one], async (hash, nonce) => {
      first = hash;
      await inPlaceOf(alice.address, nonce, one.call.target, one.call.data);
      await networkHelpers.mine();
    });
    expect(receipt?.status).to.equal(1);
    expect(receipt?.hash).not.to.equal(first);
  });

  it("says so where another transaction has taken its place", async () => {
    const { alice, bob, call } = await fixture();
    const sending = sendAs(alice.address, [call("approve", [bob.address, 3n])], async (_, nonce) => {
      await inPlaceOf(alice.address, nonce, bob.address);
      await networkHelpers.mine();
    });
    expect((await rejectionOf(sending)).message).to.match(
      /^calls approve: 0x[0-9a-f]{64} never comes on the chain: 0x[0-9a-f]{64} is there with its nonce/,
    );
  });

  it("tells of what failed on the chain that it is there, and paid", async () => {
    const { alice, bob, token, call } = await fixture();
    const sending = sendAs(bob.address, [call("transferFrom", [alice.address, bob.address, 5n])], async () => {
      await token.connect(alice).approve(bob, 0n, {
        maxFeePerGas: parseUnits("90", "gwei"),
        maxPriorityFeePerGas: parseUnits("50", "gwei"),
      });
      await networkHelpers.mine();
    });
    expect((await rejectionOf(sending)).message).to.match(
      /^calls transferFrom: 0x[0-9a-f]{64} is on the chain, in block \d+, and has failed/,
    );
  });

  it("goes on with its next nonce at a backend that has not counted the last transaction", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    const before = await provider.getTransactionCount(alice);
    let calls = 0;
    const lagging = withMethods(provider, {
      // As the first two answers were.
      getTransactionCount: (...args) => (++calls > 2 ? Promise.resolve(before) : provider.getTransactionCount(...args)),
    });
    const send = sendFrom({ provider: lagging, account: alice.address });
    for (const amount of [3n, 4n]) await send([call("approve", [bob.address, amount])]);
    expect(await provider.getTransactionCount(alice)).to.equal(before + 2);
  });

  it("waits no longer than patience, and sends nothing behind what waits, unless it is told to", async () => {
    const { alice, bob, call } = await fixture();
    const calls = [call("approve", [bob.address, 3n])];
    const impatient = { waiting: { patience: 20, interval: 5 }, advice: LOOK_FIRST };
    const late = await rejectionOf(sendAs(alice.address, calls, undefined, impatient));
    expect(late).to.be.instanceOf(UnreadableError);
    expect(late.message).to.match(/0x[0-9a-f]{64} is not on the chain yet, and may be later\. Look whether it did/);
    const refused = await rejectionOf(sendAs(alice.address, calls, undefined, impatient));
    expect(refused.message).to.contain("not sent").and.to.contain("not on the chain yet").and.not.to.contain("--again");
    const count = await provider.getTransactionCount(alice, "pending");
    await rejectionOf(sendAs(alice.address, calls, undefined, { ...impatient, isAgain: true }));
    expect(await provider.getTransactionCount(alice, "pending")).to.equal(count + 1);
  });
});

describe("whoever stops a command", () => {
  it("is told what may arrive still, and what to do", () => {
    const one = { what: "unlocks 100 shares", account: "0xa", nonce: 7 };
    expect(describeStop([{ ...one, hash: undefined }], LOOK_FIRST)).to.equal(
      `Stopped. This may come on the chain still:\n  unlocks 100 shares: it was being sent, with nonce 7 of 0xa\n${LOOK_FIRST}`,
    );
    expect(describeStop([{ ...one, hash: "0xh" }], LOOK_FIRST)).to.contain("unlocks 100 shares: 0xh, nonce 7 of 0xa");
    expect(describeStop([], LOOK_FIRST)).to.contain("nothing else was sent");
  });
});
