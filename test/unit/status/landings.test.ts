import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import type { ExpectedOperation } from "../../../src/protocol/operations/landings.js";
import { impersonate } from "../../helpers/impersonate.js";
import { landingTrials, type LandingWorld } from "../../helpers/landingTrials.js";
import { seeded } from "../../helpers/consensus/stateBytes.js";
import { isDeep } from "../../helpers/testProfile.js";

// What must be done before an operation is executed in the same second.
const connection = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
const { networkHelpers } = connection;
const trials = landingTrials(connection);
const { schedule, tryLandings, lockAll, goOn, stateOf, statusOf } = trials;
const DAY = 86_400;
const PERCENT = 10n ** 16n;

const fixture = () => networkHelpers.loadFixture(trials.deploy);
/** Nothing happens in the second of something else, unless it is meant to. */
const tick = (seconds = 1) => networkHelpers.time.increase(seconds);

async function activateEmergency({ timelock, addresses }: LandingWorld): Promise<void> {
  const committee = addresses.bodies.emergency?.activationCommittee ?? "";
  await (await timelock.connect(await impersonate(connection, committee)).activateEmergencyMode()).wait();
}
async function fallBack({ timelock, addresses }: LandingWorld): Promise<void> {
  await (await timelock.connect(await impersonate(connection, timelock)).setGate(addresses.fallbackGate)).wait();
}
const landingsOf = (operations: readonly ExpectedOperation[]) => operations.map(({ landing }) => landing?.at);

describe("what a status says of landings beside the states of the gate is right to the second [CAL-1]", () => {
  it("in emergency mode: not before it ends, but for what only withdraws", async () => {
    const world = await fixture();
    const id = await schedule(world, 1);
    await tick();
    await activateEmergency(world);
    await tick();
    await schedule(world, 2, { withdraws: id });
    const { powers, block } = await statusOf(world);
    const ends = powers.emergency.modeEndsAt;
    expect(ends).to.be.above(block.timestamp);
    expect(landingsOf(await tryLandings(world))).to.deep.equal([ends + 1n, block.timestamp + 1n]);
  });

  it("under the fallback gate: after its delay, whoever objects, and not before emergency mode ends", async () => {
    const world = await fixture();
    await fallBack(world);
    await schedule(world, 1);
    const { fallbackDelay } = await statusOf(world);
    const [operation] = await tryLandings(world);
    expect(operation?.landing).to.deep.equal({
      at: (operation?.scheduledAt ?? 0n) + (fallbackDelay ?? 0n),
      lastLock: undefined,
    });
    await activateEmergency(world);
    await tryLandings(world);
  });

  it("after what must be done first, also in the same second", async () => {
    const world = await fixture();
    const first = trials.identify(world, 2);
    await schedule(world, 1, { predecessor: first });
    expect(landingsOf((await statusOf(world)).operations)).to.deep.equal([undefined]);
    await tick(DAY);
    await schedule(world, 2);
    const [before, after] = landingsOf(await tryLandings(world));
    expect(before).to.equal(after);
    // Older than an objection the one, newer the other: it lands a round later.
    await tick();
    await lockAll(world, world.some);
    await tick();
    await schedule(world, 3, { predecessor: first });
    await tryLandings(world);
  });

  it("of what only withdraws: at once, in every state", async () => {
    const world = await fixture();
    const id = await schedule(world, 1);
    await tick();
    await lockAll(world, world.many);
    await tick();
    await schedule(world, 2, { withdraws: id });
    for (const state of ["VetoSignalling", "RageQuit"]) {
      expect(await stateOf(world)).to.equal(state);
      const withdrawal = (await tryLandings(world)).find(({ isDeEscalation }) => isDeEscalation);
      expect(withdrawal?.landing?.at).to.equal((await statusOf(world)).block.timestamp + 1n);
      if (state !== "RageQuit") await goOn(world);
    }
  });

  /** LANDINGS_SEED=<whole number> walks another way. */
  const SEED = Number(process.env.LANDINGS_SEED ?? 20_261_130);
  const [WALKS, STEPS] = isDeep ? [12, 14] : [1, 5];

  it(`after each step of ${WALKS} random walks of ${STEPS} steps, seed ${SEED}`, async () => {
    const draw = seeded(SEED);
    const met = new Set<string>();
    for (let walk = 0; walk < WALKS; ++walk) {
      const world = await fixture();
      const ids = [await schedule(world, 100 * walk)];
      for (let step = 1; step <= STEPS; ++step) {
        await tick();
        await move(world, draw, ids, 100 * walk + step);
        const { replacedBy, powers } = await statusOf(world);
        const operations = await tryLandings(world);
        met.add(await stateOf(world));
        if (replacedBy !== undefined) met.add("fallback");
        if (powers.emergency.modeEndsAt > 0n) met.add("emergency");
        for (const { landing, isDeEscalation, predecessor } of operations) {
          if (landing === undefined) continue;
          met.add(landing.lastLock === undefined ? "no last lock" : "last lock");
          if (isDeEscalation) met.add("withdrawal");
          if (ids.includes(predecessor)) met.add("predecessor");
        }
      }
    }
    console.log(`      met ${[...met].join(", ")}`);
    expect(met).to.include("last lock");
    if (isDeep) expect([...met]).to.include.members(EVERYTHING);
  }).timeout(isDeep ? 3_600_000 : 120_000);
});

/** What walks must come across. */
const EVERYTHING = [
  ...["Normal", "VetoSignalling", "VetoSignallingDeactivation", "VetoCooldown", "RageQuit"],
  ...["emergency", "fallback", "withdrawal", "predecessor", "last lock", "no last lock"],
];

/** One random step; what is refused leaves everything as it was. @param ids What was scheduled so far. */
async function move(world: LandingWorld, draw: () => number, ids: string[], number: number): Promise<void> {
  const { escrow, vault, gate, some, many } = world;
  const staker = draw() < 0.5 ? some : many;
  const chosen = ids[Math.floor(draw() * ids.length)] ?? "";
  const shares = ((await vault.totalSupply()) * BigInt(Math.floor(draw() * 12) + 1) * PERCENT) / (100n * PERCENT);
  const which = draw();
  // A lock names no more than five.
  const isFull = (await statusOf(world)).operations.length >= 5;
  const steps: readonly (readonly [weight: number, step: () => Promise<unknown>])[] = [
    [isFull ? 0 : 0.18, async () => ids.push(await schedule(world, number))],
    [isFull ? 0 : 0.1, async () => ids.push(await schedule(world, number, { predecessor: chosen }))],
    [isFull ? 0 : 0.06, () => schedule(world, number, { withdraws: chosen })],
    [0.2, () => escrow.connect(staker).lock(shares, 0n)],
    [0.08, async () => escrow.connect(staker).unlock(await escrow.lockedShares(), 0n)],
    [0.2, () => goOn(world)],
    [0.06, () => tick(Math.floor(draw() * 5 * DAY))],
    [0.04, () => gate.poke()],
    [0.03, async () => escrow.connect(some).beginExit((await escrow.runningEpoch()) - 1n, ZeroAddress)],
    [0.03, () => activateEmergency(world)],
    [0.02, () => fallBack(world)],
  ];
  let sum = 0;
  const [, step] = steps.find(([weight]) => (sum += weight) > which) ?? [0, () => gate.poke()];
  await step().catch((error: unknown) => {
    if (!/revert|nothing comes next/i.test(String(error))) throw error;
  });
}
