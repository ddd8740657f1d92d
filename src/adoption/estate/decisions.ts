import { AbiCoder, id } from "ethers";

import { memberOf, PROPOSAL_STATES, type ProposalStateName } from "../../protocol/enums.js";
import { proposalOf, type Proposal } from "../../protocol/proposals.js";
import type { Ground } from "./types.js";

const PROPOSAL_CREATED = id(
  "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)",
);
const FIELDS = "uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string".split(",");
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
    const told = AbiCoder.defaultAbiCoder().decode(FIELDS, data).toArray(true) as unknown[];
    const [proposal, , targets, values, , payloads, , , description] = told as [
      bigint,
      string,
      string[],
      bigint[],
      string[],
      string[],
      bigint,
      bigint,
      string,
    ];
    const state = await reader.amount(governor, "state", [proposal]);
    const name = state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
    if (name === undefined || !isOpen(name)) continue;
    const calls = targets.map((target, index) => ({
      target,
      value: values[index] ?? 0n,
      data: payloads[index] ?? "0x",
    }));
    // Some Governors number their proposals.
    open.push({ ...proposalOf(description, calls), id: proposal, state: name });
  }
  return open;
}
