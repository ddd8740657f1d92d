import { AbiCoder, Interface, type Log, type Provider } from "ethers";

import { UnreadableError } from "../protocol/errors.js";
import { queryLogsBack, type LogProgress } from "../protocol/logs.js";
import { OFFICIAL_ABIS } from "./artifacts.js";
import { hashMessage } from "./transaction.js";

/** What was agreed to by a transaction, and stands in a Safe's storage ever since. */
export type Agreement =
  | {
      readonly kind: "approval";
      /** Of the Safe's transaction. [32 bytes, hex] */
      readonly hash: string;
      /** Whose approval it counts as; need not be an owner now, and counts again once it is one. */
      readonly owner: string;
    }
  | {
      readonly kind: "message";
      /** Of what the Safe itself has signed. [32 bytes, hex] */
      readonly hash: string;
    };

const SAFE = new Interface(OFFICIAL_ABIS.safe);
const topicOf = (event: string): string => SAFE.getEvent(event)?.topicHash ?? "";
const SETUP = topicOf("SafeSetup");
const RUN = topicOf("SafeMultiSigTransaction");
/** One of them ends every transaction that a Safe runs. */
const ENDS = ["ExecutionSuccess", "ExecutionFailure"].map(topicOf);
const TOPICS = [SETUP, RUN, ...ENDS, ...["ApproveHash", "SignMsg"].map(topicOf)];

/**
 * What a Safe has told, as far as the node has it: from the newest block back until it tells of its setup, before which
 * there is nothing, and of every transaction that it has run. Where a delegatecall has feigned all that, older agreements
 * are missing, and what only they would explain counts as a secret.
 * @param nonce The Safe's next one.
 */
export async function readSafeLogs(
  { address, nonce }: { readonly address: string; readonly nonce: bigint },
  provider: Provider,
  block: number,
  onProgress?: (progress: LogProgress) => void,
): Promise<Log[]> {
  const found: Log[] = [];
  return await queryLogsBack(
    (fromBlock, toBlock) => provider.getLogs({ address, topics: [TOPICS], fromBlock, toBlock }),
    block,
    (logs) => {
      found.push(...logs);
      return isWhole(found, nonce);
    },
    onProgress,
  );
}

const isSetUp = (logs: readonly Log[]): boolean => logs.some(({ topics }) => topics[0] === SETUP);
const countRuns = (logs: readonly Log[]): bigint =>
  BigInt(logs.filter(({ topics }) => ENDS.includes(topics[0] ?? "")).length);
const isWhole = (logs: readonly Log[], nonce: bigint): boolean => isSetUp(logs) && countRuns(logs) >= nonce;

/**
 * Every agreement that events tell of, each once. A delegatecall can write an approval that nobody gave and emit its
 * event as well, so neither storage nor event says whose doing it was.
 */
export function agreementsIn(logs: readonly Log[]): Agreement[] {
  const agreements = logs.flatMap((log): Agreement[] => {
    const event = SAFE.parseLog(log);
    if (event?.name === "ApproveHash") {
      return [{ kind: "approval", hash: String(event.args[0]), owner: String(event.args[1]) }];
    }
    return event?.name === "SignMsg" ? [{ kind: "message", hash: String(event.args[0]) }] : [];
  });
  return [...new Map(agreements.map((one) => [Object.values(one).join(), one])).values()];
}

/**
 * Refuses logs that leave something out, as some nodes do and say nothing of it. A Safe tells when it is set up, and of
 * every transaction that it runs.
 * @param nonce The Safe's next one.
 */
export function refuseGaps(address: string, nonce: bigint, logs: readonly Log[]): void {
  if (isWhole(logs, nonce)) return;
  throw new UnreadableError(
    `The logs of the Safe ${address} are not all there: they tell of ${countRuns(logs)} of its ${nonce} transactions` +
      `${isSetUp(logs) ? "" : ", and not of how it was set up"}. Ask another node, or the same one later.`,
    "forgotten",
  );
}

/**
 * Those that somebody could still make use of: approvals stay when their transaction has run, and are worth nothing
 * then. SafeL2 tells every transaction it runs; one whose hash is the approved one, and whose number is used up, proves
 * by its content that the approval is spent, whoever emitted the event.
 * @param nonce The Safe's next one.
 */
export function dropSpent(
  agreements: readonly Agreement[],
  address: string,
  nonce: bigint,
  chainId: bigint,
  logs: readonly Log[],
): Agreement[] {
  const runs = logs.filter(({ topics }) => topics[0] === RUN);
  const spent = new Set(runs.map(({ data }) => hashIfRun(data, nonce, chainId, address)));
  return agreements.filter(({ kind, hash }) => kind === "message" || !spent.has(hash));
}

/** Undefined if the transaction is still to come, or what the event says is none. */
function hashIfRun(data: string, nonce: bigint, chainId: bigint, safe: string): string | undefined {
  try {
    const message = SAFE.decodeEventLog("SafeMultiSigTransaction", data).toObject();
    const [number] = AbiCoder.defaultAbiCoder()
      .decode(["uint256"], String(message.additionalInfo))
      .toArray() as bigint[];
    if (number === undefined || number >= nonce) return undefined;
    return hashMessage(chainId, safe, { ...message, nonce: number });
  } catch {
    return undefined;
  }
}

/** What stands agreed, as predicates of the Safe: one for each transaction or message. */
export function describeAgreements(agreements: readonly Agreement[]): string[] {
  const owners = new Map<string, string[]>();
  for (const one of agreements) {
    if (one.kind === "approval") owners.set(one.hash, [...(owners.get(one.hash) ?? []), one.owner]);
  }
  return [
    ...[...owners].map(
      ([hash, names]) =>
        `has standing approvals of ${names.join(", ")} for hash ${hash}, which whoever holds that transaction may use`,
    ),
    ...agreements
      .filter(({ kind }) => kind === "message")
      .map(({ hash }) => `has signed the message of hash ${hash}, which whoever holds that message may use`),
  ];
}
