import colors from "picocolors";

import { describeProblem } from "../config/checks/checkDao.js";
import type { Problem } from "../config/checks/problem.js";
import { sentences } from "../protocol/errors.js";
import { renderTable } from "../terminal/table.js";
import type { TribuneAddresses } from "../protocol/addresses.js";
import { SEATS, subCommitteeSeat, TIEBREAKER } from "../protocol/committees/seats.js";
import type { Finding, Report, Unread } from "./verify/finding.js";

/** What is doubtful about the configuration. */
export const renderWarnings = (warnings: readonly Problem[]): string =>
  colors.yellow(sentences("To weigh:", warnings.map(describeProblem)));

/** Every contract with its address. */
export function renderAddresses({
  example,
  pool,
  vestingWallets,
  bodies,
  oldTimelock,
  ...protocol
}: TribuneAddresses): string {
  const { emergency, circuitBreaker, tiebreaker } = bodies;
  return renderTable(
    ["contract", "address"],
    [
      ...Object.entries(protocol),
      ...(oldTimelock === undefined ? [] : [["old timelock", oldTimelock]]),
      ...Object.entries(example ?? {}),
      ...Object.entries(pool ?? {}),
      ...(emergency === undefined
        ? []
        : [
            [SEATS.activation.label, emergency.activationCommittee],
            [SEATS.execution.label, emergency.executionCommittee],
          ]),
      ...(circuitBreaker === undefined
        ? []
        : [
            ["circuit breaker", circuitBreaker.breaker],
            [SEATS.seal.label, circuitBreaker.sealCommittee],
            [SEATS.reseal.label, circuitBreaker.resealCommittee],
          ]),
      ...(tiebreaker === undefined ? [] : [[TIEBREAKER.label, tiebreaker.committee]]),
      ...(tiebreaker?.subCommittees ?? []).map((address, index) => [subCommitteeSeat(index).label, address]),
      ...vestingWallets.map((address, index) => [`vesting wallet ${index}`, address]),
    ],
  );
}

export const describeFinding = ({ subject, message }: Finding): string => `${subject} ${message}`;

export const describeUnread = ({ subject, message }: Unread): string => `${subject}: ${message}`;

export const errorsOf = ({ findings }: Report): Finding[] => findings.filter(({ severity }) => severity === "error");

/**
 * How much was verified on the chain, and what to weigh. Errors, and what could not be read, are told by what the verb
 * ends with.
 */
export function renderReport(report: Report): string {
  const warnings = report.findings.filter(({ severity }) => severity === "warning");
  const errors = errorsOf(report).length;
  const unread = report.unread.length;
  const missing = unread === 0 ? "" : `${unread} could not be read`;
  const verdict =
    errors > 0
      ? colors.red(`${report.checks} checks on the chain: ${errors} found something else${missing && `, ${missing}`}.`)
      : missing
        ? colors.red(`${report.checks} checks on the chain: ${missing}, so nothing is proven.`)
        : colors.green(`${report.checks} checks on the chain: everything is as the configuration says.`);
  return warnings.length === 0
    ? verdict
    : `${verdict}\n${colors.yellow(sentences("To weigh:", warnings.map(describeFinding)))}`;
}
