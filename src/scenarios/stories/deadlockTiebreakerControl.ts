import { ZeroAddress } from "ethers";

import { formatAmount, formatDuration } from "../../protocol/format.js";
import { callOff, poke, refuseBeginExit, refuseCallOff, takeShares } from "../escrowSteps.js";
import { openPausableWorld, type PausableWorld } from "../pausableWorld.js";
import { execute } from "../governorSteps.js";
import type { StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { redeem } from "../vaultSteps.js";
import { DEPOSITS } from "./objection.js";
import { playUntilStuck, tellStake, voteInVain, type StuckRageQuit, type StuckEnding } from "./stuckRageQuit.js";

/** The same stuck rage quit where nobody may break it: a clock ends it. */
export async function playWithoutTiebreaker(context: StoryContext): Promise<StuckEnding> {
  const name = { id: "control", title: "Control run: the same DAO without a tiebreaker" };
  const world = await openPausableWorld(context, name, DEPOSITS, { tiebreaker: undefined });
  const { run, accounts, dao, timelock, gate, asset, vault } = world;
  const stuck = await playUntilStuck(world);
  const { objectors, repair, sealedAt, contested } = stuck;
  run.chapter("There was no error, and nobody can say so");
  await run.wait("1 d");
  const repairing = await voteInVain(world, repair, "Lift the pause");
  run.check("governance is deadlocked", await gate.isDeadlocked());
  run.checkEqual("nobody may break it", await timelock.tiebreaker(), ZeroAddress);
  await waitForClock(world, stuck);

  run.chapter("Governance opens again, and they are still inside");
  await run.waitUntilTime((await world.escrow.getEpoch(stuck.epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  await execute(world, accounts.majority, contested, "shorter delay lands");
  const landedAt = (await run.now()) - run.startedAt;
  run.checkEqual("what they objected to is in force", await timelock.getMinDelay(), dao.timelock.delayFloor);
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  await execute(world, accounts.anyone, repairing, "pause lifted");
  run.check("the vault pays again", !(await vault.isPaused()));
  const liftedAt = (await run.now()) - run.startedAt;
  for (const stake of objectors) await redeem(world, stake, "leaves");
  let paid = 0n;
  for (const { staker } of objectors) paid += await asset.balanceOf(staker.signer);
  const left = formatElapsed((await run.now()) - run.startedAt);
  return {
    stake: tellStake(objectors),
    pausedAt: formatElapsed(sealedAt),
    liftedAt: formatElapsed(liftedAt),
    leftAt: left,
    landedAt: `${formatElapsed(landedAt)}, with them inside`,
    paidAt: left,
    paid: `${formatAmount(paid)} WETH`,
  };
}

async function waitForClock(world: PausableWorld, { epoch, objectors }: StuckRageQuit): Promise<void> {
  const { run, accounts, dao, escrow } = world;
  const { callOffDelay } = dao.dualGovernance.exit;
  run.chapter("Months pass: the vault takes nothing, and the exit may be called off");
  await refuseCallOff(world, accounts.anyone, epoch);
  const callOffAfter = await escrow.callOffAfter(epoch);
  run.checkEqual(
    `the clock is ${formatDuration(callOffDelay)} from the beginning of the rage quit`,
    callOffAfter,
    (await escrow.getEpoch(epoch)).closedAt + callOffDelay,
  );
  await run.waitUntilTime(callOffAfter);
  await refuseBeginExit(world, accounts.anyone, epoch);
  await callOff(world, accounts.anyone, epoch);
  for (const stake of objectors) await takeShares(world, stake, epoch);
}
