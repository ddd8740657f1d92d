import { isAddress } from "ethers";

import type { DaoConfig } from "../config/schema.js";
import type { Rules } from "./deployWorld.js";

/** Reads the code of a compiled contract; what is none becomes a sentence. */
export type ReadCode = (contract: string) => Promise<string>;

/** What of a DAO's configuration an exit depends on. */
export async function rulesOf({ dualGovernance, timelock, vault }: DaoConfig, readCode: ReadCode): Promise<Rules> {
  const { signalling, phases, exit } = dualGovernance;
  const { freshVessels, ...clocks } = exit;
  return {
    gate: { signalling, phases },
    timelock,
    exit: { ...clocks, allowsFreshVessels: freshVessels },
    vessel: vault.kind === "own" ? await vesselOf(vault.vessel, readCode) : undefined,
  };
}

const vesselOf = async (vessel: string, readCode: ReadCode): Promise<Rules["vessel"]> =>
  isAddress(vessel) ? { address: vessel } : { bytecode: await readCode(vessel) };
