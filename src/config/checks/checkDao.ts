import { ConfigError } from "../parse.js";
import { isAdopting, type DaoConfig } from "../schema.js";
import { checkPowers } from "./powers.js";
import { checkBounds } from "./bounds.js";
import { checkCommittees } from "./committees.js";
import { checkGovernor, checkToken, checkVault } from "./dao.js";
import { checkExit } from "./exit.js";
import { checkGate, checkPolicy } from "./gate.js";
import { checkVote } from "./vote.js";
import { checkPool } from "./pool.js";
import type { Problem } from "./problem.js";

/** Everything wrong or doubtful about a configuration that can be known without a chain. */
export const checkDao = (dao: DaoConfig): Problem[] => [
  ...(isAdopting(dao) ? [] : [...checkToken(dao), ...checkGovernor(dao), ...checkVote(dao, dao.governor)]),
  ...checkGate(dao),
  ...checkBounds(dao),
  ...checkExit(dao),
  ...checkPolicy(dao),
  ...checkVault(dao),
  ...checkPool(dao),
  ...checkPowers(dao),
  ...checkCommittees(dao),
];

/** `"timelock.delay: is 2 d: …"` */
export const describeProblem = ({ path, message }: Problem): string => `${path}: ${message}`;

/**
 * Throws one error that names every error among `problems`.
 * @returns The warnings.
 */
export function refuseErrors(problems: readonly Problem[], source: string): Problem[] {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ConfigError(source, errors.map(describeProblem));
  return problems.filter(({ severity }) => severity === "warning");
}
