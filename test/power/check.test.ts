import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { id, Interface, parseEther, ZeroAddress, zeroPadValue } from "ethers";

import { addressBook, type Entry } from "../../src/power/check/addressBook.js";
import { parseCallsFile } from "../../src/power/check/callsFile.js";
import { checkOperation } from "../../src/power/check/check.js";
import { readerAt } from "../../src/power/check/codeBefore.js";
import type { PowerAudit } from "../../src/power/check/lookAtPower.js";
import { renderCheck } from "../../src/power/check/renderCheck.js";
import { exitCodeOf, type CheckReport, type Warning } from "../../src/power/check/report.js";
import type { Subject } from "../../src/power/check/asked.js";
import { readSubject } from "../../src/power/check/subject.js";
import { audit } from "../../src/power/audit.js";
import { NORMAL, type Mode } from "../../src/power/modes/modes.js";
import type { AuditInput } from "../../src/power/world/auditInput.js";
import { compareAudits } from "../../src/power/record/compareAudits.js";
import { call as encode } from "../../src/protocol/calls.js";
import { proposalOf, proposeArguments, SUPPORT } from "../../src/protocol/proposals.js";
import { UnreadableError } from "../../src/protocol/errors.js";
import { readScheduled } from "../../src/power/readings/scheduled.js";
import { encodeScheduling, singleArguments, singleOperation } from "../../src/protocol/operations/operation.js";
import { ROLES } from "../../src/protocol/roles.js";
import { inventAccount } from "../../src/rehearsal/snapshot.js";
import { ERC1967Proxy__factory, OpenGateMock__factory, UpgradeableRolesMock__factory } from "../../types/index.js";
import { impersonate } from "../helpers/impersonate.js";
import { rejectionOf } from "../helpers/rejection.js";
import { isDeep } from "../helpers/testProfile.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";

/** Who can do what is not looked at. */
const UNTOUCHED: PowerAudit = {
  audit: () => Promise.resolve({ verdicts: [] } as never),
  compare: () => ({ worse: [], better: [] }),
};
const somebody = inventAccount("somebody");
const DAY = 86_400n;

