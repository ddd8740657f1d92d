import type { SnapshotRestorer } from "@nomicfoundation/hardhat-network-helpers/types";
import { expect } from "chai";
import { concat, keccak256, parseEther, toBeHex } from "ethers";

import { replayDefences } from "../../src/power/play/defence.js";
import { NORMAL, type Mode } from "../../src/power/modes/modes.js";
import { openWorld } from "../../src/power/world/openWorld.js";
import { compareAudits } from "../../src/power/record/compareAudits.js";
import type { AuditReport, PropertyName } from "../../src/power/report.js";
import { call } from "../../src/protocol/calls.js";
import { UnreadableError } from "../../src/protocol/errors.js";
import { singleArguments, singleOperation } from "../../src/protocol/operations/operation.js";
import { proposalArguments, proposalOf, proposeArguments, SUPPORT } from "../../src/protocol/proposals.js";
import { ROLES } from "../../src/protocol/roles.js";
import { rejectionOf } from "../helpers/rejection.js";
import { createAuditWorld, type AuditWorld } from "./auditWorld.js";
import { write } from "./plants/plant.js";
import { guardSubCommittee } from "./plants/written.js";

/** Nothing of a contract has to be called to see who votes. */
const VOTES_ALONE = { only: ({ name }: Mode) => name === NORMAL, functions: () => false, isQuick: true } as const;
const YEAR = 365n * 86_400n;

