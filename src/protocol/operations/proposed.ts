import { AbiCoder, keccak256, toUtf8String, Utf8ErrorFuncs } from "ethers";

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
  return proposals.map(({ data }) => toldProposal(data));
}

/** The description as bytes: the Governor takes any, also such as are no text, and whoever wrote those must not stop us. */
const FIELDS = "uint256,address,address[],uint256[],string[],bytes[],uint256,uint256,bytes".split(",");

/** What an event `ProposalCreated` tells. @param data Of its log. [hex] */
export function toldProposal(data: string): Proposal {
  // By place: an array's own function hides the one called "values".
  const [id, , targets, values, , payloads, , , words] = AbiCoder.defaultAbiCoder().decode(FIELDS, data) as unknown as [
    ...[bigint, string, string[], bigint[], string[], string[], bigint, bigint, string],
  ];
  const description = toUtf8String(words, Utf8ErrorFuncs.replace);
  // Some Governors number their proposals.
  return { ...proposalOf(description, callsIn([targets, values, payloads])), descriptionHash: keccak256(words), id };
}
