import { readFile } from "node:fs/promises";

import { isHexString, type Provider } from "ethers";

import { DualGovernanceTimelock__factory, TribuneGovernor__factory } from "../../../types/index.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { OperationState } from "../../protocol/enums.js";
import { SentenceError } from "../../protocol/errors.js";
import { queryLogs } from "../../protocol/logs.js";
import { findOperation, type OperationPlace } from "../../protocol/operations/history.js";
import type { Operation } from "../../protocol/operations/operation.js";
import { readProposals } from "../../protocol/operations/proposed.js";
import { operationOf } from "../../protocol/proposals.js";
import { quoted, reasonOf, visible } from "../../protocol/visible.js";
import type { Entry } from "./addressBook.js";
import { parseCallsFile } from "./callsFile.js";

/** An operation that somebody asks about. */
export interface Subject {
  readonly operation: Operation;
  /** What a proposal or a file says of it. */
  readonly description: string | undefined;
  /** The block in which it was scheduled last; undefined if it is not scheduled. */
  readonly scheduledIn: number | undefined;
}

/** Where subjects are looked for. */
export interface SubjectPlace {
  /** The chain's own logs. */
  readonly operations: OperationPlace;
  /** Reads the copy. */
  readonly provider: Provider;
  readonly addresses: TribuneAddresses;
  readonly book: readonly Entry[];
  readonly chain: bigint;
  /** The block that was copied: what comes later does not count. */
  readonly block: number;
}

/** @param text An operation's identifier, a proposal's number, or the name of a file. */
export async function readSubject(text: string, place: SubjectPlace): Promise<Subject> {
  if (isHexString(text, 32)) return await readPending(text.toLowerCase(), undefined, place);
  if (/^\d{20,78}$/.test(text)) return await readProposal(BigInt(text), place);
  const { operation, description } = parseCallsFile(await read(text), text, place.book, place.chain);
  return await settle(operation, description, place);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw new SentenceError(
      isMissing
        ? `${quoted(file)} is no file, no operation's identifier (0x, and 64 hexadecimal digits) and no number of a proposal.`
        : `${visible(file)} cannot be read: ${reasonOf(error)}`,
    );
  }
}

const stateOf = async (id: string, { addresses, provider }: SubjectPlace): Promise<bigint> =>
  await DualGovernanceTimelock__factory.connect(addresses.timelock, { provider }).getOperationState(id);

async function readPending(id: string, description: string | undefined, place: SubjectPlace): Promise<Subject> {
  const operation = await findOperation(id, place.operations);
  const state = await stateOf(id, place);
  if (state === OperationState.Done) throw new SentenceError(`The operation ${id} has been executed already.`);
  if (state === OperationState.Unset) {
    throw new SentenceError(
      `The operation ${id} is not pending in block ${place.block}: it was cancelled, or came later.`,
    );
  }
  return { operation, description, scheduledIn: await findScheduling(id, place) };
}

/** The last one: what was cancelled may have been scheduled again. */
async function findScheduling(id: string, { operations, block }: SubjectPlace): Promise<number | undefined> {
  const topic = DualGovernanceTimelock__factory.createInterface().getEvent("CallScheduled").topicHash;
  const { timelock: address, provider, firstBlock, onProgress } = operations;
  const logs = await queryLogs(
    (fromBlock, toBlock) => provider.getLogs({ address, topics: [topic, id], fromBlock, toBlock }),
    firstBlock,
    block,
    onProgress,
  );
  return logs.at(-1)?.blockNumber;
}

async function readProposal(id: bigint, place: SubjectPlace): Promise<Subject> {
  const { operations, addresses, block } = place;
  const governor = TribuneGovernor__factory.connect(addresses.governor, { provider: operations.provider });
  const found = (await readProposals(governor, operations, block)).find((proposal) => proposal.id === id);
  if (found === undefined) {
    throw new SentenceError(
      `The Governor ${addresses.governor} has no proposal ${id} up to block ${block}, as far as the node's logs tell.`,
    );
  }
  return await settle(operationOf(addresses.governor, found), found.description, place);
}

/** Pending, if the timelock knows it. */
async function settle(operation: Operation, description: string | undefined, place: SubjectPlace): Promise<Subject> {
  return (await stateOf(operation.id, place)) === OperationState.Unset
    ? { operation, description, scheduledIn: undefined }
    : await readPending(operation.id, description, place);
}
