import { ETHER, PERCENT } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import { ProposalState } from "../../protocol/enums.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";
import { formatPercent } from "../../protocol/format.js";
import { lock, poke, unlock } from "../escrowSteps.js";
import { execute, passVote, propose, queue, refuseExecution } from "../governorSteps.js";
import type { Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { openProtectedWorld, type ProtectedWorld, type Stake } from "../worlds.js";

const DEPOSITS = [30n * ETHER, 40n * ETHER, 930n * ETHER] as const;

export const negotiation: Scenario = {
  name: "negotiation",
  title: "The stakers object, the DAO gives way, and they agree",
  summary: "7 % object to a doubled fee; the DAO withdraws it and passes a smaller one",
  play,
};

async function play(context: StoryContext): Promise<Outcome> {
  const world = await openProtectedWorld(
    context,
    { id: "dual-governance", title: "A DAO with dual governance" },
    DEPOSITS,
  );
  const { run, vault, governor } = world;
  const [first, second] = world.stakes;
  if (!first || !second) throw new Error("the story needs two stakers");
  const objectors = [first, second];

  const contested = await provoke(world, objectors);
  const withdrawnAt = await giveWay(world, contested);
  const calmAt = await calmDown(world, objectors);
  const agreedAt = await agree(world);
  run.checkEqual(
    "the contested proposal can never be executed",
    await governor.state(contested.id),
    ProposalState.Canceled,
  );
  run.checkEqual("the fee is what both sides accepted", await vault.fee(), 12n * PERCENT);

  const row = (question: string, answer: string) => ({ question, answers: [answer] });
  return {
    columns: ["with dual governance"],
    rows: [
      row("the DAO withdraws its decision at", formatElapsed(withdrawnAt)),
      row("governance is back to normal at", formatElapsed(calmAt)),
      row("the compromise lands at", formatElapsed(agreedAt)),
      row("the fee", formatPercent(await vault.fee())),
    ],
    moral:
      "An objection is an offer to talk: withdrawing a decision passes every gate at once, without the base delay, and " +
      "the stakers who locked lost nothing but the use of their shares for a few days.",
  };
}

async function provoke(world: ProtectedWorld, objectors: readonly Stake[]): Promise<Proposal> {
  const { run, accounts, vault } = world;
  run.chapter("The DAO wants more than the stakers give");
  const doubled = await call(vault, "setFee", [20n * PERCENT]);
  const contested = await propose(world, accounts.majority, "Double the fee to 20 %", [doubled], "20 % proposed");
  await passVote(world, contested);
  await queue(world, accounts.anyone, contested, "queued");
  await run.waitUntil("8 d");
  for (const stake of objectors) await lock(world, stake, "objects");
  await run.checkState("VetoSignalling");
  return contested;
}

async function giveWay(world: ProtectedWorld, contested: Proposal): Promise<bigint> {
  const { run, accounts, timelock, governor } = world;
  run.chapter("The DAO gives way");
  await run.waitUntil("10 d 1 h");
  await refuseExecution(world, accounts.majority, contested, "ExecutionClosed", "refused");
  const id = operationOf(await governor.getAddress(), contested).id;
  const cancel = await call(timelock, "cancelOperations", [[id]]);
  const deEscalation = await propose(
    world,
    accounts.majority,
    "Withdraw the doubled fee",
    [cancel],
    "withdrawal proposed",
  );
  await passVote(world, deEscalation, [accounts.majority, accounts.minority]);
  await queue(world, accounts.anyone, deEscalation);
  await run.checkState("VetoSignalling");
  await execute(world, accounts.anyone, deEscalation, "withdrawn");
  const withdrawnAt = (await run.now()) - run.startedAt;
  await refuseExecution(world, accounts.majority, contested, "GovernorUnexpectedProposalState", "refused");
  return withdrawnAt;
}

async function calmDown(world: ProtectedWorld, objectors: readonly Stake[]): Promise<bigint> {
  const { run, accounts, dao } = world;
  const { signalling, phases } = dao.dualGovernance;
  run.chapter("Calm");
  for (const stake of objectors) await unlock(world, stake, "takes back");
  await run.checkState("VetoSignallingDeactivation");
  await run.wait(signalling.deactivation);
  await poke(world, accounts.anyone);
  await run.checkState("VetoCooldown");
  await run.wait(phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  return (await run.now()) - run.startedAt;
}

async function agree(world: ProtectedWorld): Promise<bigint> {
  const { run, accounts, vault, dao } = world;
  run.chapter("A proposal that nobody objects to");
  const modest = await call(vault, "setFee", [12n * PERCENT]);
  const compromise = await propose(world, accounts.minority, "Raise the fee to 12 %", [modest], "12 % proposed");
  await passVote(world, compromise, [accounts.majority, accounts.minority]);
  await queue(world, accounts.anyone, compromise, "queued");
  await run.wait(dao.timelock.delay);
  await execute(world, accounts.anyone, compromise, "lands");
  return (await run.now()) - run.startedAt;
}
