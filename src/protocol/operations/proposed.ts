import type { TribuneGovernor } from "../../../types/index.js";
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
  return proposals.map(({ args }) => {
    const { proposalId, targets, calldatas, description } = args;
    // An argument called "values" is hidden by the array's own function of that name.
    const values = args[3];
    const calls = targets.map((target, index) => ({
      target,
      value: values[index] ?? 0n,
      data: calldatas[index] ?? "0x",
    }));
    // Some Governors number their proposals.
    return { ...proposalOf(description, calls), id: proposalId };
  });
}
