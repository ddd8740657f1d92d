import { call, type Call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { explainCall } from "../explain.js";
import { formatAmount, formatDuration, formatTime } from "../format.js";
import { operationOf, proposalOf, proposeArguments } from "../proposals.js";
import { readAnswer } from "../tryRead.js";
import { clockNow, formatVoteMoment, readVoteClock, type VoteClock } from "../voteClock.js";
import { describeElsewhere } from "../obeyedTimelock.js";
import { isDeEscalation } from "./deEscalation.js";
import { findProposal } from "./findProposal.js";
import { decidesHere, readObeyedDelay } from "./obeyed.js";
import type { Participant } from "./participant.js";
import type { Plan } from "./plan.js";

/**
 * Asks the DAO to decide.
 * @param description As people read it. The Governor lets nobody else propose what ends in the proposer's name, so that
 * nobody can be first with it and then take it back.
 */
export async function planPropose(
  participant: Participant,
  calls: readonly Call[],
  description: string,
): Promise<Plan> {
  const { account, provider, contracts, block, decimals, obeyed } = participant;
  const { governor, token, timelock } = contracts;
  if (calls.length === 0) throw new SentenceError("A proposal without calls decides nothing.");
  if (description.trim() === "") throw new SentenceError("A proposal needs a description that voters can read.");
  const proposal = proposalOf(`${description.trimEnd()}\n\n#proposer=${account}`, calls);
  const at = { blockTag: block.number };
  const [clock, threshold, votes, votingDelay, votingPeriod, delay] = await Promise.all([
    readVoteClock(await governor.getAddress(), provider),
    governor.proposalThreshold(at),
    token.getVotes(account, at),
    governor.votingDelay(at),
    governor.votingPeriod(at),
    readObeyedDelay(participant),
  ]);
  if (votes < threshold) {
    throw new SentenceError(
      `${account} has ${formatAmount(votes, decimals.votes)} votes; proposing takes ${formatAmount(threshold, decimals.votes)}.`,
    );
  }
  const begins = clockNow(clock, block) + votingDelay;
  const ends = begins + votingPeriod;
  // Some Governors number their proposals, in place of the hash.
  const id =
    (await readAnswer(() => governor.propose.staticCall(...proposeArguments(proposal), { from: account, ...at }))) ??
    proposal.id;
  const isHere = await decidesHere(participant);
  const isAtOnce = isHere && isDeEscalation(await timelock.getAddress(), calls);
  const landing = isAtOnce
    ? "can be executed in the same moment, whatever the state"
    : `${describeLanding(clock, ends, delay)}${isHere ? ", unless stakers object" : ""}`;
  return {
    calls: [
      {
        what: `proposes ${calls.length === 1 ? "a call" : `${calls.length} calls`}, as proposal ${id}`,
        call: await call(governor, "propose", proposeArguments(proposal)),
      },
    ],
    means: [
      ...calls.map((one, index) => `Call ${index + 1} ${explainCall(one)}.`),
      `The vote begins about ${formatVoteMoment(begins, clock)} and ends about ${formatVoteMoment(ends, clock)}; ` +
        `carried and queued at once, it ${landing}.`,
      ...(isHere ? [] : [describeElsewhere(obeyed)]),
      "Its description ends in the proposer's name: nobody else can propose the same.",
    ],
  };
}

/** @param delay Of the timelock that the Governor obeys; undefined if it does not tell. [seconds] */
function describeLanding(clock: VoteClock, ends: bigint, delay: bigint | undefined): string {
  if (delay === undefined) return "lands when its timelock lets it";
  const when = clock === "blocks" ? `${formatDuration(delay)} after that` : `about ${formatTime(ends + delay)}`;
  return `lands ${when} at the earliest`;
}

/** Asks the DAO to withdraw what is queued: de-escalation, which no state of the gate and no delay holds up. */
export async function planWithdrawal(participant: Participant, ids: readonly string[]): Promise<Plan> {
  const { governor, timelock } = participant.contracts;
  if (ids.length === 0) throw new SentenceError("Which proposals? Give their identifiers.");
  if (!(await decidesHere(participant))) {
    throw new SentenceError(
      `${describeElsewhere(participant.obeyed)} Nothing is withdrawn there but by whoever may cancel in it.`,
    );
  }
  const operations: string[] = [];
  for (const id of ids) {
    const proposal = await findProposal(participant, id);
    if (proposal.state !== "Queued") {
      throw new SentenceError(
        `Proposal ${proposal.id} is ${proposal.state}; only what is Queued can be withdrawn by a vote.`,
      );
    }
    operations.push(operationOf(await governor.getAddress(), proposal).id);
  }
  const withdrawal = await call(timelock, "cancelOperations", [operations]);
  // Of a moment, so that what was defeated once can be asked again.
  const asked = formatTime(participant.block.timestamp);
  return await planPropose(participant, [withdrawal], `Withdraw ${ids.join(", ")} (asked ${asked})`);
}
