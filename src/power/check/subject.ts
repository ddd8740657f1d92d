import { isHexString, type Provider } from "ethers";

import { DualGovernanceTimelock__factory, TribuneGovernor__factory } from "../../../types/index.js";
import type { TribuneAddresses } from "../../protocol/addresses.js";
import { OperationState } from "../../protocol/enums.js";
import { SentenceError } from "../../protocol/errors.js";
import { queryLogs } from "../../protocol/logs.js";
import { findOperation, type OperationPlace } from "../../protocol/operations/history.js";
import { readProposals } from "../../protocol/operations/proposed.js";
import { operationOf, type Proposal } from "../../protocol/proposals.js";
import { quoted } from "../../protocol/visible.js";
import { readIfThere } from "../../terminal/input.js";
import type { Entry } from "./addressBook.js";
import { parseCallsFile } from "./callsFile.js";
import { subjectOf, type Subject } from "./asked.js";

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
  if (isHexString(text, 32)) return await readPending(text.toLowerCase(), place);
  if (/^\d{20,78}$/.test(text)) {
    const { governor } = place.addresses;
    const proposal = (await proposalsIn(place)).find(({ id }) => id === BigInt(text));
    if (proposal !== undefined) return await settle(subjectOf(governor, proposal), place);
    throw new SentenceError(
      `The Governor ${governor} has no proposal ${text} up to block ${place.block}, as far as the node's logs tell.`,
    );
  }
  const written = await readIfThere(text);
  if (written === undefined) {
    throw new SentenceError(
      `${quoted(text)} is no file, no operation's identifier (0x, and 64 hexadecimal digits) and no number of a proposal.`,
    );
  }
  return await settle(parseCallsFile(written, text, place), place);
}

const stateOf = async (id: string, { addresses, provider }: SubjectPlace): Promise<bigint> =>
  await DualGovernanceTimelock__factory.connect(addresses.timelock, { provider }).getOperationState(id);

async function readPending(id: string, place: SubjectPlace): Promise<Subject> {
  const operation = await findOperation(id, place.operations);
  const state = await stateOf(id, place);
  if (state === OperationState.Done) throw new SentenceError(`The operation ${id} has been executed already.`);
  if (state === OperationState.Unset) {
    throw new SentenceError(
      `The operation ${id} is not pending in block ${place.block}: it was cancelled, or came later.`,
    );
  }
  const { governor } = place.addresses;
  const proposal = (await proposalsIn(place)).find((one) => operationOf(governor, one).id === id);
  return { operation, description: proposal?.description, proposal, scheduledIn: await findScheduling(id, place) };
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

async function proposalsIn({ operations, addresses, block }: SubjectPlace): Promise<Proposal[]> {
  const governor = TribuneGovernor__factory.connect(addresses.governor, { provider: operations.provider });
  return await readProposals(governor, operations, block);
}

/** Pending, if the timelock knows it. */
async function settle(subject: Subject, place: SubjectPlace): Promise<Subject> {
  const { id } = subject.operation;
  return (await stateOf(id, place)) === OperationState.Unset ? subject : await readPending(id, place);
}
