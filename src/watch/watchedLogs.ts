import type { Interface, Log, LogDescription } from "ethers";

import {
  CircuitBreaker__factory,
  DualGovernance__factory,
  DualGovernanceTimelock__factory,
  TiebreakerCommittee__factory,
  TribuneGovernor__factory,
  VetoEscrow__factory,
} from "../../types/index.js";
import { eventId } from "./eventId.js";
import type { EventKind } from "./types.js";

/** Who tells what. */
export interface WatchedAddresses {
  readonly timelock: string;
  readonly gate: string;
  readonly escrow: string;
  readonly governor: string;
  /** That of the deployment, and the one in office. */
  readonly tiebreaker: readonly string[];
  /** That of the deployment, and the one that the tiebreaker knows. */
  readonly breaker: readonly string[];
}

/** The events that are told, and what of: what stakers do by themselves shows in their support. */
const KINDS: Readonly<Record<keyof WatchedAddresses, Readonly<Record<string, EventKind>>>> = {
  timelock: {
    ...{ CallScheduled: "scheduled", CallSalt: "scheduled", CallExecuted: "executed" },
    ...{ Cancelled: "withdrawn", CancelledThrough: "withdrawn" },
    ...{ MinDelayChange: "rule", RoleGranted: "rule", RoleRevoked: "rule", RoleAdminChanged: "rule" },
    ...{ GateSet: "rule", TiebreakerSet: "rule", EmergencyProtectionSet: "rule" },
    ...{ EmergencyModeActivated: "body", EmergencyModeEnded: "body", GateSilent: "alarm", GateSilenceEnded: "alarm" },
  },
  gate: { GovernanceStateChanged: "state", ConfigSet: "rule", RageQuitThresholdCounted: "state" },
  escrow: { RageQuitStarted: "exit", ExitBegun: "exit", SharesRedeemed: "exit", ExtensionStarted: "exit" },
  governor: {
    ...{ ProposalCreated: "proposed", ProposalCanceled: "withdrawn", QuorumNumeratorUpdated: "rule" },
    ...{ TimelockChange: "rule", VotingDelaySet: "rule", VotingPeriodSet: "rule", ProposalThresholdSet: "rule" },
    ...{ LateQuorumVoteExtensionSet: "rule" },
  },
  tiebreaker: {
    ...{ Approved: "body", ApprovalWithdrawn: "body", QuorumReached: "body", MotionExecuted: "body" },
    ...{ MembersSet: "rule", BreakerSet: "rule" },
  },
  breaker: {},
};
/** Of the circuit breaker everything is told. */
const ABIS: Readonly<Record<keyof WatchedAddresses, Interface>> = {
  timelock: DualGovernanceTimelock__factory.createInterface(),
  gate: DualGovernance__factory.createInterface(),
  escrow: VetoEscrow__factory.createInterface(),
  governor: TribuneGovernor__factory.createInterface(),
  tiebreaker: TiebreakerCommittee__factory.createInterface(),
  breaker: CircuitBreaker__factory.createInterface(),
};
const NAMES = Object.keys(ABIS) as (keyof WatchedAddresses)[];

const EVENTS_OF_BREAKER: string[] = [];
ABIS.breaker.forEachEvent(({ name }) => EVENTS_OF_BREAKER.push(name));

/** Topics of everything that is told. */
export const WATCHED_TOPICS: readonly string[] = [
  ...new Set(
    NAMES.flatMap((name) =>
      (name === "breaker" ? EVENTS_OF_BREAKER : Object.keys(KINDS[name])).map((event) => topicOf(name, event)),
    ),
  ),
];

function topicOf(name: keyof WatchedAddresses, event: string): string {
  const topic = ABIS[name].getEvent(event)?.topicHash;
  if (topic === undefined) throw new Error(`the ${name} has no event ${event}`);
  return topic;
}

/** A log that one of the contracts has written. */
export interface WatchedLog {
  readonly log: Log;
  readonly by: keyof WatchedAddresses;
  readonly event: LogDescription;
  readonly kind: EventKind;
  readonly key: string;
}

/** Logs of what is told, in their order. */
export function parseLogs(logs: readonly Log[], addresses: WatchedAddresses): WatchedLog[] {
  const places = new Map<string, number>();
  return logs.flatMap((log): WatchedLog[] => {
    const by = NAMES.find((name) =>
      [addresses[name]].flat().some((one) => one.toLowerCase() === log.address.toLowerCase()),
    );
    const event = by && ABIS[by].parseLog(log);
    if (by === undefined || event == null) return [];
    const kind = by === "breaker" ? "body" : KINDS[by][event.name];
    if (kind === undefined) return [];
    const place = places.get(log.transactionHash) ?? 0;
    places.set(log.transactionHash, place + 1);
    const content = [log.transactionHash, place, log.address, ...log.topics, log.data].join();
    return [{ log, by, event, kind, key: eventId(content) }];
  });
}
