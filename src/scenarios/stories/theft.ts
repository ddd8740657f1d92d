import { ETHER } from "../../model/units.js";
import { call } from "../../protocol/calls.js";
import type { Proposal } from "../../protocol/proposals.js";
import { ThiefStrategy__factory, type ThiefStrategy } from "../../../types/index.js";
import { formatAmount, formatPercent } from "../../protocol/format.js";
import { propose } from "../governorSteps.js";
import type { Stake, World } from "../worlds.js";

/** What the six stakers hold: 1,000 WETH, and a few wei, so that "to the wei" says something. [wei] */
export const DEPOSITS = [
  30n * ETHER + 17n,
  50n * ETHER + 13n,
  120n * ETHER + 11n,
  200n * ETHER + 7n,
  250n * ETHER + 3n,
  350n * ETHER + 1n,
] as const;

/** [wei] */
export const sumOf = (stakes: readonly Stake[]): bigint => stakes.reduce((sum, { assets }) => sum + assets, 0n);

export interface Theft {
  readonly thief: ThiefStrategy;
  readonly proposal: Proposal;
}

/** The attack: a strategy that gives nothing back, and a proposal that hands it the vault under a harmless name. */
export async function proposeTheft(world: World): Promise<Theft> {
  const { run, accounts, asset } = world;
  const { majority } = accounts;
  await run.tick();
  const thief = await new ThiefStrategy__factory(majority.signer).deploy(asset);
  await run.note(majority.name, "the attack: prepares a strategy that lets its maker carry everything away");
  return { thief, proposal: await proposeStrategy(world, thief, "Modernise the vault's strategy", "theft proposed") };
}

/** The same again, under another title: a proposal that was cancelled cannot be made twice. */
export async function repeatTheft(world: World, { thief }: Theft): Promise<Theft> {
  const title = "Modernise the vault's strategy, now really";
  return { thief, proposal: await proposeStrategy(world, thief, title, "theft again") };
}

async function proposeStrategy(world: World, thief: ThiefStrategy, title: string, mark: string): Promise<Proposal> {
  const replacement = await call(world.vault, "setStrategy", [await thief.getAddress()]);
  return await propose(world, world.accounts.majority, title, [replacement], mark);
}

/** How the vote on the theft ended: `"60 % to 30 %"` of the supply. */
export async function tellVote({ governor, token }: World, { proposal }: Theft): Promise<string> {
  const [{ forVotes, againstVotes }, supply] = await Promise.all([
    governor.proposalVotes(proposal.id),
    token.totalSupply(),
  ]);
  const percent = (votes: bigint) => formatPercent((votes * 10n ** 18n) / supply);
  return `${percent(forVotes)} to ${percent(againstVotes)}`;
}

/** @returns What the thief gets. [wei] */
export async function carryAway({ run, accounts, asset }: World, { thief }: Theft): Promise<bigint> {
  const { majority } = accounts;
  const loot = await asset.balanceOf(thief);
  const before = await asset.balanceOf(majority.signer);
  await run.act(
    majority,
    {
      kind: "theft",
      action: "carries away what the strategy holds",
      mark: loot === 0n ? "nothing to steal" : `${formatAmount(loot)} WETH stolen`,
      decided: `the loot: ${formatAmount(loot)} WETH`,
    },
    () => thief.connect(majority.signer).steal(),
  );
  return (await asset.balanceOf(majority.signer)) - before;
}
