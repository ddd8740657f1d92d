import { stripVTControlCharacters } from "node:util";

import { expect } from "chai";
import { ZeroAddress, ZeroHash, type Provider } from "ethers";
import { network } from "hardhat";

import standard from "../../../config/default.js";
import type { DaoDefinition } from "../../../src/config/schema.js";
import { UnreadableError } from "../../../src/protocol/errors.js";
import { readStatus, type Status } from "../../../src/status/readStatus.js";
import { renderStatus } from "../../../src/status/renderStatus.js";
import { ISafe__factory } from "../../../types/index.js";
import { deployTribune, stake, type Tribune } from "../../helpers/deployTribune.js";
import { failingProvider, isCallOf } from "../../helpers/failingProvider.js";
import { impersonate } from "../../helpers/impersonate.js";
import { rejectionOf } from "../../helpers/rejection.js";
import { createSafeOf } from "../../helpers/safe.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const DAY = 86_400n;

async function deployWithBodies() {
  const tribune = await deployTribune(connection);
  const { breaker, tiebreaker, addresses } = tribune;
  const { emergency, circuitBreaker } = addresses.bodies;
  const staker = tribune.stakers.at(-1);
  if (!breaker || !tiebreaker || !emergency || !circuitBreaker || !staker) throw new Error("a body is missing");
  await stake(tribune, staker, 10n ** 20n);
  return { ...tribune, breaker, tiebreaker, staker, committees: { ...emergency, ...circuitBreaker } };
}
type World = Awaited<ReturnType<typeof deployWithBodies>>;
const fixture = () => networkHelpers.loadFixture(deployWithBodies);

const read = (
  { addresses, deployer }: Tribune,
  configuration: DaoDefinition = standard,
  provider: Provider = ethers.provider,
): Promise<Status> =>
  readStatus(
    {
      format: 1,
      dao: "default",
      chain: { id: 31337, genesis: ZeroHash },
      deployer: deployer.address,
      firstBlock: 0,
      configuration,
      addresses,
    },
    provider,
  );
const show = (status: Status): string => stripVTControlCharacters(renderStatus(status));

/** Bodies that may use their power now. */
const able = ({ bodies }: Status): string[] => bodies.filter(({ now }) => now.isGiven).map(({ name }) => name);
function bodyOf(status: Status, name: string) {
  const body = status.bodies.find((one) => one.name === name);
  if (body === undefined) throw new Error(`no ${name}`);
  return body;
}
const as = (account: string) => impersonate(connection, account);
const lockAll = async ({ escrow, vault, staker }: World) =>
  escrow.connect(staker).lock(await vault.balanceOf(staker), 0n);
const sealVault = async ({ breaker, vault, committees }: World) =>
  breaker.connect(await as(committees.sealCommittee)).seal([vault]);
const latest = async () => BigInt(await networkHelpers.time.latest());

const SUB_COMMITTEES = ["tiebreaker-0", "tiebreaker-1", "tiebreaker-2"];

