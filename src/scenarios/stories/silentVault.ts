import { DAY } from "../../model/units.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";
import { formatDuration } from "../../protocol/format.js";
import { beginExit, callOff, claim, poke, refuseCallOff, withdrawAll } from "../escrowSteps.js";
import { refuseExecution } from "../governorSteps.js";
import { openQueueWorld, type QueueWorld } from "../queueWorld.js";
import type { StoryContext } from "../scenario.js";
import type { Stake } from "../worlds.js";
import { DEPOSITS, object, startRageQuit } from "./objection.js";

/** A vault takes the shares of a rage quit and does not pay: the clocks, one after the other. */
export async function playSilentVault(context: StoryContext): Promise<void> {
  const name = { id: "silent-vault", title: "A vault that takes the shares, and pays after more than a year" };
  const world = await openQueueWorld(context, name, DEPOSITS);
  const objectors = world.stakes.slice(0, 2);
  const contested = await object(world, objectors);
  const epoch = await ask(world);
  await waitInVain(world, epoch, contested);
  await goOn(world, epoch);
  await settle(world, epoch, objectors);
}

async function ask(world: QueueWorld): Promise<bigint> {
  const { run, accounts, escrow } = world;
  run.chapter("The vault takes their shares, and settles nothing");
  const epoch = await startRageQuit(world);
  await beginExit(world, accounts.anyone, epoch);
  run.checkEqual("nothing of theirs is left in the escrow", (await escrow.getEpoch(epoch)).idleShares, 0n);
  return epoch;
}

async function waitInVain(world: QueueWorld, epoch: bigint, contested: Proposal): Promise<void> {
  const { run, accounts, dao, gate, escrow, governor, timelock } = world;
  const { stallDelay, holdLimit } = dao.dualGovernance.exit;
  run.chapter("Two clocks: a deadlock, and the end of all waiting");
  const { closedAt } = await escrow.getEpoch(epoch);
  await run.waitUntilTime(closedAt + stallDelay);
  run.check("an honest vault may be slow: this is no deadlock yet", !(await gate.isDeadlocked()));
  await run.waitUntilTime(closedAt + stallDelay + 1n);
  run.check(`${formatDuration(stallDelay)} without progress are a deadlock`, await gate.isDeadlocked());
  await run.note("tiebreaker", "may let through what the DAO decides to move the vault", "deadlock");
  await refuseCallOff(world, accounts.anyone, epoch);
  const expiry = await timelock.getExpiry(operationOf(await governor.getAddress(), contested).id);
  await run.waitUntilTime(expiry + DAY);
  await refuseExecution(world, accounts.majority, contested, "GovernorUnexpectedProposalState", "expired");
  await run.waitUntilTime(closedAt + holdLimit);
  await callOff(world, accounts.anyone, epoch);
}

async function goOn(world: QueueWorld, epoch: bigint): Promise<void> {
  const { run, accounts, dao, escrow } = world;
  run.chapter("Governance opens again; what they left from has expired");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
}

async function settle(world: QueueWorld, epoch: bigint, objectors: readonly Stake[]): Promise<void> {
  const { run, accounts, vault, escrow } = world;
  run.chapter("The vault pays after all, and those who left are paid");
  const { payer, withdrawableAfter } = await escrow.getEpoch(epoch);
  await run.waitUntilTime(withdrawableAfter + 30n * DAY);
  await run.act(
    accounts.anyone,
    { kind: "note", action: "settles what the vault was asked for", mark: "settled" },
    () => vault.connect(accounts.anyone.signer).fulfilAll(payer),
  );
  await claim(world, accounts.anyone, epoch);
  const payments = await withdrawAll(world, objectors, epoch);
  run.check(
    "everybody has exactly the deposit back",
    objectors.every(({ assets }, index) => payments[index] === assets),
    payments.join(", "),
  );
}
