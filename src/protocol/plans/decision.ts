import { call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { formatAmount, formatTime } from "../format.js";
import { tryCallFrom } from "../plannedCall.js";
import { operationOf, proposalArguments, SUPPORT } from "../proposals.js";
import { formatVoteMoment, readVoteClock } from "../voteClock.js";
import { describeElsewhere } from "../obeyedTimelock.js";
import { isDeEscalation } from "./deEscalation.js";
import { findProposal, readProposalId, readProposalState, tellState } from "./findProposal.js";
import { decidesHere, readObeyedDelay } from "./obeyed.js";
import type { Participant } from "./participant.js";
import type { Plan } from "./plan.js";

/** Gives one's votes to an account, or to oneself: only delegated tokens vote. */
export async function planDelegate({ account, contracts, block, decimals }: Participant, to: string): Promise<Plan> {
  const { token } = contracts;
  const at = { blockTag: block.number };
  const [balance, before] = await Promise.all([token.balanceOf(account, at), token.delegates(account, at)]);
  const votes = formatAmount(balance, decimals.votes);
  const isNobody = BigInt(before) === 0n;
  return {
    calls: [{ what: `delegates ${votes} votes to ${to}`, call: await call(token, "delegate", [to]) }],
    means: [
      isNobody
        ? `${votes} tokens of ${account} vote for nobody now.`
        : `The votes of ${account} are with ${before} now.`,
      "Proposals whose vote has begun count votes as they were at its beginning.",
    ],
  };
}

export type VoteChoice = keyof typeof SUPPORT;

/** Votes on a proposal, with what one had when its vote began. */
export async function planVote(
  participant: Participant,
  text: string,
  support: VoteChoice,
  reason: string | undefined,
): Promise<Plan> {
  const { account, contracts, block, decimals } = participant;
  const { governor } = contracts;
  const at = { blockTag: block.number };
  const id = readProposalId(text);
  const state = await readProposalState(participant, id);
  if (state !== "Active") throw new SentenceError(tellState(id, state, "votes are cast while it is Active"));
  const [clock, began, deadline, hasVoted, tally] = await Promise.all([
    readVoteClock(await governor.getAddress(), participant.provider),
    governor.proposalSnapshot(id, at),
    governor.proposalDeadline(id, at),
    governor.hasVoted(id, account, at),
    governor.proposalVotes(id, at),
  ]);
  if (hasVoted) throw new SentenceError(`${account} has voted on proposal ${id}.`);
  const [votes, quorum] = await Promise.all([governor.getVotes(account, began, at), governor.quorum(began, at)]);
  if (votes === 0n) {
    throw new SentenceError(
      `${account} had no votes when the vote began, ${formatVoteMoment(began, clock)}: tokens vote once they are delegated, to oneself as well.`,
    );
  }
  const format = (amount: bigint) => formatAmount(amount, decimals.votes);
  const value = SUPPORT[support];
  return {
    calls: [
      {
        what: `casts ${format(votes)} votes ${support} proposal ${id}`,
        call:
          reason === undefined
            ? await call(governor, "castVote", [id, value])
            : await call(governor, "castVoteWithReason", [id, value, reason]),
      },
    ],
    means: [
      `So far ${format(tally.forVotes)} are for it, ${format(tally.againstVotes)} against, ${format(tally.abstainVotes)} abstain; ${format(quorum)} for and abstaining make the quorum.`,
      `The vote ends ${formatVoteMoment(deadline, clock)}, and cannot be changed once cast.`,
    ],
  };
}

/** Passes a decision to the timelock. */
export async function planQueue(participant: Participant, text: string): Promise<Plan> {
  const { account, provider, contracts, block, obeyed } = participant;
  const proposal = await findProposal(participant, text);
  if (proposal.state !== "Succeeded") {
    throw new SentenceError(tellState(proposal.id, proposal.state, "it is queued once it has Succeeded"));
  }
  const { governor, timelock } = contracts;
  const queue = await call(governor, "queue", proposalArguments(proposal));
  const what = `queues proposal ${proposal.id}`;
  const refused = await tryCallFrom(provider, account, queue, what, block.number);
  if (refused?.name === "SchedulingClosed") {
    throw new SentenceError("The gate takes nothing new now: stakers object. Queue it later.");
  }
  const delay = await readObeyedDelay(participant);
  const due = delay === undefined ? "once it is due" : `from about ${formatTime(block.timestamp + delay)}`;
  if (!(await decidesHere(participant))) {
    const means = [`It can be executed ${due}.`, describeElsewhere(obeyed)];
    return { calls: [{ what, call: queue }], means };
  }
  const isAtOnce = isDeEscalation(await timelock.getAddress(), proposal.calls);
  return {
    calls: [{ what, call: queue }],
    means: [
      isAtOnce
        ? "It withdraws what is queued, and can be executed at once, whatever the state."
        : `It can be executed ${due}, unless stakers object until then.`,
      `In the timelock it is operation ${operationOf(await governor.getAddress(), proposal).id}.`,
    ],
  };
}
