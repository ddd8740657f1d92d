import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { id, toQuantity, ZeroAddress, type BlockTag, type Provider } from "ethers";
import { artifacts, network } from "hardhat";

import { mendAfter, mendBefore } from "../../../src/deployment/journal.js";
import { listOpenSteps } from "../../../src/deployment/journalFile.js";
import { settleOpenSteps } from "../../../src/deployment/openSteps.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import { withMethods } from "../../../src/protocol/withMethods.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";

const STEP = "Module#step";
const REQUEST = { to: "0x00000000000000000000000000000000DeaDBeef", data: "0x1234", value: 7n };
/** Whatever it is a hash of, no node knows it. */
const UNKNOWN_HASH = id("never sent");
/** Of looks at a network that does not know a transaction, each but the last is followed by a wait. */
const WAITS = 4;

const FAILURE = {
  type: "SEND_DATA_EXECUTION_STATE_COMPLETE",
  futureId: STEP,
  result: { type: "SIMULATION_ERROR", error: { type: "REVERT_WITHOUT_REASON" } },
};

type Chain = Awaited<ReturnType<typeof createWorld>>;

/** A chain, an account that has sent one transaction, and a journal that leaves the second one open. */
async function createWorld() {
  const connection = await network.create();
  const { ethers } = connection;
  const [signer] = await ethers.getSigners();
  if (signer === undefined) throw new Error("the chain has no accounts");
  await signer.sendTransaction({ to: signer.address });
  const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
  const value = { _kind: "bigint", value: String(REQUEST.value) };
  const common = { futureId: STEP, networkInteractionId: 1 };
  const writeLines = async (...rest: readonly object[]) => {
    const lines = [
      { type: "DEPLOYMENT_INITIALIZE", chainId: 31_337 },
      {
        ...{ type: "SEND_DATA_EXECUTION_STATE_INITIALIZE", futureId: STEP, strategy: "basic", strategyConfig: {} },
        ...{ dependencies: [], ...REQUEST, value, from: signer.address },
      },
      {
        type: "NETWORK_INTERACTION_REQUEST",
        futureId: STEP,
        networkInteraction: { id: 1, type: "ONCHAIN_INTERACTION", ...REQUEST, value },
      },
      ...rest,
    ];
    await writeFile(path.join(folder, "journal.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
  };
  const write = (...rest: readonly object[]) =>
    writeLines({ type: "TRANSACTION_PREPARE_SEND", ...common, nonce: 1 }, ...rest);
  const waits: string[] = [];
  return {
    signer,
    provider: ethers.provider,
    connection,
    /** The step was prepared, and nothing else is known of it. */
    prepared: () => write(),
    /** The step was sent, under a hash that the node does not know. */
    sent: () =>
      write({
        ...{ type: "TRANSACTION_SEND", ...common, nonce: 1 },
        transaction: { hash: UNKNOWN_HASH, fees: { gasPrice: { _kind: "bigint", value: "1" } } },
      }),
    /** The node refused it when it was sent for the second time, and Ignition has it as failed. */
    failed: () =>
      write(
        {
          ...{ type: "TRANSACTION_SEND", ...common, nonce: 1 },
          transaction: { hash: UNKNOWN_HASH, fees: { gasPrice: { _kind: "bigint", value: "1" } } },
        },
        { type: "ONCHAIN_INTERACTION_DROPPED", ...common },
        FAILURE,
      ),
    /** It reverted when it was tried, and was never sent. */
    refused: () => writeLines(FAILURE),
    mend: () => mendBefore({ folder, artifacts }),
    /** After Ignition has ended with steps that failed. */
    mendFailed: () =>
      mendAfter(Object.assign(new Error("there were failures"), { number: 10_120 }), {
        ...{ id: "world", folder, artifacts, connection, deployer: signer.address, firstBlock: 0 },
        patience: { confirmations: 1, interval: 1, limit: 60_000 },
        onWait: (what) => waits.push(what),
      }),
    /** The last line was cut off. */
    cut: async () => {
      await writeFile(
        path.join(folder, "journal.jsonl"),
        '{"type":"DEPLOYMENT_INITIALIZE","chainId":31337}\n{"type":"TRANS',
      );
    },
    waits,
    /** @param view Of the chain, for whoever settles. */
    settle: (view: Provider = ethers.provider) =>
      settleOpenSteps({
        folder,
        connection: { provider: connection.provider, ethers: { ...ethers, provider: view as typeof ethers.provider } },
        deployer: signer.address,
        patience: { confirmations: 1, interval: 1, limit: 100 },
        firstBlock: 0,
        onWait: (what) => waits.push(what),
      }),
    /** Types of the messages after the step was prepared, and the hashes in them. */
    async told(): Promise<string[]> {
      const lines = (await readFile(path.join(folder, "journal.jsonl"), "utf8")).split("\n").slice(4);
      return lines.map((line) => {
        const message = JSON.parse(line) as { type: string; hash?: string; transaction?: { hash: string } };
        return [message.type, message.hash ?? message.transaction?.hash].filter(Boolean).join(" ");
      });
    },
    open: async () => (await listOpenSteps(folder)).length,
    count: () => ethers.provider.getTransactionCount(signer.address),
    close: () => rm(folder, { recursive: true }),
  };
}

/** Nodes that do not know the newest transactions yet; so many answers come from them, or all. */
function lagging({ provider }: Chain, known: number, answers = Infinity): Provider {
  let left = answers;
  const getTransactionCount = async (address: string, tag?: BlockTag) =>
    left-- > 0 ? known : await provider.getTransactionCount(address, tag);
  return withMethods<Provider>(provider, { getTransactionCount });
}

describe("settleOpenSteps", () => {
  let world: Chain;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.close());

  context("given a step whose transaction is not known", () => {
    it("enters the one that is on the chain with its nonce", async () => {
      await world.prepared();
      const { hash } = await world.signer.sendTransaction(REQUEST);
      await world.settle();
      expect(await world.told()).to.deep.equal([`TRANSACTION_SEND ${hash}`, `TRANSACTION_CONFIRM ${hash}`]);
      expect(await world.open()).to.equal(0);
      expect(world.waits).to.deep.equal([]);
    });

    it("asks again where the first answers come from nodes that lag", async () => {
      await world.prepared();
      const { hash } = await world.signer.sendTransaction(REQUEST);
      // Two in each look.
      await world.settle(lagging(world, 1, 2 * WAITS));
      expect(await world.told()).to.deep.equal([`TRANSACTION_SEND ${hash}`, `TRANSACTION_CONFIRM ${hash}`]);
      expect(await world.count()).to.equal(2);
      expect(world.waits).to.have.lengthOf(WAITS);
      expect(world.waits[2]).to.equal(
        "The network does not know the transaction with nonce 1; asking again in 0.004 s (3 of 4) …",
      );
    });

    it("stops where every answer is of a node that lags, and the step is on the chain", async () => {
      await world.prepared();
      await world.signer.sendTransaction(REQUEST);
      const { message } = await rejectionOf(world.settle(lagging(world, 1)));
      expect(message).to.equal(
        `A transaction of ${world.signer.address} with nonce 1 waits to be included: run this again when it has been.`,
      );
      expect(await world.count()).to.equal(2);
      expect(await world.told()).to.deep.equal([]);
    });

    it("sends it under the nonce that it had, so that it cannot run twice", async () => {
      await world.prepared();
      await world.settle();
      expect(await world.count()).to.equal(2);
      const [sent = ""] = await world.told();
      const transaction = await world.provider.getTransaction(sent.split(" ")[1] ?? "");
      expect(transaction).to.deep.include({ nonce: 1, ...REQUEST });
      expect(world.waits).to.have.lengthOf(WAITS);
    });

    it("enters its hash at once, without asking for what it has just sent", async () => {
      await world.prepared();
      const { provider } = world.connection;
      const request = provider.request.bind(provider);
      provider.request = (args) => {
        const isAsked = args.method === "eth_getTransactionByHash";
        return isAsked ? Promise.reject(nodeError(-32000, "the line is dead")) : request(args);
      };
      await world.settle();
      provider.request = request;
      const [sent = ""] = await world.told();
      expect(sent).to.match(/^TRANSACTION_SEND 0x[0-9a-f]{64}$/);
    });

    it("forgets it for another transaction that has used its nonce", async () => {
      await world.prepared();
      await world.signer.sendTransaction({ to: world.signer.address });
      await world.settle();
      expect(await world.told()).to.deep.equal(["ONCHAIN_INTERACTION_REPLACED_BY_USER"]);
      expect(await world.count()).to.equal(2);
    });
  });

  context("given a step that was sent under a hash that the node does not know", () => {
    it("goes on with the same transaction under another hash, as of a wallet that raised the fee", async () => {
      await world.sent();
      const { hash } = await world.signer.sendTransaction(REQUEST);
      await world.settle();
      const [, ...added] = await world.told();
      expect(added).to.deep.equal([`TRANSACTION_SEND ${hash}`, `TRANSACTION_CONFIRM ${hash}`]);
      expect(await world.open()).to.equal(0);
      expect(await world.count()).to.equal(2);
    });

    for (const [what, difference] of [
      ["other data", { data: "0x1235" }],
      ["another value", { value: 8n }],
      ["another receiver", { to: ZeroAddress }],
    ] as const) {
      it(`takes one with ${what} for somebody else's`, async () => {
        await world.sent();
        await world.signer.sendTransaction({ ...REQUEST, ...difference });
        await world.settle();
        expect((await world.told()).at(-1)).to.equal("ONCHAIN_INTERACTION_REPLACED_BY_USER");
      });
    }

    it("stops where the network does not tell which transaction has used the nonce", async () => {
      await world.sent();
      await world.signer.sendTransaction(REQUEST);
      const view = withMethods<Provider>(world.provider, { getBlock: () => Promise.resolve(null) });
      const error = await rejectionOf(world.settle(view));
      expect(error).to.be.instanceOf(UnreadableError);
      expect(error.message).to.contain("with nonce 1 is on the chain, and the network does not tell where");
      expect(error.message).to.contain("ask another node");
      expect(world.waits).to.have.lengthOf(WAITS);
      expect(await world.told()).to.have.lengthOf(1);
      expect(await world.count()).to.equal(2);
    });

    it("waits for one that is not included yet, and then takes it for what it is", async () => {
      await world.sent();
      await world.provider.send("evm_setAutomine", [false]);
      const { hash } = await world.signer.sendTransaction({ ...REQUEST, gasPrice: 10n ** 10n });
      const settled = world.settle();
      while (world.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
      expect(await world.told()).to.have.lengthOf(1);
      await world.provider.send("hardhat_mine", [toQuantity(1)]);
      await settled;
      expect((await world.told()).at(-1)).to.equal(`TRANSACTION_CONFIRM ${hash}`);
      expect(world.waits.at(-1)).to.contain("with nonce 1 waits to be included …");
    });
  });
});

describe("mendBefore", () => {
  let world: Chain;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.close());

  it("keeps a step that failed when it was sent for the second time, for the first may be included", async () => {
    await world.failed();
    const { hash } = await world.signer.sendTransaction(REQUEST);
    await world.mend();
    expect(await world.open()).to.equal(1);
    await world.settle();
    expect((await world.told()).slice(-2)).to.deep.equal([`TRANSACTION_SEND ${hash}`, `TRANSACTION_CONFIRM ${hash}`]);
    expect(await world.count()).to.equal(2);
  });

  it("forgets a step that failed before it was sent", async () => {
    await world.refused();
    await world.mend();
    expect((await world.told()).at(-1)).to.equal("WIPE_APPLY");
  });

  it("says which line was cut off", async () => {
    await world.cut();
    const { message } = await rejectionOf(world.mend());
    expect(message).to.contain('has a line that was cut off, "{\\"type\\":\\"TRANS": remove that line, and run');
  });
});

describe("mendAfter", () => {
  let world: Chain;
  beforeEach(async () => (world = await createWorld()));
  afterEach(() => world.close());

  it("waits for a step that was refused when it was sent for the second time, and lets Ignition go on", async () => {
    await world.failed();
    await world.provider.send("evm_setAutomine", [false]);
    await world.signer.sendTransaction({ ...REQUEST, gasPrice: 10n ** 10n });
    const mended = world.mendFailed();
    while (world.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await world.told()).to.have.lengthOf(3);
    await world.provider.send("hardhat_mine", [toQuantity(1)]);
    expect(await mended).to.equal(true);
    expect(await world.told()).to.have.lengthOf(2);
    expect(await world.open()).to.equal(1);
    expect(await world.count()).to.equal(2);
  });

  it("leaves what failed before it was sent to whoever reads why", async () => {
    await world.refused();
    expect(await world.mendFailed()).to.equal(false);
    expect(world.waits).to.deep.equal([]);
  });
});
