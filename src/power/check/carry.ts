import { toQuantity, type Provider } from "ethers";

import { GovernanceToken__factory, TribuneGovernor__factory } from "../../../types/index.js";
import { readClock } from "../../protocol/foreignGovernor.js";
import { memberOf, PROPOSAL_STATES, type ProposalStateName } from "../../protocol/enums.js";
import { readAnswer } from "../../protocol/tryRead.js";
import { proposeArguments, SUPPORT, type Proposal } from "../../protocol/proposals.js";
import type { Snapshot } from "../../rehearsal/snapshot.js";
import { act } from "../world/act.js";
import { isContract } from "../../protocol/accountCode.js";

/** Where a vote is played. */
interface Poll {
  readonly snapshot: Snapshot;
  /** Reads the snapshot. */
  readonly provider: Provider;
  readonly addresses: { readonly governor: string; readonly token: string };
  /** Who may have tokens. */
  readonly tokenHolders: readonly string[];
}

export async function stateOfProposal(
  { provider, addresses }: Pick<Poll, "provider" | "addresses">,
  { id }: Proposal,
): Promise<ProposalStateName | undefined> {
  const governor = TribuneGovernor__factory.connect(addresses.governor, { provider });
  const state = await readAnswer(() => governor.state(id));
  return state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
}

/**
 * Everybody who is known and has votes, votes for it; what nobody has proposed yet is proposed first.
 * @returns What is left of it when it is not carried: "Defeated"; undefined if it may be queued.
 */
export async function carryProposal(poll: Poll, proposal: Proposal): Promise<string | undefined> {
  const { snapshot, provider, addresses } = poll;
  const governor = TribuneGovernor__factory.connect(addresses.governor, { provider });
  const { id } = proposal;
  const passTo = await openClock(poll);
  if (passTo === undefined) return "in what its Governor times votes is not known";
  if ((await stateOfProposal(poll, proposal)) === undefined) {
    const [largest] = await gather(poll);
    if (largest === undefined) return "nobody is known who could propose it";
    await act(snapshot, largest.address, governor, "propose", proposeArguments(proposal));
  }
  const begins = await governor.proposalSnapshot(id);
  await passTo(begins + 1n);
  if ((await stateOfProposal(poll, proposal)) === "Active") {
    for (const holder of poll.tokenHolders) {
      const isSilent = (await governor.getVotes(holder, begins)) === 0n || (await governor.hasVoted(id, holder));
      if (!isSilent) await act(snapshot, holder, governor, "castVote", [id, SUPPORT.for]);
    }
    await passTo((await governor.proposalDeadline(id)) + 1n);
  }
  const state = await stateOfProposal(poll, proposal);
  return state === "Succeeded" ? undefined : (state ?? "unknown to the Governor");
}

/** Lets the Governor's clock go on to a moment of its own, seconds or blocks; not back. */
async function openClock({
  snapshot,
  provider,
  addresses,
}: Poll): Promise<((moment: bigint) => Promise<void>) | undefined> {
  const clock = await readClock(addresses.governor, provider);
  if (clock === undefined) return undefined;
  return async (moment) => {
    const now = clock === "timestamp" ? await snapshot.now() : BigInt(await snapshot.blockNumber());
    if (moment <= now) return;
    if (clock === "timestamp") await snapshot.travelTo(moment);
    else await snapshot.request("hardhat_mine", [toQuantity(moment - now)]);
  };
}

/** Whoever has tokens takes its votes back, and so can propose; most votes first. */
async function gather({ snapshot, provider, addresses, tokenHolders }: Poll): Promise<{ address: string }[]> {
  const token = GovernanceToken__factory.connect(addresses.token, { provider });
  const voters: { address: string; votes: bigint }[] = [];
  for (const address of tokenHolders) {
    if (isContract(await snapshot.code(address)) || (await token.balanceOf(address)) === 0n) continue;
    await act(snapshot, address, token, "delegate", [address]);
    voters.push({ address, votes: await token.getVotes(address) });
  }
  return voters.sort((one, other) => (one.votes > other.votes ? -1 : 1));
}
