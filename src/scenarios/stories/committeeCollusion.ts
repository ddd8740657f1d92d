import { ProposalState } from "../../protocol/enums.js";
import { batchArguments } from "../../protocol/operations/operation.js";
import { operationOf } from "../../protocol/proposals.js";
import { SEATS } from "../../protocol/committees/seats.js";
import { OpenGateMock__factory } from "../../../types/index.js";
import { formatAmount, formatDuration } from "../../protocol/format.js";
import { actTogether, committeeAt, refuseTogether, type Committee } from "../committeeSteps.js";
import { beginExit, lock, poke, withdrawAll } from "../escrowSteps.js";
import { execute, passVote, queue, refuseExecution } from "../governorSteps.js";
import { rowsOf, type Outcome } from "../scenarioReport.js";
import type { RunName } from "../scenarioRun.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { redeem, refuseRedemption } from "../vaultSteps.js";
import { openProtectedWorld, type GateOptions, type ProtectedWorld, type Stake } from "../worlds.js";
import { carryAway, DEPOSITS, proposeTheft, repeatTheft, sumOf, type Theft } from "./theft.js";

export const committeeCollusion: Scenario = {
  name: "committee-collusion",
  title: "Both emergency committees help a majority to steal",
  summary: "They reset governance in the middle of a rage quit; what they get is a delay of 60 days",
  play: async (context) => compare(await playReset(context), await playResetToNothing(context)),
};

/** How a run ended. */
interface Ending {
  readonly resetAt: bigint;
  readonly landedAt: bigint;
  /** What the vault held then. [wei] */
  readonly inVault: bigint;
  /** [wei] */
  readonly stolen: bigint;
  /** What those who rage quit got. [wei] */
  readonly paid: bigint;
  /** What the others got. [wei] */
  readonly redeemed: bigint;
  /** [wei] */
  readonly deposited: bigint;
}

type World = ProtectedWorld & {
  readonly activation: Committee;
  readonly execution: Committee;
  /** Those who lock and rage quit, and those who do not. */
  readonly quitters: readonly Stake[];
  readonly others: readonly [Stake, Stake, Stake];
};

async function openWorld(context: StoryContext, name: RunName, options: GateOptions = {}): Promise<World> {
  const opened = await openProtectedWorld(context, name, DEPOSITS, options);
  const [fourth, fifth, sixth] = opened.stakes.slice(3);
  if (!fourth || !fifth || !sixth) throw new Error("the story needs six stakers");
  return {
    ...opened,
    activation: committeeAt(opened.committees, SEATS.activation),
    execution: committeeAt(opened.committees, SEATS.execution),
    quitters: opened.stakes.slice(0, 3),
    others: [fourth, fifth, sixth],
  };
}

async function playReset(context: StoryContext): Promise<Ending> {
  const world = await openWorld(context, { id: "dual-governance", title: "A reset leads to the fallback gate" });
  const { run, accounts, dao, timelock, fallbackGate, others } = world;
  const { epoch, theft, resetAt } = await collude(world);
  run.checkEqual("the timelock obeys the fallback gate", await timelock.gate(), await fallbackGate.getAddress());
  const { maxDuration, deactivation } = dao.dualGovernance.signalling;
  const delay = await fallbackGate.DELAY();
  run.check("its delay is longer than any objection below R2", delay >= maxDuration + deactivation, `${delay} s`);

  run.chapter("They schedule the theft anew; everybody else has time to leave");
  const again = await scheduleAgain(world, theft);
  const queuedAt = await run.now();
  await run.waitUntil("64 d");
  const [fourth, fifth, sixth] = others;
  await redeem(world, fourth, "leaves");
  await run.waitUntil("67 d");
  await run.note("timelock", "the base delay has passed; it counts no longer");
  await refuseExecution(world, accounts.majority, again.proposal, "ExecutionClosed", "refused");
  await run.waitUntil("90 d");
  await redeem(world, fifth, "leaves");
  await run.waitUntil("115 d");
  await redeem(world, sixth, "leaves");
  // An attempt takes a second.
  await run.waitUntilTime(queuedAt + delay - 2n);
  await refuseExecution(world, accounts.majority, again.proposal, "ExecutionClosed", "a second too early");

  run.chapter("The theft lands, on an empty vault");
  await run.waitUntilTime(queuedAt + delay);
  const landing = await land(world, again);
  run.checkEqual("nothing was left in the vault but the DAO's own seed", landing.inVault, world.seed);
  run.checkEqual("the thief gets nothing of the stakers'", landing.stolen, landing.inVault);
  const ending = { ...landing, ...(await settle(world, epoch)), resetAt };
  run.checkEqual("everybody has the deposit back", ending.paid + ending.redeemed, ending.deposited);
  return ending;
}