describe("readStatus, of the bodies whose powers end", () => {
  it("tells each body, who stands behind it, and when its power ends", async () => {
    const tribune = await fixture();
    const status = await read(tribune);
    const names = ["activation", "execution", "seal", "reseal", "tiebreaker", ...SUB_COMMITTEES];
    expect(status.bodies.map(({ name }) => name)).to.deep.equal(names);
    expect(status.bodies.flatMap(({ problems }) => problems)).to.deep.equal([]);
    expect(able(status)).to.deep.equal(["activation", "seal", ...SUB_COMMITTEES]);
    const { protectionEndsAt } = (await tribune.timelock.emergencyStatus()).terms;
    expect(bodyOf(status, "activation").endsAt).to.equal(protectionEndsAt);
    expect(bodyOf(status, "execution").endsAt).to.equal(protectionEndsAt + 30n * DAY);
    expect(bodyOf(status, "seal").endsAt).to.equal(await tribune.breaker.SEAL_EXPIRY());
    expect(bodyOf(status, "reseal").endsAt).to.equal(undefined);
    expect(show(status))
      .to.match(/│ activation +│ 2 of 3 +│ enter emergency mode once, for 30 d +│ yes: it has not been used/)
      .and.to.match(/emergency mode +no\n/)
      .and.to.match(/hard end of emergency protection +20.* \(in 109\d d .*\): no vote can give a later end\n/)
      .and.to.match(/deadlock +no\n/)
      .and.to.match(new RegExp(`pausable ${tribune.addresses.vault} +runs`));
  });

  it("tells that none is there where none was configured", async () => {
    const none = { emergency: undefined, circuitBreaker: undefined, tiebreaker: undefined };
    const status = await read(await deployTribune(connection, none), { ...standard, ...none });
    expect(status.bodies).to.deep.equal([]);
    expect(show(status)).to.match(
      /No body has a power beside the DAO and the stakers\.\nhard end of emergency protection +20.*: no vote can give a/,
    );
  });

  it("tells of emergency mode, who may execute in it, and of its end", async () => {
    const tribune = await fixture();
    const { timelock, committees } = tribune;
    await timelock.connect(await as(committees.activationCommittee)).activateEmergencyMode();
    const modeEndsAt = (await latest()) + 30n * DAY;
    const status = await read(tribune);
    expect(able(status)).to.deep.equal(["execution", "seal", ...SUB_COMMITTEES]);
    expect(status.powers.emergency.modeEndsAt).to.equal(modeEndsAt);
    expect(bodyOf(status, "activation").now.reason).to.match(/^it is used: emergency mode lasts until 20/);
    expect(bodyOf(status, "execution").endsAt).to.equal(modeEndsAt);
    expect(show(status))
      .to.match(/governance may +schedule; until 20.* only the execution committee executes/)
      .and.to.match(/emergency mode +yes, until 20/);

    await networkHelpers.time.increaseTo(modeEndsAt + 1n);
    const over = await read(tribune);
    expect(able(over)).to.deep.equal(["seal", ...SUB_COMMITTEES]);
    expect(bodyOf(over, "execution").now.reason).to.equal("emergency mode, or its term, was ended");
    expect(show(over)).to.match(/governance may +schedule, execute/);
  });

  it("tells that a term is over in the second after its last", async () => {
    const tribune = await fixture();
    const { protectionEndsAt } = (await tribune.timelock.emergencyStatus()).terms;
    await networkHelpers.time.increaseTo(protectionEndsAt);
    expect(able(await read(tribune))).to.include("activation");
    await networkHelpers.time.increaseTo(protectionEndsAt + 1n);
    const status = await read(tribune);
    expect(able(status)).to.deep.equal(SUB_COMMITTEES);
    expect(bodyOf(status, "activation").now.reason).to.match(/^its term ended at 20/);
    expect(bodyOf(status, "seal").now.reason).to.match(/^it expired at 20/);
  });

  it("tells of the hard end, to its last second and after it", async () => {
    const tribune = await fixture();
    const hardEnd = await tribune.timelock.PROTECTION_HARD_END();
    await networkHelpers.time.increaseTo(hardEnd);
    const last = await read(tribune);
    expect(last.powers.emergency.hardEnd).to.equal(hardEnd);
    expect(show(last)).to.match(/hard end of emergency protection +20.* \(in 0 s\): no vote can give a later end/);
    await networkHelpers.time.increaseTo(hardEnd + 1n);
    expect(show(await read(tribune))).to.match(/hard end of .* +20.*: over, no vote can give another term/);
  });

  describe("names who may seal or reseal by trying it:", () => {
    it("the seal committee up to the seal's last second", async () => {
      const tribune = await fixture();
      const { breaker, vault, committees } = tribune;
      const expiry = await breaker.SEAL_EXPIRY();
      for (const [offset, isAble] of [
        [-1n, true],
        [0n, true],
        [1n, false],
      ] as const) {
        await networkHelpers.time.increaseTo(expiry + offset);
        const status = await read(tribune);
        expect(able(status).includes("seal"), `${offset} s`).to.equal(isAble);
        expect(await breaker.isSealUsable(), `${offset} s`).to.equal(isAble);
        const trial = breaker.connect(await as(committees.sealCommittee)).seal.staticCall([vault]);
        expect(await trial.then(() => true).catch(() => false), `${offset} s`).to.equal(isAble);
      }
    });

    it("not the seal committee while every pausable refuses, though its right is there", async () => {
      const tribune = await fixture();
      const { breaker, vault, timelock, stranger } = tribune;
      await vault.connect(await impersonate(connection, timelock)).setBreaker(stranger);
      expect(await breaker.isSealUsable()).to.be.true;
      const status = await read(tribune);
      expect(able(status)).to.deep.equal(["activation", ...SUB_COMMITTEES]);
      expect(status.powers.breaker?.sealRefusal).to.equal("NothingPaused");
      expect(bodyOf(status, "seal").now.reason).to.match(/^none of the named contracts lets itself be paused/);
      expect(bodyOf(status, "seal").endsAt).to.equal(await breaker.SEAL_EXPIRY());
    });

    it("not the seal committee once its right is spent, whatever has become of the pause", async () => {
      const tribune = await fixture();
      const { breaker, vault, timelock } = tribune;
      await sealVault(tribune);
      await vault.connect(await impersonate(connection, timelock)).setBreaker(timelock);
      await vault.connect(await impersonate(connection, timelock)).resume();
      await vault.connect(await impersonate(connection, timelock)).setBreaker(breaker);
      expect(await vault.isPaused()).to.be.false;
      const status = await read(tribune);
      expect(able(status)).to.deep.equal(["activation", ...SUB_COMMITTEES]);
      expect(status.powers.breaker?.sealRefusal).to.equal("SealSpent");
    });

    it("not the reseal committee while what is paused refuses", async () => {
      const tribune = await fixture();
      const { breaker, vault, timelock, stranger } = tribune;
      await sealVault(tribune);
      await lockAll(tribune);
      expect(able(await read(tribune))).to.include("reseal");
      await vault.connect(await impersonate(connection, timelock)).setBreaker(stranger);
      expect(await breaker.admitsReseal(vault)).to.be.true;
      const status = await read(tribune);
      expect(able(status)).to.deep.equal(["activation", ...SUB_COMMITTEES]);
      expect(status.powers.breaker?.pausables[0]?.resealRefusal).to.equal("ResumeFailed");
      expect(bodyOf(status, "reseal").now.reason).to.equal("what is paused does not let its pause be prolonged");
    });
  });

  it("tells of the fallback gate after a reset", async () => {
    const tribune = await fixture();
    const { timelock, committees, addresses } = tribune;
    await timelock.connect(await as(committees.activationCommittee)).activateEmergencyMode();
    await timelock.connect(await as(committees.executionCommittee)).emergencyReset();
    const status = await read(tribune);
    expect(status).to.deep.include({ replacedBy: addresses.fallbackGate, fallbackDelay: 60n * DAY });
    expect(bodyOf(status, "tiebreaker").now.reason).to.equal("the gate in force knows no deadlock");
    expect(show(status)).to.match(/^The timelock obeys the fallback gate now, .* executes 60 d later/);
  });

  it("tells of a pause, and that it may be prolonged while governance is not Normal", async () => {
    const tribune = await fixture();
    const { breaker, vault, committees } = tribune;
    await sealVault(tribune);
    const sealedAt = await latest();
    const paused = await read(tribune);
    expect(able(paused)).to.deep.equal(["activation", ...SUB_COMMITTEES]);
    expect(bodyOf(paused, "seal").now.reason).to.match(/^it was used at 20/);
    expect(bodyOf(paused, "reseal").now.reason).to.equal("governance is Normal");
    expect(paused.powers.breaker?.pausables[0]).to.deep.include({ isPaused: true, resumesAt: sealedAt + 14n * DAY });
    expect(show(paused)).to.match(/pausable 0x\w+ +paused until 20/);

    await lockAll(tribune);
    expect(able(await read(tribune))).to.deep.equal(["activation", "reseal", ...SUB_COMMITTEES]);
    await breaker.connect(await as(committees.resealCommittee)).reseal(vault);
    const resealed = await read(tribune);
    expect(able(resealed)).to.deep.equal(["activation", ...SUB_COMMITTEES]);
    expect(bodyOf(resealed, "reseal").now.reason).to.equal("the pause has no end already");
    expect(show(resealed)).to.match(/pausable 0x\w+ +paused until a vote/);
  });

  it("tells of a pausable that obeys another breaker, or does not answer", async () => {
    const tribune = await fixture();
    const { vault, timelock, stranger, addresses } = tribune;
    await vault.connect(await impersonate(connection, timelock)).setBreaker(stranger);
    expect(show(await read(tribune))).to.contain(`and obeys another breaker, ${stranger.address}`);
    await networkHelpers.setCode(addresses.vault, "0xfe");
    expect(show(await read(tribune))).to.match(/pausable 0x\w+ +does not answer/);
  });

  it("tells since when governance is halted, and when that is a deadlock", async () => {
    const tribune = await fixture();
    await lockAll(tribune);
    const haltedSince = await latest();
    await networkHelpers.time.increaseTo(haltedSince + 46n * DAY);
    await tribune.gate.poke();
    await networkHelpers.time.increaseTo(haltedSince + 365n * DAY - 1n);
    const blocked = await read(tribune);
    expect(blocked.powers.deadlock).to.deep.include({ isDeadlocked: false, haltedSince, timeout: 365n * DAY });
    expect(bodyOf(blocked, "tiebreaker").now.reason).to.match(/^governance, halted since 20.*, is deadlocked from 20/);
    expect(show(blocked)).to.match(/deadlock +no; halted since 20.*, 364 d 23 h/);

    await networkHelpers.time.increaseTo(haltedSince + 365n * DAY);
    const deadlocked = await read(tribune);
    expect(able(deadlocked)).to.include("tiebreaker");
    expect(show(deadlocked)).to.match(/deadlock +yes; halted since 20.*, 365 d/);
  });

  it("tells of a silent gate, and when it may be replaced", async () => {
    const tribune = await fixture();
    const { timelock } = tribune;
    const gate = await ethers.deployContract("OpenGateMock");
    await timelock.connect(await impersonate(connection, timelock)).setGate(gate);
    await networkHelpers.setCode(await gate.getAddress(), "0xfe");
    await timelock.checkGate();
    const silentSince = await latest();
    const silent = await read(tribune);
    expect(silent.powers.deadlock).to.deep.include({ gateSilentSince: silentSince, isDeadlocked: undefined });
    expect(bodyOf(silent, "tiebreaker").now.reason).to.match(/^the gate, silent since 20.*, may be replaced from 20/);
    expect(show(silent)).to.match(/gate on record as silent +since 20/);
    await networkHelpers.time.increaseTo(silentSince + 365n * DAY);
    expect(able(await read(tribune))).to.include("tiebreaker");
  });

  it("tells in a sentence that the DAO's own gate does not answer", async () => {
    const tribune = await fixture();
    const { timelock, addresses } = tribune;
    const sentence = async () => (await rejectionOf(read(tribune))).message;
    await networkHelpers.setCode(addresses.escrow, "0xfe");
    expect(await sentence())
      .to.contain(`The gate ${addresses.gate} does not answer`)
      .and.to.contain("checkGate()");
    await timelock.checkGate();
    expect(await sentence()).to.match(/on record since 20.*; the tiebreaker may replace it from 20/);
    const gate = await ethers.deployContract("OpenGateMock");
    await timelock.connect(await impersonate(connection, timelock)).setGate(gate);
    expect(await sentence()).to.contain(`the timelock obeys another one now, ${await gate.getAddress()}`);
  });

  context("given a node that does not answer", () => {
    const unanswered = [
      ["the gate's state", "DualGovernance", "effective"],
      ["whether there is a deadlock", "DualGovernance", "isDeadlocked"],
      ["the sub-committees", "TiebreakerCommittee", "members"],
      ["whether a contract is paused", "IPausableUntil", "isPaused"],
      ["what the breaker could do", "CircuitBreaker", "seal"],
      ["the decimals of a token", "IERC20Metadata", "decimals"],
    ] as const;
    for (const [what, contract, name] of unanswered) {
      it(`says that it could not be read, and concludes nothing, where it is asked for ${what}`, async () => {
        const tribune = await fixture();
        const { interface: abi } = await ethers.getContractAt(contract, ZeroAddress);
        const selector = abi.getFunction(name)?.selector ?? "";
        const poor = failingProvider(ethers.provider, isCallOf(selector));
        const error = await rejectionOf(read(tribune, standard, poor));
        expect(error).to.be.instanceOf(UnreadableError);
        expect(error.message).to.contain("The chain could not be read").and.to.contain("limit exceeded");
      });
    }
  });

  it("tells of withdrawal blockers", async () => {
    const tribune = await fixture();
    const { gate, vault, timelock, addresses } = tribune;
    await gate.connect(await impersonate(connection, timelock)).setWithdrawalBlockers([vault]);
    expect(show(await read(tribune))).to.match(new RegExp(`withdrawal blocker ${addresses.vault} +runs`));
  });

  context("given a Safe that is not as configured", () => {
    const safeOf = async (address: string) => ISafe__factory.connect(address, await as(address));
    const FIRST = "0x0000000000000000000000000000000000000001";

    it("tells of a module and of another threshold", async () => {
      const tribune = await fixture();
      const safe = await safeOf(tribune.committees.activationCommittee);
      await safe.enableModule(tribune.stranger);
      await safe.changeThreshold(1);
      const status = await read(tribune);
      const text = bodyOf(status, "activation").problems.join("\n");
      expect(text).to.contain(`module ${tribune.stranger.address} may act without any owner's signature`);
      expect(text).to.contain("1 of 3 owners must sign; configured is 2");
      expect(bodyOf(status, "activation").problems).to.have.lengthOf(2);
      expect(show(status))
        .to.contain("Not as configured:\n  - activation is 0x")
        .and.to.match(/activation +│ 1 of 3/);
    });

    it("tells of what stands agreed in it", async () => {
      const tribune = await fixture();
      const safe = await safeOf(tribune.committees.activationCommittee);
      const [owner = ZeroAddress] = await safe.getOwners();
      const hash = ethers.id("what nobody knows");
      await safe.connect(await as(owner)).approveHash(hash);
      const status = await read(tribune);
      expect(bodyOf(status, "activation").problems).to.have.lengthOf(1);
      expect(show(status)).to.contain(`which has standing approvals of ${owner} for hash ${hash}`);
    });

    it("tells of a key in two bodies that check each other", async () => {
      const tribune = await fixture();
      const activation = await safeOf(tribune.committees.activationCommittee);
      const execution = await safeOf(tribune.committees.executionCommittee);
      const [key = ZeroAddress] = await activation.getOwners();
      const [old = ZeroAddress] = await execution.getOwners();
      await execution.swapOwner(FIRST, old, key);
      expect(bodyOf(await read(tribune), "execution").problems).to.include(
        `shares the key ${key} with activation, and the two are meant to check each other`,
      );
    });

    it("tells of one behind an owner that is a Safe", async () => {
      const tribune = await fixture();
      const { majority: person } = tribune;
      const inner = await (await createSafeOf([person], 1)).getAddress();
      for (const name of ["activationCommittee", "executionCommittee"] as const) {
        const safe = await safeOf(tribune.committees[name]);
        const [old = ZeroAddress] = await safe.getOwners();
        await safe.swapOwner(FIRST, old, name === "activationCommittee" ? inner : person);
      }
      expect(bodyOf(await read(tribune), "execution").problems).to.include(
        `shares the key ${person.address} with activation, and the two are meant to check each other`,
      );
    });

    it("tells of a body that governance has named since, and that is no Safe", async () => {
      const tribune = await fixture();
      const { timelock, stranger } = tribune;
      await timelock.connect(await impersonate(connection, timelock)).setTiebreaker(stranger, 365n * DAY);
      const status = await read(tribune);
      expect(status.bodies.map(({ name }) => name)).not.to.include("tiebreaker-0");
      expect(bodyOf(status, "tiebreaker").address).to.equal(stranger.address);

      const { terms } = await timelock.emergencyStatus();
      const { executionCommittee, protectionEndsAt, modeDuration } = terms;
      const changed = { activationCommittee: stranger.address, executionCommittee, protectionEndsAt, modeDuration };
      await timelock.connect(await impersonate(connection, timelock)).setEmergencyProtection(changed);
      const { problems } = bodyOf(await read(tribune), "activation");
      expect(problems[0]).to.equal(`is ${stranger.address}, which governance has named since the deployment`);
      expect(problems[1]).to.contain("has no code");
      expect(show(await read(tribune))).to.match(/activation +│ no Safe/);
    });
  });
});
