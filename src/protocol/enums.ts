/**
 * The contracts' enumerations, in their order: the chain tells members by number. That of the gate's states is the
 * model's, `GOVERNANCE_STATES`.
 */

/** `contracts/types/EscrowPhase.sol` */
export const ESCROW_PHASES = [
  "None",
  "Signalling",
  "Closed",
  "Claiming",
  "Extension",
  "Complete",
  "Withdrawing",
] as const;
export type EscrowPhaseName = (typeof ESCROW_PHASES)[number];

/** `contracts/types/ExitEnd.sol` */
export const EXIT_ENDS = ["None", "Redeemed", "VaultsWord", "CalledOff", "ClockRanOut"] as const;
export type ExitEndName = (typeof EXIT_ENDS)[number];

/** `OperatorStatus` of `contracts/types/Staking.sol` */
export const OPERATOR_STATUSES = ["Unknown", "Unvetted", "Vetted", "Retired"] as const;
export type OperatorStatusName = (typeof OPERATOR_STATUSES)[number];

/** `ITiebreakerCommittee.Action`: what its sub-committees can agree on. */
export const TIEBREAKER_ACTIONS = ["Release", "Resume", "ReplaceGate"] as const;
export const TiebreakerAction = numbered(TIEBREAKER_ACTIONS);

/** `TimelockController.OperationState` */
export const OperationState = numbered(["Unset", "Waiting", "Ready", "Done"] as const);

/** `IGovernor.ProposalState` */
export const PROPOSAL_STATES = [
  "Pending",
  "Active",
  "Canceled",
  "Defeated",
  "Succeeded",
  "Queued",
  "Expired",
  "Executed",
] as const;
export const ProposalState = numbered(PROPOSAL_STATES);
export type ProposalStateName = (typeof PROPOSAL_STATES)[number];

/** The member that the chain means. */
export function memberOf<Name extends string>(names: readonly Name[], value: bigint): Name {
  const name = names[Number(value)];
  if (name === undefined) throw new Error(`the enumeration ${names.join(", ")} has no member ${value}`);
  return name;
}

function numbered<Name extends string>(names: readonly Name[]): Readonly<Record<Name, bigint>> {
  return Object.fromEntries(names.map((name, index) => [name, BigInt(index)])) as Record<Name, bigint>;
}
