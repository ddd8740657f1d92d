import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { parseEther, parseUnits, toBeHex, ZeroHash, type Provider } from "ethers";
import { network } from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import { judgeFailure } from "../../../src/protocol/failure.js";
import { readParticipant } from "../../../src/protocol/plans/participant.js";
import { readCheckpoint, writeCheckpoint } from "../../../src/watch/checkpoint.js";
import { actOn } from "../../../src/watch/keeper.js";
import { runWatch, type WatchEdges } from "../../../src/watch/run.js";
import type { Bounds } from "../../../src/watch/sendBounded.js";
import { begin, look } from "../../../src/watch/step.js";
import type { Memory, WatchEvent } from "../../../src/watch/types.js";
import { parseWebhook, postEvent } from "../../../src/watch/webhook.js";
import { deployTribune, stake, type Tribune } from "../../helpers/deployTribune.js";
import { failingProvider } from "../../helpers/failingProvider.js";
import { impersonate } from "../../helpers/impersonate.js";
import { laggingLogs } from "../../helpers/laggingLogs.js";
import { rejectionOf } from "../../helpers/rejection.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400;
const UNIT = 10n ** 18n;

async function deployWatched() {
  const tribune = await deployTribune(connection);
  const [some, rest] = tribune.stakers;
  if (some === undefined || rest === undefined) throw new Error("too few accounts");
  await stake(tribune, some, 5n * UNIT);
  await stake(tribune, rest, 95n * UNIT);
  const governor = await impersonate(connection, tribune.governor);
  // The first look is at a block in which all of this was there.
  for (let block = 0; block < 20; ++block) await networkHelpers.mine();
  return { ...tribune, some, rest, proposer: tribune.timelock.connect(governor) };
}
type World = Awaited<ReturnType<typeof deployWatched>>;
const fixture = () => networkHelpers.loadFixture(deployWatched);

const placeOf = ({ addresses, firstBlock }: World, provider: Provider = ethers.provider) => ({
  provider,
  addresses,
  firstBlock,
});

/** Told in words, without what differs from run to run. */
const wordsOf = (events: readonly WatchEvent[]) =>
  events.map(({ kind, text }) => `${kind}: ${text.split("\n")[0] ?? ""}`);

const pokeCall = ({ gate }: Tribune) => gate.interface.encodeFunctionData("poke");
const schedule = (world: World, salt: number) =>
  world.proposer.schedule(world.gate, 0n, pokeCall(world), ZeroHash, toBeHex(salt, 32), 4 * DAY, {
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 0n,
  });
const idOf = ({ timelock, gate }: World, salt: number) =>
  timelock.hashOperation(gate, 0n, gate.interface.encodeFunctionData("poke"), ZeroHash, toBeHex(salt, 32));

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
    const place = placeOf(world);
    let { memory } = await begin(place, []);
    const see = async () => {
      const step = await look(place, memory, []);
      if (step !== undefined) ({ memory } = step);
      return wordsOf(step?.events ?? []);
    };
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
    expect(memory.operations.map(({ id }) => id)).to.deep.equal([one]);
    await networkHelpers.mine(2);
    expect(await see()).to.deep.equal([]);
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

describe("acting on what is due", () => {
  const BOUNDS: Bounds = { maxGasPrice: parseUnits("100", "gwei"), minBalance: parseEther("1") };

  async function actIn(world: World, bounds: Bounds = BOUNDS) {
    const { stranger } = world;
    await networkHelpers.mine();
    const place = placeOf(world);
    const started = await begin(place, []);
    const { view } = (await look(place, started.memory, [])) ?? started;
    const participant = await readParticipant(world, ethers.provider, stranger.address);
    return (await actOn(view, participant, stranger, bounds, new Map())).map(({ text }) => text.split(":")[0]);
  }

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
});

describe("a webhook", () => {
  const EVENT: WatchEvent = { id: "0x12", kind: "state", text: "Governance went on.", block: 7 };
  const SECRET = "T0KEN";
  let server: Server;
  let answers: number[];
  let bodies: string[];
  const urlOf = () => parseWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/${SECRET}`);
  const post = (url = urlOf()) =>
    postEvent({ url, about: { dao: "a", chain: 1 } }, EVENT, { fetch, wait: () => Promise.resolve() });

  before(async () => {
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        bodies.push(body);
        response.writeHead(answers.shift() ?? 200, { location: "http://127.0.0.1:1/" }).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => server.close());
  beforeEach(() => {
    answers = [];
    bodies = [];
  });

  it("is asked again where that may help, with the same identifier", async () => {
    answers = [500, 429];
    expect(await post()).to.equal(undefined);
    expect(bodies).to.have.length(3);
    expect(JSON.parse(bodies[2] ?? "")).to.deep.include({ ...EVENT, dao: "a", chain: 1, content: EVENT.text });
  });

  it("is given up where it refuses, sends on, or is not there; what is said has no key in it", async () => {
    answers = [403];
    expect(await post()).to.match(/^127\.0\.0\.1:\d+ answers 403$/);
    answers = [302];
    expect(await post()).to.match(/answers 302$/);
    expect(bodies).to.have.length(2);
    const nobody = await post(parseWebhook(`http://127.0.0.1:1/${SECRET}`));
    expect(nobody).to.equal("127.0.0.1:1 does not answer");
    expect(() => parseWebhook(`ftp://${SECRET}`))
      .to.throw()
      .with.property("message")
      .that.does.not.contain(SECRET);
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
        return Promise.resolve(isUp ? undefined : "it is down");
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
