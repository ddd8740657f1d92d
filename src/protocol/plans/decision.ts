import { formatEther, isHexString } from "ethers";

import { call, type Call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { explainCall } from "../explain.js";
import { formatAmount, formatTime } from "../format.js";
import { encodeExecution } from "../operations/operation.js";
import { findOperation } from "../operations/history.js";
import { readProposals } from "../operations/proposed.js";
import { tryCallFrom } from "../plannedCall.js";
import { operationOf, proposalArguments, SUPPORT } from "../proposals.js";
import { formatVoteMoment, readVoteClock } from "../voteClock.js";
import { isDeEscalation } from "./deEscalation.js";
import { findProposal, readProposalId, readProposalState, type FoundProposal } from "./findProposal.js";
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

export type Support = keyof typeof SUPPORT;

/** Votes on a proposal, with what one had when its vote began. */
export async function planVote(
  participant: Participant,
  text: string,
  support: Support,
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
  const { account, provider, contracts, block } = participant;
  const proposal = await findProposal(participant, text);
  if (proposal.state !== "Succeeded") {
    throw new SentenceError(tellState(proposal.id, proposal.state, "it is queued once it has Succeeded"));
  }
  const { governor, timelock } = contracts;
  const queue = await call(governor, "queue", proposalArguments(proposal));
  const what = `queues proposal ${proposal.id}`;
  const refused = await tryCallFrom(provider, account, queue, what);
  if (refused?.name === "SchedulingClosed") {
    throw new SentenceError("The gate takes nothing new now: stakers object. Queue it later.");
  }
  const delay = await timelock.getMinDelay({ blockTag: block.number });
  const isAtOnce = isDeEscalation(await timelock.getAddress(), proposal.calls);
  return {
    calls: [{ what, call: queue }],
    means: [
      isAtOnce
        ? "It withdraws what is queued, and can be executed at once, whatever the state."
        : `It can be executed from about ${formatTime(block.timestamp + delay)}, unless stakers object until then.`,
      `In the timelock it is operation ${operationOf(await governor.getAddress(), proposal).id}.`,
    ],
  };
}

/** Executes what is due: a proposal, or an operation of the timelock by its identifier. Anybody may. */
export async function planExecute(participant: Participant, text: string): Promise<Plan> {
  const id = readProposalId(text);
  if ((await readProposalState(participant, id)) !== undefined || !isHexString(text, 32)) {
    return await executeProposal(participant, await findProposal(participant, text));
  }
  const { contracts, provider, firstBlock, onProgress, block } = participant;
  const [governor, timelock] = [await contracts.governor.getAddress(), await contracts.timelock.getAddress()];
  // What a proposal became executes through the Governor, which would not know its own settings' calls otherwise.
  const proposals = await readProposals(contracts.governor, participant, block.number);
  const proposed = proposals.find((proposal) => operationOf(governor, proposal).id === text.toLowerCase());
  if (proposed !== undefined)
    return await executeProposal(participant, await findProposal(participant, `${proposed.id}`));
  const operation = await findOperation(text.toLowerCase(), { timelock, provider, firstBlock, onProgress });
  const value = await missing(participant, operation.calls);
  const execution = { target: timelock, value, data: encodeExecution(operation) };
  const what = `executes operation ${operation.id}`;
  // Whoever may execute while others may not is let through here as well.
  if ((await tryCallFrom(provider, participant.account, execution, what)) !== undefined) {
    await checkDue(participant, operation.id);
  }
  return { calls: [{ what, call: execution }], means: describeExecution(operation.calls, value) };
}

async function executeProposal(participant: Participant, proposal: FoundProposal): Promise<Plan> {
  const { governor } = participant.contracts;
  if (proposal.state !== "Queued") {
    throw new SentenceError(tellState(proposal.id, proposal.state, "it is executed once it is Queued and due"));
  }
  await checkDue(participant, operationOf(await governor.getAddress(), proposal).id);
  const execution = await call(governor, "execute", proposalArguments(proposal));
  const value = await missing(participant, proposal.calls);
  return {
    calls: [{ what: `executes proposal ${proposal.id}`, call: { ...execution, value } }],
    means: describeExecution(proposal.calls, value),
  };
}

/** The timelock pays; only what it lacks has to come with the call. [wei] */
async function missing({ contracts, provider, block }: Participant, calls: readonly Call[]): Promise<bigint> {
  const paid = calls.reduce((total, { value }) => total + value, 0n);
  const held = await provider.getBalance(contracts.timelock, block.number);
  return paid > held ? paid - held : 0n;
}

const describeExecution = (calls: readonly Call[], value: bigint): string[] => [
  "The timelock makes all of these calls, or none:",
  ...calls.map((one, index) => `Call ${index + 1} ${explainCall(one)}.`),
  ...(value === 0n
    ? []
    : [`It lacks ${formatEther(value)} ETH for them, which whoever executes pays, and does not get back.`]),
];

async function checkDue({ contracts, block }: Participant, operation: string): Promise<void> {
  const { timelock } = contracts;
  const at = { blockTag: block.number };
  const [isReady, eta] = await Promise.all([
    timelock.isOperationReady(operation, at),
    timelock.getTimestamp(operation, at),
  ]);
  if (isReady) return;
  if (eta > block.timestamp) throw new SentenceError(`It is not due before ${formatTime(eta)}.`);
  if (eta <= 1n) {
    throw new SentenceError(eta === 1n ? "It was executed already." : "The timelock does not know it (any more).");
  }
  const { modeEndsAt } = await timelock.emergencyStatus(at);
  throw new SentenceError(
    modeEndsAt >= block.timestamp
      ? `Emergency mode runs until ${formatTime(modeEndsAt)}: until then the execution committee alone executes.`
      : "The gate lets nothing through now: npx hardhat tribune status says until when.",
  );
}

/** Takes back a proposal whose vote has not begun. */
export async function planCancel(participant: Participant, text: string): Promise<Plan> {
  const { account, contracts, block } = participant;
  const proposal = await findProposal(participant, text);
  const proposer = await contracts.governor.proposalProposer(proposal.id, { blockTag: block.number });
  if (proposer !== account) {
    throw new SentenceError(`Only its proposer, ${proposer}, takes proposal ${proposal.id} back; this is ${account}.`);
  }
  if (proposal.state !== "Pending") {
    throw new SentenceError(
      `${tellState(proposal.id, proposal.state, "its proposer takes it back before the vote begins")} What is queued is ` +
        "withdrawn by a vote: npx hardhat tribune withdraw-proposal.",
    );
  }
  const cancel = await call(contracts.governor, "cancel", proposalArguments(proposal));
  return {
    calls: [{ what: `takes proposal ${proposal.id} back`, call: cancel }],
    means: ["It cannot be proposed again as it is."],
  };
}

const tellState = (id: bigint, state: FoundProposal["state"] | undefined, right: string): string =>
  state === undefined ? `The Governor knows no proposal ${id}.` : `Proposal ${id} is ${state}; ${right}.`;
