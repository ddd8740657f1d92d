import { existsSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import path from "node:path";

import type { TransactionReceipt } from "ethers";

import { boundedText } from "../protocol/bounded.js";
import { SentenceError } from "../protocol/errors.js";
import { quoted } from "../protocol/visible.js";
import { writeKept } from "../terminal/output.js";

/** What Ignition is to send for a step. */
export interface StepRequest {
  /** Undefined where a contract is created. */
  readonly to?: string | undefined;
  /** [hex] */
  readonly data: string;
  /** [wei] */
  readonly value: bigint;
}

/** A step of the journal whose transaction is not known to be included. */
export interface OpenStep {
  readonly futureId: string;
  readonly networkInteractionId: number;
  readonly nonce: number;
  /** Of what was sent, under each of the fees that were tried; none if Ignition was stopped before it knew one. */
  readonly hashes: readonly string[];
  readonly request: StepRequest;
}

/** As much of a message in the journal as is read here. */
interface Message {
  readonly type: string;
  readonly futureId?: string;
  readonly networkInteractionId?: number;
  readonly networkInteraction?: Omit<StepRequest, "value"> & { readonly id: number; readonly value?: JournalBigint };
  readonly nonce?: number;
  readonly transaction?: { readonly hash: string };
  readonly receipt?: { readonly blockNumber: number; readonly status?: string };
}

/** As Ignition writes one. */
interface JournalBigint {
  readonly _kind: "bigint";
  readonly value: string;
}

const journalFile = (folder: string): string => path.join(folder, "journal.jsonl");

/** Whether Ignition has begun to keep this journal. */
export const hasJournal = (folder: string): boolean => existsSync(journalFile(folder));

/** A line that is none was cut off when the machine stopped: what it told, the chain tells. */
function parse(line: string, folder: string): Message {
  try {
    return JSON.parse(line) as Message;
  } catch {
    throw new SentenceError(
      `${journalFile(folder)} has a line that was cut off, ${quoted(boundedText(line, 80))}: remove that line, and run ` +
        "the same command again.",
    );
  }
}

async function readMessages(folder: string): Promise<Message[]> {
  if (!hasJournal(folder)) return [];
  const lines = (await readFile(journalFile(folder), "utf8")).split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => parse(line, folder));
}

/** What has a nonce, and was neither confirmed nor given up since, by ascending nonce. */
export async function listOpenSteps(folder: string): Promise<OpenStep[]> {
  const requests = new Map<string, StepRequest>();
  const open = new Map<string, OpenStep>();
  for (const message of await readMessages(folder)) {
    const { type, futureId = "", networkInteraction, nonce, transaction } = message;
    const networkInteractionId = message.networkInteractionId ?? networkInteraction?.id ?? 0;
    const key = `${futureId} ${networkInteractionId}`;
    const request = requests.get(key);
    switch (type) {
      case "NETWORK_INTERACTION_REQUEST":
        if (networkInteraction !== undefined) requests.set(key, requestIn(networkInteraction));
        break;
      case "TRANSACTION_PREPARE_SEND":
      case "TRANSACTION_SEND": {
        if (nonce === undefined || request === undefined) break;
        const hashes = [...(open.get(key)?.hashes ?? []), ...(transaction === undefined ? [] : [transaction.hash])];
        open.set(key, { futureId, networkInteractionId, nonce, hashes, request });
        break;
      }
      case "TRANSACTION_CONFIRM":
      case "ONCHAIN_INTERACTION_REPLACED_BY_USER":
        open.delete(key);
        break;
      case "WIPE_APPLY":
        for (const [other, step] of open) if (step.futureId === futureId) open.delete(other);
        break;
    }
  }
  return [...open.values()].sort((one, other) => one.nonce - other.nonce);
}

const requestIn = ({ to, data, value }: NonNullable<Message["networkInteraction"]>): StepRequest => ({
  to,
  data,
  value: BigInt(value?.value ?? 0),
});

/** Ids of what the journal has on the chain, reverted transactions aside. */
export async function listConfirmed(folder: string): Promise<ReadonlySet<string>> {
  const confirmed = new Set<string>();
  for (const { type, futureId = "", receipt } of await readMessages(folder)) {
    if (type === "TRANSACTION_CONFIRM" && receipt?.status === "SUCCESS") confirmed.add(futureId);
    if (type === "WIPE_APPLY") confirmed.delete(futureId);
  }
  return confirmed;
}