/** The same people do the same, but nothing takes the gate's place: what is left is the base delay. */
async function playResetToNothing(context: StoryContext): Promise<Ending> {
  const name = { id: "control", title: "Control run: a reset leads to no gate at all" };
  const world = await openWorld(context, name, { fallback: null });
  await removeFallback(world);
  const { run, dao, others } = world;
  await run.note(
    "timelock",
    `in this DAO a reset leaves nothing but the base delay, ${formatDuration(dao.timelock.delay)}`,
  );
  const { epoch, theft, resetAt } = await collude(world);

  run.chapter("They schedule the theft anew; nothing holds it up");
  const again = await scheduleAgain(world, theft);
  await run.waitUntil("64 d");
  const [fourth, fifth, sixth] = others;
  await redeem(world, fourth, "runs");
  await run.waitUntil("67 d");
  const landing = await land(world, again);
  run.checkEqual("the thief gets all that was left in the vault", landing.stolen, landing.inVault);
  await run.waitUntil("90 d");
  await refuseRedemption(world, fifth);
  await run.waitUntil("115 d");
  await refuseRedemption(world, sixth);
  const ending = { ...landing, ...(await settle(world, epoch)), resetAt };
  run.checkEqual("only one of the others was awake", ending.redeemed, fourth.assets);
  return ending;
}

/** From the first theft to the reset, with a rage quit under way. */
async function collude(world: World): Promise<{ epoch: bigint; theft: Theft; resetAt: bigint }> {
  const { run, accounts, gate, escrow, governor, quitters } = world;
  run.chapter("The attack, and the objection");
  await run.note(
    "stakers",
    `${world.stakes.length} of them hold the vault's shares, beside the DAO's own seed: ${formatAmount(sumOf(world.stakes))} WETH`,
  );
  const theft = await proposeTheft(world);
  await passVote(world, theft.proposal);
  await queue(world, accounts.anyone, theft.proposal, "queued");
  await run.waitUntil("8 d");
  for (const stake of quitters) await lock(world, stake, "objects");
  await run.checkState("VetoSignalling");

  run.chapter("The committees are in league with the thief");
  await run.waitUntil("50 d");
  await enterMode(world);
  await tryPastGate(world, theft);
  const [{ activatedAt }] = await gate.persisted();
  await run.waitUntilTime(activatedAt + world.dao.dualGovernance.signalling.maxDuration);
  const epoch = await escrow.runningEpoch();
  await poke(world, accounts.anyone, "rage quit");
  await run.checkState("RageQuit");
  await run.waitUntil("56 d");
  await tryPastGate(world, theft);
  await reset(world);
  const resetAt = (await run.now()) - run.startedAt;
  run.checkEqual(
    "the theft is cancelled with everything else",
    await governor.state(theft.proposal.id),
    ProposalState.Canceled,
  );

  run.chapter("The rage quit goes on as if nothing had happened");
  await beginExit(world, accounts.anyone, epoch);
  const { assetsReceived } = await escrow.getEpoch(epoch);
  run.checkEqual("what belongs to those who objected has left the vault", assetsReceived, sumOf(quitters));
  return { epoch, theft, resetAt };
}

