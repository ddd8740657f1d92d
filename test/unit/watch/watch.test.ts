import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { ZeroAddress, ZeroHash, type Provider } from "ethers";
import { network } from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { judgeFailure } from "../../../src/protocol/failure.js";
import { readCheckpoint, writeCheckpoint } from "../../../src/watch/checkpoint.js";
import type { WatchEdges } from "../../../src/watch/edges.js";
import { runWatch } from "../../../src/watch/run.js";
import { readWatched } from "../../../src/watch/readWatched.js";
import { begin, look } from "../../../src/watch/step.js";
import type { Memory, WatchEvent } from "../../../src/watch/types.js";
import { parseLogs, WATCHED_TOPICS } from "../../../src/watch/watchedLogs.js";
import { failingProvider } from "../../helpers/failingProvider.js";
import { impersonate } from "../../helpers/impersonate.js";
import { laggingLogs } from "../../helpers/laggingLogs.js";
import { rejectionOf } from "../../helpers/rejection.js";
import {
  deployWatched,
  idOfPoke as idOf,
  placeOf as placeIn,
  schedulePoke as schedule,
  wordsOf,
  type WatchedWorld,
} from "../../helpers/watchedWorld.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400;

type World = WatchedWorld;
const deploy = () => deployWatched(connection);
const fixture = () => networkHelpers.loadFixture(deploy);
const placeOf = (world: World, provider: Provider = ethers.provider) => placeIn(world, provider);

/** A chain's life, in steps between which somebody looks. */
const STORY: readonly ((world: World) => Promise<unknown>)[] = [
  (world) => schedule(world, 1),
  async (world) => world.escrow.connect(world.some).lock((await world.vault.balanceOf(world.some)) / 2n, 0n),
  async (world) => {
    await schedule(world, 2);
    await schedule(world, 3);
  },
  () => networkHelpers.mine(2, { interval: 20 * DAY }),
  (world) => world.gate.poke(),
  (world) => world.proposer.cancelAllOperations(),
  () => networkHelpers.mine(2),
  async (world) => {
    const timelock = world.timelock.connect(await impersonate(connection, world.timelock));
    await timelock.grantRole(ZeroHash, world.some);
  },
];

/** Follows the story; `wrap` says what is between the watch and its node, anew for each look. */
async function followStory(world: World, wrap: (provider: Provider, attempt: number) => Provider, file?: string) {
  const snapshot = await networkHelpers.takeSnapshot();
  const events: WatchEvent[] = [];
  let memory: Memory | undefined;
  let failures = 0;
  /** As a process that is started anew each time. */
  async function lookOnce(): Promise<void> {
    for (let attempt = 0; ; ++attempt) {
      try {
        const place = placeOf(world, wrap(ethers.provider, attempt));
        const step = memory === undefined ? await begin(place, []) : await look(place, memory, []);
        if (step === undefined) return;
        events.push(...step.events);
        ({ memory } = step);
        if (file !== undefined) {
          const whose = { chain: 31337, timelock: world.addresses.timelock };
          await writeCheckpoint(file, { ...whose, memory, outbox: [] });
          memory = (await readCheckpoint(file, whose))?.memory;
        }
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        ++failures;
      }
    }
  }
  await lookOnce();
  await lookOnce();
  for (const step of STORY) {
    await step(world);
    await lookOnce();
    await lookOnce();
  }
  await snapshot.restore();
  return { events, failures };
}
/** Looks again and again, and says what is new. */
async function follow(world: World) {
  const place = placeOf(world);
  let { memory } = await begin(place, []);
  return {
    see: async () => {
      const step = await look(place, memory, []);
      if (step !== undefined) ({ memory } = step);
      return wordsOf(step?.events ?? []);
    },
    remembered: () => memory,
  };
}

const isPassing = (error: unknown): boolean =>
  error instanceof UnreadableError || judgeFailure(error)?.kind === "unread";

