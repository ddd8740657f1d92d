import { dataSlice, getAddress, Interface, toQuantity } from "ethers";

import { STRANGER, type Reader } from "../../power/foreign/reader.js";
import type { TokenVotes } from "../../power/foreign/resolvers/votes.js";
import type { Call } from "../../protocol/calls.js";
import { ProposalState } from "../../protocol/enums.js";
import { proposalArguments, proposalOf, proposeArguments, SUPPORT, type Proposal } from "../../protocol/proposals.js";
import type { Sent } from "../../rehearsal/snapshot.js";

const GOVERNOR = new Interface([
  "function propose(address[],uint256[],bytes[],string) returns (uint256)",
  "function castVote(uint256,uint8)",
  "function queue(address[],uint256[],bytes[],bytes32)",
  "function execute(address[],uint256[],bytes[],bytes32) payable",
]);
const DELEGATE = new Interface(["function delegate(address)"]);

/** A Governor of either clock, and who votes in it. */
export interface Poll {
  readonly reader: Reader;
  readonly governor: string;
  readonly isTimestamp: boolean;
  readonly ballots: TokenVotes;
}

/** What stops a decision, in a sentence without its end; undefined if nothing does. */
export type Stopped = string | undefined;

/** Lets the Governor's clock go on by so many blocks or seconds. */
async function pass({ reader: { snapshot }, isTimestamp }: Poll, ticks: bigint): Promise<void> {
  if (ticks <= 0n) return;
  if (isTimestamp) await snapshot.travelTo((await snapshot.now()) + ticks);
  else await snapshot.request("hardhat_mine", [toQuantity(ticks)]);
}

const clockOf = async ({ reader, isTimestamp }: Poll): Promise<bigint> =>
  isTimestamp ? await reader.snapshot.now() : BigInt(await reader.snapshot.blockNumber());

/** Everybody who is known to have votes casts them for it; what was delegated to nobody is delegated to its holder. */
export async function carry(poll: Poll, description: string, calls: readonly Call[]): Promise<Proposal | string> {
  const { reader, governor, ballots } = poll;
  const { snapshot } = reader;
  const voters = new Set<string>();
  for (const { holder, delegate } of ballots.lots) {
    if (delegate === undefined) {
      await snapshot.send({ from: holder, to: ballots.token, data: DELEGATE.encodeFunctionData("delegate", [holder]) });
    }
    voters.add(delegate ?? holder);
  }
  await pass(poll, 1n);
  const proposal = await byTheFirst(poll, [...voters], proposalOf(description, calls));
  if (typeof proposal === "string") return `nobody who is known to have votes can propose it: ${proposal}`;
  const snapshotAt = await reader.amount(governor, "proposalSnapshot", [proposal.id]);
  const deadline = await reader.amount(governor, "proposalDeadline", [proposal.id]);
  if (snapshotAt === undefined || deadline === undefined) return "the Governor does not know it by its number";
  await pass(poll, snapshotAt + 1n - (await clockOf(poll)));
  for (const voter of voters) {
    const data = GOVERNOR.encodeFunctionData("castVote", [proposal.id, SUPPORT.for]);
    await snapshot.send({ from: voter, to: governor, data });
  }
  // A late quorum may have moved it.
  const ends = (await reader.amount(governor, "proposalDeadline", [proposal.id])) ?? deadline;
  await pass(poll, ends + 1n - (await clockOf(poll)));
  const state = await reader.amount(governor, "state", [proposal.id]);
  return state === ProposalState.Succeeded
    ? proposal
    : `the vote does not carry it, though everybody who is known votes for it`;
}

/** Proposes as the first who may; why nobody may, else. */
async function byTheFirst(
  { reader: { snapshot }, governor }: Poll,
  voters: readonly string[],
  proposal: Proposal,
): Promise<Proposal | string> {
  let why = "there is none";
  const call = { to: governor, data: GOVERNOR.encodeFunctionData("propose", proposeArguments(proposal)) };
  for (const from of voters) {
    const sent = await snapshot.send({ ...call, from });
    // Some Governors number their proposals, and tell the number first of all.
    const told = sent.ok ? sent.logs.find(({ address }) => getAddress(address) === governor)?.data : undefined;
    if (sent.ok) return told === undefined ? proposal : { ...proposal, id: BigInt(dataSlice(told, 0, 32)) };
    why = sent.why;
  }
  return why;
}

export const queue = (poll: Poll, proposal: Proposal): Promise<Sent> =>
  poll.reader.snapshot.send({ from: STRANGER, to: poll.governor, data: encode("queue", proposal) });

export const execute = (poll: Poll, proposal: Proposal): Promise<Sent> =>
  poll.reader.snapshot.send({ from: STRANGER, to: poll.governor, data: encode("execute", proposal) });

const encode = (method: "queue" | "execute", proposal: Proposal): string =>
  GOVERNOR.encodeFunctionData(method, proposalArguments(proposal));

/** Calldata that asks the Governor to decide. */
export const encodePropose = (proposal: Proposal): string =>
  GOVERNOR.encodeFunctionData("propose", proposeArguments(proposal));

/**
 * A decision from the vote to its execution.
 * @param due Told of it when it could be executed, and is not yet.
 */
export async function decide(
  poll: Poll,
  description: string,
  calls: readonly Call[],
  delay: bigint,
  due: (proposal: Proposal) => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly stopped: Stopped; readonly gas: bigint }> {
  const { snapshot } = poll.reader;
  const proposal = await carry(poll, description, calls);
  if (typeof proposal === "string") return { stopped: proposal, gas: 0n };
  const queued = await queue(poll, proposal);
  if (!queued.ok) return { stopped: `it cannot be queued: ${queued.why}`, gas: 0n };
  await snapshot.travelTo((await snapshot.now()) + delay + 1n);
  await due(proposal);
  const executed = await execute(poll, proposal);
  if (!executed.ok) return { stopped: `it cannot be executed: ${executed.why}`, gas: 0n };
  return { stopped: undefined, gas: executed.gasUsed };
}
