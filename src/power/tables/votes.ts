import { smallestCarrier, type Votes } from "../core/index.js";
import { namesOf } from "../world/names.js";
import type { VotesReport } from "../report.js";
import type { World } from "../world/world.js";

/** Who carries what the DAO decides: of all votes that anybody can cast, delegates and those who can take back both. */
export function reportVotes(world: World, votes: Votes): VotesReport {
  const name = namesOf(world);
  return {
    total: String(votes.total),
    quorum: String(votes.quorum),
    holders: votes.holders.map(({ entity, votes: held, share }) => ({
      name: name(entity),
      votes: String(held),
      share: String(share),
    })),
    // Whoever has votes that nobody is known by may be on the same side.
    unopposed: smallestCarrier(votes, "unopposed").atLeast,
    opposed: smallestCarrier(votes, "opposed").atLeast,
  };
}
