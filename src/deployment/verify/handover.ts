import { ZeroAddress, ZeroHash } from "ethers";

import { judgeFailure } from "../../protocol/failure.js";
import { merge, verifyOne, type Finding, type Report } from "./finding.js";
import { isUnintended } from "./roles.js";
import { queryLogsOf, type ConnectedSubject } from "./subject.js";

interface Position {
  readonly blockNumber: number;
  readonly index: number;
}

/** The deployer has left, and while it was there it did nothing but what a deployment does. */
export async function verifyHandover(subject: ConnectedSubject): Promise<Report> {
  const { deployer, addresses, contracts, told } = subject;
  const { revoked } = told;
  const { timelock } = contracts;
  const findings: Finding[] = [];
  const error = (message: string) => findings.push({ severity: "error", subject: "handover", message });

  if (!revoked.some(({ args }) => args.role === ZeroHash && args.account === deployer)) {
    error(`the deployer (${deployer}) has never given its admin role away`);
  }
  // Whoever the deployer let in, and left behind, could go on in its place.
  const left = revoked.filter(({ args }) => isUnintended(args, subject)).at(-1);
  const inTime = (log: Position) => left === undefined || isBefore(log, left);
  const before =
    left === undefined || left.args.account === deployer
      ? "before the deployer left"
      : `before ${left.args.account} left, who should never have held a role`;

  // Nothing scheduled under the deployer's eyes may wait for the day of the DAO.
  if ((await timelock.lastSequence()) > 0n) {
    const scheduled = await queryLogsOf(subject, (from, to) =>
      timelock.queryFilter(timelock.filters.CallScheduled(), from, to),
    );
    for (const { args } of scheduled.filter(inTime)) {
      error(`operation ${args.id} was scheduled ${before}`);
    }
  }

  const gates = (
    await queryLogsOf(subject, (from, to) => timelock.queryFilter(timelock.filters.GateSet(), from, to))
  ).filter(inTime);
  const [first] = gates;
  if (gates.length !== 1 || first?.args.oldGate !== ZeroAddress || first.args.newGate !== addresses.gate) {
    error(`the gate was set ${gates.length} times ${before}, should be once, to ${addresses.gate}`);
  }
  const beginning = await verifyOne("record, first block", () => verifyBeginning(subject));
  return merge([beginning, { checks: 3, findings, unread: [] }]);
}

/** The record begins before the timelock does: what happened to it earlier would be missing everywhere here. */
async function verifyBeginning({ provider, addresses, firstBlock }: ConnectedSubject): Promise<Finding[]> {
  const subject = "record, first block";
  let code: string;
  try {
    code = await provider.getCode(addresses.timelock, firstBlock);
  } catch (error) {
    const failure = judgeFailure(error);
    if (failure?.kind !== "unread" || failure.trouble !== "forgotten") throw error;
    const message =
      `is ${firstBlock}, whose state the network's node does not keep, so that nobody can tell here whether the timelock ` +
      "is older, and has a history that was not read; right is a node that does";
    return [{ severity: "warning", subject, message }];
  }
  if (code === "0x") return [];
  const message =
    `is ${firstBlock}, where the timelock stands already: what happened to it before was not read; should be a block ` +
    "before its deployment";
  return [{ severity: "error", subject, message }];
}

const isBefore = (one: Position, other: Position): boolean =>
  one.blockNumber < other.blockNumber || (one.blockNumber === other.blockNumber && one.index < other.index);
