import { isHexString } from "ethers";

import { memberOf, PROPOSAL_STATES, type ProposalStateName } from "../enums.js";
import { SentenceError, UnreadableError } from "../errors.js";
import { readProposals } from "../operations/proposed.js";
import type { Proposal } from "../proposals.js";
import { readAnswer } from "../tryRead.js";
import type { Participant } from "./participant.js";

/** A proposal of the Governor's, and how far it has come. */
export interface FoundProposal extends Proposal {
  readonly state: ProposalStateName;
}

/** Identifiers of proposals are numbers, which people copy in either writing. */
export function readProposalId(text: string): bigint {
  if (/^\d{1,78}$/.test(text) || isHexString(text, 32)) return BigInt(text);
  throw new SentenceError(`"${text}" is no identifier of a proposal: a number, or 0x and 64 hexadecimal digits.`);
}

/** How far a proposal has come; undefined if the Governor knows none by that identifier. */
export async function readProposalState(
  { contracts, block }: Participant,
  id: bigint,
): Promise<ProposalStateName | undefined> {
  const state = await readAnswer(() => contracts.governor.state(id, { blockTag: block.number }));
  return state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
}

/** All that the Governor was ever asked, also before this deployment. */
export const readAllProposals = ({ contracts, governorSince, onProgress, block }: Participant): Promise<Proposal[]> =>
  readProposals(contracts.governor, { firstBlock: governorSince, onProgress }, block.number);

/** A proposal with its calls, which the Governor keeps as a hash alone: they are read from its logs. */
export async function findProposal(participant: Participant, text: string): Promise<FoundProposal> {
  const id = readProposalId(text);
  const state = await readProposalState(participant, id);
  if (state === undefined) throw new SentenceError(`The Governor knows no proposal ${id}.`);
  const proposal = (await readAllProposals(participant)).find((one) => one.id === id);
  if (proposal === undefined) {
    throw new UnreadableError(
      `The Governor knows proposal ${id}, and the node's logs do not tell of it: ask another node, or the same one later.`,
      "forgotten",
    );
  }
  return { ...proposal, state };
}

/** Why nothing comes of it in that state. @param right `"votes are cast while it is Active"` */
export const tellState = (id: bigint, state: ProposalStateName | undefined, right: string): string =>
  state === undefined ? `The Governor knows no proposal ${id}.` : `Proposal ${id} is ${state}; ${right}.`;
