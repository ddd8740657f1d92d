import { carries, controlOf, solve, votesToCarry, type Entity, type Votes } from "../core/index.js";
import type { Identities } from "../identities.js";
import type { HeldVotes, Staker } from "../world/world.js";

/** How a vote goes, whoever has the votes. */
export interface Ballots {
  readonly votes: Votes;
  /** Votes that a proposal asks of who makes it; who has fewer gathers them by delegation. [token units] */
  readonly proposalThreshold: bigint;
  readonly lots: readonly HeldVotes[];
  readonly identities: Identities;
}

/** An entity without which no decision is carried. */
export interface Withholder {
  readonly entity: Entity;
  /** What nobody takes back from it. [token units] */
  readonly votes: bigint;
  /** All that everybody else can cast. [token units] */
  readonly others: bigint;
}

/** Votes that carry a decision against everybody else, and propose it. [token units] */
export function neededBy({ votes, proposalThreshold }: Ballots): bigint {
  const needed = votesToCarry(votes, "opposed");
  return needed > proposalThreshold ? needed : proposalThreshold;
}

/** Sums lots by entity. @param castersOf Accounts to which a lot counts. */
function sumLots({ lots, identities }: Ballots, castersOf: (lot: HeldVotes) => readonly string[]): Map<Entity, bigint> {
  const sums = new Map<Entity, bigint>();
  for (const lot of lots) {
    const entities = new Set(castersOf(lot).map((account) => identities.get(account) ?? account));
    for (const entity of entities) sums.set(entity, (sums.get(entity) ?? 0n) + lot.votes);
  }
  return sums;
}

const largestFirst = ([, one]: [unknown, bigint], [, other]: [unknown, bigint]): number =>
  one > other ? -1 : one < other ? 1 : 0;

/** Entities that carry a decision alone, against everybody else; largest first. */
export const carriersOf = (ballots: Ballots): Entity[] =>
  [...sumLots(ballots, ({ by }) => by)]
    .sort(largestFirst)
    .filter(([, votes]) => votes >= neededBy(ballots))
    .map(([entity]) => entity);

/** Entities without which all others together carry nothing, whoever has the votes that nobody is known by. */
export function withholdersOf(ballots: Ballots): Withholder[] {
  const { total } = ballots.votes;
  // Whoever holds takes back what a delegate would cast; of what a contract of the system holds the delegate is the last.
  return [...sumLots(ballots, ({ by }) => by.slice(0, 1))]
    .sort(largestFirst)
    .map(([entity, votes]) => ({ entity, votes, others: total - votes }))
    .filter(({ others }) => others < neededBy(ballots));
}

export const accountsOf = (entity: Entity, identities: Identities): string[] => {
  const behind = [...identities].filter(([, one]) => one === entity).map(([account]) => account);
  return behind.length > 0 ? behind : [entity];
};

/** Who may be the smallest coalition that carries a decision. */
export interface Attackers {
  readonly accounts: ReadonlySet<string>;
  /** Why these may be others than such a coalition, as a sentence; no coalition has more shares. Undefined if they are one. */
  readonly why: string | undefined;
}

/**
 * The smallest coalition that carries a decision; of several the one with most shares. Nobody, if those who are known carry
 * nothing. Where there are too many to list, as many entities as it takes with most shares.
 */
export function attackersAmong(ballots: Ballots, stakers: readonly Staker[]): Attackers {
  const { votes, identities } = ballots;
  const solution = solve({ powers: new Map([["carry", carries(votes, "opposed")]]) });
  const { patterns, smallest, message } = controlOf(solution, "carry").coalitions;
  const sharesOf = (entity: Entity): bigint => {
    const accounts = new Set(accountsOf(entity, identities));
    return stakers.reduce((sum, { address, shares }) => (accounts.has(address) ? sum + shares : sum), 0n);
  };
  const richest = (entities: readonly Entity[], count: number): Entity[] =>
    entities
      .map((entity): [Entity, bigint] => [entity, sharesOf(entity)])
      .sort(largestFirst)
      .slice(0, count)
      .map(([entity]) => entity);
  const asAccounts = (entities: readonly Entity[]) => new Set(entities.flatMap((one) => accountsOf(one, identities)));
  if (patterns === undefined) {
    const casters = [...sumLots(ballots, ({ by }) => by).keys()];
    return { accounts: asAccounts(richest(casters, smallest ?? 0)), why: message };
  }
  const total = (entities: readonly Entity[]): bigint => entities.reduce((sum, one) => sum + sharesOf(one), 0n);
  const coalitions = patterns
    .filter(({ size }) => size === smallest)
    .map(({ choices }) => choices.flatMap(({ choose, of }) => richest(of, choose)))
    .map((entities): [Entity[], bigint] => [entities, total(entities)]);
  const [worst = []] = coalitions.sort(largestFirst)[0] ?? [];
  return { accounts: asAccounts(worst), why: undefined };
}
