import { toQuantity } from "ethers";

import { min } from "../model/units.js";
import { TRANSFER, addressIn } from "../protocol/topics.js";
import { queryLogsBack, type LogProgress } from "../protocol/logs.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { balanceOf } from "./ask.js";
import type { Holding, Subject } from "./rehearsalFacts.js";
import { visible } from "../protocol/visible.js";
import { type Log, type Snapshot } from "./snapshot.js";

/** As many of those who received most are asked what they have. */
const MOST_ASKED = 200;

/** Reads the chain that was copied: where the logs are. */
export type ReadChain = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** Those who were named, with what they have. */
export async function readNamedHolders(
  snapshot: Snapshot,
  { share }: Subject,
  accounts: readonly string[],
): Promise<Holding[]> {
  const holdings: Holding[] = [];
  for (const account of accounts) {
    const shares = await balanceOf(snapshot, share.address, account);
    if (shares === 0n)
      throw new SentenceError(`${account} holds no shares of ${share.address} (${visible(share.symbol)}).`);
    holdings.push({ account, shares });
  }
  return largestFirst(holdings);
}

/**
 * The largest holders that the newest logs of the share name, as far back as it takes until they hold `needed`.
 * @param progress Told where it looks.
 * @param onProgress Told how far the reading of logs has come.
 * @param others Accounts whose shares do not count to `needed`.
 */
export async function findHolders(
  snapshot: Snapshot,
  read: ReadChain,
  { share, vault, block }: Subject,
  needed: bigint,
  progress: (text: string) => void,
  onProgress?: (progress: LogProgress) => void,
  others: ReadonlySet<string> = new Set(),
): Promise<Holding[]> {
  const received = new Map<string, bigint>();
  const known = new Map<string, bigint>();
  /** What a failure is about: the chain's logs, or balances on its copy. */
  const stage = { isOfLogs: true };
  const query = async (from: number, to: number): Promise<Log[]> => {
    const filter = { address: share.address, topics: [TRANSFER], fromBlock: toQuantity(from), toBlock: toQuantity(to) };
    return (await read("eth_getLogs", [filter])) as Log[];
  };
  const isEnough = async (logs: readonly Log[], from: number): Promise<boolean> => {
    stage.isOfLogs = false;
    for (const { topics, data } of logs) {
      // Tokens other than ERC-20 have a Transfer of another shape.
      if (topics.length !== 3 || topics[2] === undefined || data === "0x") continue;
      const account = addressIn(topics[2]);
      received.set(account, (received.get(account) ?? 0n) + BigInt(data.slice(0, 66)));
    }
    const candidates = [...received]
      .filter(([account]) => BigInt(account) !== 0n && account !== vault && account !== share.address)
      .sort((one, other) => compare(other[1], one[1]))
      .slice(0, MOST_ASKED);
    for (const [account] of candidates) {
      if (!known.has(account)) known.set(account, await balanceOf(snapshot, share.address, account));
    }
    const found = [...known].reduce((sum, [account, shares]) => (others.has(account) ? sum : sum + shares), 0n);
    progress(`found ${known.size} holders in the logs of blocks ${from} to ${block}`);
    stage.isOfLogs = true;
    // Twice, so that it need not be everybody.
    return found >= 2n * needed;
  };
  try {
    await queryLogsBack(query, block, isEnough, onProgress);
  } catch (error) {
    if (!stage.isOfLogs || !(error instanceof UnreadableError)) throw error;
    throw new UnreadableError(
      `The share's logs could not be read. ${error.message} Name holders with --holder.`,
      error.trouble,
      { cause: error },
    );
  }
  return largestFirst([...known].map(([account, shares]) => ({ account, shares })).filter(({ shares }) => shares > 0n));
}

/**
 * Who locks how much: enough of the largest together, nobody more than half of it unless the others have too little.
 * @param needed [shares]
 */
export function chooseLocks(holdings: readonly Holding[], needed: bigint): Holding[] {
  const half = needed / 2n + 1n;
  let missing = needed;
  const locks = largestFirst(holdings).flatMap(({ account, shares }) => {
    const part = min(min(shares, half), missing);
    missing -= part;
    return part > 0n ? [{ account, shares: part }] : [];
  });
  return locks.map(({ account, shares }) => {
    const owned = holdings.find((holding) => holding.account === account)?.shares ?? 0n;
    const more = min(owned - shares, missing);
    missing -= more;
    return { account, shares: shares + more };
  });
}

const compare = (one: bigint, other: bigint): number => (one < other ? -1 : one > other ? 1 : 0);
const largestFirst = (holdings: readonly Holding[]): Holding[] =>
  [...holdings].sort((one, other) => compare(other.shares, one.shares));
