import { ZeroAddress } from "ethers";

import type { Decision } from "./decisions.js";
import type { Finding, Ground } from "./types.js";

/** Who stands above the Governor's votes, which the adoption does not change. */
export async function tellGuardian({ reader, governor }: Ground): Promise<Finding[]> {
  const guardian = await reader.address(governor, "proposalGuardian");
  if (guardian === undefined || guardian === ZeroAddress) return [];
  const sentence =
    `${reader.nameOf(guardian)} is the Governor's guardian: it may cancel any proposal, this one and every ` +
    "later one, such as those that withdraw a decision.";
  return [{ key: `guardian of ${governor}: ${guardian}`, sentence }];
}

/** What may still be queued, in whatever timelock the Governor then obeys. */
export const noteDecisions = (others: readonly Decision[]): string[] =>
  others
    .filter(({ state }) => state !== "Queued")
    .map(
      ({ id, state }) =>
        `Proposal ${id} is ${state}. What is queued before the adoption lands waits in the old timelock: run this again ` +
        "before the adoption is queued.",
    );