async function enterMode(world: World): Promise<void> {
  const { run, timelock, activation, execution } = world;
  const enters = {
    kind: "committee",
    action: "enters emergency mode, without a reason",
    mark: "emergency mode",
    decided: async () => {
      const { modeEndsAt } = await timelock.emergencyStatus();
      return `until ${formatElapsed(modeEndsAt - run.startedAt)} only the ${execution.name} executes`;
    },
  } as const;
  await actTogether(world, activation, enters, timelock, "activateEmergencyMode");
}

async function tryPastGate(world: World, { proposal }: Theft): Promise<void> {
  const { timelock, governor, execution } = world;
  const operation = batchArguments(operationOf(await governor.getAddress(), proposal));
  const attempt = { action: "tries to execute the theft past the gate", error: "ExecutionClosed", mark: "refused" };
  await refuseTogether(world, execution, attempt, timelock, "executeBatch", operation);
}

async function reset(world: World): Promise<void> {
  const { run, timelock, execution } = world;
  const resets = {
    kind: "committee",
    action: "resets governance: away with the gate that will not open",
    mark: "reset",
    decided: "every pending operation is cancelled, and the committees' power is used up",
  } as const;
  await actTogether(world, execution, resets, timelock, "emergencyReset");
  const { terms } = await timelock.emergencyStatus();
  run.check(
    "nobody has an emergency power any more",
    terms.every((word) => BigInt(word) === 0n),
    terms.join(", "),
  );
}

async function scheduleAgain(world: World, theft: Theft): Promise<Theft> {
  const again = await repeatTheft(world, theft);
  await passVote(world, again.proposal);
  await queue(world, world.accounts.anyone, again.proposal, "queued");
  return again;
}

async function land(world: World, theft: Theft): Promise<Pick<Ending, "landedAt" | "inVault" | "stolen">> {
  const { run, accounts, vault } = world;
  const inVault = await vault.totalAssets();
  await execute(world, accounts.majority, theft.proposal, "lands");
  const landedAt = (await run.now()) - run.startedAt;
  return { landedAt, inVault, stolen: await carryAway(world, theft) };
}

async function settle(world: World, epoch: bigint): Promise<Pick<Ending, "paid" | "redeemed" | "deposited">> {
  const { run, asset, escrow, quitters, others, stakes } = world;
  run.chapter("Those who rage quit are paid, to the wei");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).withdrawableAfter);
  const payments = await withdrawAll(world, quitters, epoch);
  const paid = payments.reduce((sum, payment) => sum + payment, 0n);
  run.checkEqual("they have exactly their deposits back", paid, sumOf(quitters));
  let redeemed = 0n;
  for (const { staker } of others) redeemed += await asset.balanceOf(staker.signer);
  return { paid, redeemed, deposited: sumOf(stakes) };
}

/** Behind the fallback gate's address there is a gate that lets everything through. */
async function removeFallback({ run, accounts, fallbackGate }: World): Promise<void> {
  const { ethers, networkHelpers } = run.connection;
  const open = await new OpenGateMock__factory(accounts.deployer.signer).deploy();
  await networkHelpers.setCode(await fallbackGate.getAddress(), await ethers.provider.getCode(open));
}

function compare(ours: Ending, control: Ending): Outcome {
  const weth = (amount: bigint) => `${formatAmount(amount)} WETH`;
  return {
    columns: ["reset to the fallback gate", "reset to no gate"],
    rows: rowsOf([ours, control], {
      "the committees reset at": ({ resetAt }) => formatElapsed(resetAt),
      "the theft lands at": ({ landedAt }) => formatElapsed(landedAt),
      "the vault holds by then": ({ inVault }) => weth(inVault),
      "the thief gets": ({ stolen }) => weth(stolen),
      "those who rage quit have back": ({ paid }) => weth(paid),
      "the others have back": ({ redeemed }) => weth(redeemed),
      "the stakers have lost": ({ deposited, paid, redeemed }) => weth(deposited - paid - redeemed),
    }),
    moral:
      "What two hostile committees and a hostile majority get together is another gate: one with a delay that is " +
      "longer than any objection below R2. A rage quit that has begun pays in both runs; whoever is left needs a delay " +
      "to leave in, and a reset to nothing has none.",
  };
}
