import type { Interface } from "ethers";
import { type Log, type Provider } from "ethers";

import { DualGovernanceTimelock__factory } from "../../types/index.js";
import { nameOfState } from "../model/types.js";
import { connectProtocol } from "../protocol/contracts.js";
import { SentenceError, UnreadableError } from "../protocol/errors.js";
import { formatTime } from "../protocol/format.js";
import { judgeFailure } from "../protocol/failure.js";
import type { LogProgress } from "../protocol/logs.js";
import { queryNewestLogs } from "../protocol/newestLogs.js";
import { readHistory } from "../protocol/operations/history.js";
import { readPendingOperations } from "../protocol/operations/pending.js";
import { readProposals } from "../protocol/operations/proposed.js";
import { operationOf } from "../protocol/proposals.js";
import { observe, seen, type Observation } from "./observe.js";
import { readHead, readView, toBlock, type WatchPlace } from "./readView.js";
import { readWatched } from "./readWatched.js";
import { judgeHead } from "./standstill.js";
import { titleOf } from "./tellLogs.js";
import { REMEMBERED, type Memory, type SeenBlock, type Term, type View } from "./types.js";
import { WATCHED_TOPICS, type WatchedAddresses } from "./watchedLogs.js";

/** One look at the chain, and what was seen. */
export interface Step extends Observation {
  readonly view: View;
}

/** The first look is at a block that is hardly undone any more, where the node still knows its state. [blocks] */
const DEPTH = 16;

/** The first look, from which on everything is told. */
export async function begin(
  place: WatchPlace,
  terms: readonly Term[],
  onProgress?: (progress: LogProgress) => void,
): Promise<Step> {
  const { provider, addresses } = place;
  const head = await readHead(provider);
  const oldHead = await judgeHead(provider, head, place.now?.());
  const deep = head.number - DEPTH;
  if (deep > 0) {
    try {
      if ((await provider.getCode(addresses.timelock, deep)) !== "0x") {
        return await beginAt(place, toBlock(await provider.getBlock(deep)), terms, oldHead, onProgress);
      }
    } catch (error) {
      // Not deployed in full by then, or forgotten. What may pass is no reason to begin at a block that may be undone.
      const failure = judgeFailure(error);
      const isForgotten = failure?.kind === "unread" && ["forgotten", "behind", "other"].includes(failure.trouble);
      const isAbsent = error instanceof SentenceError && !(error instanceof UnreadableError);
      if (!isForgotten && !isAbsent && (failure === undefined || failure.kind === "unread")) throw error;
    }
  }
  return await beginAt(place, head, terms, oldHead, onProgress);
}

async function beginAt(
  place: WatchPlace,
  block: View["block"],
  terms: readonly Term[],
  oldHead: string | undefined,
  onProgress?: (progress: LogProgress) => void,
): Promise<Step> {
  const { provider, addresses, firstBlock } = place;
  const contracts = connectProtocol(addresses, provider);
  const found = { timelock: addresses.timelock, provider, firstBlock, onProgress };
  const [pending, history, proposals] = [
    await readPendingOperations(contracts, found, block),
    await readHistory(found, block.number),
    await readProposals(contracts.governor, found, block.number),
  ];
  if (pending.gap !== undefined) throw new UnreadableError(pending.gap, "forgotten");
  const titles = proposals.map((proposal) => ({
    operation: operationOf(addresses.governor, proposal).id,
    title: titleOf(proposal.description),
  }));
  const titled = new Map(titles.map(({ operation, title }) => [operation, title]));
  const operations = pending.operations.map(({ id }) => ({
    ...{ id, title: titled.get(id) ?? "", block: block.number, endedAt: undefined },
    sequence: history.places.get(id) ?? 0n,
  }));
  const view = await readView(place, block, operations, terms, oldHead);
  const empty: Memory = { blocks: [], told: [], standing: [], levels: {}, operations, titles };
  const first = observe(empty, seen(view), view, [], await readWatched(place, block.number));
  const state = view.gate === undefined ? "The gate does not answer" : nameOfState(view.gate.written.state);
  const text = `Watching from block ${block.number}, ${formatTime(block.timestamp)}: ${state}, ${operations.length} operations pending.`;
  return {
    ...first,
    view,
    memory: { ...first.memory, operations },
    events: [{ id: block.hash.slice(0, 34), kind: "started", text, block: block.number }, ...first.events],
  };
}