describe("[PWR-31] the power audit tells who carries, withholds and has scheduled what the DAO decides", function () {
  this.timeout(120_000);
  let world: AuditWorld;
  let snapshot: SnapshotRestorer;

  before(async () => {
    world = await createAuditWorld();
    snapshot = await world.tribune.connection.networkHelpers.takeSnapshot();
  });
  afterEach(() => snapshot.restore());

  const audit = async (identities: ReadonlyMap<string, string> = new Map()): Promise<AuditReport> =>
    await world.audit({ ...VOTES_ALONE, identities });

  const failuresOf = ({ verdicts }: AuditReport, wanted: PropertyName): string =>
    verdicts.find(({ property }) => property === wanted)?.failures.join("\n") ?? "";

  /** Of the supply. [%] */
  const setQuorum = async (percent: bigint): Promise<void> => {
    const { governor } = world.tribune.addresses;
    const numerator = ((await world.tribune.governor.quorumDenominator()) * percent) / 100n;
    const newest = BigInt(keccak256(toBeHex(world.slotOf(governor, "_quorumNumeratorHistory._checkpoints"), 32)));
    await write(world, governor, { slot: newest, offset: 6, bytes: 26 }, numerator);
  };

  it("names two who have exactly half of the votes each", async () => {
    const { token, majority, minority } = world.tribune;
    await token.connect(majority).transfer(minority, parseEther("15000000"));
    const report = await audit();
    expect(report.carriers).to.deep.equal([]);
    expect(failuresOf(report, "P5")).to.match(/voter 0 can keep every repair .*45,000,000 votes of the 45,000,000/);
    expect(failuresOf(report, "P5")).to.match(/voter 1 can keep every repair/);
  });

  it("names whoever is missing to a high quorum", async () => {
    await setQuorum(90n);
    expect(failuresOf(await audit(), "P5")).to.match(/voter 1 can keep every repair from being decided, for ever/);
  });

  it("tells on record that a lower quorum is worse", async () => {
    const before = await audit();
    expect(failuresOf(before, "P5")).to.equal("");
    await setQuorum(1n);
    expect(compareAudits(before.record, (await audit()).record).worse.join("\n")).to.match(
      /the quorum, of the supply: 4 % before, now 1 %/,
    );
  });

  it("tells on record nothing worse where the DAO pays somebody in its token", async () => {
    const { token, timelock, majority, stranger } = world.tribune;
    await token.connect(majority).transfer(timelock, parseEther("1000000"));
    const before = await audit();
    await token.connect(world.timelock).transfer(stranger, parseEther("1000000"));
    const after = await audit();
    expect(after.votes.total).not.to.equal(before.votes.total);
    expect(compareAudits(before.record, after.record).worse).to.deep.equal([]);
  });

  it("fails where a late quorum keeps a vote open for years", async () => {
    const { governor } = world.tribune.addresses;
    await write(world, governor, { slot: world.slotOf(governor, "_voteExtension"), bytes: 6 }, 2n * YEAR);
    expect(failuresOf(await audit(), "P5")).to.match(/A late quorum prolongs a vote by 730 d/);
  });

  it("finds who carries with two accounts, and with votes that are delegated", async () => {
    const { token, majority, minority, stranger, contributor } = world.tribune;
    await token.connect(majority).transfer(stranger, parseEther("30000000"));
    const mallory = new Map([majority, stranger].map(({ address }) => [address, "Mallory"]));
    expect((await audit(mallory)).carriers).to.deep.equal([{ name: "Mallory", withholds: true }]);
    for (const holder of [majority, minority]) await token.connect(holder).delegate(contributor);
    const { carriers } = await audit();
    expect(carriers).to.have.length(1);
    expect(carriers[0]?.withholds).to.equal(false);
    expect(carriers[0]?.name).to.match(/delegate of holder|beneficiary/);
  });

  it("lets nobody object to what it decides itself", async () => {
    const { shareHolders: stakers } = world.input;
    const behind = (accounts: readonly string[]) =>
      new Map([world.tribune.majority.address, ...accounts].map((address) => [address, "Mallory"]));
    const all = await audit(behind(stakers));
    expect(failuresOf(all, "P2")).to.match(/of those who carry what the DAO decides.* do not reach R1, 1 %/);
    const most = await audit(behind(stakers.slice(0, 2)));
    expect(failuresOf(most, "P2")).to.equal("");
    expect(failuresOf(most, "P3")).to.match(/do not reach R2, 10 %/);
  });

  it("lets the only staker that is known leave with what it has, of which the audit took a share", async () => {
    await world.input.snapshot.branch(async () => {
      const { world: copy } = await openWorld({ ...world.input, shareHolders: world.input.shareHolders.slice(0, 1) });
      const { defences, gaps } = await replayDefences(copy, { cohorts: ["a lone staker"], over: new Set() });
      expect(gaps).to.deep.equal([]);
      expect(defences.map(({ cohort }) => cohort)).to.deep.equal(["a lone staker"]);
    });
  });

  it("names who scheduled what no vote has decided, though its role is gone", async () => {
    const { timelock, deployer, minority } = world.tribune;
    await timelock.connect(world.timelock).grantRole(ROLES.proposer, deployer);
    const operation = singleOperation(await call(timelock, "grantRole", [ROLES.proposer, minority.address]));
    await timelock.connect(deployer).schedule(...singleArguments(operation), await timelock.getMinDelay());
    // No arguments follow the selector: nobody can decode it.
    const short = singleOperation({ target: await timelock.getAddress(), value: parseEther("2"), data: "0x2f2ff15d" });
    await timelock.connect(deployer).schedule(...singleArguments(short), await timelock.getMinDelay());
    await timelock.connect(world.timelock).revokeRole(ROLES.proposer, deployer);
    const report = await audit();
    const says =
      /the deployer has had operation 0x\w+ scheduled, which no vote has decided: timelock\.grantRole\(.*voter 1\)/;
    for (const property of ["P1", "P4"] as const) {
      expect(failuresOf(report, property)).to.match(says);
      expect(failuresOf(report, property)).to.contain("no vote has decided: 0x2f2ff15d of the timelock with 2.0 ETH;");
    }
  });

  it("takes two guards of one owner for one who keeps the tiebreaker from its quorum, and two of two for two", async () => {
    const { connection, vault, stranger, minority } = world.tribune;
    const owners = [stranger, minority];
    for (const [index, owner] of owners.entries()) {
      // Whatever has an owner.
      const guard = await connection.ethers.deployContract("UpgradeableBeacon", [vault, owner]);
      await guardSubCommittee(world, index, await guard.getAddress());
    }
    const mallory = new Map(owners.map(({ address }) => [address, "Mallory"]));
    expect(failuresOf(await audit(mallory), "P5")).to.match(
      /owns, may forbid whatever the sub-committee 0 and the sub-committee 1 do, without whom the tiebreaker has no quorum/,
    );
    const apart = await audit();
    expect(failuresOf(apart, "P5")).to.equal("");
    expect(apart.verdicts[4]?.gaps.join("\n")).to.match(/whether those behind them act together is not known/);
  });

  it("[PWR-7] takes an owner whose account works with borrowed code for a key, and says so", async () => {
    const { connection, addresses } = world.tribune;
    const safe = await connection.ethers.getContractAt("ISafe", addresses.bodies.circuitBreaker?.sealCommittee ?? "");
    const [owner = ""] = await safe.getOwners();
    await connection.networkHelpers.setCode(owner, concat(["0xef0100", addresses.token]));
    const report = await world.audit({ ...VOTES_ALONE, functions: ({ name }) => name === "breaker" });
    const gaps = report.verdicts.flatMap((verdict) => verdict.gaps);
    expect(gaps.filter((gap) => gap.includes("of which the audit knows nothing"))).to.deep.equal([]);
    expect(Object.keys(report.record.keys).join()).to.contain("owner 0 of seal committee (EIP-7702)");
  });

  it("[PWR-7] says in a sentence that nobody can vote yet", async () => {
    const { token, timelock, majority, minority } = world.tribune;
    for (const holder of [majority, minority]) {
      await token.connect(holder).transfer(timelock, await token.balanceOf(holder));
    }
    const refusal = await rejectionOf(world.audit({ only: () => false, isQuick: true }));
    expect(refusal).to.be.instanceOf(UnreadableError);
    expect(refusal.message).to.match(/^Nobody has votes that can be cast yet/);
  });

  it("lists what the DAO has queued, and finds nothing wrong with it, nor with one guard of a sub-committee", async () => {
    const { token, governor, gate, majority, connection } = world.tribune;
    await token.connect(majority).delegate(majority);
    const proposal = proposalOf("poke", [await call(gate, "poke")]);
    await governor.connect(majority).propose(...proposeArguments(proposal));
    await connection.networkHelpers.time.increaseTo((await governor.proposalSnapshot(proposal.id)) + 1n);
    await governor.connect(majority).castVote(proposal.id, SUPPORT.for);
    await connection.networkHelpers.time.increaseTo((await governor.proposalDeadline(proposal.id)) + 1n);
    await governor.queue(...proposalArguments(proposal));
    await guardSubCommittee(world, 0, "guard");
    const report = await world.audit({
      only: ({ name }) => name === "Normal",
      functions: ({ name }) => name === "gate",
      isQuick: true,
    });
    expect(report.verdicts.flatMap(({ failures }) => failures)).to.deep.equal([]);
    const [first, , , , fifth] = report.verdicts;
    expect(first?.evidence.join("\n")).to.match(/Operation 0x\w+ waits, by a vote: gate\.poke\(\)/);
    expect(fifth?.gaps.join("\n")).not.to.match(/guard/);
  });
});
