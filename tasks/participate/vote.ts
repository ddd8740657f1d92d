import { SentenceError } from "../../src/protocol/errors.js";
import { planVote, type VoteChoice } from "../../src/protocol/plans/decision.js";
import { SUPPORT } from "../../src/protocol/proposals.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  proposal: string;
  support: string;
  reason: string | undefined;
}

export default participate<Arguments>((participant, { proposal, support, reason }) =>
  planVote(participant, proposal, readChoice(support), reason),
);

function readChoice(text: string): VoteChoice {
  if (Object.hasOwn(SUPPORT, text)) return text as VoteChoice;
  throw new SentenceError(`"${text}" is no vote: for, against or abstain.`);
}
