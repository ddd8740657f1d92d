import { formatAmount } from "../../protocol/format.js";
import { execute, passVote, queue } from "../governorSteps.js";
import type { StoryContext } from "../scenario.js";
import { redeem, refuseRedemption } from "../vaultSteps.js";
import { openOrdinaryWorld } from "../worlds.js";
import type { Ending } from "./ending.js";
import { carryAway, DEPOSITS, proposeTheft, sumOf, tellVote } from "./theft.js";

/** The same attack, the same people at the same moments, on an ordinary Governor and `TimelockController`. */
export async function playOrdinaryDao(context: StoryContext): Promise<Ending> {
  const world = await openOrdinaryWorld(
    context,
    { id: "control", title: "Control run: the same DAO without a gate" },
    DEPOSITS,
  );
  const { run, accounts, vault, asset, stakes } = world;
  const [first, second, third] = stakes;
  if (!first || !second || !third) throw new Error("the story needs three stakers");

  run.chapter("The attack");
  await run.note(
    "stakers",
    `${stakes.length} of them hold the vault's shares, beside the DAO's own seed: ${formatAmount(sumOf(stakes))} WETH`,
  );
  const theft = await proposeTheft(world);
  await passVote(world, theft.proposal);
  await queue(world, accounts.anyone, theft.proposal, "queued");

  run.chapter("Those who are awake run; nobody can stop it");
  await run.waitUntil("8 d");
  for (const stake of [first, second]) await redeem(world, stake, "runs");
  const paidAt = (await run.now()) - run.startedAt;
  await run.waitUntil("10 d 1 h");
  const inVault = await vault.totalAssets();
  await execute(world, accounts.majority, theft.proposal, "lands");
  const landedAt = (await run.now()) - run.startedAt;
  const stolen = await carryAway(world, theft);

  run.chapter("The others come too late");
  await run.waitUntil("20 d");
  await refuseRedemption(world, third);
  let recovered = 0n;
  for (const { staker } of stakes) recovered += await asset.balanceOf(staker.signer);
  run.checkEqual("the theft succeeds: the thief gets all that was left in the vault", stolen, inVault);
  run.checkEqual("whoever did not run has lost everything", recovered, first.assets + second.assets);
  const vote = await tellVote(world, theft);
  return { vote, inVault, landedAt, stolen, paidAt, deposited: sumOf(stakes), recovered };
}
