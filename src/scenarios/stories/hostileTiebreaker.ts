import { DAY, ETHER, PERCENT } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import { ProposalState } from "../../protocol/enums.js";
import { operationOf, type Proposal, proposalArguments } from "../../protocol/proposals.js";
import { subCommitteeSeat } from "../../protocol/committees/seats.js";
import { formatDuration } from "../../protocol/format.js";
import { committeeAt, refuseTogether, type Committee } from "../committeeSteps.js";
import { lock, poke, unlock } from "../escrowSteps.js";
import { agreeOn, execute, passVote, propose, queue, refuseExecution } from "../governorSteps.js";
import type { StoryContext } from "../scenario.js";
import { about, approve, executeMotion, refuseMotion, type Motion } from "../tiebreakerSteps.js";
import { formatElapsed } from "../elapsed.js";
import { openProtectedWorld, type ProtectedWorld, type Stake } from "../worlds.js";

const DEPOSITS = [120n * ETHER, 880n * ETHER] as const;
/** Burns all gas it is given: what a gate with a fault may do to whoever asks it. */
const FAULTY_CODE = "0xfe";

type World = ProtectedWorld & {
  readonly tiebreaker: NonNullable<ProtectedWorld["tiebreaker"]>;
  readonly members: readonly [Committee, Committee];
  /** To put the fallback gate in the place of the gate. */
  readonly replacement: Motion;
};

/** Two of three sub-committees want what the stakers do not: first without a deadlock, then with a gate that fails. */
export async function playHostileTiebreaker(context: StoryContext): Promise<void> {
  const name = { id: "hostile-tiebreaker", title: "A hostile tiebreaker, and a gate that fails" };
  const opened = await openProtectedWorld(context, name, DEPOSITS);
  const { tiebreaker, committees, gate, stakes } = opened;
  const [objector] = stakes;
  if (tiebreaker === undefined || objector === undefined) throw new Error("the story needs a tiebreaker and a staker");
  const member = (index: number) => committeeAt(committees, subCommitteeSeat(index));
  const replacement = about("ReplaceGate", await gate.getAddress(), "put the fallback gate in the gate's place");
  const world: World = { ...opened, tiebreaker, members: [member(0), member(1)], replacement };

  const contested = await gangUp(world, objector);
  await calmDown(world, contested, objector);
  const decision = await breakGate(world);
  await replaceGate(world);
  await goOn(world, decision);
}

async function gangUp(world: World, objector: Stake): Promise<Proposal> {
  const { run, accounts, gate, governor, vault, timelock, tiebreaker, members, replacement } = world;
  const { majority, anyone } = accounts;
  run.chapter("Without a deadlock the tiebreaker can do nothing");
  const double = await call(vault, "setFee", [20n * PERCENT]);
  const contested = await propose(world, majority, "Double the fee to 20 %", [double], "20 % proposed");
  await passVote(world, contested);
  await queue(world, anyone, contested, "queued");
  await run.waitUntil("8 d");
  await lock(world, objector, "objects");
  const subject = operationOf(await governor.getAddress(), contested).id;
  const release: Motion = { action: "Release", subject, words: "let the doubled fee through" };
  for (const motion of [release, replacement]) for (const member of members) await approve(world, member, motion);
  const past = { action: "tries to act without the others", error: "CallerIsNotTiebreaker" };
  await refuseTogether(world, members[0], past, gate, "release", [subject]);
  await run.wait(await tiebreaker.DELAY());
  run.check("governance waits, as it should, and is not deadlocked", !(await gate.isDeadlocked()));
  await refuseMotion(world, majority, release, "NotDeadlocked");
  await refuseMotion(world, majority, replacement, "GateNotRecordedSilent");
  await run.act(
    anyone,
    { kind: "poke", action: "checks whether the gate fails", decided: "it answers: nothing is put on record" },
    () => timelock.connect(anyone.signer).checkGate(),
  );
  run.checkEqual("nothing is on record against the gate", await timelock.gateSilentSince(), 0n);
  await refuseExecution(world, majority, contested, "ExecutionClosed", "refused");
  return contested;
}

