import { ZeroAddress } from "ethers";

import { DualGovernanceTimelock__factory, TiebreakerCommittee__factory } from "../../types/index.js";
import { readAnswer } from "../protocol/tryRead.js";
import type { WatchPlace } from "./readView.js";
import type { WatchedAddresses } from "./watchedLogs.js";

/** Whose logs are read: also those of a tiebreaker and a breaker that governance has put in the place of the first. */
export async function readWatched({ provider, addresses }: WatchPlace, blockTag: number): Promise<WatchedAddresses> {
  const { timelock, gate, escrow, governor, bodies } = addresses;
  const at = { blockTag };
  const seated = await DualGovernanceTimelock__factory.connect(timelock, { provider }).tiebreaker(at);
  const tiebreaker = listAddresses(bodies.tiebreaker?.committee, seated);
  const breakers = await Promise.all(
    tiebreaker.map((one) => readAnswer(() => TiebreakerCommittee__factory.connect(one, { provider }).breaker(at))),
  );
  return {
    ...{ timelock, gate, escrow, governor, tiebreaker },
    breaker: listAddresses(bodies.circuitBreaker?.breaker, ...breakers),
  };
}

const listAddresses = (...found: readonly (string | undefined)[]): string[] => [
  ...new Set(found.filter((one): one is string => one !== undefined && one !== ZeroAddress)),
];
