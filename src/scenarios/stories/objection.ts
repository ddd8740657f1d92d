import { ETHER } from "../../model/units.js";
import { call, type Call } from "../../protocol/calls.js";
import { formatDuration } from "../../protocol/format.js";
import type { Proposal } from "../../protocol/proposals.js";
import { lock, poke } from "../escrowSteps.js";
import { passVote, propose, queue } from "../governorSteps.js";
import type { ProtectedWorld, Stake } from "../worlds.js";

/** Two object, the third does not. [wei] */
export const DEPOSITS = [60n * ETHER + 7n, 80n * ETHER + 5n, 860n * ETHER] as const;

type World = Pick<ProtectedWorld, "run" | "accounts" | "dao" | "token" | "governor" | "timelock" | "gate" | "escrow">;

/** What stakers object to. */
export interface Contested {
  readonly title: string;
  readonly calls: readonly Call[];
  /** For the chart. */
  readonly mark: string;
}

async function shorterDelay({ dao, timelock }: World): Promise<Contested> {
  const shorten = await call(timelock, "updateDelay", [dao.timelock.delayFloor]);
  const title = `Shorten the base delay to ${formatDuration(dao.timelock.delayFloor)}`;
  return { title, calls: [shorten], mark: "shorter delay proposed" };
}

/**
 * The majority decides what the stakers object to: a shorter delay, unless told.
 * @returns what it decided
 */
export async function object(world: World, objectors: readonly Stake[], decision?: Contested): Promise<Proposal> {
  const { run, accounts } = world;
  run.chapter("An objection that is broad enough to leave");
  const { title, calls, mark } = decision ?? (await shorterDelay(world));
  const contested = await propose(world, accounts.majority, title, calls, mark);
  await passVote(world, contested);
  await queue(world, accounts.anyone, contested, "queued");
  await run.wait("1 d");
  for (const stake of objectors) await lock(world, stake, "objects");
  await run.checkState("VetoSignalling");
  return contested;
}

/** When the objection becomes a rage quit if it stays as broad. [unix seconds] */
export async function rageQuitDue({ gate, dao }: World): Promise<bigint> {
  const [{ activatedAt }] = await gate.persisted();
  return activatedAt + dao.dualGovernance.signalling.maxDuration;
}

/** Waits until it is due. @returns the epoch that leaves */
export async function startRageQuit(world: World): Promise<bigint> {
  const { run, accounts, escrow } = world;
  await run.waitUntilTime(await rageQuitDue(world));
  const epoch = await escrow.runningEpoch();
  await poke(world, accounts.anyone, "rage quit");
  await run.checkState("RageQuit");
  return epoch;
}