/**
 * What is new since the last look; undefined if nothing is, or the node is behind what it has told before.
 * @throws UnreadableError if the chain could not be read, or changed while it was: look again later.
 */
export async function look(place: WatchPlace, memory: Memory, terms: readonly Term[]): Promise<Step | undefined> {
  const { provider } = place;
  const head = await readHead(provider);
  const ancestor = await findAncestor(provider, memory, head);
  if (ancestor === undefined) return undefined;
  const watched = await readWatched(place, head.number);
  const { logs, isWhole } = await readLogs(provider, watched, ancestor, head);
  const known = new Map(memory.operations.map(({ id, title }) => [id, title]));
  for (const id of scheduledIn(logs)) if (!known.has(id)) known.set(id, "");
  const titles = new Map(memory.titles.map(({ operation, title }) => [operation, title]));
  const operations = [...known].map(([id, title]) => ({ id, title: title === "" ? (titles.get(id) ?? "") : title }));
  const view = await readView(place, head, operations, terms, await judgeHead(provider, head, place.now?.()));
  // Whatever was read while the chain was written anew belongs to neither.
  const again = toBlock(await provider.getBlock(head.number));
  if (again.hash !== head.hash) {
    throw new UnreadableError(`Block ${head.number} was replaced while it was read.`, "behind");
  }
  return { view, ...observe(memory, ancestor, view, logs, watched, isWhole) };
}

/** The newest block that was dealt with and is on the chain; undefined if there is nothing to do. */
async function findAncestor(
  provider: Provider,
  { blocks }: Memory,
  head: View["block"],
): Promise<SeenBlock | undefined> {
  const newest = blocks.at(-1);
  if (newest === undefined) throw new Error("nothing was dealt with yet");
  for (const block of [...blocks].reverse()) {
    if (block.number > head.number) continue;
    const hash = block.number === head.number ? head.hash : toBlock(await provider.getBlock(block.number)).hash;
    if (hash !== block.hash) continue;
    if (block === newest) return head.number > block.number ? block : undefined;
    // Where all newer ones are above the head, the node is behind; where others stand in their place, they were undone.
    return blocks.some(({ number }) => number > block.number && number <= head.number) ? block : undefined;
  }
  const oldest = blocks[0] ?? newest;
  throw new SentenceError(
    `None of the last ${blocks.length} blocks that were dealt with, from ${oldest.number} on, is on this chain: it is another one, or was ` +
      `written anew by more than ${REMEMBERED} blocks. Begin anew, with another checkpoint file.`,
  );
}

/** Logs of the blocks after `ancestor`; where all of them were asked for by their hashes, they are whole. */
async function readLogs(
  provider: Provider,
  watched: WatchedAddresses,
  ancestor: SeenBlock,
  head: View["block"],
): Promise<{ readonly logs: readonly Log[]; readonly isWhole: boolean }> {
  const address = Object.values(watched).flat() as string[];
  const filter = { address, topics: [[...WATCHED_TOPICS]] };
  const first = ancestor.number + 1;
  const { logs, certainFrom, hashBefore } = await queryNewestLogs(provider, filter, first, head, true);
  const isWhole = certainFrom === first;
  if (isWhole && hashBefore !== ancestor.hash) {
    throw new UnreadableError(`Block ${ancestor.number} was replaced while those after it were read.`, "behind");
  }
  return { logs, isWhole };
}

const TIMELOCK: Interface = DualGovernanceTimelock__factory.createInterface();
const SCHEDULED = ["CallScheduled", "CallSalt"].map((name) => TIMELOCK.getEvent(name)?.topicHash);

const scheduledIn = (logs: readonly Log[]): string[] =>
  logs.filter(({ topics }) => SCHEDULED.includes(topics[0])).map(({ topics }) => topics[1] ?? "");
