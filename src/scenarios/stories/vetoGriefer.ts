import { DAY, ETHER } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import { formatAmount, formatDuration } from "../../protocol/format.js";
import { lock, poke, unlock } from "../escrowSteps.js";
import { execute, propose, queue, refuseExecution, vote } from "../governorSteps.js";
import type { Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { openProtectedWorld, type ProtectedWorld, type Stake } from "../worlds.js";

/** The griefer stays just below R2, where the timelock stretches most and no rage quit ends it. [wei] */
const DEPOSITS = [99n * ETHER + (9n * ETHER) / 10n, 900n * ETHER + ETHER / 10n] as const;
/** Every comparison with a time is strict, and every transaction takes a second. [seconds] */
const SLACK = 10n;

export const vetoGriefer: Scenario = {
  name: "veto-griefer",
  title: "A staker with 9.99 % blocks what everybody else wants",
  summary: "How long a minority below R2 can hold up the DAO, and at what price",
  play,
};

async function play(context: StoryContext): Promise<Outcome> {
  const world = await openProtectedWorld(
    context,
    { id: "dual-governance", title: "A DAO with dual governance" },
    DEPOSITS,
  );
  const { run, accounts, dao, escrow } = world;
  const { signalling, phases } = dao.dualGovernance;
  const { maxDuration, minActive, deactivation } = signalling;
  const [griefer] = world.stakes;
  if (griefer === undefined) throw new Error("the story needs a staker");
  const { older, newer, olderAt, newerAt } = await decide(world, griefer);

  run.chapter("The first round");
  const first = await stretch(world, griefer, older);
  const longestHalt = maxDuration + minActive + deactivation;
  run.check(
    `no halt is longer than ${formatDuration(longestHalt)} below R2`,
    first <= longestHalt + SLACK,
    formatDuration(first),
  );
  await execute(world, accounts.majority, older, "older lands");
  const olderDelay = (await run.now()) - olderAt;
  await refuseExecution(world, accounts.majority, newer, "ExecutionClosed", "refused");
  await run.wait(phases.cooldown);
  await poke(world, griefer.staker, "round two");
  await run.checkState("VetoSignalling");

  run.chapter("The second round");
  await stretch(world, griefer, newer);
  await execute(world, accounts.majority, newer, "newer lands");
  const newerDelay = (await run.now()) - newerAt;
  const bound = 2n * longestHalt + phases.cooldown;
  run.check(
    `a minority below R2 delays an operation by ${formatDuration(bound)} at most`,
    newerDelay <= bound + SLACK,
    formatDuration(newerDelay),
  );
  run.checkEqual("the griefer's shares are still there", await escrow.lockedShares(), griefer.shares);
  return conclude({ griefer, olderDelay, newerDelay, bound });
}

/** Two decisions that everybody else wants; the griefer locks between them, which costs the newer one two rounds. */
async function decide(world: ProtectedWorld, griefer: Stake) {
  const { run, accounts, vault, governor } = world;
  const { majority, anyone } = accounts;
  run.chapter("Two decisions that nearly everybody wants");
  const older = await propose(
    world,
    majority,
    "Lower the fee to 8 %",
    [await call(vault, "setFee", [8n * 10n ** 16n])],
    "older proposed",
  );
  await run.waitUntil("2 d");
  await vote(world, majority, older, "for");
  const newer = await propose(
    world,
    majority,
    "Lower the fee to 5 %",
    [await call(vault, "setFee", [5n * 10n ** 16n])],
    "newer proposed",
  );
  await run.waitUntilTime((await governor.proposalDeadline(older.id)) + 1n);
  await queue(world, anyone, older, "older queued");
  const olderAt = await run.now();
  await run.wait("1 d");
  await vote(world, majority, newer, "for");
  await run.waitUntilTime((await governor.proposalDeadline(newer.id)) + 1n);
  await lock(world, griefer, "9.99 % locked");
  await run.checkState("VetoSignalling");
  await queue(world, anyone, newer, "newer queued");
  return { older, newer, olderAt, newerAt: await run.now() };
}

/**
 * The longest round a griefer below R2 can make: let go shortly before the extension ends, object again in its last
 * second, and sit out the least activity and the deactivation once more.
 * @returns From the activation to the cooldown. [seconds]
 */
async function stretch(world: ProtectedWorld, griefer: Stake, blocked: Proposal): Promise<bigint> {
  const { run, accounts, gauge, gate, dao } = world;
  const { minActive, deactivation } = dao.dualGovernance.signalling;
  const [{ activatedAt }] = await gate.persisted();
  const extensionEndsAt = await gauge.extensionEndsAt();
  await run.waitUntilTime(extensionEndsAt - DAY);
  await refuseExecution(world, accounts.majority, blocked, "ExecutionClosed", "refused");
  await unlock(world, griefer, "lets go");
  await run.checkState("VetoSignallingDeactivation");
  await run.waitUntilTime(extensionEndsAt - 1n);
  await lock(world, griefer, "9.99 % again");
  await run.checkState("VetoSignalling");
  await run.wait(minActive);
  await poke(world, accounts.anyone, "fades");
  await run.checkState("VetoSignallingDeactivation");
  await run.wait(deactivation);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  return (await run.now()) - activatedAt;
}

function conclude(result: { griefer: Stake; olderDelay: bigint; newerDelay: bigint; bound: bigint }): Outcome {
  const row = (question: string, answer: string) => ({ question, answers: [answer] });
  return {
    columns: ["with dual governance"],
    rows: [
      row("delay of what is older than the objection", formatDuration(result.olderDelay, 2)),
      row("delay of what is younger", formatDuration(result.newerDelay, 2)),
      row("the most a minority below R2 can do", formatDuration(result.bound)),
      row("the price", `${formatAmount(result.griefer.assets)} WETH, locked all the while`),
    ],
    moral:
      "Delay is all that a minority below R2 can buy, and it ends by itself: what is older than the objection lands in " +
      "the first cooldown, the rest in the second. Whatever the griefer does, an operation outlives it.",
  };
}
