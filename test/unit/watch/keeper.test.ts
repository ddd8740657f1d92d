import { expect } from "chai";
import { parseEther, parseUnits, ZeroHash } from "ethers";
import { network } from "hardhat";

import { Attempts } from "../../../src/watch/attempts.js";
import type { Bounds } from "../../../src/watch/sendBounded.js";
import { nodeError } from "../../helpers/failingProvider.js";
import { BOUNDS, keeperOn } from "../../helpers/keeperWorld.js";
import { idOfPoke as idOf, schedulePoke as schedule, type WatchedWorld as World } from "../../helpers/watchedWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { fixture, answering, viewOf, act, deedsIn, readyWorld, dueWorld, noAutomine, later } = keeperOn(connection);
const DAY = 86_400;

describe("acting on what is due", () => {
  const actIn = async (world: World, bounds: Bounds = BOUNDS) =>
    (await deedsIn(world, { bounds })).map((text) => text.split(":")[0]);

  const nonceOf = ({ stranger }: World) => ethers.provider.getTransactionCount(stranger);

  it("pokes above all, then executes what is ready, within its bounds; pays for gas alone", async () => {
    const world = await fixture();
    const { escrow, gate, timelock, vault, some, proposer, stranger } = world;
    expect(await actIn(world)).to.deep.equal([]);
    await schedule(world, 1);
    const pays = [stranger, 1n, "0x", ZeroHash, ZeroHash] as const;
    await proposer.schedule(...pays, 4 * DAY);
    await escrow.connect(some).lock((await vault.balanceOf(some)) / 2n, 0n);
    await networkHelpers.time.increase(20 * DAY);
    expect(await actIn(world)).to.deep.equal(["pokes the gate"]);
    expect(await gate.persistedState()).to.equal(2n);
    await networkHelpers.time.increase(4 * DAY);
    expect(await actIn(world, { ...BOUNDS, maxGasPrice: 1n })).to.deep.equal(["poke is due, and was not sent"]);
    expect(await actIn(world, { ...BOUNDS, minBalance: parseEther("10000") })).to.deep.equal([
      "poke is due, and was not sent",
    ]);
    expect(await actIn(world)).to.deep.equal(["pokes the gate"]);
    const one = await idOf(world, 1);
    expect(await actIn(world)).to.deep.equal([
      `executes operation ${one}`,
      `execute ${await timelock.hashOperation(...pays)} is due, and was not sent`,
    ]);
    expect(await timelock.isOperationDone(one)).to.equal(true);
  });

  it("drives a rage quit: begins, and claims only where that brings something", async () => {
    const world = await fixture();
    const { escrow, vault, rest } = world;
    await escrow.connect(rest).lock(await vault.balanceOf(rest), 0n);
    await networkHelpers.time.increase(46 * DAY);
    expect(await actIn(world)).to.deep.equal(["pokes the gate"]);
    expect(await actIn(world)).to.deep.equal(["asks the vault for what epoch 1 has in the escrow"]);
    expect(await actIn(world)).to.deep.equal([]);
    expect((await escrow.getEpoch(1n)).outstandingShares).to.equal(0n);
  });

  it("begins again within a day only for what counts, a part in 64 or more", async () => {
    const world = await fixture();
    const { escrow, vault, rest } = world;
    await escrow.connect(rest).lock(await vault.balanceOf(rest), 0n);
    await networkHelpers.time.increase(46 * DAY);
    await actIn(world);
    const attempts = new Attempts();
    const view = await viewOf(world);
    expect(await deedsIn(world, { attempts, view })).to.have.length(1);
    const waiting = (seconds: bigint, sharesOf: (total: bigint) => bigint) => ({
      ...later(view, seconds),
      rageQuits: view.rageQuits.map((exit) => ({ ...exit, idleShares: sharesOf(exit.totalShares) })),
    });
    const beginIn = (seconds: bigint, sharesOf: (total: bigint) => bigint) =>
      deedsIn(world, { attempts, view: waiting(seconds, sharesOf) });
    expect(await beginIn(1_000n, () => 1n)).to.deep.equal([]);
    expect((await beginIn(1_000n, (total) => total / 64n + 1n)).join()).to.contain(
      "begin --epoch 1 is due, and cannot",
    );
    // What could not be done since does not undo that it was sent.
    expect(await beginIn(1_700n, () => 1n)).to.deep.equal([]);
    expect((await beginIn(90_000n, () => 1n)).join()).to.contain("begin --epoch 1 is due, and cannot");
  });

  it("does not send again at once what has failed on the chain, also after a restart, and later the less often", async () => {
    const world = await readyWorld();
    const { timelock, id } = world;
    const view = await viewOf(world);
    await timelock.connect(await networkSigner(world)).cancel(id);
    // It works whenever it is tried, and fails whenever it is sent.
    const provider = answering({
      call: (request) => (isExecution(world, request) ? Promise.resolve("0x") : undefined),
      estimateGas: () => Promise.resolve(200_000n),
    });
    let written: Attempts["memory"] | undefined;
    const act = async (seconds: bigint) => {
      const attempts = new Attempts(written, (memory) => {
        written = memory;
        return Promise.resolve();
      });
      const block = { ...view.block, timestamp: view.block.timestamp + seconds };
      const deeds = await deedsIn(world, { provider, attempts, view: { ...view, block } });
      expect(written?.attempts, "before it is sent").to.have.length(1);
      written = attempts.memory;
      return deeds;
    };
    expect((await act(0n)).join()).to.match(/sent, and it failed/);
    expect(await nonceOf(world)).to.equal(1);
    for (const seconds of [12n, 590n, 1_150n]) expect(await act(seconds)).to.deep.equal([]);
    expect(await nonceOf(world)).to.equal(1);
    expect((await act(1_300n)).join()).to.match(/sent, and it failed/);
    expect(await act(2_300n)).to.deep.equal([]);
    expect(await nonceOf(world)).to.equal(2);
  });

  it("takes a no of the estimate for a no, and sends nothing that needs too much gas", async () => {
    const world = await readyWorld();
    const faster = answering({ estimateGas: () => Promise.reject(nodeError(3, "execution reverted")) });
    expect((await deedsIn(world, { provider: faster })).join()).to.match(/was not sent: it would fail/);
    const dear = answering({ estimateGas: () => Promise.resolve(20_000_000n) });
    expect((await deedsIn(world, { provider: dear })).join()).to.match(
      /was not sent: it takes 20000000 gas, more than/,
    );
    expect(await nonceOf(world)).to.equal(0);
  });

  it("plans nothing while gas is too dear, and tells the same reason as long as it waits", async () => {
    const world = await readyWorld();
    let asked = 0;
    const counting = answering({
      getLogs: () => {
        ++asked;
        return undefined;
      },
      estimateGas: () => Promise.resolve(20_000_000n),
    });
    const view = await viewOf(world);
    await deedsIn(world, { provider: counting, bounds: { ...BOUNDS, maxGasPrice: 1n }, view });
    expect(asked).to.equal(0);
    const attempts = new Attempts();
    const first = await deedsIn(world, { provider: counting, attempts, view });
    const planned = asked;
    expect(planned).to.be.above(0);
    expect(await deedsIn(world, { provider: counting, attempts, view })).to.deep.equal(first);
    expect(asked).to.equal(planned);
  });

  it("pokes no gate that the timelock does not obey", async () => {
    const world = await fixture();
    const { escrow, vault, some, addresses } = world;
    await escrow.connect(some).lock((await vault.balanceOf(some)) / 2n, 0n);
    await networkHelpers.time.increase(20 * DAY);
    const view = await viewOf(world);
    expect(await deedsIn(world, { view: { ...view, replacedBy: addresses.fallbackGate } })).to.deep.equal([]);
    expect(await deedsIn(world, { view })).to.have.length(1);
  });

  it("writes the hash down before it asks the node for anything else, and goes on where that fails", async () => {
    const world = await readyWorld();
    const attempts = new Attempts();
    const broken = answering({ getTransactionReceipt: () => Promise.reject(nodeError(-32005, "limit exceeded")) });
    const deeds = await deedsIn(world, { provider: broken, attempts, bounds: { ...BOUNDS, patience: 50 } });
    expect(deeds.join()).to.match(/^executes operation 0x\w+: sent, 0x[0-9a-f]{64}, and limit exceeded\.$/);
    expect(attempts.underWay?.hash).to.match(/^0x[0-9a-f]{64}$/);
    expect(await world.timelock.isOperationDone(world.id)).to.equal(true);
    // The next round finds it.
    await deedsIn(world, { attempts });
    expect(attempts.underWay).to.equal(undefined);
  });

  it("counts as failed what a gateway has passed on and told no hash of only once it has failed", async () => {
    const world = await readyWorld();
    const view = await viewOf(world);
    await world.timelock.connect(await networkSigner(world)).cancel(world.id);
    const attempts = new Attempts();
    let isOpen = true;
    const provider = answering({
      call: (request) => (isExecution(world, request) ? Promise.resolve("0x") : undefined),
      estimateGas: () => Promise.resolve(200_000n),
      send: (method, params) => {
        if (method !== "eth_sendTransaction") return undefined;
        if (!isOpen) return Promise.reject(nodeError(-32603, "upstream"));
        const passedOn = ethers.provider.send("eth_sendTransaction", params as unknown[]);
        return passedOn.catch(() => undefined).then(() => Promise.reject(nodeError(-32000, "already known")));
      },
    });
    const failures = () => attempts.memory.attempts.map((one) => one.failures);
    isOpen = false;
    expect((await deedsIn(world, { provider, attempts, view })).join()).to.contain(
      "nobody knows whether it has arrived",
    );
    expect(failures()).to.deep.equal([0]);
    isOpen = true;
    const retried = await deedsIn(world, { provider, attempts, view: later(view, 601n) });
    expect(retried.join()).to.contain("nobody knows whether it has arrived: already known");
    expect(failures()).to.deep.equal([0]);
    await deedsIn(world, { provider, attempts, view: later(view, 613n) });
    expect(failures()).to.deep.equal([1]);
  });

  it("goes on past a duty that cannot be read, reports what was done before it, and asks no more for a while", async () => {
    const world = await readyWorld(3);
    const view = await viewOf(world);
    const [one, two, three] = view.operations.map(({ id }) => id);
    const last = await ethers.provider.getBlockNumber();
    const attempts = new Attempts();
    let planned = 0;
    const pruned = answering({
      getLogs: () => (++planned === 3 ? Promise.reject(nodeError(-32000, "history has been pruned")) : undefined),
    });
    const words = (await deedsIn(world, { provider: pruned, attempts, view })).map((text) => text.split(": 0x")[0]);
    expect(words).to.deep.equal([
      `executes operation ${one}`,
      `execute ${two} is due, and cannot be done now: The chain could not be read (logs of blocks 0 to ${last}): history has been pruned.`,
      `executes operation ${three}`,
    ]);
    const before = planned;
    const again = { ...view, operations: view.operations.filter(({ id }) => id === two) };
    expect(await deedsIn(world, { provider: pruned, attempts, view: later(again, 590n) })).to.have.length(1);
    expect(planned).to.equal(before);
    expect((await deedsIn(world, { provider: pruned, attempts, view: later(again, 601n) })).join()).to.contain(
      `executes operation ${two}: 0x`,
    );
  });

  it("reports an error that nobody thought of as an alarm, and goes on", async () => {
    const world = await readyWorld(2);
    let asked = 0;
    const broken = answering({
      getLogs: () => (++asked === 1 ? Promise.reject(new TypeError("it is not iterable")) : undefined),
    });
    const [first, second] = await act(world, { provider: broken });
    expect([first?.isAlarm, first?.text.split("and ")[1]]).to.deep.equal([true, "cannot be done: it is not iterable"]);
    expect(second?.isDone).to.equal(true);
  });

  it("keeps as much again for pokes as the account must keep", async () => {
    const ready = await readyWorld();
    const bounds = { ...BOUNDS, minBalance: parseEther("9000") };
    expect((await deedsIn(ready, { bounds })).join()).to.match(/must keep 18000\.0 \(twice --min-balance, half of it/);
    const due = await dueWorld();
    expect((await deedsIn(due, { bounds, view: due.view })).join()).to.match(/^pokes the gate: 0x/);
  });

  it("sends nothing more once it is to stop, and does not wait for what it has sent", async () => {
    const world = await readyWorld(2);
    const view = await viewOf(world);
    const attempts = new Attempts();
    await noAutomine(async () => {
      let isStopped = false;
      const provider = answering({
        send: (method) => {
          if (method === "eth_sendTransaction") isStopped = true;
          return undefined;
        },
      });
      // Much longer than a test may take.
      const bounds = { ...BOUNDS, patience: 600_000, isStopped: () => isStopped };
      const deeds = await deedsIn(world, { provider, attempts, view, bounds });
      expect(deeds.join()).to.match(
        /^executes operation 0x\w+: sent, 0x\w+, and it was not seen on the chain so far\.$/,
      );
      expect(attempts.underWay?.hash).to.match(/^0x/);
      await networkHelpers.mine();
    });
    expect(await nonceOf(world)).to.equal(1);
  });

  it("raises an alarm while a poke waits for money or a lower price, once a day", async () => {
    const world = await dueWorld();
    const { view } = world;
    for (const bounds of [
      { ...BOUNDS, maxGasPrice: 1n },
      { ...BOUNDS, minBalance: parseEther("20000") },
    ]) {
      const deedOf = async (seconds: bigint) => (await act(world, { bounds, view: later(view, seconds) }))[0];
      const [first, next] = [await deedOf(0n), await deedOf(86_400n)];
      expect([first?.isAlarm, next?.isAlarm, first?.text === next?.text]).to.deep.equal([true, true, true]);
      expect(next?.key).to.not.equal(first?.key);
    }
  });

  it("reports every hour a transaction that it has not sent", async () => {
    const world = await fixture();
    const view = await viewOf(world);
    await noAutomine(async () => {
      await world.stranger.sendTransaction({ to: world.stranger });
      const keyAfter = async (seconds: bigint) => (await act(world, { view: later(view, seconds) }))[0]?.key;
      expect(await keyAfter(3_600n)).to.not.equal(await keyAfter(0n));
      await networkHelpers.mine();
    });
  });

  it("sends nothing that it was still trying when it was to stop", async () => {
    const world = await readyWorld();
    let isStopped = false;
    const provider = answering({
      estimateGas: () => {
        isStopped = true;
        return undefined;
      },
    });
    const attempts = new Attempts();
    const deeds = await deedsIn(world, { provider, attempts, bounds: { ...BOUNDS, isStopped: () => isStopped } });
    expect(deeds).to.deep.equal([`execute ${world.id} is due, and was not sent: the watch is to stop.`]);
    expect(await nonceOf(world)).to.equal(0);
    expect(attempts.pausing(`execute ${world.id}`, 0n), "the next start does it at once").to.equal(undefined);
  });

  /** Hands nothing over, and does not say so. */
  const gateway = answering({
    send: (method) => (method === "eth_sendTransaction" ? Promise.reject(nodeError(-32603, "upstream")) : undefined),
  });

  it("finds what a gateway has passed on and told no hash of", async () => {
    const world = await readyWorld();
    const attempts = new Attempts();
    await deedsIn(world, { provider: gateway, attempts });
    const { underWay } = attempts;
    expect([underWay?.command, underWay?.nonce, underWay?.hash]).to.deep.equal([`execute ${world.id}`, 0, undefined]);
    await world.stranger.sendTransaction({ to: world.stranger });
    await deedsIn(world, { attempts });
    expect(attempts.memory.attempts.map(({ failures }) => failures)).to.deep.equal([0]);
  });

  it("goes on where the node knows no more which transaction it was", async () => {
    const world = await readyWorld();
    const attempts = new Attempts();
    await deedsIn(world, { provider: gateway, attempts });
    await world.stranger.sendTransaction({ to: world.stranger });
    await networkHelpers.time.increase(DAY);
    const forgetful = answering({
      getTransactionCount: (_, block) =>
        typeof block === "number" ? Promise.reject(nodeError(-32000, "missing trie node")) : undefined,
    });
    expect((await deedsIn(world, { provider: forgetful, attempts })).join()).to.match(
      /^executes operation .* in block \d+/,
    );
    expect(attempts.underWay).to.equal(undefined);
  });

  it("outbids with a poke what else it has sent and knows no hash of, and what somebody else has sent", async () => {
    const world = await dueWorld();
    const { view, stranger, gate } = world;
    await noAutomine(async () => {
      const [price, tip] = [parseUnits("20", "gwei"), parseUnits("10", "gwei")];
      const stuck = await stranger.sendTransaction({ to: stranger, maxFeePerGas: price, maxPriorityFeePerGas: tip });
      const own = { command: "claim 1", nonce: stuck.nonce, since: view.block.timestamp, tip };
      const impatient = { ...BOUNDS, patience: 50 };
      const snapshot = await networkHelpers.takeSnapshot();
      const attempts = new Attempts();
      await attempts.begin(own, view.block.timestamp);
      expect((await deedsIn(world, { attempts, view, bounds: impatient }))[1]).to.match(/^pokes the gate: sent, 0x/);
      await snapshot.restore();
      const others = new Attempts();
      let deeds: string[] = [];
      for (let round = 0; round < 30 && !deeds.join().includes("pokes the gate: sent"); ++round) {
        deeds = await deedsIn(world, { attempts: others, view, bounds: impatient });
        if (round === 0) expect(deeds.join()).to.contain("which this watch has not sent").and.to.contain("underpriced");
      }
      expect(deeds.join()).to.match(/pokes the gate: sent, 0x/);
      await networkHelpers.mine();
      expect(await gate.persistedState()).to.equal(2n);
    });
  });

  it("tells of a transaction that is stuck, and pokes in its place", async () => {
    const world = await dueWorld();
    const { gate, stranger, view } = world;
    await connection.provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const price = parseUnits("20", "gwei");
      const stuck = await stranger.sendTransaction({ to: stranger, maxFeePerGas: price, maxPriorityFeePerGas: 1n });
      const underWay = { command: "claim 1", nonce: stuck.nonce, hash: stuck.hash, since: view.block.timestamp };
      const attempts = new Attempts({ attempts: [], underWay });
      const quiet = { ...view, gate: undefined };
      expect((await deedsIn(world, { attempts, view: quiet })).join()).to.contain(
        `An earlier transaction of this account, nonce ${stuck.nonce}, ${stuck.hash}`,
      );
      const deeds = await deedsIn(world, { attempts, view, bounds: { ...BOUNDS, patience: 50 } });
      expect(deeds[1]).to.match(/^pokes the gate: sent, 0x\w+, and it was not seen on the chain so far\.$/);
      expect(await deedsIn(world, { attempts, view })).to.have.length(1);
      await networkHelpers.mine();
      expect(await gate.persistedState()).to.equal(2n);
      expect(await ethers.provider.getTransactionReceipt(stuck.hash)).to.equal(null);
    } finally {
      await connection.provider.request({ method: "evm_setAutomine", params: [true] });
    }
  });
});

const networkSigner = ({ addresses }: World) => ethers.getImpersonatedSigner(addresses.governor);

const EXECUTE = "0x134008d3";
const isExecution = ({ addresses }: World, request: unknown): boolean => {
  const { to, data } = request as { readonly to?: string; readonly data?: string };
  return to === addresses.timelock && data?.startsWith(EXECUTE) === true;
};
