import { expect } from "chai";
import { parseEther, parseUnits, ZeroHash, type Provider } from "ethers";
import { network } from "hardhat";

import { readParticipant } from "../../../src/protocol/plans/participant.js";
import { Attempts } from "../../../src/watch/attempts.js";
import { actOn } from "../../../src/watch/keeper.js";
import type { Bounds } from "../../../src/watch/sendBounded.js";
import { begin, look } from "../../../src/watch/step.js";
import type { View } from "../../../src/watch/types.js";
import { nodeError } from "../../helpers/failingProvider.js";
import {
  deployWatched,
  idOfPoke as idOf,
  placeOf,
  schedulePoke as schedule,
  type WatchedWorld as World,
} from "../../helpers/watchedWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400;
const deploy = () => deployWatched(connection);
const fixture = () => networkHelpers.loadFixture(deploy);

/** The node, where some methods answer otherwise; what is undefined is asked of the node. */
function answering(
  answers: Readonly<Record<string, (...request: unknown[]) => Promise<unknown> | undefined>>,
): Provider {
  const provider: Provider = new Proxy<Provider>(ethers.provider, {
    get: (real, name) => {
      if (name === "provider") return provider;
      const value: unknown = Reflect.get(real, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => answers[String(name)]?.(...args) ?? Reflect.apply(value, real, args);
    },
  });
  return provider;
}

describe("acting on what is due", () => {
  const BOUNDS: Bounds = { maxGasPrice: parseUnits("100", "gwei"), minBalance: parseEther("1"), patience: 2_000 };

  async function viewOf(world: World): Promise<View> {
    await networkHelpers.mine();
    const place = placeOf(world, ethers.provider);
    const started = await begin(place, []);
    return ((await look(place, started.memory, [])) ?? started).view;
  }

  interface Circumstances {
    readonly bounds?: Bounds;
    readonly provider?: Provider;
    readonly attempts?: Attempts;
    readonly view?: View;
  }

  async function deedsIn(world: World, given: Circumstances = {}): Promise<string[]> {
    const { bounds = BOUNDS, provider = ethers.provider, attempts = new Attempts(), view } = given;
    const participant = await readParticipant(world, provider, world.stranger.address);
    const deeds = await actOn(view ?? (await viewOf(world)), participant, bounds, attempts);
    return deeds.map(({ text }) => text);
  }
  const actIn = async (world: World, bounds: Bounds = BOUNDS) =>
    (await deedsIn(world, { bounds })).map((text) => text.split(":")[0]);

  /** An operation that is ready, and nothing else to be done. */
  async function readyWorld() {
    const world = await fixture();
    await schedule(world, 1);
    await networkHelpers.time.increase(5 * DAY);
    return { ...world, id: await idOf(world, 1) };
  }
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
      return await deedsIn(world, { provider, attempts, view: { ...view, block } });
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

  it("counts as failed, until it is seen, what a gateway may have passed on before it failed", async () => {
    const world = await readyWorld();
    const attempts = new Attempts();
    const gateway = answering({ send: () => Promise.reject(nodeError(-32000, "already known")) });
    const deeds = await deedsIn(world, { provider: gateway, attempts });
    expect(deeds.join()).to.contain("nobody knows whether it has arrived: already known");
    expect(attempts.memory.attempts.map(({ failures }) => failures)).to.deep.equal([1]);
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

  /** A poke is due. */
  async function dueWorld() {
    const world = await fixture();
    await world.escrow.connect(world.some).lock((await world.vault.balanceOf(world.some)) / 2n, 0n);
    await networkHelpers.time.increase(20 * DAY);
    return { ...world, view: await viewOf(world) };
  }
  const noAutomine = async (act: () => Promise<void>) => {
    const automine = (on: boolean) => connection.provider.request({ method: "evm_setAutomine", params: [on] });
    await automine(false);
    await act().finally(() => automine(true));
  };

  it("outbids what it has sent itself and knows no hash of, and what somebody else has sent", async () => {
    const world = await dueWorld();
    const { view, stranger, gate } = world;
    await noAutomine(async () => {
      const [price, tip] = [parseUnits("20", "gwei"), parseUnits("10", "gwei")];
      const stuck = await stranger.sendTransaction({ to: stranger, maxFeePerGas: price, maxPriorityFeePerGas: tip });
      const own = { command: "claim 1", nonce: stuck.nonce, since: view.block.timestamp, tip };
      const impatient = { ...BOUNDS, patience: 50 };
      const snapshot = await networkHelpers.takeSnapshot();
      const attempts = new Attempts({ attempts: [], underWay: own });
      expect((await deedsIn(world, { attempts, view, bounds: impatient }))[1]).to.match(/^pokes the gate: sent, 0x/);
      await snapshot.restore();
      const poked = new Attempts({ attempts: [], underWay: { ...own, command: "poke" } });
      const again = await deedsIn(world, { attempts: poked, view, bounds: impatient });
      expect(again[1]).to.match(/^pokes the gate: sent, 0x/);
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
