import { network } from "hardhat";

import standard from "../../config/default.js";
import pooled from "../../config/pool.js";
import { modules } from "../../deploy/modules.js";
import { deployTribune } from "../../src/deployment/deployTribune.js";
import { parseDao } from "../../src/config/parse.js";
import type { Environment } from "../../src/scenarios/scenario.js";

/** Where the suite plays stories: as the task does. */
export const environment: Environment = {
  dao: parseDao(standard, "config/default.ts"),
  poolDao: parseDao(pooled, "config/pool.ts"),
  createChain: () => network.create({ network: "default", override: { initialDate: "2026-01-01T00:00:00Z" } }),
  deploy: (connection, dao) => deployTribune(connection, dao, { modules }),
};
