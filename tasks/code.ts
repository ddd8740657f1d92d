import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { ReadCode } from "../src/rehearsal/rulesOf.js";
import { SentenceError } from "../src/protocol/errors.js";

/** Reads what has been compiled. */
export const readCode =
  ({ artifacts }: HardhatRuntimeEnvironment): ReadCode =>
  async (contract) => {
    if (await artifacts.artifactExists(contract)) return (await artifacts.readArtifact(contract)).bytecode;
    throw new SentenceError(`"${contract}" is no compiled contract: vault.vessel is the name of one, or an address.`);
  };
