import { DAY, ETHER } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import type { Proposal } from "../../protocol/proposals.js";
import { beginExit, callOff, poke, withdrawAll } from "../escrowSteps.js";
import { execute, refuseExecution } from "../governorSteps.js";
import { formatElapsed } from "../elapsed.js";
import { finalise, proveAll } from "../pool/poolSteps.js";
import type { PoolWorld } from "../pool/poolWorld.js";
import { rowsOf, type Outcome } from "../scenarioReport.js";
import type { Stake } from "../worlds.js";
import { object, startRageQuit } from "./objection.js";

/** Two object, the third does not; of all, little more than 24 keys need. [wei] */
export const DEPOSITS = [100n * ETHER + 7n, 200n * ETHER + 5n, 450n * ETHER] as const;
/** Rounding of shares. [wei] */
const DUST = 100n;

/** Stakers who have asked the pool for what they own, by way of the escrow. */
export interface Leaving {
  readonly objectors: readonly Stake[];
  readonly epoch: bigint;
  /** What they object to. */
  readonly contested: Proposal;
}

/** How a run ended, in the words of the outcome. */
export interface PoolEnding {
  readonly stake: string;
  /** When validators began to leave, or why none did. */
  readonly exits: string;
  readonly landed: string;
  readonly paidAt: string;
  readonly paid: string;
}

/** [wei] */
const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

/** The operators and the majority of the votes are one; those who object ask for what is theirs. */
export async function playUntilLeaving(world: PoolWorld): Promise<Leaving> {
  const { run, accounts, registry, stakes } = world;
  run.chapter("Twelve operators of nine entities, and one will");
  const { operatorsForThird, operatorsForHalf, largestEntity } = await registry.calcConcentration();
  await run.note(
    "operators",
    `run 24 validators for ${formatAmount(sumOf(stakes.map(({ assets }) => assets)))} ETH of the stakers'; ` +
      `${operatorsForThird} of them have more than a third, ${operatorsForHalf} more than half, the largest entity ${formatPercent(largestEntity)}`,
  );
  await run.note("operators", "all agree, and hold the majority of the votes as well: one cartel", "cartel");
  const objectors = stakes.slice(0, 2);
  const everything = 100_000n * ETHER;
  const calls = [
    await call(registry, "setEntityCap", [1n, everything]),
    await call(registry, "setOperatorCap", [1n, everything]),
  ];
  const title = "Lift the caps of operator 1: it may run the whole pool";
  const contested = await object(world, objectors, { title, calls, mark: "caps to be lifted" });
  run.chapter("The rage quit: what they own is asked of the pool");
  const epoch = await startRageQuit(world);
  await beginExit(world, accounts.anyone, epoch);
  await proveAll(world);
  await finalise(world);
  return { objectors, epoch, contested };
}

/** Nobody else asks for anything. */
const REQUEST = 1n;

/** What of the request is still in the queue. [shares] */
export async function readPending({ pool, escrow }: PoolWorld, epoch: bigint): Promise<bigint> {
  return await pool.pendingRedeemRequest(REQUEST, (await escrow.getEpoch(epoch)).payer);
}

/** The request is paid: governance opens again, and the stakers are paid. */
export async function playCompletion(world: PoolWorld, leaving: Leaving): Promise<Omit<PoolEnding, "exits">> {
  const { run, accounts, dao, escrow } = world;
  const { objectors, epoch, contested } = leaving;
  run.chapter("Governance opens again, and they are paid");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  await execute(world, accounts.majority, contested, "caps lifted");
  const landed = `${formatElapsed((await run.now()) - run.startedAt)}, after they left`;
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).withdrawableAfter);
  const payments = await withdrawAll(world, objectors, epoch);
  const areWhole = objectors.every(({ assets }, index) => (payments[index] ?? 0n) + DUST >= assets);
  run.check(
    "everybody has the deposit back, but for less than a hundred wei of rounding",
    areWhole,
    payments.join(", "),
  );
  return {
    stake: tellStake(objectors),
    landed,
    paidAt: formatElapsed((await run.now()) - run.startedAt),
    paid: `${formatAmount(sumOf(payments))} WETH`,
  };
}

/** Nothing more comes: the clock of the mechanism ends the waiting, and not the loss. */
export async function playHold(world: PoolWorld, leaving: Leaving): Promise<Omit<PoolEnding, "exits">> {
  const { run, accounts, dao, asset, escrow } = world;
  const { objectors, epoch, contested } = leaving;
  run.chapter("A year passes, and another: governance goes on without them, and nobody pays");
  await run.waitUntilTime((await escrow.callOffAfter(epoch)) + 1n);
  await refuseExecution(world, accounts.majority, contested, "GovernorUnexpectedProposalState", "expired");
  await callOff(world, accounts.anyone, epoch);
  await run.waitUntilTime((await escrow.getEpoch(epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  await run.wait(365n * DAY);
  const pending = await readPending(world, epoch);
  run.check("a year later their request still stands in the queue", pending > 0n);
  let paid = 0n;
  for (const payment of await withdrawAll(world, objectors, epoch)) paid += payment;
  const owned = sumOf(objectors.map(({ assets }) => assets));
  run.check("they have no more than what was idle in the pool", paid < owned / 10n, `${paid}`);
  run.checkEqual("and nothing else is on the way to them", await asset.balanceOf(world.pool), 0n);
  return {
    stake: tellStake(objectors),
    landed: "never: it expired",
    paidAt: "never, but for what was idle",
    paid: `${formatAmount(paid)} WETH`,
  };
}

const tellStake = (objectors: readonly Stake[]): string =>
  `${formatAmount(sumOf(objectors.map(({ assets }) => assets)))} WETH`;

/** The two runs of a story side by side. */
export function compare(columns: readonly [string, string], endings: readonly PoolEnding[], moral: string): Outcome {
  return {
    columns: [...columns],
    rows: rowsOf(endings, {
      "those who rage quit own": ({ stake }) => stake,
      "validators leave": ({ exits }) => exits,
      "what they object to lands at": ({ landed }) => landed,
      "they are paid at": ({ paidAt }) => paidAt,
      "and get": ({ paid }) => paid,
    }),
    moral,
  };
}
