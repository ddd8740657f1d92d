import { PERCENT } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import { ProposalState } from "../../protocol/enums.js";
import { batchArguments } from "../../protocol/operations/operation.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";
import { SEATS } from "../../protocol/committees/seats.js";
import { formatPercent } from "../../protocol/format.js";
import { actTogether, committeeAt, refuseTogether, type Committee } from "../committeeSteps.js";
import { lock, poke, unlock } from "../escrowSteps.js";
import { agreeOn, execute, passVotes, propose, queue, refuseExecution } from "../governorSteps.js";
import { rowsOf, type Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { openProtectedWorld, type ProtectedWorld, type Stake } from "../worlds.js";
import { playStandingGuardian } from "./emergencyOverstayControl.js";
import { decideTwice, DEPOSITS, type Decisions, type OverstayEnding } from "./faultyDecision.js";

export const emergencyOverstay: Scenario = {
  name: "emergency-overstay",
  title: "Committees with emergency powers would like to keep them",
  summary: "They stop a faulty decision, as they should; then they try to stay, and their time is up",
  play: async (context) => compare(await playTerm(context), await playStandingGuardian(context)),
};

type TermWorld = ProtectedWorld & {
  readonly activation: Committee;
  readonly execution: Committee;
};

async function playTerm(context: StoryContext): Promise<OverstayEnding> {
  const opened = await openProtectedWorld(
    context,
    { id: "dual-governance", title: "Emergency committees whose power ends by itself" },
    DEPOSITS,
  );
  const world: TermWorld = {
    ...opened,
    activation: committeeAt(opened.committees, SEATS.activation),
    execution: committeeAt(opened.committees, SEATS.execution),
  };
  const [objector] = world.stakes;
  if (objector === undefined) throw new Error("the story needs a staker");
  await introduce(world);
  const beganAt = await useMode(world, await decideTwice(world));
  const { later, term } = await tryToStay(world);
  await contest(world, { later, term }, objector);
  const endedAt = await outlive(world, later);
  const landedAt = await goOn(world, later);
  return {
    powerTakenUp: formatElapsed(beganAt),
    powerEnds: `${formatElapsed(endedAt)}, by itself`,
    attemptsToStay: "three, all refused",
    laterDecision: `lands at ${formatElapsed(landedAt)}`,
    fee: formatPercent(await world.vault.fee()),
  };
}

async function introduce({ run, timelock, activation, execution }: TermWorld): Promise<void> {
  run.chapter("Two committees, each with half of a power");
  const { terms, modeEndsAt } = await timelock.emergencyStatus();
  await run.note(activation.name, "a Safe: may enter emergency mode once, and do nothing in it");
  await run.note(execution.name, "another Safe: may execute in the mode what was scheduled before it");
  run.checkEqual("only the one may enter the mode", terms.activationCommittee, activation.safe);
  run.checkEqual("only the other may act in it", terms.executionCommittee, execution.safe);
  run.checkEqual("the mode has never been entered", modeEndsAt, 0n);
}

async function useMode(world: TermWorld, { harmless, faulty }: Decisions): Promise<bigint> {
  const { run, accounts, timelock, governor, vault, activation, execution } = world;
  const governorAddress = await governor.getAddress();
  run.chapter("They do what they are there for");
  const enters = {
    kind: "committee",
    action: "enters emergency mode: the new strategy must not run",
    mark: "emergency mode",
    decided: async () => {
      const { modeEndsAt } = await timelock.emergencyStatus();
      return `until ${formatElapsed(modeEndsAt - run.startedAt)} only the execution committee executes`;
    },
  } as const;
  await actTogether(world, activation, enters, timelock, "activateEmergencyMode");
  const beganAt = (await run.now()) - run.startedAt;
  await run.waitUntil("10 d 1 h");
  await refuseExecution(world, accounts.majority, faulty, "CallerIsNotExecutionCommittee", "held back");
  const operation = batchArguments(operationOf(governorAddress, harmless));
  const oversteps = {
    action: `tries to execute “${harmless.description}” itself`,
    error: "CallerIsNotExecutionCommittee",
  };
  await refuseTogether(world, activation, oversteps, timelock, "executeBatch", operation);
  const executes = {
    kind: "execute",
    action: `executes “${harmless.description}”, and nothing else`,
    mark: "8 %",
  } as const;
  await actTogether(world, execution, executes, timelock, "executeBatch", operation);
  run.checkEqual("the harmless decision has landed", await vault.fee(), 8n * PERCENT);
  const cancel = await call(timelock, "cancelOperations", [[operationOf(governorAddress, faulty).id]]);
  const withdrawal = await agreeOn(world, "Withdraw the new strategy", [cancel]);
  await execute(world, accounts.anyone, withdrawal, "withdrawn");
  run.checkEqual("the faulty decision can never be executed", await governor.state(faulty.id), ProposalState.Canceled);
  return beganAt;
}

/** What the committees' friends decide while the mode lasts, and what others do. */
interface Pending {
  readonly term: Proposal;
  readonly later: Proposal;
}

async function tryToStay(world: TermWorld): Promise<Pending> {
  const { run, accounts, dao, timelock, vault, activation, execution } = world;
  const { majority, minority, anyone } = accounts;
  run.chapter("The reason is gone, and they would like to stay");
  await run.waitUntil("17 d");
  const prolongs = { action: "tries to enter the mode again, to prolong it", error: "EmergencyModeActive" };
  await refuseTogether(world, activation, prolongs, timelock, "activateEmergencyMode");
  const endsAt = await timelock.PROTECTION_HARD_END();
  const terms = [activation.safe, execution.safe, endsAt, dao.timelock.emergencyLimit];
  const renews = { action: "tries to give both of them a new term", error: "TimelockUnauthorizedCaller" };
  await refuseTogether(world, execution, renews, timelock, "setEmergencyProtection", [terms]);
  await run.note(majority.name, "is their friend, and asks for a vote");
  const appoint = await call(timelock, "setEmergencyProtection", [terms]);
  const lower = await call(vault, "setFee", [6n * PERCENT]);
  const term = await propose(world, majority, "Give the committees a new term", [appoint], "new term proposed");
  const later = await propose(world, minority, "Lower the fee to 6 %", [lower], "6 % proposed");
  await passVotes(world, [
    { proposal: term, supporters: [majority] },
    { proposal: later, supporters: [majority, minority] },
  ]);
  await queue(world, anyone, term);
  await queue(world, anyone, later, "both queued");
  return { term, later };
}

async function contest(world: TermWorld, { term, later }: Pending, objector: Stake): Promise<void> {
  const { run, accounts, dao, timelock, governor, execution } = world;
  const governorAddress = await governor.getAddress();
  run.chapter("Nothing that is younger than the mode passes in it");
  await run.wait(dao.timelock.delay);
  const appoints = {
    action: `tries to execute “${term.description}”`,
    error: "OperationTooNewForEmergency",
    mark: "refused",
  };
  await refuseTogether(
    world,
    execution,
    appoints,
    timelock,
    "executeBatch",
    batchArguments(operationOf(governorAddress, term)),
  );
  await refuseExecution(world, accounts.anyone, later, "CallerIsNotExecutionCommittee");
  await run.note("stakers", "a new term is a decision like any other: they can object to it");
  await lock(world, objector, "objects");
  await run.checkState("VetoSignalling");
  const cancel = await call(timelock, "cancelOperations", [[operationOf(governorAddress, term).id]]);
  const withdrawal = await agreeOn(world, "Withdraw the new term", [cancel]);
  await execute(world, accounts.anyone, withdrawal, "withdrawn");
  run.checkEqual("the new term can never begin", await governor.state(term.id), ProposalState.Canceled);
  await unlock(world, objector, "takes back");
}

async function outlive(world: TermWorld, later: Proposal): Promise<bigint> {
  const { run, accounts, timelock, activation, execution } = world;
  run.chapter("The mode's last second, and the first one after it");
  const { modeEndsAt } = await timelock.emergencyStatus();
  const wiped = timelock.filters.EmergencyModeEnded();
  // An attempt takes a second.
  await run.waitUntilTime(modeEndsAt - 1n);
  await refuseExecution(world, accounts.majority, later, "CallerIsNotExecutionCommittee", "last second");
  await run.waitUntilTime(modeEndsAt + 1n);
  await run.note("nobody", "says that the mode is over", "time is up");
  const status = await timelock.emergencyStatus();
  run.checkEqual("no transaction has ended it", BigInt((await timelock.queryFilter(wiped)).length), 0n);
  run.check(
    "both committees have no power left",
    [...status.terms, status.modeEndsAt].every((word) => BigInt(word) === 0n),
    [...status.terms, status.modeEndsAt].join(", "),
  );
  const reset = { action: "tries to reset governance", error: "EmergencyModeInactive", mark: "refused" };
  await refuseTogether(world, execution, reset, timelock, "emergencyReset");
  const again = { action: "tries to enter the mode once more", error: "CallerIsNotActivationCommittee" };
  await refuseTogether(world, activation, again, timelock, "activateEmergencyMode");
  return modeEndsAt - run.startedAt;
}

async function goOn(world: TermWorld, later: Proposal): Promise<bigint> {
  const { run, accounts, dao, timelock, vault } = world;
  run.chapter("Governance goes on without them");
  await execute(world, accounts.anyone, later, "6 % lands");
  const landedAt = (await run.now()) - run.startedAt;
  await run.checkState("VetoCooldown");
  run.checkEqual("anybody executes what the DAO has decided", await vault.fee(), 6n * PERCENT);
  const ended = await timelock.queryFilter(timelock.filters.EmergencyModeEnded());
  run.checkEqual("in passing, the timelock has put the mode away", BigInt(ended.length), 1n);
  await run.wait(dao.dualGovernance.phases.cooldown);
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  return landedAt;
}

function compare(ours: OverstayEnding, control: OverstayEnding): Outcome {
  return {
    columns: ["committees with a term", "a guardian without one"],
    rows: rowsOf([ours, control], {
      "the power is taken up at": ({ powerTakenUp }) => powerTakenUp,
      "the faulty decision": () => "never runs",
      "the power ends at": ({ powerEnds }) => powerEnds,
      "attempts to stay": ({ attemptsToStay }) => attemptsToStay,
      "what the DAO decides later": ({ laterDecision }) => laterDecision,
      "the fee in the end": ({ fee }) => fee,
    }),
    moral:
      "Both stopped what had to be stopped. The committees held up everything else for a month as well, and then it was " +
      "over, although nobody said so; a new term is a vote that stakers can contest, and no vote gives one beyond the " +
      "hard end. The guardian without a term cannot do anything but cancel, and cancels whatever would end that.",
  };
}
