import { expect } from "chai";
import { network } from "hardhat";

import { SentenceError } from "../../../src/protocol/errors.js";
import type { Deed } from "../../../src/watch/deed.js";
import type { WatchEdges, WatchStart } from "../../../src/watch/edges.js";
import { runWatch } from "../../../src/watch/run.js";
import type { Memory, WatchEvent } from "../../../src/watch/types.js";
import { failingProvider } from "../../helpers/failingProvider.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { deployWatched, idOfPoke, placeOf, schedulePoke, type WatchedWorld } from "../../helpers/watchedWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const deploy = () => deployWatched(connection);
const fixture = () => networkHelpers.loadFixture(deploy);

/** A watch on a chain of which a test decides what happens between two rounds. */
function stage(world: WatchedWorld) {
  const [told, delivered, complaints]: [string[], WatchEvent[], string[]] = [[], [], []];
  const state = {
    isDown: false,
    isFull: false,
    isStopped: false,
    seconds: 0n,
    deeds: [] as Deed[],
    acted: 0,
    onAct: (): unknown => undefined,
    saved: { memory: undefined, outbox: [] } as WatchStart,
  };
  const provider = failingProvider(ethers.provider, () => state.isDown);
  const now = () => 1_000_000_000n + state.seconds;
  const edges = (between: (() => unknown)[]): WatchEdges => ({
    tell: ({ kind, text }) => told.push(`${kind}: ${text.split("\n")[0] ?? ""}`),
    complain: (sentence) => complaints.push(sentence),
    deliver: (event) => {
      delivered.push(event);
      return Promise.resolve(undefined);
    },
    save: (memory: Memory, outbox) => {
      if (state.isFull) return Promise.reject(new SentenceError("dao.json cannot be written: ENOSPC"));
      state.saved = { memory, outbox };
      return Promise.resolve();
    },
    act: () => {
      ++state.acted;
      state.onAct();
      return Promise.resolve(state.deeds);
    },
    wait: async () => {
      const next = between.shift();
      if (next === undefined) state.isStopped = true;
      await next?.();
    },
    isStopped: () => state.isStopped,
  });
  const run = (between: (() => unknown)[], once = false) =>
    runWatch({ ...placeOf(world, provider), now }, state.saved, edges(between), once);
  return { told, delivered, complaints, state, run };
}

const textsOf = (events: readonly WatchEvent[]) =>
  events.map(({ kind, text }) => `${kind}: ${text.split("\n")[0] ?? ""}`);

