import { ZeroAddress } from "ethers";

import { proposalArguments, proposalOf, type Proposal } from "../protocol/proposals.js";
import { act, StepError } from "./act.js";
import { Attacker, executes, type Helper } from "./attacker.js";
import { carry } from "./decide.js";
import { lock, SOME, wait } from "./modes.js";
import { claim, finalise, leaveByDoor } from "./pool/exit.js";
import type { Scene } from "./scene.js";

/** What stakers achieved against a decision that everybody with votes is for. */
export interface Defence {
  /** How many object. One that is alone holds nothing up, and leaves. */
  readonly cohort: "rage quit" | "signalling" | "a lone staker";
  /** Bodies that help the DAO; none by default. */
  readonly helpers: readonly Helper[];
  /** How often somebody poked the gate and tried to execute the decision while they were still inside, in vain. */
  readonly refusals: number;
  /** When the last of them had a claim on assets that no rule reaches, from the decision's queueing. [seconds] */
  readonly outAfter: bigint;
  /** When it could be executed first; undefined if it could not before it expired. [seconds] */
  readonly landsAfter: bigint | undefined;
}

/** Those who object come so late. [seconds] */
const LAST_HOUR = 3_600n;
/** Above the threshold, so that rounding does not decide. [1e18 = 100 %] */
export const MARGIN = 10n ** 15n;

/** They put the fallback gate in the gate's place, before anything is scheduled: what had been is cancelled by that. */
const RESETTERS: readonly Helper[] = ["activation committee", "execution committee"];
/** They pause the vault until governance ends that, and agree beforehand to let the decision through in a deadlock. */
const BREAKERS: readonly Helper[] = ["seal committee", "reseal committee"];
const RELEASERS: readonly Helper[] = [...BREAKERS, "tiebreaker"];

/**
 * Bodies that act together with the DAO, as many as there are. Alone the activation committee holds back what is scheduled
 * from then on, and helps no decision.
 */
function listHelpers({ addresses: { bodies, example } }: Scene): {
  readonly reset: readonly Helper[];
  readonly release: readonly Helper[];
} {
  // Whether the vault is one that the breaker pauses is known of the example alone.
  const isPausable = bodies.circuitBreaker !== undefined && example !== undefined;
  const release = RELEASERS.filter((one) => (one === "tiebreaker" ? bodies.tiebreaker !== undefined : isPausable));
  return { reset: bodies.emergency === undefined ? [] : RESETTERS, release };
}

/** Whether it could be executed before those who object were out. */
export const isTooEarly = ({ outAfter, landsAfter }: Pick<Defence, "outAfter" | "landsAfter">): boolean =>
  landsAfter !== undefined && landsAfter <= outAfter;

/**
 * Every defence against the DAO alone; and of those who leave by a rage quit, which takes longest, against it with bodies
 * that help. What could not be played is told.
 */
export async function replayDefences(
  scene: Scene,
  cohorts: readonly Defence["cohort"][],
): Promise<{ defences: Defence[]; gaps: string[] }> {
  const defences: Defence[] = [];
  const gaps: string[] = [];
  const { reset, release } = listHelpers(scene);
  const play = async (proposal: Proposal, helpers: readonly Helper[], cohort: Defence["cohort"]) => {
    await tell(gaps, async () => {
      const attack = { proposal, queuedAt: await scene.snapshot.now(), helpers };
      defences.push({ cohort, helpers, ...(await scene.snapshot.branch(() => PLAYS[cohort](scene, attack))) });
    });
  };
  const stage = async (isReset: boolean, action: (proposal: Proposal) => Promise<void>) => {
    await tell(gaps, () => scene.snapshot.branch(async () => action(await queueAttack(scene, isReset))));
  };
  await stage(false, async (proposal) => {
    for (const cohort of cohorts) await play(proposal, [], cohort);
    if (release.length === 0 || !cohorts.includes("rage quit")) return;
    await play(proposal, release, "rage quit");
    // Whatever fewer of them do all of them do as well; only where that is enough it counts who of them is needed.
    const held = defences.at(-1);
    if (held?.helpers !== release || !isTooEarly(held) || release.length < RELEASERS.length) return;
    for (const fewer of [BREAKERS, RELEASERS.slice(BREAKERS.length)]) await play(proposal, fewer, "rage quit");
  });
  if (reset.length > 0 && cohorts.includes("rage quit")) {
    await stage(true, async (proposal) => {
      await play(proposal, reset, "rage quit");
    });
  }
  return { defences, gaps };
}

async function tell(gaps: string[], play: () => Promise<void>): Promise<void> {
  try {
    await play();
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    gaps.push(error.message);
  }
}

/** What those who object are up against. */
interface Attack {
  readonly proposal: Proposal;
  /** [unix seconds] */
  readonly queuedAt: bigint;
  readonly helpers: readonly Helper[];
}

type Outcome = Pick<Defence, "refusals" | "outAfter" | "landsAfter">;

