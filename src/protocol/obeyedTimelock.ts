import { ZeroAddress } from "ethers";

import type { TribuneGovernor } from "../../types/index.js";
import { readAnswer } from "./tryRead.js";

/** The timelock to which a Governor passes its decisions; zero if it tells none. */
export const readObeyedTimelock = async (governor: TribuneGovernor, blockTag: number): Promise<string> =>
  (await readAnswer(() => governor.timelock({ blockTag }))) ?? ZeroAddress;

/** @param obeyed The timelock that the Governor obeys, which is not that of this deployment. */
export const describeElsewhere = (obeyed: string): string =>
  `The Governor obeys ${obeyed === ZeroAddress ? "no timelock that it tells" : `another timelock, ${obeyed}`}: stakers hold up ` +
  "nothing of what it decides.";