describe("watching a DAO [WAT-1]", () => {
  it("tells what happens in words, each once: decoded calls, states, support, what one call withdrew", async () => {
    const world = await fixture();
    const { events } = await followStory(world, (provider) => provider);
    const [one, two, three] = await Promise.all([1, 2, 3].map((salt) => idOf(world, salt)));
    const words = wordsOf(events);
    expect(words[0]).to.match(/^started: Watching from block \d+, .*: Normal, 0 operations pending\.$/);
    expect(words.slice(1)).to.deep.equal([
      `scheduled: Operation ${one} waits in the timelock.`,
      "state: Governance went from Normal to VetoSignalling.",
      "support: Support of 2.49 % is at 100 % of the signalling threshold, R1, or above.",
      `scheduled: Operation ${two} waits in the timelock.`,
      `scheduled: Operation ${three} waits in the timelock.`,
      "due: Poke now: VetoSignalling is on record, and VetoSignallingDeactivation is due. npx hardhat tribune poke",
      "state: Governance went from VetoSignalling to VetoSignallingDeactivation.",
      ...[one, two, three].map((id) => `withdrawn: Operation ${id} was withdrawn, with all that was pending.`),
      `rule: The timelock says RoleGranted(role = ${ZeroHash}, account = ${world.some.address}, sender = ${world.addresses.timelock}).`,
    ]);
    expect(events.find(({ kind }) => kind === "scheduled")?.text).to.contain(
      `1. It calls poke() of the gate at ${world.addresses.gate}`,
    );
    expect(new Set(events.map(({ id }) => id)).size).to.equal(events.length);
  });

  it("misses nothing and repeats nothing, over a node that fails, limits or lags, and is started anew each time", async () => {
    const world = await fixture();
    const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const usual = wordsOf((await followStory(world, (provider) => provider)).events);
    let looks = 0;
    /** Another question at each first attempt. */
    const failOnce = (provider: Provider, attempt: number): Provider => {
      if (attempt > 0) return provider;
      const unlucky = (++looks * 7) % 50;
      let asked = 0;
      return failingProvider(provider, () => asked++ === unlucky);
    };
    const faults: Readonly<Record<string, (provider: Provider, attempt: number) => Provider>> = {
      "a question fails, each time another": failOnce,
      "logs lag by a block, then by none": (provider, attempt) => laggingLogs(provider, attempt === 0 ? 1 : 0),
    };
    for (const [name, wrap] of Object.entries(faults)) {
      const { events, failures } = await followStory(world, wrap, path.join(folder, "checkpoint.json"));
      expect(failures, name).to.be.above(0);
      expect(wordsOf(events), name).to.deep.equal(usual);
      expect(await readdir(folder), "nothing half written is left").to.deep.equal(["checkpoint.json"]);
      await rm(path.join(folder, "checkpoint.json"));
    }
    await rm(folder, { recursive: true });
  });

  it("takes back what a reorganisation undid, and does not repeat what stands in another block", async () => {
    const world = await fixture();
    const { see, remembered } = await follow(world);
    await networkHelpers.mine(2);
    expect(await see()).to.deep.equal([]);
    const snapshot = await networkHelpers.takeSnapshot();
    await schedule(world, 1);
    await world.escrow.connect(world.some).lock(await world.vault.balanceOf(world.some), 0n);
    expect(await see()).to.have.length(3);
    const one = await idOf(world, 1);
    await snapshot.restore();
    // A shorter chain is a node that is behind.
    expect(await see()).to.deep.equal([]);
    await networkHelpers.mine();
    await schedule(world, 1);
    await networkHelpers.mine(2);
    expect(await see()).to.deep.equal([
      "undone: Not on the chain any more: Governance went from Normal to VetoSignalling.",
      "support: Support of 0 % is below 100 % of the signalling threshold, R1, again.",
    ]);
    expect(remembered().operations.map(({ id }) => id)).to.deep.equal([one]);
    await networkHelpers.mine(2);
    expect(await see()).to.deep.equal([]);
  });

  it("repeats nothing of a long time in which nobody looked, where the newest block is replaced afterwards", async () => {
    const world = await fixture();
    const { see } = await follow(world);
    await schedule(world, 1);
    await networkHelpers.mine(70);
    // Of blocks that are made at once the embedded chain knows no hash.
    for (let block = 0; block < 66; ++block) await networkHelpers.mine();
    const snapshot = await networkHelpers.takeSnapshot();
    await networkHelpers.mine();
    expect(await see()).to.deep.equal([`scheduled: Operation ${await idOf(world, 1)} waits in the timelock.`]);
    await snapshot.restore();
    await networkHelpers.time.increase(30);
    await networkHelpers.mine();
    expect(await see()).to.deep.equal([]);
  });

  it("tells of an operation that replaces the gate that it withdrew the others, and was executed", async () => {
    const world = await fixture();
    const place = placeOf(world);
    const { proposer, timelock, addresses } = world;
    const start = await begin(place, []);
    await schedule(world, 1);
    const call = timelock.interface.encodeFunctionData("setGate", [addresses.gate]);
    const replacing = [timelock, 0n, call, ZeroHash, ZeroHash] as const;
    await proposer.schedule(...replacing, 4 * DAY);
    const { memory } = (await look(place, start.memory, [])) ?? start;
    await networkHelpers.time.increase(5 * DAY);
    await timelock.execute(...replacing);
    const words = wordsOf((await look(place, memory, []))?.events ?? []);
    const id = await timelock.hashOperation(...replacing);
    expect(words.filter((text) => /withdrawn|was executed/.test(text))).to.deep.equal([
      `withdrawn: Operation ${await idOf(world, 1)} was withdrawn, with all that was pending.`,
      `executed: Operation ${id} was executed.`,
    ]);
  });

  it("follows a tiebreaker and a breaker that take the places of those of the deployment", async () => {
    const world = await fixture();
    const { see } = await follow(world);
    const { addresses, some, rest } = world;
    const before = addresses.bodies.circuitBreaker?.breaker ?? ZeroAddress;
    const members = [some.address, rest.address];
    const committee = await ethers.deployContract("TiebreakerCommittee", [addresses.timelock, before, members, 2, DAY]);
    const itself = await impersonate(connection, world.timelock);
    await world.timelock.connect(itself).setTiebreaker(committee, 200 * DAY);
    await schedule(world, 1);
    await see();
    await committee.connect(some).approve(0, await idOf(world, 1));
    expect((await see()).join()).to.match(/^body: The tiebreaker says Approved\(action = /);
    const breaker = await ethers.deployContract("CircuitBreaker", [
      ...[addresses.timelock, some, rest, DAY],
      (await networkHelpers.time.latest()) + 300 * DAY,
    ]);
    await committee.connect(itself).setBreaker(breaker);
    await see();
    await breaker.bind([addresses.vault]);
    expect((await see()).join()).to.contain("body: The circuit breaker says ");
  });

  it("says what to do where another gate is obeyed, and asks nobody to poke the old one", async () => {
    const world = await fixture();
    const { see } = await follow(world);
    const { escrow, vault, some, timelock, addresses } = world;
    await escrow.connect(some).lock((await vault.balanceOf(some)) / 2n, 0n);
    await timelock.connect(await impersonate(connection, timelock)).setGate(addresses.fallbackGate);
    await networkHelpers.time.increase(20 * DAY);
    await networkHelpers.mine();
    const words = (await see()).filter((text) => /alarm|due/.test(text));
    expect(words).to.have.length(1);
    expect(words[0]).to.contain(`another gate now, ${addresses.fallbackGate}`).and.to.contain("start the watch anew");
  });

  it("tells of an operation that no event tells of, once, and goes on", async () => {
    const world = await fixture();
    const { see } = await follow(world);
    await world.proposer.scheduleBatch([], [], [], ZeroHash, ZeroHash, 4 * DAY);
    const words = await see();
    expect(words).to.have.length(1);
    expect(words[0]).to.match(/^alarm: The timelock has counted an operation of which no event tells/);
    await schedule(world, 1);
    expect(await see()).to.deep.equal([`scheduled: Operation ${await idOf(world, 1)} waits in the timelock.`]);
  });

  it("tells of every rule of the Governor", async () => {
    const { addresses, governor } = await fixture();
    const logs = await ethers.provider.getLogs({ address: await governor.getAddress(), fromBlock: 0 });
    // Its constructor writes them all.
    const place = { addresses, provider: ethers.provider, firstBlock: 0 };
    const rules = parseLogs(logs, await readWatched(place, await ethers.provider.getBlockNumber()));
    expect(rules.filter(({ kind }) => kind === "rule").map(({ event }) => event.name)).to.include.members([
      "VotingDelaySet",
      "VotingPeriodSet",
      "ProposalThresholdSet",
      "QuorumNumeratorUpdated",
      "TimelockChange",
    ]);
    const topics = rules.flatMap(({ log }) => log.topics[0] ?? []);
    expect(WATCHED_TOPICS).to.include.members(topics);
  });

  it("says so where none of the blocks that it knows is on the chain", async () => {
    const world = await fixture();
    const place = placeOf(world);
    const { memory } = await begin(place, []);
    const other = { ...memory, blocks: memory.blocks.map((block) => ({ ...block, hash: ZeroHash })) };
    await networkHelpers.mine();
    expect((await rejectionOf(look(place, other, []))).message).to.contain("Begin anew, with another checkpoint file");
  });
});

describe("a watch that goes on", () => {
  it("shows each event once, keeps for the webhook what it has not taken, and goes on from its checkpoint", async () => {
    const world = await fixture();
    const place = placeOf(world);
    const shown: string[] = [];
    const delivered: string[] = [];
    let isUp = false;
    let saved: { readonly memory: Memory; readonly outbox: readonly WatchEvent[] } | undefined;
    const edges: WatchEdges = {
      tell: ({ id }) => shown.push(id),
      complain: () => undefined,
      deliver: ({ id }) => {
        if (isUp) delivered.push(id);
        return Promise.resolve(isUp ? undefined : { reason: "it is down", isRefused: false });
      },
      save: (memory, outbox) => {
        saved = { memory, outbox };
        return Promise.resolve();
      },
      wait: () => Promise.reject(new Error("nobody waits for one look")),
      isStopped: () => false,
    };
    const run = () => runWatch(place, saved ?? { memory: undefined, outbox: [] }, edges, true);
    await run();
    await schedule(world, 1);
    await run();
    expect(saved?.outbox.map(({ id }) => id)).to.deep.equal(shown);
    isUp = true;
    await run();
    expect(delivered).to.deep.equal(shown);
    expect(saved?.outbox).to.deep.equal([]);
    expect(shown.length).to.equal(2);
  });

  it("tells, once, that the node's newest block is old, and that it is new again", async () => {
    const world = await fixture();
    const told: string[] = [];
    let ahead = 0n;
    let saved: Memory | undefined;
    const isPublic = new Proxy(ethers.provider, {
      get: (provider, name) => {
        if (name === "getNetwork") return () => Promise.resolve({ chainId: 1n });
        if (name === "provider") return isPublic;
        const value: unknown = Reflect.get(provider, name);
        return typeof value === "function" ? (value.bind(provider) as unknown) : value;
      },
    });
    const now = () => chainNow + ahead;
    const chainNow = BigInt(await networkHelpers.time.latest());
    const edges: WatchEdges = {
      tell: ({ kind, text }) => told.push(`${kind}: ${text}`),
      complain: () => undefined,
      save: (memory) => {
        saved = memory;
        return Promise.resolve();
      },
      wait: () => Promise.resolve(),
      isStopped: () => false,
    };
    const run = () => runWatch({ ...placeOf(world, isPublic), now }, { memory: saved, outbox: [] }, edges, true);
    await run();
    told.length = 0;
    ahead = 3_600n;
    await run();
    await run();
    expect(told).to.have.length(1);
    expect(told[0]).to.match(/^alarm: The newest block that the node knows, \d+, is 1 h old/);
    await networkHelpers.time.increase(3_600);
    await run();
    expect(told.slice(1)).to.deep.equal(["alarm: The node's newest block is new again."]);
  });

  it("tells the webhook, once, what has ended it, and all that the screen has not shown", async () => {
    const world = await fixture();
    const place = placeOf(world);
    const delivered: string[] = [];
    let saved: { readonly memory: Memory; readonly outbox: readonly WatchEvent[] } | undefined;
    let isFull = false;
    const edges: WatchEdges = {
      tell: () => {
        if (isFull) throw new Error("ENOSPC: no space left on device");
      },
      complain: () => undefined,
      deliver: ({ kind, text }) => {
        delivered.push(`${kind}: ${text.split("\n")[0] ?? ""}`);
        return Promise.resolve(undefined);
      },
      save: (memory, outbox) => {
        saved = { memory, outbox };
        return Promise.resolve();
      },
      wait: () => Promise.resolve(),
      isStopped: () => false,
    };
    const run = () => runWatch(place, saved ?? { memory: undefined, outbox: [] }, edges, true);
    await run();
    await schedule(world, 1);
    delivered.length = 0;
    isFull = true;
    expect((await rejectionOf(run())).message).to.contain("ENOSPC");
    await rejectionOf(run());
    const scheduled = `scheduled: Operation ${await idOf(world, 1)} waits in the timelock.`;
    const ended = "alarm: The watch ends by an error: ENOSPC: no space left on device";
    expect(delivered).to.deep.equal([scheduled, ended, scheduled]);
    isFull = false;
    await run();
    expect(delivered.slice(3)).to.deep.equal([scheduled, "alarm: The watch goes on again."]);
  });

  it("refuses a checkpoint of another deployment, and one that is none", async () => {
    const world = await fixture();
    const folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const file = path.join(folder, "checkpoint.json");
    const whose = { chain: 31337, timelock: world.addresses.timelock };
    expect(await readCheckpoint(file, whose)).to.equal(undefined);
    const { memory } = await begin(placeOf(world), []);
    await writeCheckpoint(file, { ...whose, memory, outbox: [] });
    expect((await readCheckpoint(file, whose))?.memory).to.deep.equal(memory);
    expect((await rejectionOf(readCheckpoint(file, { ...whose, chain: 1 }))).message).to.contain("give another file");
    await writeFile(file, (await readFile(file, "utf8")).slice(0, 40));
    expect((await rejectionOf(readCheckpoint(file, whose))).message).to.contain("is no checkpoint");
    await rm(folder, { recursive: true });
  });
});
