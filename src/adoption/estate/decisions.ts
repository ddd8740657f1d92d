import { id } from "ethers";

import { memberOf, PROPOSAL_STATES, type ProposalStateName } from "../../protocol/enums.js";
import { toldProposal } from "../../protocol/operations/proposed.js";
import type { Proposal } from "../../protocol/proposals.js";
import type { Ground } from "./types.js";

const PROPOSAL_CREATED = id(
  "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)",
);
/** Whether it may still be executed. */
export const isOpen = (state: ProposalStateName): boolean =>
  ["Pending", "Active", "Succeeded", "Queued"].includes(state);

/** What the Governor is deciding, or has decided and not executed. */
export interface Decision extends Proposal {
  readonly state: ProposalStateName;
}

type Place = Pick<Ground, "reader" | "governor">;

/** Everything that the Governor was ever asked, the oldest first. */
export const readProposals = async ({ reader, governor }: Place): Promise<Proposal[]> =>
  (await reader.place.readLogs(governor, [PROPOSAL_CREATED])).map(({ data }) => toldProposal(data));

/** Every decision that is open, the oldest first. */
export async function readDecisions(place: Place): Promise<Decision[]> {
  const open: Decision[] = [];
  for (const proposal of await readProposals(place)) {
    const state = await place.reader.amount(place.governor, "state", [proposal.id]);
    const name = state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
    if (name === undefined || !isOpen(name)) continue;
    open.push({ ...proposal, state: name });
  }
  return open;
}
