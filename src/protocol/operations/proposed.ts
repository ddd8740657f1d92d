import type { TribuneGovernor } from "../../../types/index.js";
import { callsIn } from "../calls.js";
import { queryLogs } from "../logs.js";
import { proposalOf, type Proposal } from "../proposals.js";
import type { OperationPlace } from "./history.js";

/** Everything that the Governor was ever asked to decide, up to `block`, as far as the node's logs tell. */
export async function readProposals(
  governor: TribuneGovernor,
  { firstBlock, onProgress }: Pick<OperationPlace, "firstBlock" | "onProgress">,
  block: number,
): Promise<Proposal[]> {
  const proposals = await queryLogs(
    (from, to) => governor.queryFilter(governor.filters.ProposalCreated(), from, to),
    firstBlock,
    block,
    onProgress,
  );
  return proposals.map(({ args }) => toldProposal(args));
}

/** What an event `ProposalCreated` tells. @param args By place: an array's own function hides the one called "values". */
export function toldProposal(args: readonly unknown[]): Proposal {
  const [id, , targets, values, , payloads, , , description] = args as [
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
  // Some Governors number their proposals.
  return { ...proposalOf(description, callsIn([targets, values, payloads])), id };
}
