import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import standard from "../config/default.js";
import pooled from "../config/pool.js";
import { modules } from "../deploy/modules.js";
import { parseDao } from "../src/config/parse.js";
import { deployTribune } from "../src/deployment/deployTribune.js";
import { SentenceError } from "../src/protocol/errors.js";
import type { Environment } from "../src/scenarios/scenario.js";

/** Stories begin at the same second every time, so that two reports can be compared. */
const BEGINNING = "2026-01-01T00:00:00Z";

/** What stories need: chains inside Hardhat, whose time can be moved. */
export function createEnvironment(hre: HardhatRuntimeEnvironment): Environment {
  return {
    dao: parseDao(standard, "config/default.ts"),
    poolDao: parseDao(pooled, "config/pool.ts"),
    createChain: () => hre.network.create({ network: "default", override: { initialDate: BEGINNING } }),
    deploy: (connection, dao) => deployTribune(connection, dao, { modules }),
  };
}

/** @param what Moves time: `"A scenario"`. */
export function refuseOtherNetworks(hre: HardhatRuntimeEnvironment, what: string): void {
  // Undefined unless given, whatever Hardhat's type says.
  const network = hre.globalOptions.network as string | undefined;
  if (network === undefined || network === "default") return;
  throw new SentenceError(
    `${what} moves time, so it runs on the chain inside Hardhat, not on ${network}: leave out --network.`,
  );
}
