import { expect } from "chai";
import ICAL from "ical.js";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { renderCalendar } from "../../../src/calendar/icalendar.js";
import { listMoments, type Moment } from "../../../src/protocol/calendar.js";
import { readPositionOf } from "../../../src/protocol/position.js";
import type { Status } from "../../../src/status/readStatus.js";
import { stake } from "../../helpers/deployTribune.js";
import { impersonate } from "../../helpers/impersonate.js";
import { landingTrials, type LandingWorld } from "../../helpers/landingTrials.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;
const DAY = 86_400n;
const UNIT = 10n ** 18n;

const trials = landingTrials(connection);
const { attempt, tryOut, goOn, stateOf, statusOf, lockAll, tryLandings } = trials;

/** Two operations can be told apart by their numbers. */
const [OLD, NEW] = [1, 2];

/** Stakers with 5 %, 15 % and the rest; an operation waits. */
async function deployWaiting() {
  const world = await trials.deploy();
  await trials.schedule(world, OLD);
  return world;
}
const fixture = () => networkHelpers.loadFixture(deployWaiting);

async function momentsOf(world: LandingWorld, account: string): Promise<{ status: Status; moments: Moment[] }> {
  const status = await statusOf(world);
  const deployment = trials.deploymentOf(world);
  const position = await readPositionOf(account, { deployment, provider, block: status.block });
  return { status, moments: listMoments({ ...status, position }) };
}

/** Unlocking, tried to the second. */
async function tryUnlock(world: LandingWorld, staker: LandingWorld["some"]): Promise<void> {
  const { moments } = await momentsOf(world, staker.address);
  const moment = moments.find(({ id }) => id.startsWith("unlock-"));
  if (moment === undefined) throw new Error("no moment to unlock");
  const unlock = (overrides: { gasLimit: bigint }) => world.escrow.connect(staker).unlock(1n, 0n, overrides);
  await tryOut(async () => {
    expect(await attempt(moment.at - 1n, unlock)).to.equal("LockTooYoung");
    expect(await attempt(moment.at, unlock)).to.equal(undefined);
  });
}

describe("what a calendar prints works at its second, and a second off it does not [CAL-1]", () => {
  it("in Normal: until when to object, when it lands, and when it expires", async () => {
    const world = await fixture();
    const [operation] = await tryLandings(world);
    expect(operation?.landing?.at).to.equal(operation?.eta);
    expect(operation?.landing?.lastLock?.at).to.equal((operation?.eta ?? 0n) - 1n);
    const expiry = operation?.expiry ?? 0n;
    expect(await tryOut(() => attempt(expiry, trials.execute(world, operation?.id ?? "")))).to.equal(undefined);
    expect(await tryOut(() => attempt(expiry + 1n, trials.execute(world, operation?.id ?? "")))).to.not.equal(
      undefined,
    );
  });

  it("in VetoSignalling, in the deactivation and in the cooldown, for operations older and newer than the objection", async () => {
    const world = await fixture();
    await lockAll(world, world.some);
    await tryUnlock(world, world.some);
    await trials.schedule(world, NEW);
    expect(await stateOf(world)).to.equal("VetoSignalling");
    const signalling = await tryLandings(world);
    expect(signalling.map(({ landing }) => landing?.lastLock === undefined)).to.deep.equal([false, false]);
    await goOn(world);
    expect(await stateOf(world)).to.equal("VetoSignallingDeactivation");
    await tryLandings(world);
    await goOn(world);
    expect(await stateOf(world)).to.equal("VetoCooldown");
    // What is older executes now, whoever objects; what is newer waits for another round.
    const cooldown = await tryLandings(world);
    expect(cooldown.map(({ state, landing }) => [state, landing?.lastLock === undefined])).to.deep.equal([
      ["ready", true],
      ["blocked", false],
    ]);
  });

  it("in a cooldown that leads back to Normal", async () => {
    const world = await fixture();
    await lockAll(world, world.some);
    await trials.schedule(world, NEW);
    await goOn(world);
    await goOn(world);
    await world.escrow.connect(world.some).unlock(5n * UNIT, 0n);
    expect(await stateOf(world)).to.equal("VetoCooldown");
    await tryLandings(world);
  });

  it("in RageQuit: nothing before the vault has paid, then landing, unlocking and the first withdrawal", async () => {
    const world = await fixture();
    const { escrow, many, some, rest } = world;
    await lockAll(world, many);
    const due = await momentsOf(world, many.address);
    expect(due.moments.filter(({ id }) => id.startsWith("unlock-"))).to.have.length(1);
    await goOn(world);
    expect(await stateOf(world)).to.equal("RageQuit");
    await lockAll(world, some);
    await tryUnlock(world, some);
    expect((await statusOf(world)).operations.map(({ landing }) => landing)).to.deep.equal([undefined]);
    await escrow.connect(rest).beginExit(1n, ZeroAddress);
    const [operation] = await tryLandings(world);
    expect(operation?.landing?.lastLock).to.not.equal(undefined);
    const { moments } = await momentsOf(world, many.address);
    const withdraw = moments.find(({ id }) => id.startsWith("withdraw-"));
    if (withdraw === undefined) throw new Error("no moment to withdraw");
    const take = (overrides: { gasLimit: bigint }) => escrow.connect(many).withdraw(1n, many, overrides);
    expect(await attempt(withdraw.at - 1n, take)).to.equal("NotYetWithdrawable");
    expect(await attempt(withdraw.at, take)).to.equal(undefined);
  });

  it("takes unlocking back where a rage quit comes first", async () => {
    const world = await fixture();
    await lockAll(world, world.many);
    const { status } = await momentsOf(world, world.many.address);
    await networkHelpers.time.increaseTo((status.rageQuitAt ?? 0n) - DAY / 24n);
    await stake(world, world.many, UNIT);
    await lockAll(world, world.many);
    const { moments } = await momentsOf(world, world.many.address);
    // A calendar that has it from before takes it back.
    const unlocks = moments.filter(({ id }) => id.startsWith("unlock-"));
    expect(unlocks.map(({ isCancelled }) => isCancelled)).to.deep.equal([true]);
  });

  it("for terms that end: the last second of emergency activation and of the seal", async () => {
    const world = await fixture();
    const { timelock, breaker, vault, addresses } = world;
    const { moments } = await momentsOf(world, ZeroAddress);
    const at = (path: string) => moments.find(({ id }) => id === `term-${path}`)?.at ?? 0n;
    const activation = await impersonate(connection, addresses.bodies.emergency?.activationCommittee ?? "");
    const enter = (overrides: { gasLimit: bigint }) => timelock.connect(activation).activateEmergencyMode(overrides);
    const ends = at("emergency.activationCommittee");
    expect(await tryOut(() => attempt(ends, enter))).to.equal(undefined);
    expect(await tryOut(() => attempt(ends + 1n, enter))).to.equal("ProtectionEnded");
    const committee = await impersonate(connection, addresses.bodies.circuitBreaker?.sealCommittee ?? "");
    if (breaker === undefined) throw new Error("no breaker");
    const seal = async (overrides: { gasLimit: bigint }) => breaker.connect(committee).seal([vault], overrides);
    const expiry = at("circuitBreaker.sealCommittee");
    expect(await tryOut(() => attempt(expiry, seal))).to.equal(undefined);
    expect(await tryOut(() => attempt(expiry + 1n, seal))).to.not.equal(undefined);
  });
});

