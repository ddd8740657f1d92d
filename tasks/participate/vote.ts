import { SentenceError } from "../../src/protocol/errors.js";
import { planVote, type Support } from "../../src/protocol/plans/decision.js";
import { SUPPORT } from "../../src/protocol/proposals.js";
import { participate, type Common } from "./participate.js";

interface Arguments extends Common {
  proposal: string;
  support: string;
  reason: string | undefined;
}

export default participate<Arguments>((participant, { proposal, support, reason }) =>
  planVote(participant, proposal, readSupport(support), reason),
);

function readSupport(text: string): Support {
  if (Object.hasOwn(SUPPORT, text)) return text as Support;
  throw new SentenceError(`"${text}" is no vote: for, against or abstain.`);
}
