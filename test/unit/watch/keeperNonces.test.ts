import { expect } from "chai";
import { FeeData, parseUnits, type Provider } from "ethers";
import { network } from "hardhat";

import { Attempts } from "../../../src/watch/attempts.js";
import type { View } from "../../../src/watch/types.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { BOUNDS, keeperOn } from "../../helpers/keeperWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { answering, viewOf, act, deedsIn, readyWorld, dueWorld, noAutomine, later } = keeperOn(connection);

const IMPATIENT = { ...BOUNDS, patience: 50 };
const nonceOf = ({ stranger }: { readonly stranger: { readonly address: string } }) =>
  ethers.provider.getTransactionCount(stranger.address);
const failuresIn = ({ memory }: Attempts) => memory.attempts.map(({ failures }) => failures);

/** A gateway that answers in this way to what is sent, whether it has passed it on or not. */
const gateway = (error: Error, isPassedOn: boolean): Provider =>
  answering({
    send: (method, params) => {
      if (method !== "eth_sendTransaction") return undefined;
      const before = isPassedOn ? ethers.provider.send(method, params as unknown[]) : Promise.resolve();
      return before.then(() => Promise.reject(error));
    },
  });
const LOST = nodeError(-32603, "upstream");
const USED = nodeError(-32000, "nonce too low");

describe("a poke that is not seen on the chain", () => {
  it("is sent again after a minute, where nobody knows whether it has arrived and it has not", async () => {
    const world = await dueWorld();
    const { view, gate } = world;
    const attempts = new Attempts();
    const lost = await deedsIn(world, { provider: gateway(LOST, false), attempts, view });
    expect(lost.join()).to.contain("nobody knows whether it has arrived");
    expect(failuresIn(attempts)).to.deep.equal([0]);
    // Also by a process that was started anew.
    const restarted = new Attempts(attempts.memory);
    expect(await deedsIn(world, { attempts: restarted, view: later(view, 59n) })).to.deep.equal([]);
    expect(await nonceOf(world)).to.equal(0);
    const again = await deedsIn(world, { attempts: restarted, view: later(view, 60n) });
    expect(again.join()).to.match(/^pokes the gate: 0x/);
    expect(await gate.persistedState()).to.equal(2n);
  });

  it("is outbid by itself after a minute, where it has arrived all the same, and costs one nonce", async () => {
    const world = await dueWorld();
    const { view, gate } = world;
    await noAutomine(async () => {
      const attempts = new Attempts();
      await deedsIn(world, { provider: gateway(LOST, true), attempts, view, bounds: IMPATIENT });
      const again = await deedsIn(world, { attempts, view: later(view, 60n), bounds: IMPATIENT });
      expect(again[1]).to.match(/^pokes the gate: sent, 0x/);
      await networkHelpers.mine();
      expect(await deedsIn(world, { attempts })).to.deep.equal([]);
      expect(failuresIn(attempts)).to.deep.equal([0]);
    });
    expect(await gate.persistedState()).to.equal(2n);
    expect(await nonceOf(world)).to.equal(1);
  });

  it("offers no more each time where nothing of it stands anywhere", async () => {
    const world = await dueWorld();
    const attempts = new Attempts();
    const tips: (bigint | undefined)[] = [];
    for (const after of [0n, 60n, 120n, 180n]) {
      await deedsIn(world, { provider: gateway(LOST, false), attempts, view: later(world.view, after) });
      tips.push(attempts.underWay?.tip);
    }
    expect(new Set(tips).size).to.equal(1);
  });

  it("has not failed where its place is taken and a backend that lags does not know it, and holds no later one up", async () => {
    const world = await dueWorld();
    const { view, gate } = world;
    const attempts = new Attempts();
    await noAutomine(async () => {
      await deedsIn(world, { attempts, view, bounds: IMPATIENT });
      await networkHelpers.mine();
    });
    const behind = answering({
      getTransactionReceipt: () => Promise.resolve(null),
      getTransactionCount: (_, block) => (typeof block === "number" ? Promise.resolve(0) : undefined),
    });
    expect(await deedsIn(world, { provider: behind, attempts, view: later(view, 59n) })).to.deep.equal([]);
    expect(failuresIn(attempts)).to.deep.equal([0]);
    expect(attempts.underWay?.command, "is asked for again").to.equal("poke");
    const forgetting = new Attempts(attempts.memory);
    await deedsIn(world, { provider: behind, attempts: forgetting, view: { ...later(view, 601n), gate: undefined } });
    expect([forgetting.underWay, ...failuresIn(forgetting)]).to.deep.equal([undefined, 0]);
    expect(await deedsIn(world, { attempts })).to.deep.equal([]);
    expect(attempts.underWay).to.equal(undefined);
    expect(await gate.persistedState()).to.equal(2n);
    expect(await nonceOf(world)).to.equal(1);
  });

  it("is reported where it has failed, and so is the pause after it, which holds up no second try of the next", async () => {
    const world = await dueWorld();
    const { view, gate } = world;
    const attempts = new Attempts();
    await noAutomine(async () => {
      const scarce = answering({ estimateGas: () => Promise.resolve(20_000n) });
      await deedsIn(world, { provider: scarce, attempts, view, bounds: IMPATIENT });
      await networkHelpers.mine();
    });
    const [failed, paused, ...others] = await act(world, { attempts, view: later(view, 12n) });
    expect([failed?.text, failed?.isAlarm]).to.deep.equal([
      `poke: sent, and it failed, ${(await ethers.provider.getBlock("latest"))?.transactions[0] ?? ""}. It is tried again after a while.`,
      true,
    ]);
    expect([paused?.key, ...others]).to.deep.equal(["paused:poke"]);
    await deedsIn(world, { provider: gateway(LOST, false), attempts, view: later(view, 601n) });
    expect((await deedsIn(world, { attempts, view: later(view, 661n) })).join()).to.match(/^pokes the gate: 0x/);
    expect(await gate.persistedState()).to.equal(2n);
  });

  /** What stands in the pool, after each of several rounds. */
  async function pricesAfter(world: Awaited<ReturnType<typeof dueWorld>>, provider: Provider, seconds: bigint[]) {
    const attempts = new Attempts();
    const prices: (readonly [bigint, bigint])[] = [];
    let deeds: string[] = [];
    await noAutomine(async () => {
      for (const after of seconds) {
        deeds = await deedsIn(world, { provider, attempts, view: later(world.view, after), bounds: IMPATIENT });
        const sent = await ethers.provider.getTransaction(attempts.underWay?.hash ?? "");
        prices.push([sent?.maxFeePerGas ?? sent?.gasPrice ?? 0n, sent?.maxPriorityFeePerGas ?? sent?.gasPrice ?? 0n]);
      }
      await networkHelpers.mine();
    });
    expect(await world.gate.persistedState()).to.equal(2n);
    expect(await nonceOf(world)).to.equal(1);
    return { prices, deeds };
  }

  it("offers all that it may after five minutes, since nothing could take its place, and never more than the bound", async () => {
    const { prices, deeds } = await pricesAfter(await dueWorld(), ethers.provider, [0n, 299n, 300n, 600n]);
    const [first, waiting, second, third] = prices;
    expect(waiting).to.deep.equal(first);
    expect((second?.[0] ?? 0n) * 8n).to.be.at.least((first?.[0] ?? 0n) * 9n);
    expect(second).to.deep.equal([BOUNDS.maxGasPrice, BOUNDS.maxGasPrice]);
    expect(third).to.deep.equal(second);
    // The very same, which the node knows.
    expect(deeds[1]).to.match(/^pokes the gate: sent with nonce 0, and nobody knows whether it has arrived: .*known/i);
  });

  it("does so as well on a chain without priority fees", async () => {
    const price = parseUnits("20", "gwei");
    const old = answering({ getFeeData: () => Promise.resolve(new FeeData(price, null, null)) });
    const { prices } = await pricesAfter(await dueWorld(), old, [0n, 300n]);
    expect(prices[0]).to.deep.equal([price, price]);
    expect((prices[1]?.[0] ?? 0n) * 8n).to.be.at.least(price * 9n);
  });
});

