import { formatAmount } from "../../protocol/format.js";
import { beginExit, lock, poke, withdrawAll } from "../escrowSteps.js";
import { execute, passVote, queue, refuseExecution } from "../governorSteps.js";
import { rowsOf, type Outcome } from "../scenarioReport.js";
import type { Scenario, StoryContext } from "../scenario.js";
import { formatElapsed } from "../elapsed.js";
import { openProtectedWorld, type ProtectedWorld } from "../worlds.js";
import type { Ending } from "./ending.js";
import { playOrdinaryDao } from "./hostileMajorityControl.js";
import { carryAway, DEPOSITS, proposeTheft, sumOf, tellVote, type Theft } from "./theft.js";

export const hostileMajority: Scenario = {
  name: "hostile-majority",
  title: "A holder of 60 % of the token tries to empty the stakers' vault",
  summary: "A majority votes for a theft; the stakers leave with everything before it lands",
  play: async (context) => compare(await playDualGovernance(context), await playOrdinaryDao(context)),
};

async function playDualGovernance(context: StoryContext): Promise<Ending> {
  const world = await openProtectedWorld(
    context,
    { id: "dual-governance", title: "A DAO with dual governance" },
    DEPOSITS,
  );
  const theft = await attack(world);
  await object(world, theft);
  const epoch = await rageQuit(world, theft);
  const landing = await land(world, epoch, theft);
  const payment = await pay(world, epoch);
  return { ...landing, ...payment, vote: await tellVote(world, theft), deposited: sumOf(world.stakes) };
}

async function attack(world: ProtectedWorld): Promise<Theft> {
  const { run, accounts, stakes } = world;
  run.chapter("The attack");
  await run.note(
    "stakers",
    `${stakes.length} of them hold the vault's shares, beside the DAO's own seed: ${formatAmount(sumOf(stakes))} WETH`,
  );
  const theft = await proposeTheft(world);
  await passVote(world, theft.proposal);
  await queue(world, accounts.anyone, theft.proposal, "queued");
  return theft;
}

async function object(world: ProtectedWorld, { proposal }: Theft): Promise<void> {
  const { run, accounts, stakes } = world;
  const [first, second, third, ...others] = stakes;
  if (!first || !second || !third) throw new Error("the story needs three stakers");

  run.chapter("The stakers object: the timelock stretches");
  await run.waitUntil("8 d");
  await lock(world, first, "R1 reached");
  await lock(world, second);
  await run.checkState("VetoSignalling");
  await run.waitUntil("10 d 1 h");
  await run.note("timelock", "the base delay has passed; an ordinary timelock would open now");
  await refuseExecution(world, accounts.majority, proposal, "ExecutionClosed", "refused");

  run.chapter("Others join: enough of them to leave together");
  await run.waitUntil("20 d");
  await lock(world, third, "R2 reached");
  await refuseExecution(world, accounts.majority, proposal, "ExecutionClosed", "refused");
  for (const [index, stake] of others.entries()) {
    await run.waitUntil(`${32 + 10 * index} d`);
    await lock(world, stake, "joins");
  }
}

async function rageQuit(world: ProtectedWorld, { proposal }: Theft): Promise<bigint> {
  const { run, accounts, dao, gate, escrow, vault, seed } = world;
  run.chapter("The rage quit: their assets leave the vault");
  const [{ activatedAt }] = await gate.persisted();
  await run.waitUntilTime(activatedAt + dao.dualGovernance.signalling.maxDuration);
  await refuseExecution(world, accounts.majority, proposal, "ExecutionClosed", "refused");
  const epoch = await escrow.runningEpoch();
  await poke(world, accounts.anyone, "rage quit");
  await run.checkState("RageQuit");
  await beginExit(world, accounts.anyone, epoch);
  run.checkEqual("nothing is left in the vault but the DAO's own seed", await vault.totalAssets(), seed);
  await run.wait("3 d");
  await refuseExecution(world, accounts.majority, proposal, "ExecutionClosed", "refused");
  return epoch;
}

async function land(world: ProtectedWorld, epoch: bigint, theft: Theft) {
  const { run, accounts, escrow, vault, seed } = world;
  run.chapter("Governance opens again: the proposal lands, on an empty vault");
  await run.waitUntilTime((await escrow.getEpoch(epoch)).completeAfter);
  await poke(world, accounts.anyone, "cooldown");
  await run.checkState("VetoCooldown");
  const inVault = await vault.totalAssets();
  await execute(world, accounts.majority, theft.proposal, "lands");
  const landedAt = (await run.now()) - run.startedAt;
  const stolen = await carryAway(world, theft);
  run.checkEqual("the thief gets nothing of the stakers', only what was the DAO's own", stolen, seed);
  await run.wait("5 h");
  await poke(world, accounts.anyone);
  await run.checkState("Normal");
  return { inVault, landedAt, stolen };
}

async function pay(world: ProtectedWorld, epoch: bigint) {
  const { run, escrow, stakes } = world;
  run.chapter("The stakers are paid, to the wei");
  const { withdrawableAfter } = await escrow.getEpoch(epoch);
  const [first] = stakes;
  if (!first) throw new Error("the story needs a staker");
  await run.refuse(first.staker, "tries to withdraw at once", "NotYetWithdrawable", () =>
    escrow.connect(first.staker.signer).withdraw(epoch, first.staker.signer),
  );
  await run.waitUntilTime(withdrawableAfter);
  const payments = await withdrawAll(world, stakes, epoch);
  run.check(
    "everybody has exactly the deposit back",
    stakes.every(({ assets }, index) => payments[index] === assets),
    payments.join(", "),
  );
  const recovered = payments.reduce((sum, paid) => sum + paid, 0n);
  return { recovered, paidAt: (await run.now()) - run.startedAt };
}

function compare(ours: Ending, control: Ending): Outcome {
  const weth = (amount: bigint) => `${formatAmount(amount)} WETH`;
  return {
    columns: ["with dual governance", "Governor + TimelockController"],
    rows: rowsOf([ours, control], {
      "the theft passes the vote by": ({ vote }) => vote,
      "it executes at": ({ landedAt }) => formatElapsed(landedAt),
      "the vault holds by then": ({ inVault }) => weth(inVault),
      "the thief gets": ({ stolen }) => weth(stolen),
      "the stakers have back": ({ recovered }) => weth(recovered),
      "the last of them is paid at": ({ paidAt }) => formatElapsed(paidAt),
      "the stakers have lost": ({ deposited, recovered }) => weth(deposited - recovered),
    }),
    moral:
      "Both majorities got their proposal through. Behind the gate it landed on a vault in which nothing was left but the " +
      "DAO's own seed: the stakers paid with patience, and lost nothing. On the ordinary timelock only those who were awake within the base delay saved " +
      "theirs, and only because this vault pays at once.",
  };
}