/** The last block in which a transaction of the journal was confirmed; undefined if none was. */
export async function readLastBlock(folder: string): Promise<number | undefined> {
  const blocks = (await readMessages(folder)).flatMap(({ receipt }) =>
    receipt === undefined ? [] : [receipt.blockNumber],
  );
  return blocks.length === 0 ? undefined : Math.max(...blocks);
}

/** A transaction that has been sent, and what it offers for gas. [wei per gas] */
export interface Hashed {
  /** [32 bytes, hex] */
  readonly hash: string;
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint | null;
  readonly maxPriorityFeePerGas?: bigint | null;
}

/** Enters a transaction of a step as Ignition would, so that it goes on from there. */
export async function enterTransaction(folder: string, step: OpenStep, sent: Hashed): Promise<void> {
  const big = (value: bigint): JournalBigint => ({ _kind: "bigint", value: value.toString() });
  const { futureId, networkInteractionId, nonce } = step;
  const { hash, gasPrice = 0n, maxFeePerGas, maxPriorityFeePerGas } = sent;
  const fees =
    maxFeePerGas == null || maxPriorityFeePerGas == null
      ? { gasPrice: big(gasPrice) }
      : { maxFeePerGas: big(maxFeePerGas), maxPriorityFeePerGas: big(maxPriorityFeePerGas) };
  const transaction = { fees, hash };
  await append(folder, { futureId, networkInteractionId, nonce, transaction, type: "TRANSACTION_SEND" });
}

/** Enters that a transaction of a step is confirmed, as Ignition would. */
export async function enterConfirmation(folder: string, step: OpenStep, confirmed: TransactionReceipt): Promise<void> {
  const { futureId, networkInteractionId } = step;
  const { hash, blockHash, blockNumber, contractAddress } = confirmed;
  const isDone = confirmed.status === 1;
  const logs = confirmed.logs.map(({ address, index, data, topics }) => ({ address, logIndex: index, data, topics }));
  const created = isDone && contractAddress !== null ? { contractAddress } : {};
  const receipt = { blockHash, blockNumber, ...created, status: isDone ? "SUCCESS" : "FAILURE", logs };
  await append(folder, { futureId, networkInteractionId, hash, receipt, type: "TRANSACTION_CONFIRM" });
}

const append = async (folder: string, message: object): Promise<void> => {
  await appendFile(journalFile(folder), `\n${JSON.stringify(message)}`);
};

/** How Ignition ends a step, for good or because it reverted; there is one for each kind of step. */
const COMPLETE = "_EXECUTION_STATE_COMPLETE";

/**
 * Lets Ignition go on with what it gave up for want of a block, and with the steps that it has as failed and that
 * nevertheless may still be included. Its own remedy would forget their transactions, and send others beside them.
 * @param failed Their ids.
 */
export async function reopenSteps(folder: string, failed: ReadonlySet<string>): Promise<void> {
  const lines = (await readFile(journalFile(folder), "utf8")).split("\n");
  const isDropped = (line: string): boolean => {
    if (line.trim() === "") return false;
    const { type, futureId = "" } = parse(line, folder);
    return type === "ONCHAIN_INTERACTION_TIMEOUT" || (type.endsWith(COMPLETE) && failed.has(futureId));
  };
  await writeKept(journalFile(folder), lines.filter((line) => !isDropped(line)).join("\n"));
}

/** How Ignition begins a step that sends something. */
const BEGUN = /^(DEPLOYMENT|CALL|SEND_DATA)_EXECUTION_STATE_INITIALIZE$/;

/**
 * Forgets steps that were begun, and of which the journal tells nothing more: stopped at that moment, nothing was asked of
 * the network, and Ignition would find its own journal contradictory, every time.
 */
export async function forgetUnbegunSteps(folder: string): Promise<void> {
  const lines = (await readFile(journalFile(folder), "utf8")).split("\n");
  const last = new Map<string, { readonly index: number; readonly type: string }>();
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const { type, futureId } = parse(line, folder);
    if (futureId !== undefined) last.set(futureId, { index, type });
  }
  const unbegun = new Set([...last.values()].filter(({ type }) => BEGUN.test(type)).map(({ index }) => index));
  if (unbegun.size === 0) return;
  await writeKept(journalFile(folder), lines.filter((_, index) => !unbegun.has(index)).join("\n"));
}
