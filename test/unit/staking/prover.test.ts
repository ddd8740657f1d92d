import { expect } from "chai";
import { parseEther, toBeHex, type Log, type Provider } from "ethers";
import hre from "hardhat";

import { UnreadableError } from "../../../src/protocol/errors.js";
import type { PlannedCall } from "../../../src/protocol/plannedCall.js";
import { withMethods } from "../../../src/protocol/withMethods.js";
import { RefusedError } from "../../../src/protocol/refusedError.js";
import { readNetworkOf } from "../../../src/staking/beaconNode/beaconNode.js";
import { openTransport } from "../../../src/staking/beaconNode/transport.js";
import { activateKeys } from "../../../src/staking/prover/activate.js";
import { DAILY, proveCheckpoints } from "../../../src/staking/prover/checkpoint.js";
import { claimProverFees } from "../../../src/staking/prover/claimFees.js";
import { finaliseQueue } from "../../../src/staking/prover/finalise.js";
import { proveExits } from "../../../src/staking/prover/exits.js";
import { readKeys } from "../../../src/staking/prover/keys.js";
import { openPool, readOperators } from "../../../src/staking/prover/pool.js";
import type { Prover, Send } from "../../../src/staking/prover/prover.js";
import { ORDINARY, serveBeacon, servedBlocks, type BeaconServer } from "../../helpers/consensus/beaconServer.js";
import type { BeaconBlock } from "../../helpers/consensus/chain.js";
import { credentials, somePubkey } from "../../helpers/consensus/depositData.js";
import { eth } from "../../helpers/consensus/world.js";
import { deployPool, type DeployedPool, type PoolOptions } from "../../helpers/poolWorld.js";
import { rejectionOf } from "../../helpers/rejection.js";

const SINCE = { since: 0 };

