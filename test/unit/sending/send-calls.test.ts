import { expect } from "chai";
import { parseUnits, toQuantity, type Provider } from "ethers";
import { network } from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { RefusedError } from "../../../src/protocol/refusedError.js";
import { LOOK_FIRST, sendFrom, type Sending, type SentCall, type UnderWay } from "../../../src/sending/sendCalls.js";
import { withMethods } from "../../../src/protocol/withMethods.js";
import { describeSilence, describeStop } from "../../../tasks/sending.js";
import { getActors } from "../../helpers/actors.js";
import { nodeError } from "../../helpers/failingProvider.js";
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

/** What pools say, and with which code: see `poolWords.ts`. */
const REFUSED: readonly (readonly [string, number])[] = [
  // geth
  ["insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000", -32000],
  ["replacement transaction underpriced", -32000],
  ["txpool is full", -32000],
  ["tx fee (2.00 ether) exceeds the configured cap (1.00 ether)", -32000],
  // a gateway before it
  ["failed to send: insufficient funds for gas * price + value", -32603],
  // anvil
  ["Insufficient funds for gas * price + value", -32003],
  ["Nonce too high", -32603],
  [`Tx: [0x${"ab".repeat(32)}] insufficient gas price to replace existing transaction`, -32603],
  // Hardhat
  ["Sender doesn't have enough funds to send tx. The max upfront cost is: 30 and the sender's balance is: 0.", -32603],
  ["Nonce too high. Expected nonce to be 1 but got 3. Note that transactions can't be queued when automining.", -32603],
  ["Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 3 is necessary.", -32603],
  // Erigon
  ["INTERNAL_ERROR: insufficient funds", -32603],
  ["could not replace existing tx", -32000],
  // Nethermind
  ["InsufficientFunds, Account balance: 0, cumulative cost: 7", -32010],
  ["FeeTooLow, EffectivePriorityFeePerGas too low 1 < 2, BaseFee: 7", -32603],
  ["NonceGap, Future nonce. Expected nonce: 1", -32603],
  // Besu
  ["Upfront cost exceeds account balance", -32004],
  ["Gas price below current base fee", -32603],
];

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

  /** A node that says so to whoever sends, and has passed it on before. */
  const sayingTo = (count: number, words: string, code = -32000) => {
    let sent = 0;
    return withMethods(provider, {
      send: (method: string, values: unknown[]) =>
        method === "eth_sendTransaction" && ++sent === count
          ? Promise.reject(nodeError(code, words))
          : provider.send(method, values),
    } as Partial<Provider>);
  };

  it("decides nothing while a node counts a transaction and does not tell of it", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    let looks = 0;
    const since = await provider.getBlockNumber();
    const lagging = withMethods(provider, {
      getTransactionReceipt: (hash) => (++looks < 9 ? Promise.resolve(null) : provider.getTransactionReceipt(hash)),
      // Of a backend that is a block behind, then of one that has the block, and no receipt of it yet.
      getBlockNumber: () => (looks < 5 ? Promise.resolve(since) : provider.getBlockNumber()),
    });
    const send = sendFrom({ provider: lagging, account: alice.address }, { waiting: { interval: 1 } });
    const [receipt] = await send([call("approve", [bob.address, 3n])]);
    expect(receipt?.status).to.equal(1);
    expect(looks).to.equal(9);
  });

  it("goes on after a look that failed, and tells the hash where they fail until patience is over", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    let fails = 3;
    const failing = withMethods(provider, {
      getTransactionReceipt: (hash) =>
        fails-- > 0
          ? Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))
          : provider.getTransactionReceipt(hash),
    });
    const sendWithin = (patience: number) =>
      sendFrom({ provider: failing, account: alice.address }, { waiting: { patience, interval: 1 } });
    const one = call("approve", [bob.address, 3n]);
    expect(await sendWithin(60_000)([one])).to.have.length(1);
    fails = Infinity;
    const error = await rejectionOf(sendWithin(20)([one]));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.match(/sent as 0x[0-9a-f]{64}, and the line broke while it was waited for \(refused\)/);
  });

  it("tells that nobody answers while it waits, as long as that is so, and goes on once somebody does", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    let told = 0;
    const dying = withMethods(provider, {
      getTransactionReceipt: (hash) =>
        told < 2
          ? Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))
          : provider.getTransactionReceipt(hash),
    });
    const send = sendFrom(
      { provider: dying, account: alice.address },
      {
        waiting: { interval: 1, silence: 10 },
        onSilence: (one, since, left) => {
          ++told;
          expect(describeSilence(one, since, left)).to.match(
            /^calls approve: the node has not answered for 0 s\. 0x[0-9a-f]{64} may be .* 10 min more at most\. Ctrl-C stops/,
          );
        },
      },
    );
    expect(await send([call("approve", [bob.address, 3n])])).to.have.length(1);
    expect(told).to.be.at.least(2);
  });

  it("says that it may have arrived where a gateway may have passed it on before it failed", async () => {
    const { alice, bob, call } = await fixture();
    for (const [words, code] of [
      ["already known", -32000],
      ["nonce too low", -32000],
      ["request timed out", -32002],
      ["upstream failed", -32603],
    ] as const) {
      const send = sendFrom({ provider: sayingTo(1, words, code), account: alice.address });
      const error = await rejectionOf(send([call("approve", [bob.address, 3n])]));
      expect(error, words).to.be.instanceOf(UnreadableError);
      expect(error.message).to.contain(`“${words}”, so it may have arrived, with nonce `);
    }
  });

  it("says that it was not sent where the pool refuses it, whatever the code", async () => {
    const { alice, bob, call } = await fixture();
    for (const [words, code] of REFUSED) {
      const notSent: UnderWay[] = [];
      const from = { provider: sayingTo(1, words, code), account: alice.address };
      const send = sendFrom(from, { onNotSent: (one) => notSent.push(one) });
      const error = await rejectionOf(send([call("approve", [bob.address, 3n])]));
      expect(error, words).not.to.be.instanceOf(UnreadableError);
      expect(error.message, words).to.match(/^calls approve: not sent, for the node does not take it: /);
      expect(notSent).to.have.length(1);
    }
  });

  it("says that it was not sent where nobody answers", async () => {
    const { alice, bob, call } = await fixture();
    const dead = withMethods(provider, {
      send: () => Promise.reject(Object.assign(new Error("connect"), { code: "ECONNREFUSED" })),
    } as Partial<Provider>);
    const send = sendFrom({ provider: dead, account: alice.address });
    const error = await rejectionOf(send([call("approve", [bob.address, 3n])]));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.contain("not sent, for nothing answers");
  });

  it("looks what has used a nonce that is too low: it was this one, passed on before, or another", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    const one = call("approve", [bob.address, 3n]);
    const passing = (target: string, data: string) =>
      withMethods(provider, {
        send: async (method: string, values: unknown[]) => {
          if (method !== "eth_sendTransaction") return (await provider.send(method, values)) as unknown;
          await provider.send(method, [{ ...(values[0] as object), to: target, data }]);
          throw nodeError(-32603, "Nonce too low. Expected nonce to be 2 but got 1.");
        },
      } as Partial<Provider>);
    const send = (to: string, data: string) => sendFrom({ provider: passing(to, data), account: alice.address })([one]);
    expect((await send(one.call.target, one.call.data))[0]?.status).to.equal(1);
    const other = await rejectionOf(send(bob.address, "0x"));
    expect(other.message).to.match(/^calls approve: not sent\. 0x[0-9a-f]{64} is on the chain with its nonce, /);
  });

  it("waits for what was sent before the one that failed, and tells it", async () => {
    const { alice, bob, call } = await fixture();
    await automine(true);
    const [good, refused] = [
      call("approve", [bob.address, 3n]),
      call("transferFrom", [bob.address, alice.address, 5n]),
    ];
    const sent: string[] = [];
    const how = { onSent: ({ what }: SentCall) => sent.push(what) };
    const no = await rejectionOf(sendFrom({ provider, account: alice.address }, how)([good, refused, good]));
    expect(no).to.be.instanceOf(RefusedError);
    expect(no.message).to.match(/^calls transferFrom: the contract refuses it/);
    for (const words of ["txpool is full", "already known"]) {
      const account = { provider: sayingTo(2, words), account: alice.address };
      expect((await rejectionOf(sendFrom(account, how)([good, good]))).message).to.contain(words);
    }
    expect(sent).to.deep.equal([good, good, good].map(({ what }) => what));
  });

  it("believes no refusal of a backend that has not got yet what was sent before", async () => {
    const { alice, bob, call } = await fixture();
    const calls = [call("approve", [alice.address, 3n]), call("transferFrom", [alice.address, bob.address, 3n])];
    const head = await provider.getBlockNumber();
    /** Its newest and its pending block stand on what was there before. */
    const lagging = (estimateAt: (block: number) => Promise<number>) =>
      withMethods(provider, {
        getBlockNumber: () => Promise.resolve(head),
        estimateGas: async (request) => {
          const block = typeof request.blockTag === "number" ? await estimateAt(request.blockTag) : head;
          return await provider.estimateGas({ ...request, blockTag: block });
        },
      });
    const mining = { waiting: { interval: 5 }, onUnderWay: ({ hash }: UnderWay) => hash && void networkHelpers.mine() };
    const behind = lagging((block) => Promise.reject(nodeError(-32000, `header not found: ${block}`)));
    const untold = await rejectionOf(sendFrom({ provider: behind, account: alice.address }, mining)(calls));
    expect(untold.message).to.contain("header not found").and.not.to.contain("refuses");
    await sendAs(alice.address, [call("approve", [alice.address, 0n])], () => networkHelpers.mine());
    const late = lagging((block) => Promise.resolve(block));
    const receipts = await sendFrom({ provider: late, account: alice.address }, mining)(calls);
    expect(receipts.map(({ status }) => status)).to.deep.equal([1, 1]);
  });

  it("names all whose fate nobody knows, and what failed beside them", async () => {
    const { alice, bob, call } = await fixture();
    const account = { provider: sayingTo(3, "txpool is full"), account: alice.address };
    const one = call("approve", [bob.address, 3n]);
    const error = await rejectionOf(sendFrom(account, { waiting: { patience: 10, interval: 5 } })([one, one, one]));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message.match(/0x[0-9a-f]{64} was not seen on the chain/g)).to.have.length(2);
    expect(error.message).to.contain("txpool is full");
  });

  it("waits no longer than patience, and sends nothing behind what waits, unless it is told to", async () => {
    const { alice, bob, call } = await fixture();
    const calls = [call("approve", [bob.address, 3n])];
    const impatient = { waiting: { patience: 20, interval: 5 }, advice: LOOK_FIRST };
    const late = await rejectionOf(sendAs(alice.address, calls, undefined, impatient));
    expect(late).to.be.instanceOf(UnreadableError);
    expect(late.message).to.match(
      /0x[0-9a-f]{64} was not seen on the chain so far, and may be there, or come later\. Look whether it did/,
    );
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
