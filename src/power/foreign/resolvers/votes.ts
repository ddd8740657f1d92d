import { id, ZeroAddress } from "ethers";

import { TRANSFER, addressIn } from "../../../protocol/topics.js";
import type { VoteBody, VoteLot } from "../../core/index.js";
import type { Reader } from "../reader.js";

const DELEGATE_CHANGED = id("DelegateChanged(address,address,address)");
/** Of those who ever received or delegated, so many are asked what they have, who received most first. */
export const MOST_ASKED = 200;

/** Tokens that vote, and who has them. */
export interface TokenVotes extends VoteBody {
  readonly token: string;
  readonly decimals: number;
  readonly symbol: string;
  /** With what stands for each lot: whose tokens they are, and who votes with them now. */
  readonly lots: readonly (VoteLot & { readonly holder: string; readonly delegate: string | undefined })[];
  /** How many more there are who were not asked. */
  readonly unasked: number;
}

/** A Governor, OpenZeppelin's or Compound's, with what it counts. */
export interface Voting {
  readonly address: string;
  readonly isCompound: boolean;
  readonly isTimestamp: boolean;
  /** In what its clock counts: blocks or seconds. */
  readonly delay: bigint;
  readonly period: bigint;
  readonly threshold: bigint;
  readonly ballots: TokenVotes;
}

const accountIn = (topic: string | undefined): string => addressIn(topic);

/** Whose tokens vote, out of the token's events; whoever holds tokens can call back what was delegated. */
export async function readTokenVotes(reader: Reader, token: string, quorum: bigint): Promise<TokenVotes | undefined> {
  const total = await reader.amount(token, "totalSupply");
  if (total === undefined || total === 0n) return undefined;
  const logs = await reader.place.readLogs(token, [TRANSFER, DELEGATE_CHANGED]);
  const received = new Map<string, bigint>(reader.known.map((account) => [account, 0n]));
  for (const { topics, data } of logs) {
    const isTransfer = topics[0] === TRANSFER;
    const account = accountIn(isTransfer ? topics[2] : topics[1]);
    const amount = isTransfer && data !== "0x" ? BigInt(data.slice(0, 66)) : 0n;
    if (account !== ZeroAddress) received.set(account, (received.get(account) ?? 0n) + amount);
  }
  const asked = [...received].sort(([, one], [, other]) => (one > other ? -1 : one < other ? 1 : 0));
  const lots: TokenVotes["lots"][number][] = [];
  for (const [holder] of asked.slice(0, MOST_ASKED)) {
    const votes = await reader.amount(token, "balanceOf", [holder]);
    if (votes === undefined || votes === 0n) continue;
    const named = await reader.address(token, "delegates", [holder]);
    const delegate = named === undefined || named === ZeroAddress ? undefined : named;
    reader.meet(holder);
    if (delegate !== undefined) reader.meet(delegate);
    lots.push({ votes, holder, delegate, by: [...new Set([holder, ...(delegate === undefined ? [] : [delegate])])] });
  }
  const symbol = await reader.ask(token, "symbol");
  return {
    ...{ token, total, quorum, lots, unasked: Math.max(0, asked.length - MOST_ASKED) },
    decimals: Number((await reader.amount(token, "decimals")) ?? 18n),
    symbol: typeof symbol === "string" ? symbol : "votes",
  };
}

/** All that one account can vote with: delegated to it, or its own to call back. */
export const reachOf = ({ lots }: Pick<TokenVotes, "lots">, account: string): bigint =>
  lots.filter(({ by }) => by.includes(account)).reduce((sum, { votes }) => sum + votes, 0n);

/** Whoever can vote with most. */
export function largestOf(ballots: TokenVotes): string | undefined {
  const casters = [...new Set(ballots.lots.flatMap(({ by }) => by))];
  return casters.reduce<string | undefined>(
    (best, one) => (best === undefined || reachOf(ballots, one) > reachOf(ballots, best) ? one : best),
    undefined,
  );
}
