import { Contract, ZeroAddress } from "ethers";

import { call } from "../calls.js";
import { SentenceError } from "../errors.js";
import { tryCallFrom } from "../plannedCall.js";
import { proposalArguments } from "../proposals.js";
import { readAnswer } from "../tryRead.js";
import { findProposal, tellState, type FoundProposal } from "./findProposal.js";
import type { Participant } from "./participant.js";
import type { Plan } from "./plan.js";

/** Of OpenZeppelin's GovernorProposalGuardian, which a Governor that existed before may have. */
const GUARDIAN = ["function proposalGuardian() view returns (address)"];
const OVER = ["Canceled", "Defeated", "Expired", "Executed"];

/** Takes back a proposal. Who may is the Governor's to say: it is asked before anything is explained. */
export async function planCancel(participant: Participant, text: string): Promise<Plan> {
  const { account, provider, contracts, block } = participant;
  const proposal = await findProposal(participant, text);
  const cancel = await call(contracts.governor, "cancel", proposalArguments(proposal));
  const what = `takes proposal ${proposal.id} back`;
  const refused = await tryCallFrom(provider, account, cancel, what, block.number);
  if (refused !== undefined) throw new SentenceError(await explainRefused(participant, proposal, refused.words));
  return { calls: [{ what, call: cancel }], means: ["It cannot be proposed again as it is."] };
}

/** Why the Governor does not let the account take it back, and who may. @param words Of the refusal. */
async function explainRefused(
  { account, provider, contracts, block }: Participant,
  { id, state }: FoundProposal,
  words: string,
): Promise<string> {
  const { governor } = contracts;
  const at = { blockTag: block.number };
  if (OVER.includes(state)) return tellState(id, state, "nothing is left of it to take back");
  const guarded = new Contract(await governor.getAddress(), GUARDIAN, { provider });
  const guardian = await readAnswer(() => guarded.getFunction("proposalGuardian").staticCall(at) as Promise<string>);
  const proposer = await readAnswer(() => governor.proposalProposer(id, at));
  const byVote = "What is queued is withdrawn by a vote: npx hardhat tribune withdraw-proposal.";
  if (guardian !== undefined && guardian !== ZeroAddress) {
    const who = `the guardian, ${guardian}, takes it back at any stage, and its proposer, ${proposer}, before the vote begins`;
    return `${tellState(id, state, who)} This is ${account}: the contract refuses it, ${words}. ${byVote}`;
  }
  if (proposer === undefined) return "In this Governor proposers cannot take theirs back.";
  if (proposer !== account) return `Only its proposer, ${proposer}, takes proposal ${id} back; this is ${account}.`;
  if (guardian === undefined && state !== "Pending") {
    return `${tellState(id, state, "its proposer takes it back before the vote begins")} ${byVote}`;
  }
  return `Proposal ${id} is not taken back: the contract refuses it, ${words}.`;
}
