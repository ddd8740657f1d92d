import { PERCENT } from "../../model/units.js";
import { ProposalState } from "../../protocol/enums.js";
import { ROLES } from "../../protocol/roles.js";
import { call } from "../../protocol/calls.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";

import { formatPercent } from "../../protocol/format.js";
import { actTogether, type Committee } from "../committeeSteps.js";
import { execute, passVotes, propose, queue, refuseExecution } from "../governorSteps.js";
import type { StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { openOrdinaryWorld, type OrdinaryWorld } from "../worlds.js";
import { decideTwice, DEPOSITS, type OverstayEnding } from "./faultyDecision.js";

type GuardedWorld = OrdinaryWorld & { readonly guardian: Committee };

/** The same fault on an ordinary timelock, where a Safe may cancel, and nothing says until when. */
export async function playStandingGuardian(context: StoryContext): Promise<OverstayEnding> {
  const { emergency } = context.dao;
  if (emergency === undefined) throw new Error("the story needs an emergency committee");
  const opened = await openOrdinaryWorld(
    context,
    { id: "control", title: "Control run: a guardian who may cancel, on OpenZeppelin's timelock" },
    DEPOSITS,
    [emergency.activationCommittee],
  );
  const [guardian] = opened.guardians;
  if (guardian === undefined) throw new Error("the guardian was not created");
  const world: GuardedWorld = { ...opened, guardian };
  const { run, accounts, governor, timelock, vault } = world;

  run.chapter("One guardian, without a term");
  await run.note(guardian.name, "a Safe of the same owners: may cancel whatever the timelock holds");
  run.check("it may cancel", await timelock.hasRole(ROLES.canceller, guardian.safe));
  run.check("it may not propose", !(await timelock.hasRole(ROLES.proposer, guardian.safe)));
  const { harmless, faulty } = await decideTwice(world);

  run.chapter("It does what it is there for");
  await cancel(world, faulty);
  const takenUpAt = (await run.now()) - run.startedAt;
  await run.waitUntil("10 d 1 h");
  await execute(world, accounts.anyone, harmless, "8 % lands");
  run.checkEqual("the faulty decision can never be executed", await governor.state(faulty.id), ProposalState.Canceled);

  run.chapter("The reason is gone, and it stays");
  await run.waitUntil("17 d");
  const lower = await call(vault, "setFee", [6n * PERCENT]);
  const dismiss = await call(timelock, "revokeRole", [ROLES.canceller, guardian.safe]);
  const later = await propose(world, accounts.minority, "Lower the fee to 6 %", [lower], "6 % proposed");
  const dismissal = await propose(world, accounts.majority, "Dismiss the guardian", [dismiss], "dismissal proposed");
  await decideAll(world, [later, dismissal]);
  await cancel(world, later);
  await cancel(world, dismissal);
  await run.wait(world.dao.timelock.delay);
  await refuseExecution(world, accounts.majority, dismissal, "GovernorUnexpectedProposalState", "refused");
  const second = await propose(world, accounts.majority, "Dismiss the guardian, again", [dismiss], "again");
  await decideAll(world, [second]);
  await cancel(world, second);
  await run.wait(world.dao.timelock.delay);
  await refuseExecution(world, accounts.majority, second, "GovernorUnexpectedProposalState", "refused");

  run.check("the guardian is still there", await timelock.hasRole(ROLES.canceller, guardian.safe));
  run.checkEqual("the fee is what the guardian wants", await vault.fee(), 8n * PERCENT);
  return {
    powerTakenUp: formatElapsed(takenUpAt),
    powerEnds: "no end is set",
    attemptsToStay: "two dismissals, both cancelled",
    laterDecision: "cancelled",
    fee: formatPercent(await vault.fee()),
  };
}

/** Everybody in the DAO agrees. */
async function decideAll(world: GuardedWorld, proposals: readonly Proposal[]): Promise<void> {
  const { majority, minority, anyone } = world.accounts;
  const supporters = [majority, minority];
  await passVotes(
    world,
    proposals.map((proposal) => ({ proposal, supporters })),
  );
  for (const proposal of proposals) await queue(world, anyone, proposal);
}

async function cancel(world: GuardedWorld, proposal: Proposal): Promise<void> {
  const { guardian, timelock, governor } = world;
  const step = { kind: "cancel", action: `cancels “${proposal.description}”`, mark: "cancelled" } as const;
  const id = operationOf(await governor.getAddress(), proposal).id;
  await actTogether(world, guardian, step, timelock, "cancel", [id]);
}
