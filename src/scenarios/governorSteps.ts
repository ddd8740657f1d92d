import type { Call } from "../protocol/calls.js";
import {
  operationOf,
  proposalArguments,
  proposalOf,
  proposeArguments,
  SUPPORT,
  type Proposal,
} from "../protocol/proposals.js";
import type { Actor } from "./accounts.js";
import { formatElapsed } from "./elapsed.js";
import type { DaoWorld } from "./worlds.js";

/** @param title Also its description on chain. */
export async function propose(
  { run, governor }: DaoWorld,
  actor: Actor,
  title: string,
  calls: readonly Call[],
  mark?: string,
): Promise<Proposal> {
  const proposal = proposalOf(title, calls);
  await run.act(actor, { kind: "propose", action: `proposes: “${title}”`, mark }, () =>
    governor.connect(actor.signer).propose(...proposeArguments(proposal)),
  );
  return proposal;
}

export async function vote(
  { run, governor, token }: DaoWorld,
  actor: Actor,
  proposal: Proposal,
  side: "for" | "against",
): Promise<void> {
  const votes = await token.getPastVotes(actor.signer, await governor.proposalSnapshot(proposal.id));
  const supply = await token.totalSupply();
  const percent = `${(votes * 100n) / supply} %`;
  await run.act(actor, { kind: "vote", action: `votes ${side} with ${percent} of the supply` }, () =>
    governor.connect(actor.signer).castVote(proposal.id, SUPPORT[side]),
  );
}

/** Hands a proposal that has passed to the timelock. Everybody may. */
export async function queue(world: DaoWorld, actor: Actor, proposal: Proposal, mark?: string): Promise<void> {
  const { run, governor, timelock } = world;
  const id = operationOf(await governor.getAddress(), proposal).id;
  const decided = async () => {
    const due = await timelock.getTimestamp(id);
    if (due <= (await run.now())) return "it only withdraws decisions: due at once, in every state";
    return `the base delay ends at ${formatElapsed(due - run.startedAt)}`;
  };
  await run.act(
    actor,
    { kind: "queue", action: `queues “${proposal.description}” in the timelock`, mark, decided },
    () => governor.connect(actor.signer).queue(...proposalArguments(proposal)),
  );
}

/** Executes what the timelock lets through. Everybody may. */
export async function execute(
  { run, governor }: DaoWorld,
  actor: Actor,
  proposal: Proposal,
  mark?: string,
): Promise<void> {
  await run.act(actor, { kind: "execute", action: `executes “${proposal.description}”`, mark }, () =>
    governor.connect(actor.signer).execute(...proposalArguments(proposal)),
  );
}

/** An attempt to execute that the timelock must refuse with `error`. */
export async function refuseExecution(
  { run, governor }: DaoWorld,
  actor: Actor,
  proposal: Proposal,
  error: string,
  mark?: string,
): Promise<void> {
  await run.refuse(
    actor,
    `tries to execute “${proposal.description}”`,
    error,
    () => governor.connect(actor.signer).execute(...proposalArguments(proposal)),
    mark,
  );
}

/**
 * From the proposal to the end of the vote.
 * @param supporters Vote for it; of the two who hold votes, the other votes against. The majority alone by default.
 */
export async function passVote(
  world: DaoWorld,
  proposal: Proposal,
  supporters: readonly Actor[] = [world.accounts.majority],
): Promise<void> {
  await passVotes(world, [{ proposal, supporters }]);
}

/** A proposal, and who of the two with votes is for it. */
interface Ballot {
  readonly proposal: Proposal;
  readonly supporters: readonly Actor[];
}

/** The same for several at a time, in the order in which they were proposed. */
export async function passVotes(world: DaoWorld, ballots: readonly Ballot[]): Promise<void> {
  const { run, accounts, dao, governor } = world;
  await run.wait(dao.governor.votingDelay + 1n);
  for (const { proposal, supporters } of ballots) {
    for (const voter of [accounts.majority, accounts.minority]) {
      await vote(world, voter, proposal, supporters.includes(voter) ? "for" : "against");
    }
  }
  for (const { proposal } of ballots.slice(-1)) {
    await run.waitUntilTime((await governor.proposalDeadline(proposal.id)) + 1n);
  }
}

/** A vote of everybody for a proposal, from the first word to the timelock's queue. */
export async function agreeOn(
  world: DaoWorld,
  title: string,
  calls: readonly Call[],
  marks: { readonly proposed?: string; readonly queued?: string } = {},
): Promise<Proposal> {
  const { majority, minority, anyone } = world.accounts;
  const proposal = await propose(world, majority, title, calls, marks.proposed);
  await passVote(world, proposal, [majority, minority]);
  await queue(world, anyone, proposal, marks.queued);
  return proposal;
}