async function calmDown(world: World, contested: Proposal, objector: Stake): Promise<void> {
  const { run, accounts, dao, governor, timelock } = world;
  const { signalling, phases } = dao.dualGovernance;
  run.chapter("The DAO gives way");
  const id = operationOf(await governor.getAddress(), contested).id;
  const withdrawal = await agreeOn(world, "Withdraw the doubled fee", [
    await call(timelock, "cancelOperations", [[id]]),
  ]);
  await execute(world, accounts.anyone, withdrawal, "withdrawn");
  run.checkEqual("the doubled fee can never be executed", await governor.state(contested.id), ProposalState.Canceled);
  await unlock(world, objector, "takes back");
  for (const duration of [signalling.deactivation, phases.cooldown]) {
    await run.wait(duration);
    await poke(world, accounts.anyone);
  }
  await run.checkState("Normal");
}

async function breakGate(world: World): Promise<Proposal> {
  const { run, accounts, dao, gate, governor, timelock, vault } = world;
  const { majority, minority, anyone } = accounts;
  run.chapter("The gate fails, and anybody may put that on record");
  await run.waitUntil("60 d");
  await run.connection.networkHelpers.setCode(await gate.getAddress(), FAULTY_CODE);
  await run.note("gate", "has a fault, and answers nobody any more", "gate fails");
  const lower = await call(vault, "setFee", [8n * PERCENT]);
  const decision = await propose(world, majority, "Lower the fee to 8 %", [lower], "8 % proposed");
  await passVote(world, decision, [majority, minority]);
  await run.refuse(
    anyone,
    `tries to queue “${decision.description}”`,
    "SchedulingClosed",
    () => governor.connect(anyone.signer).queue(...proposalArguments(decision)),
    "refused",
  );
  await run.act(
    anyone,
    {
      kind: "poke",
      action: "checks whether the gate fails",
      mark: "on record",
      decided: async () => {
        const replaceableAt = (await timelock.gateSilentSince()) + (await timelock.tiebreakerTimeout());
        return `it does, and that is on record: unless it answers, it can be replaced from ${formatElapsed(replaceableAt - run.startedAt)}`;
      },
    },
    () => timelock.connect(anyone.signer).checkGate(),
  );
  await run.checkState("SilentGate");
  if (dao.tiebreaker === undefined) throw new Error("the story needs a tiebreaker");
  const { timeout } = dao.tiebreaker;
  run.checkEqual(`the gate has ${formatDuration(timeout)} to answer`, await timelock.tiebreakerTimeout(), timeout);
  return decision;
}

async function replaceGate(world: World): Promise<void> {
  const { run, accounts, timelock, tiebreaker, fallbackGate, members, replacement } = world;
  run.chapter("The same tiebreaker now may do one thing");
  const replaceableAt = (await timelock.gateSilentSince()) + (await timelock.tiebreakerTimeout());
  await run.waitUntilTime(replaceableAt - 40n * DAY);
  for (const member of members) await approve(world, member, replacement);
  await run.wait(await tiebreaker.DELAY());
  await refuseMotion(world, accounts.anyone, replacement, "GateSilenceTooYoung");
  await run.waitUntilTime(replaceableAt);
  await executeMotion(world, accounts.anyone, replacement, {
    action: "asks the tiebreaker once more, and it installs the fallback gate",
    mark: "gate replaced",
  });
  run.checkEqual("the timelock obeys the fallback gate", await timelock.gate(), await fallbackGate.getAddress());
  await run.checkState("FallbackGate");
}

async function goOn(world: World, decision: Proposal): Promise<void> {
  const { run, accounts, dao, vault, fallbackGate } = world;
  run.chapter("Governance goes on, slowly");
  await queue(world, accounts.anyone, decision, "queued");
  await run.wait(dao.timelock.delay);
  await refuseExecution(world, accounts.majority, decision, "ExecutionClosed", "refused");
  await run.wait(await fallbackGate.DELAY());
  await execute(world, accounts.anyone, decision, "8 % lands");
  run.checkEqual("what the DAO decided has landed", await vault.fee(), 8n * PERCENT);
}