describe("what a keeper has tried", () => {
  it("is forgotten once it is older than any pause, and not before", async () => {
    const day = 86_400n;
    const old = { failures: 1, left: undefined };
    const attempts = new Attempts({
      attempts: [
        { ...old, command: "execute 1", at: 0n },
        { ...old, command: "execute 2", at: 1n },
      ],
      underWay: undefined,
    });
    await attempts.begin({ command: "poke", nonce: 0, since: 2n * day }, 2n * day);
    expect(attempts.memory.attempts.map(({ command }) => command)).to.deep.equal(["execute 2", "poke"]);
  });
});

describe("the nonces of a keeper", () => {
  /** Two operations that are ready, one after the other. */
  async function twoViews() {
    const world = await readyWorld(2);
    const view = await viewOf(world);
    const [one, two] = view.operations.map((operation): View => ({ ...view, operations: [operation] }));
    if (one === undefined || two === undefined) throw new Error("too few operations");
    return { ...world, one, two };
  }
  /** A backend that is a block behind. */
  const lagging = answering({
    getTransactionCount: (_, block) => (typeof block === "string" ? Promise.resolve(0) : undefined),
  });

  it("are remembered, over restarts, where a backend counts fewer, and not for ever", async () => {
    const world = await twoViews();
    const attempts = new Attempts();
    expect((await deedsIn(world, { attempts, view: world.one })).join()).to.match(/^executes operation .*: 0x/);
    const restarted = new Attempts(attempts.memory);
    const deeds = await deedsIn(world, { provider: lagging, attempts: restarted, view: world.two });
    expect(deeds.join()).to.match(/^executes operation .*: 0x/);
    expect(await nonceOf(world)).to.equal(2);
    const now = world.two.block.timestamp;
    expect([500n, 700n].map((after) => restarted.countUsed(0, now + after))).to.deep.equal([2, 0]);
  });

  it("are taken from a node that says one is used, without a failure", async () => {
    const world = await twoViews();
    await world.stranger.sendTransaction({ to: world.stranger });
    const attempts = new Attempts();
    const refused = await deedsIn(world, { provider: lagging, attempts, view: world.one });
    expect(refused.join()).to.contain("was not sent: nonce 0 is used already, and the next one is taken next time");
    expect(failuresIn(attempts)).to.deep.equal([0]);
    expect((await deedsIn(world, { provider: lagging, attempts, view: world.two })).join()).to.match(/: 0x/);
  });

  it("are used by the very call that is sent, where a gateway has sent it twice", async () => {
    const world = await twoViews();
    const attempts = new Attempts();
    const deeds = await deedsIn(world, { provider: gateway(USED, true), attempts, view: world.one });
    expect(deeds.join()).to.match(/^executes operation \w+: 0x\w+ in block \d+\.$/);
  });

  it("have no gap where a node refuses what it has tried by itself", async () => {
    const world = await readyWorld(2);
    const view = await viewOf(world);
    let sent = 0;
    const provider = answering({
      send: (method) =>
        method === "eth_sendTransaction" && ++sent === 1
          ? Promise.reject(nodeError(3, "execution reverted"))
          : undefined,
    });
    const deeds = await deedsIn(world, { provider, view });
    expect(deeds[0]).to.contain("was not sent: it is refused");
    expect(deeds[1]).to.match(/^executes operation \w+: 0x\w+ in block/);
  });
});