describe("proving for a pool", () => {
  let server: BeaconServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** A pool with ETH, a beacon node beside it, and somebody who proves. */
  async function setUp(options: PoolOptions = {}, ether = "1000") {
    const deployed = await deployPool(await hre.network.create(), options);
    const { pool, alice, chain, world, prover: signer, ethers } = deployed;
    await pool.connect(alice).depositETH(alice, { value: parseEther(ether) });
    const beacon = await serveBeacon({
      blocks: () => servedBlocks(chain),
      genesisTime: chain.timestampOf(0),
      chainId: 31337,
      statesKept: ORDINARY,
    });
    server = beacon;
    const sent: PlannedCall[] = [];
    const send: Send = async (calls) => {
      const sendings = calls.map(
        ({ call: { target, value, data } }) =>
          (overrides: { gasLimit: bigint }) =>
            signer.sendTransaction({ to: target, value, data, ...overrides }),
      );
      const receipts = await world.block(...sendings);
      const refused = calls.find((_, index) => receipts[index]?.status !== 1);
      sent.push(...calls.filter((_, index) => receipts[index]?.status === 1));
      if (refused !== undefined) throw new RefusedError(`${refused.what}: the contract refuses it.`, refused, []);
    };
    const node = openTransport(beacon.url);
    const proving: Prover = {
      provider: ethers.provider,
      contracts: await openPool(await pool.getAddress(), ethers.provider),
      node,
      network: await readNetworkOf(node, 31337n),
      sender: signer.address,
      batch: 2,
      send,
    };
    const operators = () => readOperators(proving.contracts, "all");
    const keys = async () => await readKeys(proving.provider, await operators(), SINCE);
    /** Of these operators, or of all. */
    const activate = async (...ids: readonly bigint[]) =>
      await activateKeys(proving, await readOperators(proving.contracts, ids.length === 0 ? "all" : ids), await keys());
    const check = async () => await proveCheckpoints(proving, await operators());
    const leave = async () => await proveExits(proving, await operators(), await keys());
    return { ...deployed, beacon, proving, sent, operators, keys, activate, check, leave };
  }

  const whats = (sent: PlannedCall[]): string[] => sent.splice(0).map(({ what }) => what);

  /** Deposits of the operator's, seen by the beacon chain. */
  async function prepare({ world }: DeployedPool, owner: DeployedPool["operator"], count: number) {
    const vault = await world.register(owner);
    const pubkeys = await world.prepare(vault, count);
    return { vault, pubkeys };
  }

  it("activates what is ready, whoever has least first, and proves it to the end", async () => {
    const pool = await setUp();
    const { operator, bob, world, registry, sent, chain } = pool;
    const first = await prepare(pool, operator, 3);
    const second = await prepare(pool, bob, 1);
    await world.block();

    const activated = await pool.activate();
    expect(activated.map(({ operatorId, outcome }) => `${operatorId} ${outcome}`)).to.have.members([
      ...Array.from({ length: 3 }, () => "1 activated"),
      "2 activated",
    ]);
    expect(whats(sent)).to.deep.equal([
      "activates 1 keys of operator 1",
      "activates 1 keys of operator 2",
      "activates 2 keys of operator 1",
    ]);
    expect(await first.vault.keyCount()).to.equal(3n);
    expect(await pool.activate()).to.deep.equal([]);

    await world.block();
    await world.block();
    const inFlight = await pool.check();
    expect(inFlight).to.deep.equal([
      { operatorId: 1n, number: 1n, proven: 3, isFinished: true },
      { operatorId: 2n, number: 1n, proven: 1, isFinished: true },
    ]);
    expect(whats(sent)).to.deep.equal([
      "starts a checkpoint of operator 1",
      "starts a checkpoint of operator 2",
      "opens checkpoint 1 of operator 1",
      "opens checkpoint 1 of operator 2",
      "proves 2 keys of operator 1 in checkpoint 1, 1 are left",
      "proves 1 keys of operator 1 in checkpoint 1, 0 are left",
      "proves 1 keys of operator 2 in checkpoint 1, 0 are left",
    ]);
    expect((await first.vault.keySets()).inFlight).not.to.equal(0n);

    await world.passEpochs(12);
    for (const validator of chain.state.validators) validator.balance += eth(0.5);
    await world.block();
    await pool.check();
    expect((await first.vault.keySets()).inFlight).to.equal(0n);
    expect((await registry.getOperator(1)).staked).to.equal(parseEther("97.5"));
    expect((await registry.getOperator(2)).staked).to.equal(parseEther("32.5"));
    expect(second.pubkeys).to.have.length(1);
    // One state for both vaults each time, and one for the activation.
    expect(pool.beacon.requests.filter((path) => path.includes("states"))).to.have.length(3);
  });

  it("tells what became of keys that it does not activate", async () => {
    const pool = await setUp();
    const { operator, world, chain } = pool;
    const { vault, pubkeys } = await prepare(pool, operator, 3);
    const [slashed, exiting] = pubkeys;
    if (slashed === undefined || exiting === undefined) throw new Error("there must be keys");
    const stolen = somePubkey(4);
    await world.give({
      pubkey: stolen,
      withdrawalCredentials: credentials("0x02", `0x${"ab".repeat(20)}`),
      amount: eth(1),
      signature: `0x${"11".repeat(96)}`,
    });
    await world.passEpochs(4);
    expect(await world.predeposit(vault)).to.deep.equal([stolen]);
    world.validator(slashed).slashed = true;
    world.validator(exiting).exitEpoch = chain.state.slot;
    await world.block();
    // Whose root the chain knows is the state of the block before.
    await world.block();
    const outcomes = await pool.activate();
    expect(new Map(outcomes.map(({ pubkey, outcome }) => [pubkey, outcome]))).to.deep.equal(
      new Map([
        [slashed, "slashed"],
        [exiting, "exiting"],
        [pubkeys[2] ?? "", "activated"],
        [stolen, "other credentials"],
      ]),
    );
    const [late] = await world.predeposit(vault);
    await world.block();
    const again = await pool.activate();
    expect(again.find(({ pubkey }) => pubkey === late)?.outcome).to.equal("not seen yet");
  });

  it("tells why the pool refuses a key", async () => {
    const pool = await setUp({ unvettedOperatorCap: parseEther("40") });
    await prepare(pool, pool.operator, 2);
    await pool.world.block();
    const outcomes = await pool.activate();
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(["activated", "refused"]);
    expect(outcomes[1]?.reason).to.equal(`OperatorAboveCap(${parseEther("64")}, ${parseEther("40")})`);
    // Whoever is above a cap is passed by right.
    expect(whats(pool.sent)).to.deep.equal(["activates 1 keys of operator 1"]);
    expect(outcomes[1]).not.to.have.property("announcedUntil");
  });

  it("announces keys that have to wait for ETH, so that nobody with more stake goes before them", async () => {
    const pool = await setUp({}, "40");
    const { alice, operator, bob, carol, world, registry, sent } = pool;
    await prepare(pool, operator, 2);
    await prepare(pool, bob, 1);
    await prepare(pool, carol, 1);
    await world.block();
    const outcomes = await pool.activate();
    expect(whats(sent)).to.deep.equal([
      "activates 1 keys of operator 1",
      "announces 1 ready keys of operator 1",
      "announces 1 ready keys of operator 2",
      "announces 1 ready keys of operator 3",
    ]);
    const { readyUntil } = await registry.getOperator(2);
    for (const { outcome, reason, announcedUntil } of outcomes.slice(1)) {
      expect(outcome).to.equal("refused");
      expect(reason).to.match(/^IdleTooLow\(/);
      expect(announcedUntil).to.equal(readyUntil);
    }

    // Somebody who acts for the first operator alone comes with the next ETH: it is not its turn.
    await pool.pool.connect(alice).depositETH(alice, { value: parseEther("31") });
    await world.block();
    const [own] = await pool.activate(1n);
    expect(own).to.deep.include({ outcome: "refused", announcedUntil: readyUntil });
    expect(own?.reason).to.match(/^NotFirst\(2, /);
    // What is announced for long enough is not announced anew.
    expect(whats(sent)).to.deep.equal([]);
    await pool.activate();
    expect(whats(sent)).to.deep.equal(["activates 1 keys of operator 2"]);

    // Half an hour later it is.
    await world.passEpochs(6);
    await pool.activate(3n);
    expect(whats(sent)).to.deep.equal(["announces 1 ready keys of operator 3"]);
  });

  it("concludes nothing from logs that do not tell of every key that runs", async () => {
    const pool = await setUp();
    await prepare(pool, pool.operator, 2);
    await pool.world.block();
    await pool.activate();
    const since = (await pool.ethers.provider.getBlockNumber()) + 1;
    await pool.world.block();
    const error = await rejectionOf(readKeys(pool.proving.provider, await pool.operators(), { since }));
    expect(error).to.be.instanceOf(UnreadableError);
    expect(error.message).to.match(/^The node's logs tell of 0 of the 2 keys that operator 1 runs: /);
  });

  it("goes on with a checkpoint where it stopped, and proves nothing twice", async () => {
    const pool = await setUp();
    const { operator, world, proving, sent } = pool;
    await prepare(pool, operator, 5);
    await world.block();
    await pool.activate();
    await world.passEpochs(12);
    whats(sent);
    let left = 3;
    const tired: Send = async (calls) => {
      if (left-- === 0) throw new Error("the line broke");
      await proving.send(calls);
    };
    const error = await rejectionOf(proveCheckpoints({ ...proving, send: tired }, await pool.operators()));
    expect(error.message).to.equal("the line broke");
    expect(whats(sent)).to.deep.equal([
      "starts a checkpoint of operator 1",
      "opens checkpoint 1 of operator 1",
      "proves 2 keys of operator 1 in checkpoint 1, 3 are left",
    ]);
    expect(await pool.check()).to.deep.equal([{ operatorId: 1n, number: 1n, proven: 3, isFinished: true }]);
    expect(whats(sent)).to.deep.equal([
      "proves 2 keys of operator 1 in checkpoint 1, 1 are left",
      "proves 1 keys of operator 1 in checkpoint 1, 0 are left",
    ]);
  });

  it("starts a checkpoint anew whose block's payload was withheld, an hour later", async () => {
    const pool = await setUp({ fork: "gloas" });
    const { operator, world, chain, sent } = pool;
    await prepare(pool, operator, 1);
    await world.block();
    await pool.activate();
    await world.passEpochs(12);
    whats(sent);
    chain.addBlockWithoutPayload();
    const stuck = await pool.check();
    expect(stuck[0]?.reason).to.match(
      /^the payload of block 0x[0-9a-f]{64}, on which it was started, was withheld or is forgotten$/,
    );
    expect(stuck[0]).to.include({ operatorId: 1n, number: 1n, proven: 0, isFinished: false });
    expect(whats(sent)).to.deep.equal(["starts a checkpoint of operator 1"]);
    // Four minutes short of an hour.
    await world.passEpochs(8);
    expect(await pool.check()).to.deep.equal(stuck);
    await world.passEpochs(2);
    expect(await pool.check()).to.deep.equal([{ operatorId: 1n, number: 2n, proven: 1, isFinished: true }]);
  });

  /** Two operators with a key each, which have been checked. */
  async function setUpTwo() {
    const pool = await setUp();
    const first = await prepare(pool, pool.operator, 1);
    const second = await prepare(pool, pool.bob, 2);
    await pool.world.block();
    await pool.activate();
    await pool.world.passEpochs(12);
    whats(pool.sent);
    return { ...pool, first: first.vault, second: second.vault };
  }

  it("starts anew what a stranger has started on a block that is forgotten, and opens nothing for it", async () => {
    const { world, first, check, sent } = await setUpTwo();
    await world.start(first);
    // Two hours: an ordinary node has forgotten the state.
    await world.passEpochs(19);
    expect(await check()).to.deep.equal([
      { operatorId: 1n, number: 2n, proven: 1, isFinished: true },
      { operatorId: 2n, number: 1n, proven: 2, isFinished: true },
    ]);
    expect(whats(sent).slice(0, 2)).to.deep.equal([
      "starts a checkpoint of operator 1",
      "starts a checkpoint of operator 2",
    ]);
  });

  it("proves the others where one can neither be proven nor started anew, and tells why", async () => {
    const { world, first, second, check, sent, registry } = await setUpTwo();
    const block = await world.start(first);
    // Half an hour: too early for another start, and too late for an ordinary node.
    await world.passEpochs(5);
    const [stuck, done] = await check();
    expect(stuck).to.include({ operatorId: 1n, number: 1n, proven: 0, isFinished: false });
    expect(stuck?.reason).to.contain("it does not have that (State not found): pruned");
    expect(done).to.deep.equal({ operatorId: 2n, number: 1n, proven: 2, isFinished: true });
    expect(whats(sent).filter((what) => what.includes("operator 1"))).to.deep.equal([]);
    // The same for one that somebody with an archive holds up by proving a part of it.
    await world.passEpochs(10);
    const late = await world.start(second);
    await world.open(second, late);
    const { proof, places } = await world.checkpointProof(second, late, [0]);
    await second.prove(proof, places);
    await world.passEpochs(19);
    const [freed, held] = await check();
    expect(freed).to.deep.equal({ operatorId: 1n, number: 2n, proven: 1, isFinished: true });
    expect(held).to.include({ operatorId: 2n, number: 2n, isFinished: false });
    expect((await registry.getOperator(1)).mark).to.be.greaterThan(world.chain.timestampOf(block.header.slot));
  });

  it("takes it for no failure that somebody else is first", async () => {
    const { world, first, second, proving, operators, sent } = await setUpTwo();
    let block: BeaconBlock | undefined;
    const rival: Send = async (calls) => {
      const what = calls[0]?.what ?? "";
      if (what.startsWith("starts")) await world.start(first);
      if (what.startsWith("proves 2 keys") && block !== undefined) await world.prove(second, block, [0]);
      try {
        await proving.send(calls);
      } finally {
        block ??= world.told;
      }
    };
    const outcomes = await proveCheckpoints({ ...proving, send: rival }, await operators());
    expect(outcomes.map(({ operatorId, proven, isFinished }) => [operatorId, proven, isFinished])).to.deep.equal([
      [1n, 1, true],
      [2n, 1, true],
    ]);
    expect(whats(sent)).not.to.include("starts a checkpoint of operator 1");
  });

  it("checks every vault once a day when it looks again and again, and finishes what others start only then", async () => {
    const { world, first, proving, operators, check, sent } = await setUpTwo();
    await check();
    whats(sent);
    const look = async () => await proveCheckpoints(proving, await operators(), DAILY);
    // Seven hours, and somebody who starts.
    await world.passEpochs(66);
    await world.start(first);
    expect(await look()).to.deep.equal([]);
    await world.passEpochs(14);
    await world.start(first);
    expect(await look()).to.deep.equal([{ operatorId: 1n, number: 3n, proven: 1, isFinished: true }]);
    expect(whats(sent)).not.to.include("starts a checkpoint of operator 1");
    await world.passEpochs(150);
    expect((await look()).map(({ operatorId }) => operatorId)).to.deep.equal([2n]);
  });

  it("starts a checkpoint anew that nobody has finished in 27 hours", async () => {
    const pool = await setUp();
    const { operator, world, sent } = pool;
    const { vault } = await prepare(pool, operator, 1);
    await world.block();
    await pool.activate();
    await world.start(vault);
    await world.passDays(2);
    whats(sent);
    expect(await pool.check()).to.deep.equal([{ operatorId: 1n, number: 2n, proven: 1, isFinished: true }]);
    expect(whats(sent)[0]).to.equal("starts a checkpoint of operator 1");
  });

  it("shows who is slashed or exits, and makes keys exit whose owners do not, while somebody is kept waiting", async () => {
    const pool = await setUp();
    const { operator, alice, world, sent, gate, registry } = pool;
    const { vault, pubkeys } = await prepare(pool, operator, 4);
    await world.block();
    await pool.activate();
    await world.passEpochs(300);
    await pool.check();
    const [slashed = "", exiting = ""] = pubkeys;
    world.validator(slashed).slashed = true;
    world.validator(exiting).exitEpoch = 10 ** 6;
    await world.block();
    await world.block();
    whats(sent);
    const news = await pool.leave();
    expect(news.shown).to.deep.equal([{ operatorId: 1n, pubkeys: [slashed, exiting] }]);
    expect(news).to.include({ demand: 0n, refusal: undefined });

    await pool.pool.connect(alice).requestRedeem(await pool.pool.balanceOf(alice), alice, alice);
    await world.block();
    const early = await pool.leave();
    expect(early.shown).to.deep.equal([]);
    expect(early.demand).to.be.greaterThan(0n);
    expect(early.refusal).to.match(/^NobodyWaits\(/);

    await gate.setState(4);
    await world.block();
    const forced = await pool.leave();
    expect(forced.forced).to.deep.equal([{ operatorId: 1n, pubkeys: pubkeys.slice(2) }]);
    expect(forced.demand).to.equal(await registry.exitDemand());
    await world.block();
    await world.block();
    for (const pubkey of pubkeys.slice(2)) expect(world.validator(pubkey).exitEpoch).to.be.lessThan(10 ** 6);
    expect((await vault.keySets()).requested).not.to.equal(0n);
  });

  it("makes keys exit in the pool's order: no more of an operator at once than it is its turn to give", async () => {
    const pool = await setUp();
    const { operator, bob, alice, world, gate } = pool;
    const [one, other] = [await prepare(pool, operator, 4), await prepare(pool, bob, 2)];
    await world.block();
    await pool.activate();
    await world.passEpochs(300);
    await pool.check();
    await pool.pool.connect(alice).requestRedeem(await pool.pool.balanceOf(alice), alice, alice);
    await gate.setState(4);
    await world.block();
    // With 128 and 64 ETH the fourth key would be out of turn; two leave 64 each, and then nobody has a lead of two.
    const forced = [
      { operatorId: 1n, pubkeys: one.pubkeys.slice(0, 2) },
      { operatorId: 1n, pubkeys: one.pubkeys.slice(2, 3) },
      { operatorId: 2n, pubkeys: other.pubkeys },
      { operatorId: 1n, pubkeys: one.pubkeys.slice(3) },
    ];
    expect(await pool.leave()).to.deep.include({ forced, refusal: undefined });
  });

  it("lets those be paid who waited for it, and is paid itself as gains are let in, nothing twice", async () => {
    const all = await setUp();
    const { operator, world, prover, pool, alice, proving, sent } = all;
    const { pubkeys } = await prepare(all, operator, 2);
    await world.block();
    await all.activate();
    await world.block();
    await world.passEpochs(12);
    await all.check();
    for (const pubkey of pubkeys) world.validator(pubkey).balance += eth(1);
    await pool.connect(alice).requestRedeem(parseEther("1000"), alice, alice);
    expect(await finaliseQueue(proving)).to.deep.equal({ shares: 0n, assets: 0n, refusal: undefined });
    await world.block();
    await all.check();
    whats(sent);
    expect((await finaliseQueue(proving)).shares).to.equal(parseEther("1000"));
    expect(await finaliseQueue(proving)).to.deep.equal({ shares: 0n, assets: 0n, refusal: undefined });
    expect(whats(sent)).to.deep.equal(["finalises requests that wait"]);

    const claim = async () => await claimProverFees(proving, await all.operators(), prover.address, SINCE);
    const early = await claim();
    expect(early.credited).to.deep.equal([{ operatorId: 1n, number: 2n, keys: 2n }]);
    await world.passDays(3);
    const late = await claim();
    expect([late.credited, late.shares > early.shares]).to.deep.equal([[], true]);
    expect(await pool.balanceOf(prover)).to.equal(early.shares + late.shares);
    expect((await claim()).credited).to.deep.equal([]);
    await pool.connect(alice).requestRedeem(parseEther("1000"), alice, alice);
    expect((await finaliseQueue(proving)).refusal).to.contain("ProofsTooOld");
  });

  it("claims what vaults say was proven, and tells what a node's logs leave out or make up", async () => {
    const all = await setUp();
    const { operator, bob, world, prover, proving } = all;
    const { pubkeys, vault } = await prepare(all, operator, 2);
    await prepare(all, bob, 1);
    await world.block();
    await all.activate();
    await world.block();
    await world.passEpochs(12);
    await all.check();
    for (const pubkey of pubkeys) world.validator(pubkey).balance += eth(1);
    await world.block();
    await all.check();
    const restore = await world.save();
    const claim = async (getLogs: Provider["getLogs"]) => {
      await restore();
      const provider = withMethods(proving.provider, { getLogs });
      const { credited, doubts } = await claimProverFees(
        { ...proving, provider },
        await all.operators(),
        prover.address,
        SINCE,
      );
      expect(credited).to.deep.equal([{ operatorId: 1n, number: 2n, keys: 2n }]);
      return doubts;
    };
    const { provider } = proving;
    expect(await claim((filter) => provider.getLogs(filter))).to.deep.equal([]);
    expect(await claim(() => Promise.resolve([]))).to.deep.equal([
      "operator 1, checkpoint 1: logs tell of 0 keys, and its vault of 2",
      "operator 1, checkpoint 2: logs tell of 0 keys, and its vault of 2",
      "operator 2, checkpoint 1: logs tell of 0 keys, and its vault of 1",
      "operator 2, checkpoint 2: logs tell of 0 keys, and its vault of 1",
    ]);
    const event = vault.interface.getEvent("KeysProven");
    const [one] = await provider.getLogs({
      address: await vault.getAddress(),
      topics: [event.topicHash],
      fromBlock: 0,
    });
    if (one === undefined) throw new Error("there must be a log");
    const later = { ...one.toJSON(), topics: one.topics.with(1, toBeHex(7, 32)) } as Log;
    expect(await claim(async (filter) => [...(await provider.getLogs(filter)), one, later])).to.deep.equal([
      "operator 1: logs tell of checkpoint 7, and its vault has had 2",
      "operator 1, checkpoint 1: logs tell of 4 keys, and its vault of 2",
    ]);
  });

  it("sends nothing on the word of a beacon node that has another state", async () => {
    const pool = await setUp();
    await prepare(pool, pool.operator, 1);
    await pool.world.block();
    await pool.activate();
    await pool.world.passEpochs(12);
    whats(pool.sent);
    const [old] = servedBlocks(pool.chain);
    if (old === undefined) throw new Error("there must be a block");
    pool.beacon.misbehave("states", { pieces: old.pieces });
    const [lied] = await pool.check();
    expect(lied?.isFinished).to.equal(false);
    expect(lied?.reason).to.match(/the state of slot \d+ came, and slot \d+ was asked for/);
    expect(whats(pool.sent)).to.deep.equal(["starts a checkpoint of operator 1"]);
    pool.beacon.behave();
    expect(await pool.check()).to.deep.equal([{ operatorId: 1n, number: 1n, proven: 1, isFinished: true }]);
  });
});
