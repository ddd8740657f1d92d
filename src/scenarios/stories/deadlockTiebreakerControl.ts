import { ZeroAddress } from "ethers";

import { formatDuration } from "../../terminal/format.js";
import { openPausableWorld } from "../pausableWorld.js";
import { refuseExecution } from "../proposals.js";
import type { Stage } from "../stage.js";
import { formatElapsed } from "../time.js";
import { DEPOSITS, refuseClaim, runAground, tellStake, voteInVain, type StandstillEnding } from "./stuckRageQuit.js";

const YEARS = [1n, 2n, 3n] as const;
const YEAR = 365n * 86_400n;

/** The same standstill where nobody may break it. */
export async function playWithoutTiebreaker(stage: Stage): Promise<StandstillEnding> {
  const name = { id: "control", title: "Control run: the same DAO without a tiebreaker" };
  const world = await openPausableWorld(stage, name, DEPOSITS, { tiebreaker: undefined });
  const { run, cast, timelock, gate, asset, vault } = world;
  const { objectors, epoch, repair, sealedAt } = await runAground(world);
  run.chapter("There was no error, and nobody can say so");
  await run.wait("1 d");
  let vain = await voteInVain(world, repair, "Lift the pause");
  run.check("governance is deadlocked", await gate.isDeadlocked());
  run.checkEqual("nobody may break it", await timelock.tiebreaker(), ZeroAddress);

  run.chapter("Years pass: what was decided expires, and is decided again");
  for (const year of YEARS) {
    await run.waitUntilTime(run.startedAt + year * YEAR);
    await refuseExecution(world, cast.anyone, vain, "GovernorUnexpectedProposalState", "expired");
    vain = await voteInVain(world, repair, `Lift the pause, after ${formatDuration(year * YEAR)}`);
    await refuseClaim(world, epoch);
    await run.checkState("RageQuit");
  }
  run.check("the vault is still paused", await vault.isPaused());
  let paid = 0n;
  for (const { staker } of objectors) paid += await asset.balanceOf(staker.signer);
  run.checkEqual("nobody who objected has got anything", paid, 0n);
  const until = formatElapsed((await run.now()) - run.startedAt);
  return {
    stake: tellStake(objectors),
    pausedAt: formatElapsed(sealedAt),
    liftedAt: `not by ${until}`,
    paidAt: `not by ${until}`,
    paid: "0 WETH",
  };
}
