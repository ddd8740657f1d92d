import { Contract, type Provider } from "ethers";

import type { AdoptionReport, PreparedProposal } from "./report.js";

/** Those that the Governor does not know yet: it takes each but once, and what stopped after the first goes on from there. */
export async function findUnproposed(
  { governor, proposals }: Pick<AdoptionReport, "governor" | "proposals">,
  provider: Provider,
): Promise<PreparedProposal[]> {
  const voice = new Contract(governor, ["function proposalSnapshot(uint256) view returns (uint256)"], provider);
  const left: PreparedProposal[] = [];
  for (const one of proposals.filter(({ state }) => state === undefined)) {
    const since = (await voice.getFunction("proposalSnapshot").staticCall(one.id)) as bigint;
    if (since === 0n) left.push(one);
  }
  return left;
}
