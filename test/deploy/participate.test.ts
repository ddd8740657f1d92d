import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { expect } from "chai";
import { HardhatPluginError } from "hardhat/plugins";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NetworkConnection } from "hardhat/types/network";

import standard from "../../config/default.js";
import { LOCAL_ACCOUNTS } from "../../src/config/localAccounts.js";
import { isFinished, recordSchema, type TribuneAddresses } from "../../src/protocol/addresses.js";
import { connectProtocol, type ProtocolContracts } from "../../src/protocol/contracts.js";
import { operationOf, proposalOf, proposeArguments, type Proposal } from "../../src/protocol/proposals.js";
import { stockExample } from "../../src/rehearsal/example.js";
import { checksumOf, type BuilderBatch } from "../../src/safe/transactionBuilder.js";
import { inCall, inMethod, lagging, onceEach } from "../faults/faults.js";
import { startProxy, type Fault } from "../faults/proxy.js";
import { captureOutput } from "../helpers/captureOutput.js";
import { openLine, type Line } from "../helpers/line.js";
import { createHre, startNode, type LocalNode } from "../helpers/localNode.js";
import { rejectionOf } from "../helpers/rejection.js";
import { forgetDeployment } from "../helpers/forgetDeployment.js";

const COMMON = { dao: undefined, account: undefined, print: false, safe: undefined, again: false, json: undefined };
const DAY = 86_400;
/** What the DAO decides to pay. [wei] */
const PAYMENT = 10n ** 18n;
/** What may be given beside what every verb takes. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  begin: ["epoch", "vessel"],
  "call-off": ["epoch"],
  claim: ["epoch"],
  withdraw: ["to"],
  "take-shares": ["to"],
};

interface Data {
  readonly account: string;
  readonly calls: readonly { readonly what: string; readonly target: string; readonly value: string }[];
  readonly means: readonly string[];
  readonly sent: readonly { readonly hash: string }[];
}

/** From a deployment to the last withdrawal, by the command line alone. */
describe("what voters and stakers do from the command line", () => {
  const dao = `test-participate-${process.pid}`;
  const [, majority, minority] = LOCAL_ACCOUNTS;
  let node: LocalNode;
  let line: Line;
  /** As in `node`, by way of the line. */
  let hre: HardhatRuntimeEnvironment;
  let folder: string;
  let connection: NetworkConnection;
  let addresses: TribuneAddresses;
  let contracts: ProtocolContracts;
  let staker: string;
  let other: string;
  let proposal: Proposal;

  async function run(verb: string, args: Record<string, unknown> = {}) {
    return await captureOutput(() => hre.tasks.getTask(["tribune", verb]).run({ ...COMMON, dao, ...args }));
  }
  const dataOf = async (verb: string, args: Record<string, unknown>) =>
    JSON.parse((await run(verb, { ...args, json: "-" })).stdout) as Data;

  /** What a person gets to read of what went wrong. */
  async function refusal(verb: string, args: Record<string, unknown> = {}): Promise<string> {
    const error = await rejectionOf(run(verb, args));
    expect(error, error.stack).to.be.instanceOf(HardhatPluginError);
    return error.message;
  }

  /** Verbs whose node fails; `failure` is what a person gets to read of it. */
  async function throughProxy(
    fault: Fault,
    act: (
      run: (verb: string, args: Record<string, unknown>) => Promise<{ failure: string; stderr: string }>,
    ) => Promise<void>,
  ): Promise<void> {
    const proxy = await startProxy(node.url, fault);
    const through = await createHre(proxy.url);
    try {
      await act(async (verb, args) => {
        let failure = "";
        const task = through.tasks.getTask(["tribune", verb]);
        const { stderr } = await captureOutput(async () => {
          failure = (await rejectionOf(task.run({ ...COMMON, dao, ...args }))).message;
        });
        return { failure, stderr };
      });
    } finally {
      await proxy.close();
    }
  }

  const recordFile = () => path.join(node.hre.config.paths.root, "deployments", "31337", `${dao}.json`);
  const pass = async (seconds: number) => {
    await connection.networkHelpers.time.increase(seconds);
  };

  before(async () => {
    node = await startNode();
    line = await openLine(node.url);
    hre = await createHre(line.url);
    folder = await mkdtemp(path.join(tmpdir(), "tribune-"));
    const file = path.join(folder, `${dao}.json`);
    await writeFile(file, JSON.stringify(standard));
    await captureOutput(() =>
      node.hre.tasks.getTask(["tribune", "deploy"]).run({ dao: file, json: undefined, noRehearsal: true }),
    );
    const record = recordSchema.parse(JSON.parse(await readFile(recordFile(), "utf8")));
    if (!isFinished(record)) throw new Error("the deployment was not finished");
    ({ addresses } = record);
    connection = await node.hre.network.create();
    contracts = connectProtocol(addresses, connection.ethers.provider);
    [staker = "", other = ""] = await stockExample(connection, addresses);
    const poke = contracts.gate.interface.encodeFunctionData("poke");
    proposal = proposalOf(`Poke the gate\n\n#proposer=${majority}`, [
      { target: addresses.gate, value: 0n, data: poke },
      { target: other, value: PAYMENT, data: "0x" },
    ]);
  });

  after(async () => {
    await line.close();
    await node.close();
    await rm(folder, { recursive: true });
    await forgetDeployment(node.hre.config.paths.ignition, recordFile(), dao);
  });

  it("delegates votes, and says that tokens vote for nobody before", async () => {
    const { stdout } = await run("delegate", { account: majority, to: undefined });
    expect(stdout).to.contain(`60,000,000 tokens of ${majority} vote for nobody now`);
    expect(await contracts.token.delegates(majority)).to.equal(majority);
    expect((await run("delegate", { account: majority, to: minority })).stdout).to.contain(`are with ${majority} now`);
    await run("delegate", { account: majority, to: majority });
    expect(await refusal("delegate", { account: addresses.timelock, to: undefined })).to.contain("is no account");
  });

  it("proposes calls out of a file, with the text for voters, in the proposer's own name", async () => {
    const file = path.join(folder, "calls.json");
    await writeFile(
      file,
      JSON.stringify([
        { target: "gate", function: "poke" },
        { target: other, value: PAYMENT.toString() },
      ]),
    );
    const args = { file, description: undefined, account: majority };
    expect(await refusal("propose", args)).to.contain("What is it about?");
    const description = path.join(folder, "why.md");
    await writeFile(description, "Poke the gate\n");
    await pass(1);
    expect(await refusal("propose", { ...args, description, account: minority })).to.contain("proposing takes 100,000");
    const { stdout } = await run("propose", { ...args, description });
    expect(stdout).to.contain("Taking a copy of localhost").and.to.contain("bringing it to its execution …");
    expect(stdout).to.contain("Call 1 calls poke() of the gate at").and.to.contain(`as proposal ${proposal.id}`);
    expect(await contracts.governor.proposalProposer(proposal.id)).to.equal(majority);
  });

  it("sends nothing that the check finds bad, unless it is told to leave the check out", async () => {
    const file = path.join(folder, "bad.json");
    await writeFile(file, JSON.stringify({ calls: [{ target: "gate", data: "0xdeadbeef" }], description: "Bad" }));
    const safe = path.join(folder, "batch.json");
    const args = { file, description: undefined, account: majority };
    const sent = await connection.ethers.provider.getTransactionCount(majority);
    for (const how of [{}, { safe }]) {
      expect(await refusal("propose", { ...args, ...how })).to.contain("nothing was sent or written");
    }
    expect(await readdir(folder)).not.to.include("batch.json");
    expect(await connection.ethers.provider.getTransactionCount(majority)).to.equal(sent);
    expect((await run("propose", { ...args, print: true, noCheck: true })).stdout).to.contain("proposes a call");
  });

  it("says so where a node lets nobody check, and how to go on", async () => {
    const file = path.join(folder, "poke.json");
    await writeFile(file, JSON.stringify({ calls: [{ target: "gate", function: "poke" }], description: "Poke" }));
    const proxy = await startProxy(
      node.url,
      inMethod("eth_getLogs", { kind: "error", code: -32000, message: "no logs" }),
    );
    const through = await createHre(proxy.url);
    const propose = async (noCheck: boolean) => {
      const args = { ...COMMON, dao, file, description: undefined, account: majority, print: true, noCheck };
      const before = process.exitCode;
      const told = await captureOutput(() => through.tasks.getTask(["tribune", "propose"]).run(args));
      const code = process.exitCode;
      process.exitCode = before;
      return { ...told, code };
    };
    try {
      const { stderr, stdout, code } = await propose(false);
      expect(stderr).to.contain("It could not be checked: ").and.to.contain("--no-check leaves it out");
      expect(stdout).not.to.contain("data  0x");
      expect(code).to.equal(2);
      expect((await propose(true)).stdout).to.contain("data  0x");
    } finally {
      await proxy.close();
    }
  });

  it("votes, and says how the vote stands; refuses what cannot be", async () => {
    const id = proposal.id.toString();
    const vote = { proposal: id, support: "for", reason: undefined, account: majority };
    expect(await refusal("vote", vote)).to.contain(`Proposal ${id} is Pending; votes are cast while it is Active`);
    await pass(DAY + 1);
    expect(await refusal("vote", { ...vote, support: "yes" })).to.contain('"yes" is no vote: for, against or abstain');
    expect(await refusal("vote", { ...vote, account: minority })).to.contain("had no votes when the vote began");
    expect(await refusal("vote", { ...vote, proposal: "7" })).to.contain("knows no proposal 7");
    const { stdout } = await run("vote", vote);
    expect(stdout).to.contain("So far 0 are for it").and.to.contain(`casts 60,000,000 votes for proposal ${id}`);
    expect(await refusal("vote", vote)).to.contain("has voted on proposal");
    expect(await refusal("queue", { id, account: majority })).to.contain(
      "is Active; it is queued once it has Succeeded",
    );
  });

  it("takes a proposal back before its vote begins, for its proposer alone", async () => {
    const [call] = proposal.calls;
    const short = proposalOf("A slip", call === undefined ? [] : [call]);
    const signer = await connection.ethers.getSigner(majority);
    await contracts.governor.connect(signer).propose(...proposeArguments(short));
    const id = short.id.toString();
    expect(await refusal("cancel", { id, account: minority })).to.contain(`Only its proposer, ${majority}`);
    await run("cancel", { id, account: majority });
    expect(await refusal("cancel", { id, account: majority })).to.contain("is Canceled; nothing is left of it");
  });

  it("queues a decision, and says that it is not due yet", async () => {
    await pass(5 * DAY);
    const id = proposal.id.toString();
    const { stdout } = await run("queue", { id });
    expect(stdout).to.contain("unless stakers object until then");
    expect(await refusal("execute", { id })).to.contain("It is not due before");
  });

  it("locks shares, and says what that means for governance", async () => {
    expect(await refusal("lock", { amount: "1e3", account: staker })).to.contain('write it like "10,000,000"');
    expect(await refusal("lock", { amount: "0", account: staker })).to.contain("nothing to do");
    expect(await refusal("lock", { amount: "60.5", account: staker })).to.contain("fewer than 60.5");
    expect(await refusal("unlock", { amount: "all", account: staker })).to.contain("has locked no shares");
    const { stdout } = await run("lock", { amount: "1.5", account: staker });
    expect(stdout).to.contain("allows the escrow to take 1.5 shares").and.to.contain("locks 1.5 shares:");
    expect(stdout).to.contain("Then 1.49 % of the shares that can object do, 0 % do now");
    expect(await contracts.gate.persistedState()).to.equal(1n);
    expect(await refusal("unlock", { amount: "all", account: staker })).to.contain(
      "The least time of a lock is not over",
    );
  });

  it("keeps a decision from landing while stakers object, and says so", async () => {
    await pass(4 * DAY);
    expect(await refusal("execute", { id: proposal.id.toString() })).to.contain("The gate lets nothing through now");
  });

  it("proposes to withdraw it, and queues that in a state in which nothing else is taken", async () => {
    const ids = [proposal.id.toString()];
    expect(await refusal("withdraw-proposal", { ids: [], account: majority })).to.contain("Which proposals?");
    const { stdout } = await run("withdraw-proposal", { ids, account: majority });
    expect(stdout).to.contain("can be executed in the same moment, whatever the state");
    const id = /as proposal (\d+)/.exec(stdout)?.[1] ?? "";
    await pass(DAY + 1);
    await run("vote", { proposal: id, support: "for", reason: "stakers object", account: majority });
    await pass(5 * DAY);
    await run("poke");
    expect(await contracts.gate.canSchedule()).to.equal(false);
    expect((await run("queue", { id })).stdout).to.contain("can be executed at once, whatever the state");
  });

  it("writes calls down for a Safe, and prints them for anybody, with no key", async () => {
    const file = path.join(folder, "batch.json");
    const args = { amount: "2", account: other, safe: file };
    await run("lock", args);
    const batch = JSON.parse(await readFile(file, "utf8")) as BuilderBatch;
    expect(batch.meta.checksum).to.equal(checksumOf(batch));
    expect(batch.transactions).to.have.lengthOf(2);
    const { calls, sent } = await dataOf("lock", { ...args, safe: undefined, print: true });
    expect(sent).to.deep.equal([]);
    expect(calls.map(({ target }) => target)).to.deep.equal([addresses.vault, addresses.escrow]);
    expect(await refusal("lock", { ...args, account: undefined })).to.contain("Which Safe is it?");
    expect(await refusal("lock", { ...args, safe: path.join(folder, "none", "b.json") })).to.contain("no folder");
    expect(await contracts.escrow.lockedShares()).to.equal(15n * 10n ** 20n); // 21 decimals
  });

  it("tries the first call before it prints or writes any, and takes one way of preparing", async () => {
    const safe = path.join(folder, "untried.json");
    const args = { amount: "1", account: other };
    expect(await refusal("lock", { ...args, print: true, safe })).to.contain("Give only one of --print and --safe");
    const approve = "0x095ea7b3";
    const refusing = inCall(addresses.vault, approve, { kind: "error", code: 3, message: "execution reverted" });
    await throughProxy(refusing, async (run) => {
      for (const how of [{ print: true }, { safe }]) {
        expect((await run("lock", { ...args, ...how })).failure).to.contain("the contract refuses it");
      }
    });
    expect(await readdir(folder)).not.to.include("untried.json");
  });

  it("tells in the data what was sent before a later call was refused", async () => {
    const json = path.join(folder, "half.json");
    const lock = contracts.escrow.interface.getFunction("lock").selector;
    const refusing = inCall(addresses.escrow, lock, { kind: "error", code: 3, message: "execution reverted" });
    await throughProxy(refusing, async (run) => {
      const { failure, stderr } = await run("lock", { amount: "1", account: other, json });
      expect(failure).to.contain("what was sent before stands");
      expect(stderr).to.match(/allows the escrow to take 1 shares: sent as 0x[0-9a-f]{64}, and not on the chain yet/);
    });
    const data = JSON.parse(await readFile(json, "utf8")) as Data & { readonly failure: string };
    expect(data.sent).to.have.lengthOf(1);
    expect(data.failure).to.contain("what was sent before stands");
  });

  it("believes no refusal of a backend that has not got the last block yet", async () => {
    const lock = contracts.escrow.interface.getFunction("lock").selector;
    const ofLock: Fault = (request, ask) =>
      JSON.stringify(request.params).includes(`"${lock}`) ? lagging(1)(request, ask) : undefined;
    const proxy = await startProxy(node.url, onceEach(ofLock));
    const through = await createHre(proxy.url);
    const snapshot = await connection.networkHelpers.takeSnapshot();
    try {
      const args = { ...COMMON, dao, amount: "1.25", account: other };
      const { stdout } = await captureOutput(() => through.tasks.getTask(["tribune", "lock"]).run(args));
      expect(stdout).to.contain("allows the escrow to take 1.25 shares: 0x").and.to.contain("locks 1.25 shares: 0x");
    } finally {
      await proxy.close();
      await snapshot.restore();
    }
  });

  it("sends nothing behind what is not on the chain yet, unless it is told to", async () => {
    const { provider } = connection;
    await provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const nonce = await connection.ethers.provider.getTransactionCount(other);
      await provider.request({ method: "eth_sendTransaction", params: [{ from: other, to: other }] });
      expect(await refusal("lock", { amount: "1", account: other }))
        .to.contain(`an earlier transaction, with nonce ${nonce}, not on the chain yet`)
        .and.to.contain("--again sends all the same");
      expect(await connection.ethers.provider.getTransactionCount(other, "pending")).to.equal(nonce + 1);
    } finally {
      await provider.request({ method: "evm_setAutomine", params: [true] });
      await connection.networkHelpers.mine();
    }
  });

  it("unlocks, pokes, and executes once nobody objects any more", async () => {
    await run("unlock", { amount: "all", account: staker });
    await run("poke");
    await pass(3 * DAY + 1);
    expect((await run("poke")).stdout).to.contain("The state on record becomes VetoCooldown");
    // By the identifier that status shows. Whoever executes pays what the timelock lacks, and no more.
    const { id } = operationOf(addresses.governor, proposal);
    const { networkHelpers } = connection;
    await networkHelpers.setBalance(addresses.timelock, PAYMENT / 4n);
    const lacking = await dataOf("execute", { id, account: other, print: true });
    expect(lacking.calls[0]?.value).to.equal(((PAYMENT * 3n) / 4n).toString());
    expect(lacking.means.join()).to.contain("lacks 0.75 ETH").and.to.contain(`1.0 ETH to ${other}`);
    expect(await refusal("execute", { id })).to.contain("To pay it all the same: --pay 0.75");
    expect(await refusal("execute", { id, pay: "0,75" })).to.contain("no amount of ETH");
    await networkHelpers.setBalance(addresses.timelock, PAYMENT);
    const { calls, sent } = await dataOf("execute", { id });
    expect(calls[0]?.what).to.equal(`executes proposal ${proposal.id}`);
    expect(calls[0]?.value).to.equal("0");
    expect(sent).to.have.lengthOf(1);
    expect(await refusal("execute", { id: proposal.id.toString() })).to.contain("is Executed");
    await pass(DAY);
  });

  it("leaves: from the rage quit to the last withdrawal", async () => {
    expect(await refusal("begin", { account: staker, epoch: undefined, vessel: undefined })).to.contain("no rage quit");
    expect(await refusal("withdraw", { account: staker, to: undefined })).to.contain("a part in none of the last");
    await run("lock", { amount: "1", account: staker });
    const { stdout: bound } = await run("lock", { amount: "all", account: staker });
    expect(bound).to.contain(`All 60 shares that ${staker} then has in epoch 1 are bound for 5 h`);
    await pass(45 * DAY + 1);
    expect(await refusal("unlock", { amount: "1", account: staker })).to.contain("A rage quit is due");
    for (const verb of ["begin", "call-off", "claim", "withdraw", "take-shares", "move"]) {
      const all = { account: staker, epoch: undefined, vessel: undefined, to: undefined };
      const asked = Object.fromEntries(Object.entries(all).filter(([name]) => TAKES[verb]?.includes(name) ?? false));
      expect(await refusal(verb, { account: staker, ...asked })).to.contain("npx hardhat tribune poke starts it");
    }
    await run("poke");
    const leaving = { account: other, epoch: undefined, vessel: undefined };
    expect(await refusal("claim", { account: other, epoch: undefined })).to.contain("npx hardhat tribune begin");
    expect(await refusal("call-off", { account: other, epoch: undefined })).to.contain("a clock does after");
    const { stdout } = await run("begin", leaving);
    expect(stdout).to.contain("60 shares wait in the escrow");
    expect(await refusal("withdraw", { account: staker, to: undefined })).to.contain("can be withdrawn after");
    expect(await refusal("take-shares", { account: staker, to: undefined })).to.contain(
      "no shares are left to give back",
    );
    expect(await refusal("call-off", { account: other, epoch: undefined })).to.contain("is over (Extension)");
    expect(await refusal("withdraw", { account: other, to: undefined })).to.contain(
      "has a part in none of the last 50",
    );
    await pass((7 + 60 + 15) * DAY);
    await run("poke");
    const paid = await dataOf("withdraw", { account: staker, to: other });
    expect(paid.calls[0]?.what).to.match(/^pays the assets of epoch 1, [\d.]+, to 0x/);
    expect(paid.sent).to.have.lengthOf(1);
    expect(await refusal("withdraw", { account: staker, to: undefined })).to.contain("so far was paid");
  });

  it("binds no shares for a timelock that obeys another gate", async () => {
    await connection.networkHelpers.impersonateAccount(addresses.timelock);
    const timelock = await connection.ethers.getSigner(addresses.timelock);
    await connection.networkHelpers.setBalance(addresses.timelock, PAYMENT);
    await contracts.timelock.connect(timelock).setGate(addresses.fallbackGate);
    expect(await refusal("lock", { amount: "1", account: other })).to.contain("holds nothing up");
    expect(await refusal("move", { account: staker })).to.contain("holds nothing up");
  });
});
