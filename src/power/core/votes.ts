import { controlOf } from "./control.js";
import { PowerError } from "./errors.js";
import { any, principal, weighted, type Entity, type Formula, type Principal, type Weighted } from "./formula.js";
import { solve } from "./solve.js";

/** Votes that are cast together, by any of `by`: the delegate, or the holder who can recall them first. */
export interface VoteLot {
  readonly votes: bigint;
  readonly by: readonly Principal[];
}

/** A body that decides by votes. */
export interface VoteBody {
  /** All votes that anybody can cast. */
  readonly total: bigint;
  /** Votes that a decision needs. */
  readonly quorum: bigint;
  /** Whose votes are known. What is missing to the total is anybody's. */
  readonly lots: readonly VoteLot[];
}

/**
 * What a decision needs: `unopposed` the quorum, with nobody voting against it; `opposed` also more votes than everybody
 * else together.
 */
export type Contest = "unopposed" | "opposed";

/** A holder by name: what it casts, with what it can recall. */
interface Holder {
  readonly entity: Entity;
  readonly votes: bigint;
  /** Part of the total, rounded down. [D16: 1e16 = 1%] */
  readonly share: bigint;
}

/** A body's votes with the largest holders named, and all others in one. */
export interface Votes {
  readonly total: bigint;
  readonly quorum: bigint;
  /** Largest first. Two may be able to cast the same votes, so that their sum can exceed the total. */
  readonly holders: readonly Holder[];
  /** What named holders can cast, each lot once. */
  readonly named: readonly { readonly votes: bigint; readonly by: readonly Entity[] }[];
  /** Votes that no named holder can cast: anybody may be behind them. */
  readonly residual: bigint;
}

/** So many holders are named unless asked otherwise. */
const NAMED_HOLDERS = 20;

const FULL_SHARE = 10n ** 18n;

/**
 * Names the largest holders of a body's votes.
 *
 * @throws {@link PowerError} if the votes are more than all.
 */
export function nameHolders(
  { total, quorum, lots }: VoteBody,
  identities: ReadonlyMap<Principal, Entity> = new Map(),
  most: number = NAMED_HOLDERS,
): Votes {
  if (quorum < 0n || lots.some(({ votes }) => votes < 0n)) throw new PowerError("votes and quorum are 0 or more");
  const known = lots.reduce((sum, { votes }) => sum + votes, 0n);
  if (known > total)
    throw new PowerError(`lots hold ${known} votes, which is more than all ${total}: none counts twice`);

  const casters = lots
    .filter(({ votes }) => votes > 0n)
    .map(({ votes, by }) => ({ votes, by: new Set(by.map((name) => identities.get(name) ?? name)) }));
  const sums = new Map<Entity, bigint>();
  for (const { votes, by } of casters) for (const entity of by) sums.set(entity, (sums.get(entity) ?? 0n) + votes);
  const holders = Array.from(sums, ([entity, votes]) => ({ entity, votes, share: (votes * FULL_SHARE) / total }))
    .sort((a, b) => (a.votes === b.votes ? (a.entity < b.entity ? -1 : 1) : a.votes > b.votes ? -1 : 1))
    .slice(0, most);

  const isNamed = new Set(holders.map(({ entity }) => entity));
  const named = new Map<string, { votes: bigint; by: Entity[] }>();
  for (const { votes, by } of casters) {
    const names = [...by].filter((entity) => isNamed.has(entity)).sort();
    if (names.length === 0) continue;
    const key = JSON.stringify(names);
    named.set(key, { by: names, votes: (named.get(key)?.votes ?? 0n) + votes });
  }
  const castable = [...named.values()].reduce((sum, { votes }) => sum + votes, 0n);
  return { total, quorum, holders, named: [...named.values()], residual: total - castable };
}

/** Votes that carry a decision. */
export function votesToCarry({ total, quorum }: Pick<Votes, "total" | "quorum">, contest: Contest): bigint {
  // Nothing is decided by no vote at all.
  const majority = contest === "opposed" ? total / 2n + 1n : 1n;
  return majority > quorum ? majority : quorum;
}

/**
 * Who carries a decision. Nobody has the residual, unless `rest` names who: then it acts as one. A coalition that carries
 * without it surely does; one that carries not even with it surely does not.
 */
export function carries(votes: Votes, contest: Contest, rest?: Entity): Formula {
  const others = rest === undefined ? [] : [{ weight: votes.residual, of: principal(rest) }];
  return weighted(votesToCarry(votes, contest), [...namedLots(votes), ...others]);
}

/** Whether a coalition carries a decision whoever has the residual, and whether it does if that is all its own. */
export function carriesWith(
  votes: Votes,
  contest: Contest,
  coalition: Iterable<Entity>,
): { readonly surely: boolean; readonly possibly: boolean } {
  const members = new Set(coalition);
  const cast = votes.named
    .filter(({ by }) => by.some((entity) => members.has(entity)))
    .reduce((sum, lot) => sum + lot.votes, 0n);
  const needed = votesToCarry(votes, contest);
  return { surely: cast >= needed, possibly: cast + votes.residual >= needed };
}

/** How many entities carry a decision at the least. */
export interface SmallestCarrier {
  /** If they have all of the residual too. Absent: not even all votes carry. */
  readonly atLeast?: number;
  /** If they have nothing of it. Absent: all named ones together do not carry. */
  readonly atMost?: number;
}

/** Bounds of the Nakamoto coefficient of a vote. */
export function smallestCarrier(votes: Votes, contest: Contest): SmallestCarrier {
  const needed = votesToCarry(votes, contest);
  const smallest = (threshold: bigint): number | undefined => {
    const solution = solve({ powers: new Map([["carry", weighted(threshold, namedLots(votes))]]) });
    return controlOf(solution, "carry").coalitions.smallest;
  };
  const [atLeast, atMost] = [smallest(needed - votes.residual), smallest(needed)];
  return {
    // Who holds enough of the residual alone is somebody, though not named.
    ...(atLeast !== undefined && { atLeast: Math.max(1, atLeast) }),
    ...(atMost !== undefined && { atMost }),
  };
}

const namedLots = ({ named }: Votes): Weighted[] =>
  named.map(({ votes, by }) => ({ weight: votes, of: any(...by.map(principal)) }));
