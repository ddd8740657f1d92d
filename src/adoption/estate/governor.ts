import { AbiCoder, id, ZeroAddress } from "ethers";

import { memberOf, PROPOSAL_STATES } from "../../protocol/enums.js";
import type { Finding, Ground } from "./types.js";

const PROPOSAL_CREATED = id(
  "ProposalCreated(uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,string)",
);
/** What may still be queued in whatever timelock the Governor then obeys. */
const OPEN = ["Pending", "Active", "Succeeded"];

/** What the adoption does not change about the Governor, and what it is about to decide. */
export async function readGovernor({ reader, governor }: Ground): Promise<{ findings: Finding[]; notices: string[] }> {
  const guardian = await reader.address(governor, "proposalGuardian");
  const findings: Finding[] =
    guardian === undefined || guardian === ZeroAddress
      ? []
      : [
          {
            key: `guardian of ${governor}: ${guardian}`,
            sentence:
              `${reader.nameOf(guardian)} is the Governor's guardian: it may cancel any proposal, this one and every ` +
              "later one, such as those that withdraw a decision.",
          },
        ];
  const notices: string[] = [];
  for (const { data } of await reader.place.readLogs(governor, [PROPOSAL_CREATED])) {
    const [proposal] = AbiCoder.defaultAbiCoder().decode(["uint256"], data) as unknown as [bigint];
    const state = await reader.amount(governor, "state", [proposal]);
    const name = state === undefined ? undefined : memberOf(PROPOSAL_STATES, state);
    if (name === undefined || !OPEN.includes(name)) continue;
    notices.push(
      `Proposal ${proposal} is ${name}. What is queued before the adoption lands waits in the old timelock: run this again ` +
        "before the adoption is queued.",
    );
  }
  return { findings, notices };
}
