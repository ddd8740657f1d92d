import { DualGovernanceTimelock__factory } from "../../../types/index.js";
import { readAnswer } from "../tryRead.js";
import type { Participant } from "./participant.js";

/** Whether the Governor decides in the timelock of this deployment: not before a DAO has adopted, nor once it has gone back. */
export const decidesHere = async ({ contracts, obeyed }: Participant): Promise<boolean> =>
  obeyed === (await contracts.timelock.getAddress());

/** How long what the Governor decides waits at the least; undefined if its timelock does not tell. [seconds] */
export const readObeyedDelay = ({ obeyed, provider, block }: Participant): Promise<bigint | undefined> =>
  readAnswer(() => DualGovernanceTimelock__factory.connect(obeyed, provider).getMinDelay({ blockTag: block.number }));