describe("the calendar file", () => {
  const SOURCE = {
    name: "A DAO; with, signs",
    chain: 1,
    timelock: `0x${"aB".repeat(20)}`,
    block: { number: 7, timestamp: 1_800_000_000n },
  };
  const MOMENT: Moment = {
    id: "land-0x12",
    at: 1_800_086_400n,
    isLast: true,
    title: "Lands: pay, \u{202e}then; ünd\\n",
    text: `${"long ".repeat(40)}\nBEGIN:VEVENT`,
    isCancelled: false,
  };

  it("is read by another implementation as it was meant, whatever a proposal is called", () => {
    const text = renderCalendar([MOMENT], SOURCE);
    expect(
      text.split("\r\n").every((line) => Buffer.byteLength(line) <= 75),
      "lines are folded",
    ).to.equal(true);
    const [calendar] = [new ICAL.Component(ICAL.parse(text) as never)];
    const events = calendar.getAllSubcomponents("vevent").map((component) => new ICAL.Event(component));
    expect(events).to.have.length(1);
    const [event] = events;
    expect(event?.uid).to.equal(`land-0x12@${SOURCE.timelock.toLowerCase()}.1.tribune`);
    expect(event?.startDate.toUnixTime()).to.equal(Number(MOMENT.at));
    expect(event?.summary).to.equal(MOMENT.title);
    expect(event?.sequence).to.equal(7);
    expect(event?.component.getAllSubcomponents("valarm")).to.have.length(2);
  });

  it("keeps identifiers from one import to the next, counts the versions, and takes back what was withdrawn or executed", () => {
    const uids = (moments: readonly Moment[], number: number) =>
      new ICAL.Component(
        ICAL.parse(renderCalendar(moments, { ...SOURCE, block: { ...SOURCE.block, number } })) as never,
      )
        .getAllSubcomponents("vevent")
        .map((one) => [
          one.getFirstPropertyValue("uid"),
          one.getFirstPropertyValue("sequence"),
          one.getFirstPropertyValue("status"),
        ]);
    const uid = `land-0x12@${SOURCE.timelock.toLowerCase()}.1.tribune`;
    expect(uids([MOMENT], 7)).to.deep.equal([[uid, 7, "CONFIRMED"]]);
    expect(uids([{ ...MOMENT, at: 1n, isCancelled: true }], 8)).to.deep.equal([[uid, 8, "CANCELLED"]]);
    const view = { block: { timestamp: 5n }, operations: [], bodies: [], rageQuitAt: undefined };
    const moments = listMoments({ ...view, withdrawn: [{ id: "0x12", at: 3n }], executed: ["0x34"] });
    expect(moments.map(({ id }) => id)).to.deep.equal(
      ["0x12", "0x34"].flatMap((id) => [`object-${id}`, `land-${id}`, `expire-${id}`]),
    );
    expect(moments.every(({ isCancelled }) => isCancelled)).to.equal(true);
  });

  it("takes back the moments of an operation that nobody can tell any more", async () => {
    const { operations } = await statusOf(await fixture());
    const view = { block: { timestamp: 5n }, bodies: [], withdrawn: [], executed: [], rageQuitAt: undefined };
    const untold = operations.map((operation) => ({ ...operation, landing: undefined }));
    const found = listMoments({ ...view, operations: untold }).map(({ id, isCancelled }) => [
      id.split("-")[0],
      isCancelled,
    ]);
    expect(found).to.deep.equal([
      ["expire", false],
      ["object", true],
      ["land", true],
    ]);
  });
});
