import { dataLength, dataSlice, getAddress } from "ethers";

import { addressIn } from "../../protocol/topics.js";
import type { Log } from "../../rehearsal/snapshot.js";
import type { Topics } from "../world/logs.js";
import type { AuditInput } from "../world/auditInput.js";
import type { Entry } from "./addressBook.js";
import type { Effect } from "./effects.js";
import type { MovedHolding } from "./holdings.js";
import type { Warning } from "./report.js";

const isInBook = (book: readonly Entry[], account: string): boolean => book.some(({ address }) => address === account);

/**
 * What changes in contracts that the address book does not have: perhaps in a proxy admin, a beacon or a manager that rules
 * one of those it has. Balances that logs tell of are left out.
 */
export const findOutside = (
  effects: readonly Effect[],
  book: readonly Entry[],
  holdings: readonly MovedHolding[],
): Effect[] =>
  effects.filter(
    (effect) =>
      effect.class === "unknown" && !isInBook(book, effect.contract) && !holdings.some((one) => isBalance(effect, one)),
  );

const isBalance = ({ contract, before, after }: Effect, { token, spender, ...holding }: MovedHolding): boolean =>
  spender === undefined && token === contract && isWord(before, holding.before) && isWord(after, holding.after);

const isWord = (text: string, amount: bigint): boolean => /^0x[0-9a-f]+$/i.test(text) && BigInt(text) === amount;

/** What of these nobody here can read. */
export const warnOfOutside = (outside: readonly Effect[]): Warning[] =>
  [...new Set(outside.map(({ contract }) => contract))].map((contract) => ({
    kind: "outside",
    isFailure: false,
    text:
      `What ${contract} stores changes, and the address book does not have it: what that means is told only where the ` +
      "audit finds a power in it.",
  }));

/** Whether somebody may take more or less than before of what a contract of the book has, of whichever token. */
export const movesAllowance = (holdings: readonly MovedHolding[], book: readonly Entry[]): boolean =>
  holdings.some(({ owner, spender }) => spender !== undefined && isInBook(book, owner));

/** Fewer leading zeros have all addresses but made ones, and more have all amounts that people deal in. */
const LEAST_ADDRESS = 1n << 120n;

/** Accounts that stand in words of storage, and in what contracts told. */
export function accountsInWords(effects: readonly Effect[], logs: readonly Log[]): string[] {
  const words = [
    ...effects.flatMap(({ before, after }) => [before, after]),
    ...logs.flatMap(({ topics, data }) => [...topics.slice(1), ...wordsOf(data)]),
  ].filter((text) => /^0x[0-9a-f]{64}$/i.test(text));
  const accounts = words.filter((word) => BigInt(word) >= LEAST_ADDRESS && BigInt(word) < 1n << 160n);
  return [...new Set(accounts.map((word) => addressIn(word)))];
}

const wordsOf = (data: string): string[] =>
  Array.from({ length: Math.floor(dataLength(data) / 32) }, (_, index) => dataSlice(data, index * 32, index * 32 + 32));

/** The same, where what was executed on the copy has told something that the chain's own logs do not have. */
export function hearing(input: AuditInput, logs: readonly Log[]): AuditInput {
  const { history, readLogs, readAnyLogs } = input;
  return {
    ...input,
    ...(history && { heard: logs }),
    ...(readLogs && {
      readLogs: async (contract, first) => [
        ...(await readLogs(contract, first)),
        ...logs.filter((log) => isOf(log, contract) && first.includes(log.topics[0] ?? "")),
      ],
    }),
    ...(readAnyLogs && {
      readAnyLogs: async (filter) => [
        ...(await readAnyLogs(filter)),
        ...logs.filter(
          (log) => (filter.address === undefined || isOf(log, filter.address)) && isAsked(log, filter.topics),
        ),
      ],
    }),
  };
}

const isOf = ({ address }: Log, contract: string): boolean => getAddress(address) === getAddress(contract);

const isAsked = (log: Log, topics: Topics): boolean =>
  topics.every((wanted, place) => wanted === null || [wanted].flat().includes(log.topics[place] ?? ""));
