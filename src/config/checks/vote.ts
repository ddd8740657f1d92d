import { formatDuration } from "../../protocol/format.js";
import type { DaoConfig } from "../schema.js";
import { problemsIf, warningAt, type Problem } from "./problem.js";

/** How long a vote takes. [seconds] */
export interface VoteTerms {
  readonly votingDelay: bigint;
  readonly votingPeriod: bigint;
  readonly lateQuorumExtension: bigint;
}

/** Whether a vote is over while what it answers still lasts. */
export function checkVote({ dualGovernance, circuitBreaker, timelock }: DaoConfig, governor: VoteTerms): Problem[] {
  const { signalling } = dualGovernance;
  const vote = governor.votingDelay + governor.votingPeriod;
  const lateVote = vote + governor.lateQuorumExtension;
  const held = signalling.minDuration + signalling.deactivation;
  const inTime = `minDuration + deactivation, ${formatDuration(held)}`;
  const consequence =
    "stakers at the signalling threshold hold a decision no longer than that, so a vote to withdraw it";
  const answer = vote + timelock.delay;
  const sealed = circuitBreaker?.sealDuration ?? 0n;
  return problemsIf(
    [
      vote > held,
      warningAt(
        "governor.votingPeriod",
        `is ${formatDuration(governor.votingPeriod)}, ${formatDuration(vote)} with votingDelay: ${consequence} comes ` +
          `too late; together they should be at most ${inTime}`,
      ),
    ],
    [
      vote <= held && lateVote > held,
      warningAt(
        "governor.lateQuorumExtension",
        `is ${formatDuration(governor.lateQuorumExtension)}, so a vote can take ${formatDuration(lateVote)}: ` +
          `${consequence} comes too late if its quorum does; together they should be at most ${inTime}`,
      ),
    ],
    [
      sealed > 0n && sealed < answer,
      warningAt(
        "circuitBreaker.sealDuration",
        `is ${formatDuration(sealed)}: the pause ends before governance can answer, which takes ` +
          `${formatDuration(answer)} (votingDelay + votingPeriod + timelock.delay)`,
      ),
    ],
  );
}
