import type { Provider } from "ethers";

import { ESCROW_PHASES, memberOf, PROPOSAL_STATES, type EscrowPhaseName, type ProposalStateName } from "./enums.js";
import type { LogProgress } from "./logs.js";
import { readAllProposals } from "./plans/findProposal.js";
import { readParticipant, type Participant } from "./plans/participant.js";
import { readAnswer } from "./tryRead.js";
import { clockNow, readVoteClock } from "./voteClock.js";

/** Positions are looked for in the newest epochs. */
export const EPOCHS_SEARCHED = 50n;
/** Of so many proposals, the newest, it is asked how they stand. */
const PROPOSALS_SEARCHED = 50;

/** An account's part of one epoch. */
export interface EpochPosition {
  readonly epoch: bigint;
  readonly phase: EscrowPhaseName;
  /** Whether it is the running one, whose shares object. */
  readonly isRunning: boolean;
  /** [shares] */
  readonly shares: bigint;
  /** Of the running epoch: may be unlocked strictly after this moment. [unix seconds] */
  readonly unlockableAfter: bigint;
  /** Due in this block. [asset units] */
  readonly dueAssets: bigint;
  /** Due in this block. [shares] */
  readonly dueShares: bigint;
  /** Had so far. [asset units] */
  readonly paidAssets: bigint;
  /** Had so far, or moved into a later epoch. [shares] */
  readonly paidShares: bigint;
  /** Assets may be withdrawn strictly after this moment; 0 before that is known. [unix seconds] */
  readonly withdrawableAfter: bigint;
}

/** A proposal that is under way, and what the account has to do with it. */
export interface OpenProposal {
  readonly id: bigint;
  readonly description: string;
  readonly state: ProposalStateName;
  /** In what its vote is timed. */
  readonly clock: "timestamp" | "blocks";
  /** [unix seconds, or blocks] */
  readonly voteBegins: bigint;
  /** The last second, or block, of the vote. [unix seconds, or blocks] */
  readonly voteEnds: bigint;
  readonly hasVoted: boolean;
  /** What the account had when the vote began; what it has now, before that. */
  readonly votes: bigint;
}

/** What an account has to do with a DAO. */
export interface Position {
  readonly account: string;
  /** [token units] */
  readonly tokens: bigint;
  /** Whom they vote through; zero for nobody. */
  readonly delegate: string;
  /** Its own and those delegated to it. [token units] */
  readonly votes: bigint;
  /** In its wallet. [shares] */
  readonly shares: bigint;
  /** Those in which it has a part, the newest first. */
  readonly epochs: readonly EpochPosition[];
  /** Those that wait, are voted on, or wait to be queued; the newest first. */
  readonly proposals: readonly OpenProposal[];
}

/** What of a deployment, and which block, an account is read in. */
export interface PositionPlace {
  readonly deployment: Parameters<typeof readParticipant>[0];
  readonly provider: Provider;
  readonly block: Participant["block"];
  readonly onProgress?: ((progress: LogProgress) => void) | undefined;
}

/** Everything of an account in one block. */
export async function readPositionOf(
  account: string,
  { deployment, provider, block, onProgress }: PositionPlace,
): Promise<Position> {
  const participant = await readParticipant(deployment, provider, account, onProgress);
  return await readPosition({ ...participant, block });
}

/** Everything of the account in the participant's block. */
async function readPosition(participant: Participant): Promise<Position> {
  const { account, contracts, share, block } = participant;
  const { token, escrow } = contracts;
  const at = { blockTag: block.number };
  const [tokens, delegate, votes, shares, running] = await Promise.all([
    token.balanceOf(account, at),
    token.delegates(account, at),
    token.getVotes(account, at),
    share.balanceOf(account, at),
    escrow.runningEpoch(at),
  ]);
  const searched = Array.from({ length: Number(EPOCHS_SEARCHED + 1n) }, (_, back) => running - BigInt(back));
  const epochs = await Promise.all(
    searched.filter((epoch) => epoch > 0n).map((epoch) => readEpoch(participant, epoch, epoch === running)),
  );
  return {
    account,
    tokens,
    delegate,
    votes,
    shares,
    epochs: epochs.filter((epoch) => epoch !== undefined),
    proposals: await readOpenProposals(participant),
  };
}

async function readEpoch(
  { account, contracts: { escrow }, block }: Participant,
  epoch: bigint,
  isRunning: boolean,
): Promise<EpochPosition | undefined> {
  const at = { blockTag: block.number };
  const { shares, unlockableAfter } = await escrow.positionOf(epoch, account, at);
  if (shares === 0n) return undefined;
  const [due, paid, view] = await Promise.all([
    escrow.dueTo(epoch, account, at),
    escrow.paymentsOf(epoch, account, at),
    escrow.getEpoch(epoch, at),
  ]);
  return {
    epoch,
    phase: memberOf(ESCROW_PHASES, view.phase),
    isRunning,
    shares,
    unlockableAfter,
    dueAssets: due.assets,
    dueShares: due.shares,
    paidAssets: paid.assets,
    paidShares: paid.shares,
    withdrawableAfter: view.withdrawableAfter,
  };
}

const OPEN: ReadonlySet<ProposalStateName> = new Set(["Pending", "Active", "Succeeded"]);

async function readOpenProposals(participant: Participant): Promise<OpenProposal[]> {
  const { account, contracts, block } = participant;
  const { governor } = contracts;
  const at = { blockTag: block.number };
  const proposals = (await readAllProposals(participant)).slice(-PROPOSALS_SEARCHED).reverse();
  const clock = await readVoteClock(await governor.getAddress(), participant.provider);
  const now = clockNow(clock, block);
  const found = await Promise.all(
    proposals.map(async ({ id, description }): Promise<OpenProposal | undefined> => {
      // One that a Governor has forgotten, as after an exchange of its code, is open to nobody.
      const told = await readAnswer(() => governor.state(id, at));
      if (told === undefined) return undefined;
      const state = memberOf(PROPOSAL_STATES, told);
      if (!OPEN.has(state)) return undefined;
      const [voteBegins, voteEnds, hasVoted] = await Promise.all([
        governor.proposalSnapshot(id, at),
        governor.proposalDeadline(id, at),
        governor.hasVoted(id, account, at),
      ]);
      // The token tells of moments that have passed.
      const moment = voteBegins < now ? voteBegins : now - 1n;
      const votes = await governor.getVotes(account, moment, at);
      return { id, description, state, clock, voteBegins, voteEnds, hasVoted, votes };
    }),
  );
  return found.filter((proposal) => proposal !== undefined);
}
