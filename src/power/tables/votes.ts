import { nameHolders, smallestCarrier } from "../core/index.js";
import { namesOf } from "../judge.js";
import type { VotesReport } from "../report.js";
import type { Scene } from "../scene.js";

/** Who carries what the DAO decides: of all votes but those of the system's own contracts, which do not vote. */
export async function reportVotes(scene: Scene, identities: ReadonlyMap<string, string>): Promise<VotesReport> {
  const { contracts, parts, voters } = scene;
  const { token, governor } = contracts;
  const name = namesOf(scene);
  let total = await token.totalSupply();
  for (const { address } of parts) total -= await token.balanceOf(address);
  const quorum = await governor.quorum((await governor.clock()) - 1n);
  const lots = voters.map(({ address, votes }) => ({ votes, by: [address] }));
  const votes = nameHolders({ total, quorum, lots }, identities);
  return {
    total: String(total),
    quorum: String(quorum),
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
