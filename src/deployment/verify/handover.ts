import { ZeroAddress, ZeroHash } from "ethers";

import type { Finding, Report } from "./finding.js";
import { queryLogsOf, type ConnectedSubject } from "./subject.js";

interface Position {
  readonly blockNumber: number;
  readonly index: number;
}

/** The deployer has left, and while it was there it did nothing but what a deployment does. */
export async function verifyHandover(subject: ConnectedSubject): Promise<Report> {
  const { deployer, addresses, contracts } = subject;
  const { timelock } = contracts;
  const findings: Finding[] = [];
  const error = (message: string) => findings.push({ severity: "error", subject: "handover", message });

  const left = (
    await queryLogsOf(subject, (from, to) =>
      timelock.queryFilter(timelock.filters.RoleRevoked(ZeroHash, deployer), from, to),
    )
  ).at(-1);
  if (left === undefined) error(`the deployer (${deployer}) has never given its admin role away`);
  const inTime = (log: Position) => left === undefined || isBefore(log, left);

  // Nothing scheduled under the deployer's eyes may wait for the day of the DAO.
  if ((await timelock.lastSequence()) > 0n) {
    const scheduled = await queryLogsOf(subject, (from, to) =>
      timelock.queryFilter(timelock.filters.CallScheduled(), from, to),
    );
    for (const { args } of scheduled.filter(inTime)) {
      error(`operation ${args.id} was scheduled before the deployer left`);
    }
  }

  const gates = (
    await queryLogsOf(subject, (from, to) => timelock.queryFilter(timelock.filters.GateSet(), from, to))
  ).filter(inTime);
  const [first] = gates;
  if (gates.length !== 1 || first?.args.oldGate !== ZeroAddress || first.args.newGate !== addresses.gate) {
    error(`the gate was set ${gates.length} times before the deployer left, should be once, to ${addresses.gate}`);
  }
  return { checks: 3, findings };
}

const isBefore = (one: Position, other: Position): boolean =>
  one.blockNumber < other.blockNumber || (one.blockNumber === other.blockNumber && one.index < other.index);
