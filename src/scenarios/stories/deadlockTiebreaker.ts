import { operationOf, type Proposal } from "../../protocol/proposals.js";
import { subCommitteeSeat } from "../../protocol/committees/seats.js";
import { formatAmount } from "../../protocol/format.js";
import { committeeAt, type Committee } from "../committeeSteps.js";
import { beginExit, poke, withdrawAll } from "../escrowSteps.js";
import { openPausableWorld, type PausableWorld } from "../pausableWorld.js";
import { execute, refuseExecution } from "../governorSteps.js";
import { rowsOf, type Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { decodeRevert } from "../reverts.js";
import { approve, executeMotion, hasQuorum, refuseMotion, withdraw, type Motion } from "../tiebreakerSteps.js";
import { formatElapsed } from "../elapsed.js";
import { playWithoutTiebreaker } from "./deadlockTiebreakerControl.js";
import { playHostileTiebreaker } from "./hostileTiebreaker.js";
import { playSilentVault } from "./silentVault.js";
import { DEPOSITS } from "./objection.js";
import { playUntilStuck, tellStake, voteInVain, type StuckRageQuit, type StuckEnding } from "./stuckRageQuit.js";

export const deadlockTiebreaker: Scenario = {
  name: "deadlock-tiebreaker",
  title: "A rage quit waits for a vault that only governance can open",
  summary: "Sub-committees release the one decision that ends a deadlock; without one they can do nothing",
  play: async (context) => {
    const released = await playRelease(context);
    await playHostileTiebreaker(context);
    await playSilentVault(context);
    return compare(released, await playWithoutTiebreaker(context));
  },
};

type World = PausableWorld & {
  readonly tiebreaker: NonNullable<PausableWorld["tiebreaker"]>;
  readonly members: readonly [Committee, Committee, Committee];
};

async function playRelease(context: StoryContext): Promise<StuckEnding> {
  const opened = await openPausableWorld(
    context,
    { id: "dual-governance", title: "A DAO with a tiebreaker" },
    DEPOSITS,
  );
  const { tiebreaker, committees, run } = opened;
  if (tiebreaker === undefined) throw new Error("the story needs a tiebreaker");
  const member = (index: number) => committeeAt(committees, subCommitteeSeat(index));
  const world: World = { ...opened, tiebreaker, members: [member(0), member(1), member(2)] };

  const stuck = await playUntilStuck(world);
  run.chapter("There was no error, and nobody can say so");
  await run.wait("1 d");
  const repair = await voteInVain(world, stuck.repair, "Lift the pause");
  run.check("governance is deadlocked", await world.gate.isDeadlocked());
  await breakDeadlock(world, repair, stuck.contested);
  const liftedAt = (await run.now()) - run.startedAt;
  const { leftAt, landedAt, paidAt, paid } = await finish(world, stuck);
  return {
    stake: tellStake(stuck.objectors),
    pausedAt: formatElapsed(stuck.sealedAt),
    liftedAt: formatElapsed(liftedAt),
    leftAt: formatElapsed(leftAt),
    landedAt: `${formatElapsed(landedAt)}, after they left`,
    paidAt: formatElapsed(paidAt),
    paid: `${formatAmount(paid)} WETH`,
  };
}

async function breakDeadlock(world: World, repair: Proposal, contested: Proposal): Promise<void> {
  const { run, accounts, governor, gate, vault, tiebreaker, members } = world;
  const [first, second, third] = members;
  const { anyone } = accounts;
  run.chapter("The tiebreaker: two of three committees must agree, and then wait");
  const subject = operationOf(await governor.getAddress(), repair).id;
  const motion: Motion = { action: "Release", subject, words: "let “Lift the pause” through" };
  await approve(world, first, motion);
  await run.wait("1 d");
  await approve(world, second, motion);
  await run.wait("5 d");
  await withdraw(world, second, motion, "it wants to see what was found");
  run.check("there is no quorum", !(await hasQuorum(world, motion)));
  await run.wait(await tiebreaker.DELAY());
  await refuseMotion(world, anyone, motion, "NoQuorum");
  await approve(world, third, motion);
  const executableAt = (await run.now()) + (await tiebreaker.DELAY());
  // An attempt takes a second.
  await run.waitUntilTime(executableAt - 2n);
  await refuseMotion(world, anyone, motion, "MotionTooYoung");
  await run.waitUntilTime(executableAt);
  await executeMotion(world, anyone, motion, {
    action: "asks the tiebreaker once more, and it lets “Lift the pause” through",
    mark: "released",
    decided: "this decision passes the gate now, and no other",
  });
  await refuseExecution(world, accounts.majority, contested, "ExecutionClosed", "refused");
  run.check("it could have released that one too: in a deadlock it is trusted", await couldRelease(world, contested));
  await execute(world, anyone, repair, "pause lifted");
  await run.checkState("RageQuit");
  run.check("the vault pays again", !(await vault.isPaused()));
  run.check("nothing is deadlocked any more", !(await gate.isDeadlocked()));
}

/** Whether the gate would take a release of `proposal` from the tiebreaker in this very block. */
async function couldRelease({ run, gate, governor, tiebreaker }: World, proposal: Proposal): Promise<boolean> {
  const id = operationOf(await governor.getAddress(), proposal).id;
  const asked = gate.connect(run.connection.ethers.provider);
  try {
    await asked.release.staticCall(id, { from: await tiebreaker.getAddress() });
    return true;
  } catch (error) {
    if (decodeRevert(error) === undefined) throw error;
    return false;
  }
}

async function finish(
  world: World,
  { epoch, contested, objectors }: StuckRageQuit,
): Promise<Record<"leftAt" | "landedAt" | "paidAt" | "paid", bigint>> {
  const { run, accounts, dao, escrow } = world;
  run.chapter("Those who objected leave, and governance opens again");
  await beginExit(world, accounts.anyone, epoch);
  const leftAt = (await run.now()) - run.startedAt;
  await run.waitUntilTime((await escrow.getEpoch(epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  await execute(world, accounts.majority, contested, "shorter delay lands");
  const landedAt = (await run.now()) - run.startedAt;
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).withdrawableAfter);
  const payments = await withdrawAll(world, objectors, epoch);
  run.check(
    "everybody has exactly the deposit back",
    objectors.every(({ assets }, index) => payments[index] === assets),
    payments.join(", "),
  );
  return {
    leftAt,
    landedAt,
    paidAt: (await run.now()) - run.startedAt,
    paid: payments.reduce((sum, payment) => sum + payment, 0n),
  };
}

function compare(ours: StuckEnding, control: StuckEnding): Outcome {
  return {
    columns: ["with a tiebreaker", "without one"],
    rows: rowsOf([ours, control], {
      "those who rage quit own": ({ stake }) => stake,
      "the pause has no end from": ({ pausedAt }) => pausedAt,
      "it is lifted at": ({ liftedAt }) => liftedAt,
      "they leave the vault at": ({ leftAt }) => leftAt,
      "what they object to lands at": ({ landedAt }) => landedAt,
      "they are paid at": ({ paidAt }) => paidAt,
      "and get": ({ paid }) => paid,
    }),
    moral:
      "Whoever can pause what a rage quit waits for can stop governance for months, and in the end send those who object " +
      "home with their shares, even without wanting to: the clocks let nobody wait for ever, and no more. The " +
      "tiebreaker lets through what the DAO itself has decided, in a deadlock and not before; there it must be trusted, " +
      "for it chooses which decision. Without a deadlock a hostile one gets nothing. Where the gate itself fails, it " +
      "gets the fallback gate, under which every decision waits.",
  };
}
