import { concat, ZeroAddress } from "ethers";

import { proposalArguments, proposalOf, type Proposal } from "../../protocol/proposals.js";
import { act, StepError } from "../world/act.js";
import { Attacker, executes, help } from "./attacker.js";
import { carry } from "../world/decide.js";
import { listHelpers, type Helper } from "./helpers.js";
import type { Help } from "../manifest/types.js";
import { lock, SOME, wait } from "../modes/modes.js";
import { claim, finalise, leaveByDoor } from "../pool/exit.js";
import type { World } from "../world/world.js";

/** What stakers achieved against a decision that everybody with votes is for. */
export interface Defence {
  /** How many object. One that is alone holds nothing up, and leaves. */
  readonly cohort: "rage quit" | "signalling" | "a lone staker";
  /** Bodies that help the DAO; none by default. */
  readonly helpers: readonly Helper[];
  /** What the DAO had decided before, without anybody's objection: that a rage quit is a deadlock. */
  readonly isAfterBlocker: boolean;
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

export const namesOfHelpers = ({ helpers }: Pick<Defence, "helpers">): string[] => [
  ...new Set(helpers.map(({ name }) => name)),
];

/** Whether it could be executed before those who object were out. */
export const isTooEarly = ({ outAfter, landsAfter }: Pick<Defence, "outAfter" | "landsAfter">): boolean =>
  landsAfter !== undefined && landsAfter <= outAfter;

/** What is replayed. */
interface Played {
  readonly cohorts: readonly Defence["cohort"][];
  /** Bounded powers that are used up or have expired: nobody helps by them. */
  readonly over: ReadonlySet<string>;
}

/**
 * Every defence against the DAO alone; and of those who leave by a rage quit, which takes longest, against it with bodies
 * that help. What could not be played is told.
 */
export async function replayDefences(
  world: World,
  { cohorts, over }: Played,
): Promise<{ defences: Defence[]; gaps: string[] }> {
  const defences: Defence[] = [];
  const gaps: string[] = [];
  const helpers = await listHelpers(world, over);
  const whoCan = (what: Help) => helpers.filter((helper) => helper.help === what);
  const [pausing, releasing, resetting] = [whoCan("pause"), whoCan("release"), whoCan("reset")];
  const play = async (attack: Attack, cohort: Defence["cohort"]) => {
    await tell(gaps, async () => {
      const { helpers: theirs, isAfterBlocker } = attack;
      const outcome = await world.snapshot.branch(() => PLAYS[cohort](world, attack));
      defences.push({ cohort, helpers: theirs, isAfterBlocker, ...outcome });
    });
  };
  const stage = async (before: Before, action: (attack: Attack) => Promise<void>) => {
    await tell(gaps, () => world.snapshot.branch(async () => action(await queueAttack(world, before))));
  };
  await stage("nothing", async (attack) => {
    for (const cohort of cohorts) await play(attack, cohort);
    const all = [...pausing, ...releasing];
    if (all.length === 0 || !cohorts.includes("rage quit")) return;
    await play({ ...attack, helpers: all }, "rage quit");
    // Whatever fewer of them do all of them do as well; only where that is enough it counts who of them is needed.
    const held = defences.at(-1);
    if (held?.helpers !== all || !isTooEarly(held)) return;
    for (const fewer of [pausing, releasing].filter(({ length }) => length > 0 && length < all.length)) {
      await play({ ...attack, helpers: fewer }, "rage quit");
    }
  });
  if (!cohorts.includes("rage quit")) return { defences, gaps };
  if (resetting.length > 0) await stage(resetting, (attack) => play(attack, "rage quit"));
  if (releasing.length > 0) {
    await stage("a blocker", (attack) => play({ ...attack, helpers: releasing }, "rage quit"));
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
  /** If nobody objects. [seconds] */
  readonly waits: bigint;
  readonly helpers: readonly Helper[];
  readonly isAfterBlocker: boolean;
}

/** What came before: an earlier decision, or a reset by bodies, who put the fallback gate in the gate's place. */
type Before = "nothing" | "a blocker" | readonly Helper[];

type Outcome = Pick<Defence, "refusals" | "outAfter" | "landsAfter">;

/** A decision that hurts whoever stays, queued, that would land if nobody objected. */
async function queueAttack(world: World, before: Before): Promise<Attack> {
  const { snapshot, contracts, addresses, stranger, voters } = world;
  const { governor, timelock, fallbackGate } = contracts;
  const helpers = typeof before === "string" ? [] : before;
  for (const helper of helpers) await help(world, helper);
  const isAfterBlocker = before === "a blocker";
  if (isAfterBlocker) await registerBlocker(world);
  const data = timelock.interface.encodeFunctionData("setTiebreaker", [stranger, await timelock.TIEBREAKER_FLOOR()]);
  const call = { target: addresses.timelock, value: 0n, data };
  const proposal = proposalOf("Audit: a decision that stakers object to", [call]);
  await carry(world, [proposal]);
  await act(snapshot, voters[0]?.address ?? "", governor, "queue", proposalArguments(proposal));
  const waits = helpers.length > 0 ? await fallbackGate.DELAY() : await timelock.getMinDelay();
  const lands = await snapshot.branch(async () => {
    await wait(world, waits);
    return await executes(world, proposal);
  });
  // Else it would be refused whoever objects, and show nothing.
  if (!lands) throw new StepError("A decision that nobody objects to does not land, so that no defence can be seen.");
  return { proposal, queuedAt: await snapshot.now(), waits, helpers, isAfterBlocker };
}

/** `selector == isPaused() ? 1 : type(uint256).max`, in instructions of the EVM: the answers of a pause without end. */
const PAUSED_FOR_GOOD = "0x5f3560e01c63b187bd26146016575f195f5260205ff35b60015f5260205ff3";
/** Deploys what follows it: 31 bytes. */
const DEPLOYING = "0x601f600a5f39601f5ff3";

/** As the timelock, as a decision of the DAO's that nobody objects to. */
async function registerBlocker({ snapshot, contracts, addresses, stranger }: World): Promise<void> {
  const blocker = await snapshot.create(stranger, concat([DEPLOYING, PAUSED_FOR_GOOD]));
  if (!blocker.ok) throw new Error(`a blocker cannot be made: ${blocker.why}`);
  await act(snapshot, addresses.timelock, contracts.gate, "setWithdrawalBlockers", [[blocker.address]]);
}

/** As many as the rage quit's threshold asks for object in time, and leave. */
async function quit(world: World, { proposal, queuedAt, waits, helpers }: Attack): Promise<Outcome> {
  const { snapshot, contracts, stranger } = world;
  const { gate, escrow, timelock } = contracts;
  const attacker = await Attacker.begin(world, proposal, helpers);
  const { signalling } = await gate.currentConfig();
  await snapshot.travelTo(queuedAt + (await timelock.getMinDelay()) - LAST_HOUR);
  await lock(world, signalling.rageQuitThreshold + MARGIN);
  const due = (await snapshot.now()) + signalling.maxDuration + 1n;
  await attacker.tryUntil(due);
  if (attacker.landsAt !== undefined && attacker.landsAt < due) await snapshot.travelTo(due);
  await act(snapshot, stranger, gate, "poke");
  await act(snapshot, stranger, escrow, "beginExit", [1n, ZeroAddress]);
  await finalise(world);
  await claim(world);
  const { idleShares, outstandingShares, completeAfter } = await escrow.getEpoch(1n);
  if (idleShares + outstandingShares > 0n) throw new StepError("The vault has not redeemed all shares at once.");
  // Their assets lie in the escrow's vessel, where no rule reaches them.
  const outAfter = (await snapshot.now()) - queuedAt;
  await attacker.try();
  const { refusals } = attacker;
  const [calm, waited] = [completeAfter + (await gate.currentConfig()).phases.cooldown, queuedAt + waits];
  await attacker.tryUntil((calm > waited ? calm : waited) + 1n);
  return { refusals, outAfter, landsAfter: after(attacker, queuedAt) };
}

/** Fewer object: they cannot leave through the escrow, but hold it up until they have left by the vault's own door. */
async function signal(world: World, { proposal, queuedAt, helpers }: Attack): Promise<Outcome> {
  const { snapshot, contracts } = world;
  const { gate, escrow, timelock } = contracts;
  const attacker = await Attacker.begin(world, proposal, helpers);
  const { signalling } = await gate.currentConfig();
  await snapshot.travelTo(queuedAt + (await timelock.getMinDelay()) - LAST_HOUR);
  const objectors = await lock(world, signalling.signallingThreshold + MARGIN);
  await attacker.tryUntil((await snapshot.now()) + (await gate.minLock()) + 1n);
  if (attacker.landsAt === undefined) {
    for (const { address, shares } of objectors) {
      await act(snapshot, address, escrow, "unlock", [shares, 0n]);
      await leaveByDoor(world, address, shares);
    }
  }
  const outAfter = (await snapshot.now()) - queuedAt;
  const { refusals } = attacker;
  await attacker.tryUntil((await snapshot.now()) + 2n * (signalling.maxDuration + signalling.deactivation));
  return { refusals, outAfter, landsAfter: after(attacker, queuedAt) };
}

/** One leaves by the vault's own door once it is queued; nobody holds it up. */
async function leaveAlone(world: World, { queuedAt }: Attack): Promise<Outcome> {
  const { snapshot, contracts, stakers } = world;
  // The smallest that has more than dust, which a vault may refuse to redeem.
  const staker = stakers.findLast(({ shares }) => shares >= SOME) ?? stakers[0];
  if (staker === undefined) throw new StepError("Nobody has shares, so that no lone staker can be seen to leave.");
  // What it has now: the audit has taken of it since.
  await leaveByDoor(world, staker.address, await contracts.vault.balanceOf(staker.address));
  const outAfter = (await snapshot.now()) - queuedAt;
  return { refusals: 0, outAfter, landsAfter: await contracts.timelock.getMinDelay() };
}

const PLAYS = { "rage quit": quit, signalling: signal, "a lone staker": leaveAlone };

const after = ({ landsAt }: Attacker, queuedAt: bigint): bigint | undefined =>
  landsAt === undefined ? undefined : landsAt - queuedAt;