describe("a watch, round after round", () => {
  it("reports a node that stays away, and that it is back, to the webhook as well, and once", async () => {
    const world = await fixture();
    const { told, delivered, complaints, state, run } = stage(world);
    const fail = (seconds: bigint) => () => {
      state.isDown = true;
      state.seconds += seconds;
    };
    let outboxWhileDown = 0;
    await run([
      fail(0n),
      fail(599n),
      () => {
        expect(told.slice(1), "not before ten minutes are over").to.deep.equal([]);
        fail(1n)();
      },
      fail(3_600n),
      async () => {
        outboxWhileDown = delivered.length;
        state.isDown = false;
        await networkHelpers.mine();
      },
      () => networkHelpers.mine(),
    ]);
    const words = [
      "alarm: The node has failed in every round since 2001-09-09 01:46:40 UTC. The chain could not be read: limit exceeded.",
      "alarm: The watch goes on again.",
    ];
    expect(told.slice(1)).to.deep.equal(words);
    expect(textsOf(delivered).slice(1)).to.deep.equal(words);
    expect(outboxWhileDown, "delivered while the node was down").to.equal(2);
    expect(complaints.at(-1)).to.equal("The node answers again.");
    expect(state.saved.outbox).to.deep.equal([]);
    expect(state.saved.memory?.standing).to.deep.equal([]);
  });

  it("does not report a node's silence again after a restart, and reports its end", async () => {
    const world = await fixture();
    const { told, state, run } = stage(world);
    const fail = () => {
      state.isDown = true;
      state.seconds += 601n;
    };
    await run([fail, fail]);
    expect(told).to.have.length(2);
    state.isStopped = false;
    await run([fail, fail]);
    expect(told).to.have.length(2);
    state.isStopped = state.isDown = false;
    await networkHelpers.mine();
    await run([]);
    expect(told.slice(2)).to.deep.equal(["alarm: The watch goes on again."]);
  });

  it("acts after each look at a new block, and tells the same reason for doing nothing once an hour at most", async () => {
    const world = await fixture();
    const { told, delivered, state, run } = stage(world);
    const not = { key: "price:poke", text: "poke is due, and was not sent: gas is dear.", isDone: false };
    const done = { key: "sent:0x1", text: "pokes the gate: 0x1 in block 1.", isDone: true };
    const doing =
      (deeds: Deed[], seconds = 12) =>
      async () => {
        state.deeds = deeds;
        await networkHelpers.time.increase(seconds);
      };
    await run([
      doing([not]),
      doing([not]),
      doing([]),
      doing([not]),
      doing([done]),
      doing([not], 3_700),
      () => undefined,
    ]);
    const words = [not, done, not].map(({ text }) => `keeper: ${text}`);
    expect(told.slice(1)).to.deep.equal(words);
    expect(textsOf(delivered).slice(1)).to.deep.equal(words);
    // The first look is at an older block; in the last round there is no new one.
    expect(state.acted).to.equal(7);
  });

  it("reports and writes down what was done while it was to stop", async () => {
    const world = await fixture();
    const { told, state, run } = stage(world);
    await run([
      async () => {
        state.deeds = [{ key: "sent:0x1", text: "pokes the gate: 0x1 in block 1.", isDone: true }];
        state.onAct = () => (state.isStopped = true);
        await networkHelpers.mine();
      },
      () => expect.fail("it has not stopped"),
    ]);
    expect(told.at(-1)).to.equal("keeper: pokes the gate: 0x1 in block 1.");
    expect(textsOf(state.saved.outbox).slice(-1), "for the next start").to.deep.equal(told.slice(-1));
  });

  it("goes on where its checkpoint cannot be written, says so once, acts, and says that it can again", async () => {
    const world = await fixture();
    const { told, delivered, complaints, state, run } = stage(world);
    let whileFull = 0;
    await run([
      async () => {
        state.isFull = true;
        await schedulePoke(world, 1);
      },
      () => networkHelpers.mine(),
      async () => {
        whileFull = state.acted;
        state.isFull = false;
        await networkHelpers.mine();
      },
    ]);
    expect(whileFull).to.equal(3);
    const scheduled = `scheduled: Operation ${await idOfPoke(world, 1)} waits in the timelock.`;
    expect(told.slice(1)).to.deep.equal([scheduled]);
    const full = "dao.json cannot be written: ENOSPC. After a restart, what has happened since is reported again.";
    expect(complaints).to.deep.equal([full, "The checkpoint can be written again."]);
    expect(textsOf(delivered).slice(1)).to.deep.equal([scheduled, ...complaints.map((text) => `alarm: ${text}`)]);
    expect(state.saved.outbox).to.deep.equal([]);
    expect(state.saved.memory?.told).to.have.length(1);
  });

  it("sends nothing that is not on record where it ends, by an error or after one look", async () => {
    const world = await fixture();
    const { delivered, state, run } = stage(world);
    await run([]);
    state.isStopped = false;
    await schedulePoke(world, 1);
    delivered.length = 0;
    state.isFull = true;
    expect((await rejectionOf(run([], true))).message).to.contain("cannot be written");
    expect(state.acted).to.equal(2);
    state.deeds = [undefined as unknown as Deed];
    await rejectionOf(run([]));
    expect(delivered).to.deep.equal([]);
    state.isFull = false;
    state.deeds = [];
    await run([], true);
    expect(textsOf(delivered)).to.deep.equal([
      `scheduled: Operation ${await idOfPoke(world, 1)} waits in the timelock.`,
    ]);
  });
});
