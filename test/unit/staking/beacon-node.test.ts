import { expect } from "chai";

import { SentenceError, UnreadableError, type Trouble } from "../../../src/protocol/errors.js";
import {
  readHead,
  readHeader,
  readNetwork,
  readNetworkOf,
  readStateOf,
  timeOfSlot,
  type KnownBlock,
  type StateProgress,
} from "../../../src/staking/beaconNode/beaconNode.js";
import { headerRoot } from "../../../src/staking/beaconNode/header.js";
import { openTransport, type Transport } from "../../../src/staking/beaconNode/transport.js";
import { proveState } from "../../../src/staking/proveState.js";
import { serveBeacon, servedBlocks, type BeaconServer, type Fault } from "../../helpers/consensus/beaconServer.js";
import type { BeaconChain } from "../../helpers/consensus/chain.js";
import { FORKS, LAYOUT_NAMES, treeOf } from "../../helpers/consensus/proofs.js";
import { concatBytes, serializeState } from "../../helpers/consensus/stateBytes.js";
import { enlist, GENESIS_TIME, newChain } from "../../helpers/consensus/world.js";
import { rejectionOf } from "../../helpers/rejection.js";

const NEVER = { delays: [], wait: () => Promise.resolve() };

describe("a beacon node", () => {
  let chain: BeaconChain;
  let server: BeaconServer;
  let node: Transport;
  let head: KnownBlock;

  before(async () => {
    chain = newChain({ fork: "fulu" });
    enlist(chain, [1, 2, 3]);
    for (let i = 0; i < 3; i++) chain.addBlock();
    const blocks = servedBlocks(chain);
    server = await serveBeacon({ blocks: () => blocks, genesisTime: GENESIS_TIME });
    node = openTransport(server.url, { retries: NEVER });
    head = await readHeader(node, "head");
  });

  beforeEach(() => {
    server.behave();
  });

  after(() => server.close());

  /** What somebody is told of a node that does `fault` where the path contains `part`. */
  async function told(part: string, fault: Fault, reading: () => Promise<unknown>, trouble: Trouble): Promise<string> {
    server.misbehave(part, fault);
    const error = await rejectionOf(reading());
    if (!(error instanceof UnreadableError)) throw error;
    expect(error.trouble).to.equal(trouble);
    const begin = `The beacon node at ${server.url} could not be read (GET /eth/v`;
    expect(error.message.startsWith(begin), error.message).to.be.true;
    return error.message.slice(error.message.indexOf("): ") + 3);
  }

  const state = (wanted = {}) => readStateOf(node, head, wanted);

  it("tells its network", async () => {
    const network = await readNetworkOf(node, 31337n);
    expect(network).to.deep.equal({
      chainId: 31337n,
      depositContract: "0x00000000219ab540356cbb839cbe05303d7705fa",
      genesisTime: BigInt(GENESIS_TIME),
      genesisForkVersion: "0x10000038",
      secondsPerSlot: 12n,
      slotsPerEpoch: 32n,
    });
    expect(timeOfSlot(network, 5n)).to.equal(BigInt(chain.timestampOf(5)));
  });

  it("tells headers of blocks by root, by slot, and the newest", async () => {
    const last = chain.last;
    expect(head.root).to.equal(last.root);
    expect(headerRoot(head.header)).to.equal(last.root);
    for (const id of [last.root as `0x${string}`, BigInt(last.header.slot), "head"] as const) {
      expect(await readHeader(node, id)).to.deep.equal(head);
    }
    const before = chain.blocks.at(-2);
    expect((await readHeader(node, head.header.parentRoot as `0x${string}`)).root).to.equal(before?.root);
    const now = BigInt(chain.timestampOf(last.header.slot));
    expect(await readHead(node, await readNetwork(node), now + 600n)).to.deep.equal(head);
  });

  for (const layout of LAYOUT_NAMES) {
    it(`sends a state of which proofs are made (${FORKS[layout]})`, async () => {
      const other = newChain({ fork: FORKS[layout] });
      const records = enlist(other, [7, 8, 9]);
      const block = other.addBlock();
      const one = await serveBeacon({ blocks: () => servedBlocks(other), genesisTime: GENESIS_TIME });
      try {
        const transport = openTransport(`${one.url}/`, { retries: NEVER });
        const steps: StateProgress[] = [];
        const wanted = { pubkeys: [records[2]?.pubkey ?? ""] };
        const found = await readStateOf(transport, await readHeader(transport, "head"), wanted, (step) =>
          steps.push(step),
        );
        expect(found.found.map(({ index }) => index)).to.deep.equal([2]);
        const places = { fields: [2], balances: [2] };
        expect(proveState(found.tree, found.layout, places)).to.deep.equal(
          proveState(treeOf(block.state), layout, places),
        );
        const size = serializeState(FORKS[layout], block.state).length;
        expect(steps.at(-1)).to.deep.equal({ read: size, total: undefined });
      } finally {
        await one.close();
      }
    });
  }

  it("tells how long a state is, if it knows", async () => {
    server.misbehave("states", {
      headers: { "content-length": serializeState("fulu", chain.last.state).length.toString() },
    });
    const steps: StateProgress[] = [];
    await readStateOf(node, head, {}, (step) => steps.push(step));
    const last = steps.at(-1);
    expect(last?.total).to.be.greaterThan(2_000_000).and.to.equal(last?.read);
  });

  it("is asked for a state by the slot if it does not know the root: some nodes do not for their newest block", async () => {
    const { stateRoot, slot } = head.header;
    server.misbehave(stateRoot, { status: 404 });
    const asked = server.requests.length;
    expect((await readStateOf(node, head, {})).root).to.equal(stateRoot);
    expect(server.requests.slice(asked)).to.deep.equal(
      [stateRoot, slot].map((id) => `/eth/v2/debug/beacon/states/${id}`),
    );
  });

  it("is asked again where the line broke, and for a state never", async () => {
    let waits = 0;
    const wait = (): Promise<void> => {
      waits++;
      server.behave();
      return Promise.resolve();
    };
    const patient = openTransport(server.url, { retries: { delays: [1, 1], wait } });
    server.misbehave("headers", { status: 502 });
    expect(await readHeader(patient, "head")).to.deep.equal(head);
    expect(waits).to.equal(1);
    server.misbehave("states", { breakAfter: 1_000_000 });
    await rejectionOf(readStateOf(patient, head, {}));
    expect(waits).to.equal(1);
  });

  context("given an address", () => {
    it("that is none, says so", () => {
      for (const url of ["", "localhost", "ftp://127.0.0.1", "127.0.0.1:5052"]) {
        expect(() => openTransport(url)).to.throw(SentenceError, "is no address of a beacon node, like http://");
      }
    });

    it("where nobody answers, says so, and not what the address carries", async () => {
      const gone = await serveBeacon({ blocks: () => [], genesisTime: GENESIS_TIME });
      await gone.close();
      const error = await rejectionOf(readHeader(openTransport(`${gone.url}/secret-key`, { retries: NEVER }), "head"));
      expect(error.message).to.equal(
        `The beacon node at ${gone.url} could not be read (GET /eth/v1/beacon/headers/head): nobody answers there ` +
          "(ECONNREFUSED).",
      );
    });
  });

  context("given a fault", () => {
    it("refuses a node that has pruned the state, or has not got it yet", async () => {
      const words = await told("states", { status: 404 }, state, "forgotten");
      expect(words).to.equal(
        "it does not have that (status 404 of the test): pruned, not reached yet, or of another network.",
      );
      const unknown = `0x${"12".repeat(32)}` as const;
      const header = await rejectionOf(readHeader(node, unknown));
      expect(header.message).to.contain("it does not have that (NOT_FOUND: beacon block)");
    });

    it("refuses a node that is syncing, is asked too much, fails, or does not offer it", async () => {
      expect(await told("states", { status: 503 }, state, "behind")).to.contain("it is still syncing (status 503");
      expect(await told("headers", { status: 429 }, () => readHeader(node, "head"), "busy")).to.contain(
        "too many requests",
      );
      expect(await told("headers", { status: 500 }, () => readHeader(node, "head"), "broken")).to.contain("status 500");
      expect(await told("headers", { status: 502, body: "<html>" }, () => readHeader(node, "head"), "broken")).to.equal(
        "status 502.",
      );
      expect(await told("states", { status: 405 }, state, "unsupported")).to.contain(
        "it does not offer that, status 405",
      );
      expect(await told("headers", { status: 418 }, () => readHeader(node, "head"), "other")).to.contain("status 418");
    });

    it("refuses what is no JSON, and JSON of another form", async () => {
      const header = () => readHeader(node, "head");
      expect(await told("headers", { body: "<html>\u202e" }, header, "garbled")).to.equal(
        "what came is no JSON: <html>\\u{202e}.",
      );
      expect(await told("headers", { body: "{}" }, header, "garbled")).to.equal(
        "the answer is of another form, at data.",
      );
      const change = (data: Record<string, unknown>) => ({ ...data, root: "0x12" });
      expect(await told("headers", { change }, header, "garbled")).to.equal(
        "the answer is of another form, at data.root.",
      );
    });

    it("refuses a line that breaks, and a node that says nothing more", async () => {
      const header = () => readHeader(node, "head");
      expect(await told("headers", { breakAfter: 20 }, header, "broken")).to.contain("the line broke");
      expect(await told("states", { breakAfter: 1_000_000 }, state, "broken")).to.match(
        /^the line broke after \d+ bytes/,
      );
      const hasty = openTransport(server.url, { patience: 150, retries: NEVER });
      for (const [part, reading] of [
        ["headers", () => readHeader(hasty, "head")],
        ["states", () => readStateOf(hasty, head, {})],
      ] as const) {
        const words = await told(part, { hangAfter: 10 }, reading, "timeout");
        expect(words).to.match(/^nothing has come for 0\.15 seconds( after \d+ bytes)?\.$/);
      }
    });

    it("refuses a node of another network, or with another preset", async () => {
      const error = await rejectionOf(readNetworkOf(node, 560048n));
      expect(error.message).to.equal(
        `The beacon node at ${server.url} could not be read (GET /eth/v1/config/spec): it follows the beacon chain of ` +
          "chain 31337, and the deployment is on chain 560048.",
      );
      const change = (data: Record<string, unknown>) => ({ ...data, PRESET_BASE: "minimal" });
      expect(await told("spec", { change }, () => readNetwork(node), "unsupported")).to.contain(
        'its states are of the preset "minimal"',
      );
    });

    it("refuses a node that lags", async () => {
      const network = await readNetwork(node);
      const now = timeOfSlot(network, head.header.slot) + 601n;
      expect(await told("none", {}, () => readHead(node, network, now), "behind")).to.equal(
        `its newest block is of slot ${head.header.slot}, 601 seconds ago: it lags.`,
      );
    });

    it("refuses a node that lies about a header", async () => {
      const lie = (root: string) => (data: Record<string, unknown>) => ({ ...data, root });
      const header = () => readHeader(node, "head");
      const other = `0x${"34".repeat(32)}`;
      expect(await told("headers", { change: lie(other) }, header, "garbled")).to.equal(
        `it says that the block's root is ${other}, and its header hashes to ${head.root}.`,
      );
      server.behave();
      const parent = head.header.parentRoot as `0x${string}`;
      const { header: honest } = await readHeader(node, parent);
      // The parent's header, whole, where the head was asked for by its root.
      const replace = () => ({
        root: parent,
        canonical: true,
        header: {
          message: {
            slot: honest.slot.toString(),
            proposer_index: honest.proposerIndex.toString(),
            parent_root: honest.parentRoot,
            state_root: honest.stateRoot,
            body_root: honest.bodyRoot,
          },
        },
      });
      const byRoot = () => readHeader(node, head.root as `0x${string}`);
      expect(await told("headers", { change: replace }, byRoot, "garbled")).to.contain(
        "the header of another block came",
      );
      const bySlot = () => readHeader(node, head.header.slot);
      expect(await told("headers", { change: replace }, bySlot, "garbled")).to.equal(
        `the header of slot ${honest.slot} came.`,
      );
    });

    it("refuses a state of another slot, one that was changed, one that is cut off, and one that goes on", async () => {
      const bytes = serializeState("fulu", chain.last.state);
      const before = chain.blocks.at(-2);
      if (before === undefined) throw new Error("there must be a block before the last");
      const of = (pieces: Uint8Array): Fault => ({ pieces: () => [pieces] });
      expect(await told("states", of(serializeState("fulu", before.state)), state, "garbled")).to.equal(
        `the state of slot ${before.header.slot} came, and slot ${head.header.slot} was asked for.`,
      );
      const changed = bytes.slice();
      changed[500_000] = (changed[500_000] ?? 0) ^ 1;
      expect(await told("states", of(changed), state, "garbled")).to.match(
        /^the state that came has the root 0x[0-9a-f]{64}\.$/,
      );
      expect(await told("states", of(bytes.subarray(0, 2_000_000)), state, "garbled")).to.match(
        /^what came is no state of fulu: in its first part it ends after 2000000 bytes, and at least \d+ are missing\.$/,
      );
      expect(await told("states", of(concatBytes([bytes, new Uint8Array(5)])), state, "garbled")).to.match(
        /^what came is no state of fulu: in \w+ there are \d+ bytes, which are no whole number of elements /,
      );
      expect(await told("states", of(new Uint8Array()), state, "garbled")).to.contain("it ends after 0 bytes");
    });

    it("refuses a state in JSON, one of no fork, and one of a fork that no layout is for", async () => {
      const json = { headers: { "content-type": "application/json" } };
      expect(await told("states", json, state, "garbled")).to.equal('SSZ was asked for, and "application/json" came.');
      expect(await told("states", { headers: { "eth-consensus-version": "" } }, state, "unsupported")).to.equal(
        "it does not say of which fork the state is (Eth-Consensus-Version).",
      );
      expect(await told("states", { headers: { "eth-consensus-version": "heze" } }, state, "unsupported")).to.equal(
        'the state is of the fork "heze", for which there is no layout: nothing can be proven of it.',
      );
      const foreign = { headers: { "eth-consensus-version": "gloas" } };
      expect(await told("states", foreign, state, "garbled")).to.contain("what came is no state of gloas");
    });
  });
});