describe("[PWR-12] the check of an operation", function () {
  this.timeout(120_000);
  let world: AuditWorld;
  let book: Entry[];
  let start: SnapshotRestorer;

  before(async () => {
    world = await createAuditWorld();
    book = addressBook(world.tribune.addresses);
    start = await world.tribune.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => start.restore());

  const given = (calls: unknown): Subject =>
    parseCallsFile(JSON.stringify(calls), "calls.json", { book, addresses: world.tribune.addresses, chain: 31_337n });

  const check = (subject: Subject, power = UNTOUCHED, then = readerAtBlock()): Promise<CheckReport> =>
    checkOperation(world.input, subject, { knowledge: world.knowledge, power, readerAt: then });

  const readerAtBlock = () => (block: number) => readerAt(world.input.provider, block);

  const kindsOf = ({ warnings }: CheckReport): Warning["kind"][] => [...new Set(warnings.map(({ kind }) => kind))];

  const call = (target: string, name: string, ...args: unknown[]) => ({ target, function: name, args });

  /** As a proposal that was carried would be. */
  async function schedule(calls: unknown): Promise<Subject> {
    const { tribune } = world;
    const { operation } = given(calls);
    const governor = await impersonate(tribune.connection, tribune.governor);
    const data = encodeScheduling(operation, await tribune.timelock.getMinDelay());
    await governor.sendTransaction({ to: tribune.timelock, data });
    return await read(operation.id);
  }

  async function read(text: string): Promise<Subject> {
    const { addresses, connection } = world.tribune;
    const { provider } = world.input;
    return await readSubject(text, {
      operations: { timelock: addresses.timelock, provider, firstBlock: 0 },
      ...{ provider, addresses, book, chain: 31_337n, block: await connection.ethers.provider.getBlockNumber() },
    });
  }

  async function support(part: bigint): Promise<void> {
    const { vault, escrow, connection } = world.tribune;
    const { supply } = await escrow.votableSupply();
    let missing = (supply * part) / 100n + 1n;
    for (const holder of world.input.shareHolders) {
      const signer = await connection.ethers.getSigner(holder);
      const shares = await vault.balanceOf(holder);
      const locked = shares < missing ? shares : missing;
      if (locked === 0n) return;
      await vault.connect(signer).approve(escrow, locked);
      await escrow.connect(signer).lock(locked, 0n);
      missing -= locked;
    }
  }

  it("warns of nothing in an honest operation, and tells what it changes", async () => {
    const report = await check(given([call("vault", "setFee", "0"), call("governor", "setVotingDelay", 172_800)]));
    expect(report.warnings).to.deep.equal([]);
    expect(report.ending.kind).to.equal("executes");
    expect(
      report.effects.map(({ name, place, class: declared, before, after }) => [name, place, declared, before, after]),
    )
      .to.deep.include(["the vault", "_fee", "rule", "100000000000000000", "0"])
      .and.to.deep.include(["the governor", "_votingDelay", "rule", "86400", "172800"]);
    expect(report.effects).to.have.length(2);
    expect(exitCodeOf(report)).to.equal(0);
    expect(renderCheck(report)).to.contain("setVotingDelay(uint48)").and.to.contain("newVotingDelay = 172800");
  });

  it("leaves the chain as it was", async () => {
    const { provider } = world.tribune.connection.ethers;
    const before = await provider.getBlock("latest");
    await check(given([call("vault", "setFee", "0")]));
    expect(await provider.getBlock("latest")).to.deep.equal(before);
    expect(await world.tribune.vault.fee()).to.equal(10n ** 17n);
  });

  it("does not look at powers where no rule moves", async () => {
    const report = await check(given([call("gate", "poke")]), {
      ...UNTOUCHED,
      audit: () => Promise.reject(new Error()),
    });
    expect(report.power).to.deep.equal({ kind: "untouched" });
    expect(report.warnings).to.deep.equal([]);
  });

  it("looks at powers where a committee's Safe changes, by way of whatever it trusts", async () => {
    const { tribune } = world;
    const safe = tribune.addresses.bodies.circuitBreaker?.sealCommittee ?? "";
    const signer = await impersonate(tribune.connection, safe);
    const own = new Interface(["function enableModule(address)", "function changeThreshold(uint256)"]);
    await signer.sendTransaction({
      to: safe,
      data: own.encodeFunctionData("enableModule", [tribune.addresses.timelock]),
    });
    const module = new Interface(["function execTransactionFromModule(address,uint256,bytes,uint8)"]);
    const change = own.encodeFunctionData("changeThreshold", [1n]);
    const data = module.encodeFunctionData("execTransactionFromModule", [safe, 0n, change, 0]);
    let audits = 0;
    const counted = (input: AuditInput) => {
      audits++;
      return UNTOUCHED.audit(input);
    };
    const report = await check(given([{ target: safe, data }]), { ...UNTOUCHED, audit: counted });
    expect(report.ending.kind).to.equal("executes");
    expect(audits).to.equal(2);
  });

  /** With the casts that were audited, before and after. */
  async function checkListening(calls: unknown): Promise<{ report: CheckReport; heard: AuditInput[] }> {
    const heard: AuditInput[] = [];
    const listening: PowerAudit = {
      ...UNTOUCHED,
      audit: (input) => {
        heard.push(input);
        return UNTOUCHED.audit(input);
      },
    };
    // As on a live network: the chain's own logs, which know nothing of what is executed on the copy.
    const input = { ...world.input, readAnyLogs: () => Promise.resolve([]), readLogs: () => Promise.resolve([]) };
    const options = { knowledge: world.knowledge, power: listening, readerAt: readerAtBlock() };
    return { report: await checkOperation(input, given(calls), options), heard };
  }

  it("looks at powers where something changes that the address book does not have", async () => {
    const { connection, vault, timelock } = world.tribune;
    const beacon = await connection.ethers.deployContract("UpgradeableBeacon", [vault, timelock]);
    const data = beacon.interface.encodeFunctionData("transferOwnership", [somebody]);
    const { report, heard } = await checkListening([{ target: await beacon.getAddress(), data }]);
    expect(report.power.kind).to.equal("compared");
    expect(kindsOf(report)).to.deep.equal(["outside"]);
    const [, after] = heard;
    expect(after?.named?.map(({ address }) => address)).to.include(somebody);
    const moved = await after?.readLogs?.(await beacon.getAddress(), [id("OwnershipTransferred(address,address)")]);
    expect(moved).to.have.length(1);
  });

  it("looks at powers where somebody may take of a token that the address book does not have, and not where it is paid", async () => {
    const { connection, timelock } = world.tribune;
    const token = await connection.ethers.deployContract("AssetMock", ["Dollar", "USD", 6]);
    await token.mint(timelock, 100n);
    const target = await token.getAddress();
    const payment = { target, data: token.interface.encodeFunctionData("transfer", [somebody, 40n]) };
    const paid = await checkListening([payment]);
    expect(paid.report.power.kind).to.equal("untouched");
    expect(paid.report.warnings).to.deep.equal([]);
    const approval = { target, data: token.interface.encodeFunctionData("approve", [somebody, 1n]) };
    const { report, heard } = await checkListening([approval]);
    expect(report.power.kind).to.equal("compared");
    const [before, after] = heard;
    const topics = [id("Approval(address,address,uint256)"), [zeroPadValue(await timelock.getAddress(), 32)]];
    expect(await before?.readAnyLogs?.({ topics })).to.have.length(0);
    expect(await after?.readAnyLogs?.({ topics })).to.have.length(1);
    expect(after?.named?.map(({ address }) => address)).to.include(somebody);
  });

  it("looks at powers where it schedules another operation, of which a live network's logs tell nothing", async () => {
    const { timelock, minority } = world.tribune;
    const evil = singleOperation(await encode(timelock, "grantRole", [ROLES.proposer, minority.address]));
    const schedules = await encode(timelock, "schedule", [...singleArguments(evil), await timelock.getMinDelay()]);
    const calls = [
      call("timelock", "grantRole", "PROPOSER_ROLE", "timelock"),
      { target: schedules.target, data: schedules.data },
      call("timelock", "revokeRole", "PROPOSER_ROLE", "timelock"),
    ];
    const { addresses, connection } = world.tribune;
    const { provider } = world.input;
    const history = { timelock: addresses.timelock, provider, firstBlock: 0 };
    const input = { ...world.input, history, safeBlock: await connection.ethers.provider.getBlockNumber() };
    const waited: (readonly [id: string, sender: string | undefined])[][] = [];
    const power: PowerAudit = {
      ...UNTOUCHED,
      audit: async (heard) => {
        const { waiting, gap } = await readScheduled(heard);
        expect(gap).to.equal(undefined);
        waited.push(waiting.map(({ id: operation, sender }) => [operation, sender]));
        return await UNTOUCHED.audit(heard);
      },
    };
    const report = await checkOperation(input, given(calls), {
      ...{ knowledge: world.knowledge, power, readerAt: readerAtBlock() },
    });
    expect(report.power.kind).to.equal("compared");
    expect(waited).to.deep.equal([[], [[evil.id, "the operation that is checked"]]]);
  });

  it("tells roles, allowances and balances, before and after", async () => {
    const { tribune } = world;
    await tribune.token.connect(tribune.majority).transfer(tribune.timelock, 100n);
    const report = await check(
      given([
        call("timelock", "grantRole", "CANCELLER_ROLE", somebody),
        call("token", "approve", somebody, 5n.toString()),
        call("token", "transfer", somebody, "40"),
      ]),
    );
    const { token, timelock } = tribune.addresses;
    expect(report.effects.find(({ power }) => power === "role")).to.include({ before: "false", after: "true" });
    expect(report.effects.find(({ power }) => power === "allowance")).to.include({ before: "0", after: "5" });
    expect(report.holdings).to.deep.equal([
      { token, owner: timelock, spender: somebody, before: 0n, after: 5n },
      { token, owner: timelock, before: 100n, after: 60n },
      { token, owner: somebody, before: 0n, after: 40n },
    ]);
    expect(renderCheck(report)).to.contain(`CANCELLER_ROLE of ${somebody}`);
  });

  it("shows what is hidden in a text", async () => {
    const report = await check({ ...given([call("gate", "poke")]), description: "harmless\u202e\nOperation" });
    expect(renderCheck(report)).to.contain("harmless\\u{202e}\\nOperation");
  });

  it("warns of a role among ordinary calls", async () => {
    const report = await check(
      given([call("vault", "setFee", "0"), call("timelock", "grantRole", "CANCELLER_ROLE", somebody)]),
    );
    expect(kindsOf(report)).to.deep.equal(["mixed"]);
    expect(report.warnings[0]?.text).to.contain("call 1 (role)");
  });

  for (const [what, power] of [
    [call("timelock", "setTiebreaker", "tiebreaker", String(400n * DAY)), "term"],
    [call("vault", "transferOwnership", somebody), "owner"],
    [call("token", "delegate", somebody), "delegate"],
    [call("vault", "setBreaker", "asset"), "code pointer"],
  ] as const) {
    it(`warns of a ${power} among ordinary calls (${what.function})`, async () => {
      const report = await check(given([what, call("vault", "setFee", "0")]));
      expect(kindsOf(report)).to.deep.equal(["mixed"]);
      expect(report.warnings[0]?.text).to.contain(`call 0 (${power})`);
    });
  }

  it("warns where the last proposer is removed, and where the Governor is", async () => {
    const revoke = call("timelock", "revokeRole", "PROPOSER_ROLE", "governor");
    const last = await check(given([revoke]));
    expect(kindsOf(last)).to.deep.equal(["reverts", "last-proposer"]);
    expect(exitCodeOf(last)).to.equal(1);
    const other = await check(given([call("timelock", "grantRole", "PROPOSER_ROLE", somebody), revoke]));
    expect(kindsOf(other)).to.deep.equal(["last-proposer"]);
    expect(exitCodeOf(other)).to.equal(1);
  });

  it("warns where the last executor is removed, and where execution is closed", async () => {
    const revoke = call("timelock", "revokeRole", "EXECUTOR_ROLE", ZeroAddress);
    const nobody = await check(given([revoke]));
    expect(nobody.warnings.map(({ text }) => text)).to.deep.equal([
      "Nobody who is known may execute anything any more.",
    ]);
    const few = await check(given([revoke, call("timelock", "grantRole", "EXECUTOR_ROLE", somebody)]));
    expect(few.warnings[0]?.text).to.contain("Not everybody may execute");
  });

  it("warns of a target without code", async () => {
    const report = await check(given([{ target: somebody, data: "0x12345678" }]));
    expect(kindsOf(report)).to.deep.equal(["no-code", "reverts"]);
    const payment = await check(given([{ target: somebody, value: "0", data: "0x" }]));
    expect(payment.warnings).to.deep.equal([]);
  });

  it("warns where code changed since the operation was scheduled, and says where nothing tells", async () => {
    const { connection, addresses } = world.tribune;
    const subject = await schedule([call("vault", "setFee", "0")]);
    await connection.networkHelpers.mine();
    // It does the same, and is not the same.
    const code = await connection.ethers.provider.getCode(addresses.vault);
    await connection.networkHelpers.setCode(addresses.vault, `${code}00`);
    await connection.networkHelpers.mine();
    expect(kindsOf(await check(subject))).to.deep.equal(["code-changed"]);
    const forgotten = () => Promise.reject(new UnreadableError("missing trie node", "forgotten"));
    const pruned = await check(subject, UNTOUCHED, () => ({ code: forgotten, storage: forgotten, ask: forgotten }));
    expect(kindsOf(pruned)).to.deep.equal(["code-not-compared"]);
    const broken = () => Promise.reject(new UnreadableError("502", "broken"));
    const failed = await rejectionOf(check(subject, UNTOUCHED, () => ({ code: broken, storage: broken, ask: broken })));
    expect(failed.message).to.equal("502");
  });

  it("warns of an initialiser that anybody may call, and of code that runs other code", async () => {
    const { connection, deployer } = world.tribune;
    const { provider } = connection.ethers;
    const closed = await new UpgradeableRolesMock__factory(deployer).deploy();
    const initialize = closed.interface.encodeFunctionData("initialize", [deployer.address]);
    const proxy = await (await new ERC1967Proxy__factory(deployer).deploy(closed, initialize)).getAddress();
    const pause = closed.interface.encodeFunctionData("pause");
    const usual = await check(given([{ target: proxy, data: pause }]));
    expect(kindsOf(usual)).to.deep.equal(["foreign-code", "outside"]);
    expect(exitCodeOf(usual)).to.equal(0);
    // The same code where no constructor has run.
    const open = inventAccount("open");
    await connection.networkHelpers.setCode(open, await provider.getCode(closed));
    const report = await check(given([{ target: open, data: pause }]));
    expect(kindsOf(report)).to.deep.equal(["open-initialiser", "outside"]);
    expect(report.warnings[0]?.text).to.contain("initialize(address) works for a stranger");
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("warns of a call that reverts, and says which", async () => {
    const report = await check(given([call("gate", "poke"), call("timelock", "updateDelay", "1")]));
    expect(kindsOf(report)).to.deep.equal(["reverts"]);
    expect(report.ending)
      .to.have.property("why")
      .that.matches(/^call 1 reverts: DelayOutOfBounds\(1, /);
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("warns of what the timelock cannot pay", async () => {
    const report = await check(given([{ target: somebody, value: parseEther("200").toString() }]));
    expect(kindsOf(report)).to.deep.equal(["short-of-ether"]);
    expect(report.ether).to.deep.include({ account: somebody, before: 0n, after: parseEther("200") });
  });

  it("warns of a gate that nobody knows", async () => {
    const gate = await new OpenGateMock__factory(world.tribune.deployer).deploy();
    const report = await check(given([call("timelock", "setGate", await gate.getAddress())]));
    expect(kindsOf(report)).to.deep.equal(["unknown-code"]);
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("warns of what the gate would refuse now, and executes it when it does not", async () => {
    await support(2n);
    const subject = await schedule([call("vault", "setFee", "0")]);
    const report = await check(subject);
    expect(kindsOf(report)).to.deep.equal(["refused"]);
    expect(report.warnings[0]?.text).to.contain("in VetoSignalling");
    expect(report.ending.kind).to.equal("executes");
    expect(report.effects.map(({ place }) => place)).to.include("_fee");
  });

  it("warns of an operation that expires before anything lets it through", async () => {
    const subject = await schedule([call("vault", "setFee", "0")]);
    await support(11n);
    const report = await check(subject);
    expect(kindsOf(report)).to.deep.equal(["refused", "expires"]);
    expect(report.effects.map(({ place }) => place)).to.include("_fee");
    expect(report.power).to.deep.equal({ kind: "never" });
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("audits before and after the execution, in one moment, and compares", async () => {
    const seen: { fee: bigint; at: bigint }[] = [];
    const audited: PowerAudit = {
      audit: async ({ snapshot }) => {
        seen.push({ fee: await world.tribune.vault.fee(), at: await snapshot.now() });
        const outcome = seen.length === 1 ? "holds" : "fails";
        return { verdicts: [{ property: "P1", outcome, evidence: [], failures: [outcome], gaps: [] }] } as never;
      },
      compare: (before, after) => ({
        worse: [`${before.verdicts[0]?.outcome ?? ""} → ${after.verdicts[0]?.outcome ?? ""}`],
        better: [],
      }),
    };
    const report = await check(given([call("vault", "setFee", "0")]), audited);
    const [before, after] = seen;
    expect(seen.map(({ fee }) => fee)).to.deep.equal([10n ** 17n, 0n]);
    expect((after?.at ?? 0n) - (before?.at ?? 0n)).to.equal(1n);
    expect(report.power).to.deep.equal({
      kind: "compared",
      difference: {
        verdicts: [{ property: "P1", before: "holds", after: "fails", fresh: ["fails"] }],
        worse: ["holds → fails"],
        better: [],
      },
    });
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("is no verdict where the audit before cannot be made, and tells where the one after comes to no end", async () => {
    const failing = (which: number, trouble: "other" | "broken"): PowerAudit => {
      let count = 0;
      return {
        ...UNTOUCHED,
        audit: (input) => {
          const error = new UnreadableError("nobody votes", trouble);
          return ++count === which ? Promise.reject(error) : UNTOUCHED.audit(input);
        },
      };
    };
    const subject = given([call("vault", "setFee", "0")]);
    expect((await rejectionOf(check(subject, failing(1, "other")))).message).to.equal("nobody votes");
    expect((await rejectionOf(check(subject, failing(2, "broken")))).message).to.equal("nobody votes");
    const report = await check(subject, failing(2, "other"));
    expect(report.power).to.deep.equal({ kind: "broken", why: "nobody votes" });
    expect(exitCodeOf(report)).to.equal(1);
  });

  if (isDeep) {
    it("tells who could change rules alone afterwards, and could not before", async () => {
      const isSeen = ({ name }: Mode) => name === NORMAL;
      const audited: PowerAudit = {
        audit: (input) => audit(input, { knowledge: world.knowledge, only: isSeen, isQuick: true }),
        compare: (before, after) => compareAudits(before.record, after.record),
      };
      const subject = given([call("timelock", "grantRole", "PROPOSER_ROLE", somebody)]);
      const report = await check(subject, audited);
      expect(report.warnings).to.deep.equal([]);
      if (report.power.kind !== "compared") throw new Error("nothing is compared");
      const { verdicts, worse } = report.power.difference;
      expect(verdicts[0]?.fresh.join()).to.match(/account 0 .*can change DualGovernanceTimelock\._minDelay alone/);
      expect(worse.join()).to.contain("account 0");
      expect(exitCodeOf(report)).to.equal(1);
    });
  }

  it("carries a proposal of the Governor's by a vote, and executes it by way of it", async () => {
    const { token, governor, majority } = world.tribune;
    await token.connect(majority).delegate(majority);
    await world.tribune.connection.networkHelpers.mine();
    const proposal = proposalOf("Longer", [await encode(governor, "setVotingPeriod", [700_000n])]);
    await governor.connect(majority).propose(...proposeArguments(proposal));
    const report = await check(await read(String(proposal.id)));
    expect(report.description).to.equal("Longer");
    expect(report.warnings).to.deep.equal([]);
    expect(report.effects.map(({ place, after }) => [place, after])).to.deep.equal([["_votingPeriod", "700000"]]);
  });

  it("tells of a proposal that is not carried", async () => {
    const { token, governor, majority, minority, connection } = world.tribune;
    for (const voter of [majority, minority]) await token.connect(voter).delegate(voter);
    await connection.networkHelpers.mine();
    const proposal = proposalOf("No", [await encode(governor, "setVotingPeriod", [700_000n])]);
    await governor.connect(minority).propose(...proposeArguments(proposal));
    await connection.networkHelpers.time.increaseTo((await governor.proposalSnapshot(proposal.id)) + 1n);
    await governor.connect(majority).castVote(proposal.id, SUPPORT.against);
    const report = await check(await read(String(proposal.id)));
    expect(report.ending).to.deep.equal({ kind: "unscheduled", why: "the vote on it does not carry: Defeated" });
    expect(exitCodeOf(report)).to.equal(1);
  });

  it("refuses operations that are done, cancelled, or were never there", async () => {
    const { tribune } = world;
    const subject = await schedule([call("gate", "poke")]);
    const { operation } = subject;
    const ask = async (id: string) => (await rejectionOf(read(id))).message;
    const governor = await impersonate(tribune.connection, tribune.governor);
    await tribune.timelock.connect(governor).cancel(operation.id);
    expect(await ask(operation.id)).to.contain("was cancelled");
    expect(await ask(`0x${"12".repeat(32)}`)).to.contain("never scheduled");
    expect(await ask("1".repeat(77))).to.contain("has no proposal");
    expect(await ask("nowhere.json")).to.contain("is no file");
  });
});
