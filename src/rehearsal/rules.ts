import type { DaoConfig } from "../config/schema.js";
import type { Rules } from "./world.js";

const DAY = 86_400n;
const EXIT = {
  wordDelay: 7n * DAY,
  callOffDelay: 120n * DAY,
  stallDelay: 120n * DAY,
  holdLimit: 365n * DAY,
  exitLimit: 730n * DAY,
  callOffExtension: 14n * DAY,
  allowsFreshVessels: true,
};

/** What of a DAO's configuration an exit depends on. */
export const rulesOf = ({ dualGovernance, timelock }: DaoConfig): Rules => ({
  gate: dualGovernance,
  timelock,
  exit: EXIT,
  vessel: undefined,
});
