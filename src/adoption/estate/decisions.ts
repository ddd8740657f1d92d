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

/** Every decision that is open, the oldest first. */
export async function readDecisions({ reader, governor }: Pick<Ground, "reader" | "governor">): Promise<Decision[]> {
  const open: Decision[] = [];
  for (const { data } of await reader.place.readLogs(governor, [PROPOSAL_CREATED])) {
    const proposal = toldProposal(data);
    const state = await reader.amount(governor, "state", [proposal.id]);
    const name = state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
    if (name === undefined || !isOpen(name)) continue;
    open.push({ ...proposal, state: name });
  }
  return open;
}