/** A decision that hurts whoever stays, queued, that would land if nobody objected. */
async function queueAttack(scene: Scene, isReset: boolean): Promise<Proposal> {
  const { snapshot, contracts, addresses, stranger, voters } = scene;
  const { governor, timelock, fallbackGate } = contracts;
  const { emergency } = addresses.bodies;
  if (isReset) {
    await act(snapshot, emergency?.activationCommittee ?? "", timelock, "activateEmergencyMode");
    await act(snapshot, emergency?.executionCommittee ?? "", timelock, "emergencyReset");
  }
  const data = timelock.interface.encodeFunctionData("setTiebreaker", [stranger, await timelock.TIEBREAKER_FLOOR()]);
  const call = { target: addresses.timelock, value: 0n, data };
  const proposal = proposalOf("Audit: a decision that stakers object to", [call]);
  await carry(scene, [proposal]);
  await act(snapshot, voters[0]?.address ?? "", governor, "queue", proposalArguments(proposal));
  const lands = await snapshot.branch(async () => {
    await wait(scene, isReset ? await fallbackGate.DELAY() : await timelock.getMinDelay());
    return await executes(scene, proposal);
  });
  // Else it would be refused whoever objects, and show nothing.
  if (!lands) throw new StepError("A decision that nobody objects to does not land, so that no defence can be seen.");
  return proposal;
}

/** As many as the rage quit's threshold asks for object in time, and leave. */
async function quit(scene: Scene, { proposal, queuedAt, helpers }: Attack): Promise<Outcome> {
  const { snapshot, contracts, stranger } = scene;
  const { gate, escrow, timelock, fallbackGate } = contracts;
  const waits = async () => (helpers === RESETTERS ? await fallbackGate.DELAY() : await timelock.getMinDelay());
  const attacker = await Attacker.begin(scene, proposal, helpers);
  const { signalling } = await gate.currentConfig();
  await snapshot.travelTo(queuedAt + (await timelock.getMinDelay()) - LAST_HOUR);
  await lock(scene, signalling.rageQuitThreshold + MARGIN);
  const due = (await snapshot.now()) + signalling.maxDuration + 1n;
  await attacker.tryUntil(due);
  if (attacker.landsAt !== undefined && attacker.landsAt < due) await snapshot.travelTo(due);
  await act(snapshot, stranger, gate, "poke");
  await act(snapshot, stranger, escrow, "beginExit", [1n, ZeroAddress]);
  await finalise(scene);
  await claim(scene);
  const { idleShares, outstandingShares, completeAfter } = await escrow.getEpoch(1n);
  if (idleShares + outstandingShares > 0n) throw new StepError("The vault has not redeemed all shares at once.");
  // Their assets lie in the escrow's vessel, where no rule reaches them.
  const outAfter = (await snapshot.now()) - queuedAt;
  await attacker.try();
  const { refusals } = attacker;
  const [calm, waited] = [completeAfter + (await gate.currentConfig()).phases.cooldown, queuedAt + (await waits())];
  await attacker.tryUntil((calm > waited ? calm : waited) + 1n);
  return { refusals, outAfter, landsAfter: after(attacker, queuedAt) };
}

/** Fewer object: they cannot leave through the escrow, but hold it up until they have left by the vault's own door. */
async function signal(scene: Scene, { proposal, queuedAt, helpers }: Attack): Promise<Outcome> {
  const { snapshot, contracts } = scene;
  const { gate, escrow, timelock } = contracts;
  const attacker = await Attacker.begin(scene, proposal, helpers);
  const { signalling } = await gate.currentConfig();
  await snapshot.travelTo(queuedAt + (await timelock.getMinDelay()) - LAST_HOUR);
  const objectors = await lock(scene, signalling.signallingThreshold + MARGIN);
  await attacker.tryUntil((await snapshot.now()) + (await gate.minLock()) + 1n);
  if (attacker.landsAt === undefined) {
    for (const { address, shares } of objectors) {
      await act(snapshot, address, escrow, "unlock", [shares, 0n]);
      await leaveByDoor(scene, address, shares);
    }
  }
  const outAfter = (await snapshot.now()) - queuedAt;
  const { refusals } = attacker;
  await attacker.tryUntil((await snapshot.now()) + 2n * (signalling.maxDuration + signalling.deactivation));
  return { refusals, outAfter, landsAfter: after(attacker, queuedAt) };
}

/** One leaves by the vault's own door once it is queued; nobody holds it up. */
async function leaveAlone(scene: Scene, { queuedAt }: Attack): Promise<Outcome> {
  const { snapshot, contracts, stakers } = scene;
  // The smallest that has more than dust, which a vault may refuse to redeem.
  const staker = stakers.findLast(({ shares }) => shares >= SOME) ?? stakers[0];
  if (staker === undefined) throw new StepError("Nobody has shares, so that no lone staker can be seen to leave.");
  // What it has now: the audit has taken of it since.
  await leaveByDoor(scene, staker.address, await contracts.vault.balanceOf(staker.address));
  const outAfter = (await snapshot.now()) - queuedAt;
  return { refusals: 0, outAfter, landsAfter: await contracts.timelock.getMinDelay() };
}

const PLAYS = { "rage quit": quit, signalling: signal, "a lone staker": leaveAlone };

const after = ({ landsAt }: Attacker, queuedAt: bigint): bigint | undefined =>
  landsAt === undefined ? undefined : landsAt - queuedAt;
