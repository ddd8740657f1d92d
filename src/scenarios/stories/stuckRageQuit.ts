import { DAY } from "../../model/units.js";
import { call, type Call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import { SEATS } from "../../protocol/committees/seats.js";
import { MaxUint256 } from "ethers";

import { formatAmount, formatDuration } from "../../protocol/format.js";
import { actTogether, committeeAt } from "../committeeSteps.js";
import { refuseBeginExit } from "../escrowSteps.js";
import type { PausableWorld } from "../pausableWorld.js";
import { agreeOn, execute, refuseExecution } from "../governorSteps.js";
import type { Stake } from "../worlds.js";
import { object, rageQuitDue, startRageQuit } from "./objection.js";

/** A rage quit that waits for a vault, which waits for governance, which waits for the rage quit. */
export interface StuckRageQuit {
  readonly objectors: readonly Stake[];
  readonly epoch: bigint;
  /** What the stakers objected to. */
  readonly contested: Proposal;
  /** The one call that would end it. */
  readonly repair: Call;
  /** Since the start. [seconds] */
  readonly sealedAt: bigint;
}

/** How a run ended, in the words of the outcome. */
export interface StuckEnding {
  readonly stake: string;
  readonly pausedAt: string;
  readonly liftedAt: string;
  /** When shares first left the vault for them. */
  readonly leftAt: string;
  /** When what they objected to executed. */
  readonly landedAt: string;
  readonly paidAt: string;
  readonly paid: string;
}

/** From the first day to the moment when nothing moves any more. */
export async function playUntilStuck(world: PausableWorld): Promise<StuckRageQuit> {
  await nameBlocker(world);
  const objectors = world.stakes.slice(0, 2);
  const contested = await object(world, objectors);
  const { epoch, sealedAt } = await getStuck(world);
  const repair = await call(world.breaker, "resume", [await world.vault.getAddress()]);
  return { objectors, epoch, contested, repair, sealedAt };
}

async function nameBlocker(world: PausableWorld): Promise<void> {
  const { run, accounts, dao, gate, vault } = world;
  const address = await vault.getAddress();
  run.chapter("A vault that can refuse to pay");
  await run.note("vault", "its redemptions can be paused, so it can keep a rage quit from finishing");
  const naming = await call(gate, "setWithdrawalBlockers", [[address]]);
  const proposal = await agreeOn(world, "Watch the vault: a rage quit may get stuck behind it", [naming]);
  await run.wait(dao.timelock.delay);
  await execute(world, accounts.anyone, proposal, "vault watched");
  run.checkEqual("the gate watches the vault", (await gate.withdrawalBlockers()).join(), address);
}

async function getStuck(world: PausableWorld): Promise<Pick<StuckRageQuit, "epoch" | "sealedAt">> {
  const { run, accounts, dao, vault, breaker, committees } = world;
  const address = await vault.getAddress();
  const { circuitBreaker } = dao;
  if (circuitBreaker === undefined) throw new Error("the story needs a circuit breaker");
  run.chapter("The vault is paused, and the rage quit begins");
  await run.waitUntilTime((await rageQuitDue(world)) - 3n * DAY);
  const seals = {
    kind: "committee",
    action: `fears an error in the vault, and pauses it for ${formatDuration(circuitBreaker.sealDuration)}`,
    mark: "paused",
    decided: "it has used up its only pause",
  } as const;
  const sealer = committeeAt(committees, SEATS.seal);
  await actTogether(world, sealer, seals, breaker, "seal", [[address]]);
  run.check("it can never pause again", !(await breaker.isSealUsable()));
  const epoch = await startRageQuit(world);
  await refuseBeginExit(world, accounts.anyone, epoch);
  await run.wait("7 d");
  const reseals = {
    kind: "committee",
    action: "lets the pause last until governance lifts it: the error is still being looked for",
    mark: "paused for good",
  } as const;
  const resealer = committeeAt(committees, SEATS.reseal);
  await actTogether(world, resealer, reseals, breaker, "reseal", [address]);
  const sealedAt = (await run.now()) - run.startedAt;
  run.checkEqual("no date ends the pause", await vault.getResumeSinceTimestamp(), MaxUint256);
  return { epoch, sealedAt };
}

/** The DAO votes to lift the pause, everybody for it, and cannot do so. */
export async function voteInVain(world: PausableWorld, repair: Call, title: string): Promise<Proposal> {
  const { run, accounts, dao } = world;
  const proposal = await agreeOn(world, title, [repair], { queued: "repair queued" });
  await run.wait(dao.timelock.delay);
  await refuseExecution(world, accounts.anyone, proposal, "ExecutionClosed", "refused");
  return proposal;
}

/** What those who objected own, in the words of the outcome. */
export const tellStake = (objectors: readonly Stake[]): string =>
  `${formatAmount(objectors.reduce((sum, { assets }) => sum + assets, 0n))} WETH`;
