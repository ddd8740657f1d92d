import { ZeroAddress } from "ethers";

import { DualGovernanceTimelock__factory, type TribuneGovernor } from "../../../types/index.js";
import { readAnswer } from "../tryRead.js";
import type { Participant } from "./participant.js";

/** The timelock to which a Governor passes its decisions; zero if it tells none. */
export const readObeyedTimelock = async (governor: TribuneGovernor, blockTag: number): Promise<string> =>
  (await readAnswer(() => governor.timelock({ blockTag }))) ?? ZeroAddress;

/** Whether the Governor decides in the timelock of this deployment: not before a DAO has adopted, nor once it has gone back. */
export const decidesHere = async ({ contracts, obeyed }: Participant): Promise<boolean> =>
  obeyed === (await contracts.timelock.getAddress());

/** How long what the Governor decides waits at the least; undefined if its timelock does not tell. [seconds] */
export const readObeyedDelay = ({ obeyed, provider, block }: Participant): Promise<bigint | undefined> =>
  readAnswer(() => DualGovernanceTimelock__factory.connect(obeyed, provider).getMinDelay({ blockTag: block.number }));

/** @param obeyed The timelock that the Governor obeys, which is not that of this deployment. */
export const describeElsewhere = (obeyed: string): string =>
  `The Governor obeys ${obeyed === ZeroAddress ? "no timelock that it tells" : `another timelock, ${obeyed}`}: stakers hold up ` +
  "nothing of what it decides. That is so before a DAO has adopted, and once it has gone back.";
