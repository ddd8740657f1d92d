import { formatAmount } from "../../protocol/format.js";
import type { Findings } from "../findings.js";
import { namesOf } from "../world/names.js";
import { neededBy, withholdersOf } from "../compose/voting.js";

/**
 * Who keeps every repair from being decided: the DAO's own path is blocked for ever where all others together do not carry
 * a decision. Whoever carries it alone is told in the first lines, and fails nothing here either.
 */
export function judgeVoting(findings: Findings): { readonly failures: string[]; readonly facts: string[] } {
  const { ballots, carriers, world } = findings;
  const { total, quorum } = ballots.votes;
  const name = namesOf(world);
  const needed = neededBy(ballots);
  if (total < needed) {
    const why =
      quorum > total ? `the quorum is ${formatAmount(quorum)}` : `a proposal asks for ${formatAmount(needed)}`;
    return { failures: [`Nobody decides anything: of ${formatAmount(total)} votes ${why}.`], facts: [] };
  }
  const failures: string[] = [];
  const facts: string[] = [];
  for (const { entity, votes, others } of withholdersOf(ballots)) {
    const told = `all others together have ${formatAmount(others)} votes of the ${formatAmount(needed)} that a decision takes against ${formatAmount(votes)}`;
    if (carriers.includes(entity))
      facts.push(`${name(entity)} can withhold every repair, as it alone carries one: ${told}.`);
    else failures.push(`${name(entity)} can keep every repair from being decided, for ever: ${told}.`);
  }
  return { failures, facts: [...facts, ...soleProposer(findings)] };
}

/** Nobody is kept from proposing for ever: votes are gathered by delegation. */
function soleProposer({ ballots, votes, world }: Findings): string[] {
  const able = votes.holders.filter((holder) => holder.votes >= ballots.proposalThreshold);
  if (able.length > 1) return [];
  const [only] = able;
  const who = only === undefined ? "Nobody has" : `Only ${namesOf(world)(only.entity)} has`;
  return [
    `${who} the ${formatAmount(ballots.proposalThreshold)} votes that a proposal asks for; others delegate theirs to one of them first.`,
  ];
}
