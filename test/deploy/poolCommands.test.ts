import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { parseEther } from "ethers";
import { HardhatPluginError } from "hardhat/plugins";

import { compoundingCredentials, PREDEPOSIT } from "../../src/staking/deposits/deposits.js";
import { depositNetworkOf } from "../../src/staking/deposits/networks.js";
import { isTransaction } from "../faults/faults.js";
import { startProxy } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { serveBeacon, servedBlocks, type BeaconServer } from "../helpers/consensus/beaconServer.js";
import { newValidator } from "../helpers/consensus/state.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { deployPool, type DeployedPool } from "../helpers/poolWorld.js";
import { rejectionOf } from "../helpers/rejection.js";
import { realPubkey, signEntry } from "../helpers/staking/depositFiles.js";

/** Everything that can be given; what is not is undefined, as on the command line. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  register: ["pool", "dao", "owner", "json"],
  "add-keys": ["pool", "dao", "operator", "beacon", "since", "json"],
  list: ["pool", "dao", "json"],
  exit: ["pool", "dao", "operator", "json"],
  claim: ["pool", "dao", "operator", "json"],
  activate: ["pool", "dao", "beacon", "operators", "since", "batch", "json"],
  checkpoint: ["pool", "dao", "beacon", "operators", "batch", "every", "json"],
  exits: ["pool", "dao", "beacon", "operators", "since", "batch", "json"],
};

describe("tribune operator and tribune prove", () => {
  let node: LocalNode;
  let folder: string;
  let pool: DeployedPool;
  let address: string;
  let beacon: BeaconServer;

  before(async () => {
    node = await startNode();
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    pool = await deployPool(await node.hre.network.create());
    address = await pool.pool.getAddress();
    await pool.pool.connect(pool.alice).depositETH(pool.alice, { value: parseEther("1000") });
    const { chain } = pool;
    beacon = await serveBeacon({
      blocks: () => servedBlocks(chain),
      genesisTime: chain.timestampOf(0),
      validators: () => chain.state.validators,
      pendingDeposits: () => chain.state.pendingDeposits,
    });
  });

  after(async () => {
    await beacon.close();
    await node.close();
    await rm(folder, { recursive: true });
  });

  async function run(group: "operator" | "prove", verb: string, args: Record<string, unknown> = {}, hre = node.hre) {
    const absent = Object.fromEntries((OPTIONS[verb] ?? []).map((name) => [name, undefined]));
    const flags = {
      ...(verb !== "list" && { again: false }),
      ...(verb === "add-keys" && { beyondRoom: false }),
      ...(verb === "checkpoint" && { watch: false }),
    };
    const given = { ...absent, ...flags, pool: address, ...(group === "prove" && { beacon: beacon.url }), ...args };
    return await captureOutput(() => hre.tasks.getTask(["tribune", group, verb]).run(given));
  }

  /** What a person gets to read of what went wrong. */
  async function sentenceOf(failing: Promise<unknown>): Promise<string> {
    const error = await rejectionOf(failing);
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    return error.message;
  }

  let vault: string;
  const seeds = ["one", "two"];
  const keys = seeds.map((seed) => realPubkey(seed));

  function localNetwork() {
    const network = depositNetworkOf(31337n);
    if (network === undefined) throw new Error("the local chain must be known");
    return network;
  }

  async function writeKeys(name: string, change: Record<string, unknown> = {}, of = seeds): Promise<string> {
    const file = path.join(folder, name);
    const terms = { withdrawalCredentials: compoundingCredentials(vault), amount: PREDEPOSIT, network: localNetwork() };
    const entries = of.map((seed) => ({ ...signEntry(seed, terms), ...change }));
    await writeFile(file, JSON.stringify(entries));
    return file;
  }

  it("registers an operator, and tells what its keys must be made for", async () => {
    const { stdout } = await run("operator", "register", { owner: pool.operator.address });
    ({ vault } = await pool.registry.getOperator(1));
    expect(stdout).to.contain("registers an operator: 0x").and.to.contain(vault);
    expect(stdout).to.contain(compoundingCredentials(vault)).and.to.contain("tribune operator add-keys");
    expect(await pool.registry.ownerOf(1)).to.equal(pool.operator.address);
  });

  it("refuses a file with a fault, entry by entry, and sends nothing", async () => {
    const file = await writeKeys("bad.json", { amount: 32_000_000_000 });
    const sentence = await sentenceOf(run("operator", "add-keys", { file, check: false }));
    expect(sentence).to.contain("bad.json has 8 faults; nothing was sent:");
    expect(sentence).to.contain(
      `entry 1 (${(keys[0] ?? "").slice(0, 14)}…): amount is 32000000000 gwei (32 ETH), and must be`,
    );
    expect(await sentenceOf(run("operator", "add-keys", { file: "none.json", check: false }))).to.equal(
      "none.json does not exist.",
    );
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(0n);
  });

  it("asks a beacon node, if told one, whether keys exist under other credentials", async () => {
    const file = await writeKeys("deposit_data.json");
    const ask = async () => await run("operator", "add-keys", { file, check: true, beacon: beacon.url });
    await pool.world.block();
    expect((await ask()).stdout).to.contain("2 keys are in order");
    const { validators } = pool.chain.state;
    const [own = "", stolen = ""] = keys;
    const thief = compoundingCredentials(`0x${"ab".repeat(20)}`);
    validators.push(
      newValidator(own, compoundingCredentials(vault), 10n ** 9n),
      newValidator(stolen, thief, 10n ** 9n),
    );
    const sentence = await sentenceOf(run("operator", "add-keys", { file, check: false, beacon: beacon.url }));
    expect(sentence).to.contain(
      "A key is on the beacon chain already, or in its queue, and not to be had under the vault's",
    );
    expect(sentence).to.contain(`${stolen}: under ${thief}`).and.not.to.contain(own);
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(0n);
    validators.splice(-2);

    // Its own, and of no use any more.
    const left = newValidator(own, compoundingCredentials(vault), 0n);
    validators.push(
      { ...left, exitEpoch: 7 },
      { ...newValidator(stolen, compoundingCredentials(vault), 10n ** 9n), slashed: true },
    );
    const useless = await sentenceOf(ask());
    expect(useless).to.contain("2 keys are on the beacon chain already");
    expect(useless).to.contain(`${own}: exits in epoch 7, so never activated`);
    expect(useless).to.contain(`${stolen}: slashed, so never activated`);
    validators.splice(-2);

    // What waits in the queue is nobody's unless it is signed: anybody could send a deposit for any key.
    const { pendingDeposits } = pool.chain.state;
    const waiting = (seed: string, to: string) => {
      const terms = { withdrawalCredentials: to, amount: PREDEPOSIT, network: localNetwork() };
      return { pubkey: realPubkey(seed), ...terms, signature: `0x${signEntry(seed, terms).signature}`, slot: 1 };
    };
    const [first = "", second = ""] = seeds;
    const unsigned = { ...waiting(second, thief), signature: waiting(first, thief).signature };
    pendingDeposits.push(unsigned, waiting(first, compoundingCredentials(vault)), waiting(first, thief));
    expect((await ask()).stdout).to.contain("2 keys are in order");
    pendingDeposits.push(waiting(second, thief));
    const late = await sentenceOf(run("operator", "add-keys", { file, check: false, beacon: beacon.url }));
    expect(late)
      .to.contain(`${stolen}: under ${thief}, by a deposit that still waits in its queue`)
      .and.not.to.contain(own);
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(0n);
    pendingDeposits.splice(-4);

    beacon.misbehave("genesis", { change: (data) => ({ ...data, genesis_fork_version: "0x12345678" }) });
    expect(await sentenceOf(run("operator", "add-keys", { file, check: true, beacon: beacon.url }))).to.equal(
      "The keys are signed for the local network (0x10000038), and the beacon node's chain has the genesis fork version " +
        "0x12345678: it would drop every deposit, and nothing was sent.",
    );
    beacon.behave();

    // A node that cannot be asked is no finding.
    for (const [part, status, words] of [
      ["head/validators", 503, "it is still syncing"],
      ["pending_deposits", 400, "it does not offer that, status 400"],
    ] as const) {
      beacon.misbehave(part, { status });
      const { stderr } = await ask();
      expect(process.exitCode).to.equal(2);
      process.exitCode = undefined;
      beacon.behave();
      expect(stderr).to.contain(words);
    }
  });

  it("refuses more keys than could ever be activated, and names what bounds them", async () => {
    const file = await writeKeys("deposit_data.json");
    const add = async (given: Record<string, unknown> = {}) =>
      await run("operator", "add-keys", { file, check: true, ...given });
    const { registry, governance, terms } = pool;
    await registry.connect(governance).setUnvettedOperatorCap(parseEther("63"));
    expect(await sentenceOf(add())).to.equal(
      "The pool could activate 1 keys more of operator 1, and 0 wait already: the file's 2 new ones are too many. The " +
        "bound: its own cap is 63 ETH, of which 0 ETH are used. What is deposited for a key that is never activated does " +
        "not come back; nothing was sent. Take keys out of the file, or say --beyond-room if there will be room for them.",
    );
    expect((await add({ beyondRoom: true })).stdout).to.contain("2 keys are in order");
    await registry.connect(governance).setUnvettedOperatorCap(terms.unvettedOperatorCap);
    await registry.connect(governance).setEntityCap(0, parseEther("31"));
    expect(await sentenceOf(add())).to.contain("The bound: the cap of all that nobody has vetted is 31 ETH");
    await registry.connect(governance).setEntityCap(0, terms.unvettedCap);
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(0n);
  });

  it("deposits nothing where the fees are missing, and tells which keys have their ETH where a later one fails", async () => {
    const file = await writeKeys("deposit_data.json");
    const { networkHelpers } = await node.hre.network.create();
    const snapshot = await networkHelpers.takeSnapshot();
    const proxy = await startProxy(node.url);
    try {
      await networkHelpers.setBalance(pool.operator.address, parseEther("2") + 1n);
      expect(await sentenceOf(run("operator", "add-keys", { file, check: false }))).to.match(
        /has 2\.0+1 ETH, and 2\.0 ETH and up to 0\.\d+ ETH for gas are needed; nothing was sent\.$/,
      );
      await networkHelpers.setBalance(pool.operator.address, parseEther("9"));
      let sent = 0;
      proxy.suffer((request) =>
        isTransaction(request) && ++sent === 2
          ? { kind: "error", code: -32603, message: "insufficient funds for gas * price + value" }
          : undefined,
      );
      const json = path.join(folder, "added.json");
      const hre = await createHre(proxy.url, "localhost");
      const sentence = await sentenceOf(run("operator", "add-keys", { file, check: false, json }, hre));
      expect(sentence).to.contain("not sent, for the node does not take it: insufficient funds");
      const told = JSON.parse(await readFile(json, "utf8")) as Record<string, unknown>;
      expect([told.deposited, told.left, told.underWay]).to.deep.equal([[keys[0]], [keys[1]], []]);
      expect(told.failure).to.equal(sentence);
    } finally {
      await proxy.close();
      await snapshot.restore();
    }
  });

  it("deposits 1 ETH for each key of a file, and none twice", async () => {
    const file = await writeKeys("deposit_data.json");
    const checked = await run("operator", "add-keys", { file, check: true });
    expect(checked.stdout).to.contain("2 keys are in order, 0 of them deposited already.");
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(0n);
    await run("operator", "add-keys", { file, check: false });
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(parseEther("2"));
    const again = await run("operator", "add-keys", { file, check: false });
    expect(again.stdout).to.contain("2 keys are in order, 2 of them deposited already.");
    expect(await pool.ethers.provider.getBalance(pool.depositContract)).to.equal(parseEther("2"));
  });

  it("counts the keys that wait, whatever file they were of", async () => {
    const { registry, governance, terms } = pool;
    await registry.connect(governance).setUnvettedOperatorCap(parseEther("90"));
    const file = await writeKeys("more.json", {}, ["three"]);
    expect(await sentenceOf(run("operator", "add-keys", { file, check: true }))).to.contain(
      "The pool could activate 2 keys more of operator 1, and 2 wait already: the file's 1 new ones are too many.",
    );
    await registry.connect(governance).setUnvettedOperatorCap(terms.unvettedOperatorCap);
  });

  it("activates them when the beacon chain has them", async () => {
    await pool.world.block();
    const early = await run("prove", "activate");
    expect(early.stdout).to.contain(`operator 1, ${keys[0] ?? ""}: not seen yet`);
    await pool.world.block();
    await pool.world.passEpochs(4);
    const { stdout } = await run("prove", "activate", { json: "-" });
    const outcomes = JSON.parse(stdout) as { readonly pubkey: string; readonly outcome: string }[];
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(["activated", "activated"]);
    expect(outcomes.map(({ pubkey }) => pubkey)).to.have.members(keys);
  });

  it("goes on with a checkpoint that runs, to its end", async () => {
    await pool.world.block();
    await pool.world.block();
    await pool.world.passEpochs(12);
    const contract = await pool.ethers.getContractAt("OperatorVault", vault);
    await pool.world.start(contract);
    const { stdout } = await run("prove", "checkpoint", { batch: "1" });
    expect(stdout).to.contain("opens checkpoint 1 of operator 1: 0x");
    expect(stdout).to.contain("proves 1 keys of operator 1 in checkpoint 1, 1 are left: 0x");
    expect(stdout).to.contain("operator 1: checkpoint 1 is finished, 2 keys were proven here.");
    expect((await pool.registry.getOperator(1)).staked).to.equal(parseEther("64"));
  });

  it("looks again and again with --watch, until it is stopped", async () => {
    const args = { watch: true, every: "600" };
    const seen = beacon.requests.length;
    const looks = () => beacon.requests.slice(seen).filter((path) => path.endsWith("headers/head")).length;
    // Once when it begins, and once at each look.
    const stopping = setInterval(() => looks() > 1 && process.emit("SIGTERM"), 100);
    const { stdout } = await run("prove", "checkpoint", args);
    clearInterval(stopping);
    // The last check was just now, and nothing is due.
    expect(stdout).to.equal("Looking every 600 seconds.\n");
    for (const [given, words] of [
      [{ every: "60" }, "--every is for --watch: at least a second, like 600."],
      [{ watch: true, every: "0" }, "--every is for --watch: at least a second, like 600."],
      [{ watch: true, json: "-" }, "--json is for one look, without --watch."],
    ] as const) {
      expect(await sentenceOf(run("prove", "checkpoint", given))).to.equal(words);
    }
  });

  it("ends with 2, and has proven the others, where a checkpoint cannot be finished", async () => {
    const contract = await pool.ethers.getContractAt("OperatorVault", vault);
    await pool.world.start(contract);
    beacon.misbehave("states", { status: 404 });
    const { stdout, stderr } = await run("prove", "checkpoint");
    const code = process.exitCode;
    process.exitCode = undefined;
    beacon.behave();
    expect(code).to.equal(2);
    expect(stdout).to.contain("operator 1: checkpoint 2 is not finished. The beacon node at ");
    expect(stdout).to.contain("Everybody is checked since ");
    expect(stderr).to.contain("What is not finished is started anew where the chain allows it");
    await run("prove", "checkpoint");
    expect(process.exitCode).to.equal(undefined);
  });

  it("lists operators and how concentrated the stake is", async () => {
    const { stdout } = await run("operator", "list");
    expect(stdout).to.contain(vault).and.to.contain("unvetted").and.to.contain("64");
    expect(stdout).to.match(/operators for more than half +1\n/);
  });

  it("asks validators to exit, and refuses keys that are not the operator's", async () => {
    await pool.world.passEpochs(300);
    const foreign = realPubkey("other");
    expect(await sentenceOf(run("operator", "exit", { pubkeys: [foreign] }))).to.equal(
      `${foreign} is no activated key of operator 1; nothing was sent.`,
    );
    expect(await sentenceOf(run("operator", "exit", { pubkeys: ["0x12"] }))).to.contain(
      "is no public key of a validator",
    );
    const { stdout } = await run("operator", "exit", { pubkeys: [keys[0] ?? ""] });
    expect(stdout).to.contain("asks 1 validators of operator 1 to exit: 0x");
    await pool.world.block();
    await pool.world.block();
    const { stdout: shown } = await run("prove", "exits");
    expect(shown).to.contain(`operator 1, ${keys[0] ?? ""}: shown to be slashed or exiting`);
    expect(shown).to.contain("0 ETH more must exit");
  });

  it("pays the bond of keys that are proven withdrawn", async () => {
    await pool.world.passEpochs(300);
    const contract = await pool.ethers.getContractAt("OperatorVault", vault);
    await pool.world.start(contract);
    await run("prove", "checkpoint");
    const { stdout } = await run("operator", "claim", { operator: "1" });
    expect(stdout).to.contain(`${pool.operator.address} received 1 shares.`);
  });

  it("says what is missing or wrong in what it is given", async () => {
    expect(await sentenceOf(run("operator", "list", { pool: undefined, dao: "nowhere" }))).to.contain(
      'There is no deployment of "nowhere" on chain 31337',
    );
    expect(await sentenceOf(run("operator", "list", { pool: pool.alice.address }))).to.contain("is no staking pool");
    expect(await sentenceOf(run("operator", "claim", { operator: "7" }))).to.equal("The pool has no operator 7.");
    expect(await sentenceOf(run("prove", "activate", { beacon: undefined }))).to.contain(
      "Give its address with --beacon",
    );
    expect(await sentenceOf(run("prove", "activate", { beacon: "localhost" }))).to.contain(
      "is no address of a beacon node",
    );
    expect(await sentenceOf(run("prove", "activate", { batch: "0" }))).to.contain("--batch: 0 is not from 1 to 256.");
    expect(await sentenceOf(run("prove", "checkpoint", { operators: "1,x" }))).to.contain(
      '--operators: "x" is no number',
    );
  });

  it("ends with 2 where the beacon node could not be read", async () => {
    beacon.misbehave("spec", { status: 503 });
    const { stderr } = await run("prove", "checkpoint");
    const code = process.exitCode;
    process.exitCode = undefined;
    beacon.behave();
    expect(code).to.equal(2);
    expect(stderr).to.contain("it is still syncing (status 503 of the test)");
  });
});
