import { Interface, ZeroAddress, type ErrorDescription } from "ethers";

import { PausableVaultMock__factory } from "../../types/index.js";
import { parseRevert } from "../protocol/abis.js";
import { findRevertData } from "../protocol/revertData.js";
import { formatDuration } from "../protocol/format.js";
import { formatElapsed } from "./elapsed.js";

const MOCK = new Interface(PausableVaultMock__factory.abi);

/** The custom error a call reverted with; undefined if it failed otherwise. */
export function decodeRevert(thrown: unknown): ErrorDescription | undefined {
  const data = findRevertData(thrown);
  return data === undefined ? undefined : parseRevert(data, [MOCK]);
}

/** What an error means to those who read a timeline; empty for most. */
export function explainRevert({ name, args }: ErrorDescription, startedAt: bigint): string {
  const when = (index: number): string => formatElapsed((args[index] as bigint) - startedAt);
  switch (name) {
    case "ExecutionClosed":
      return ", the gate is closed";
    case "SchedulingClosed":
      return ", the gate takes nothing new";
    case "NotYetWithdrawable":
      return `, withdrawals open after ${when(1)}`;
    case "ExitRefused":
      return ", the vault takes nothing";
    case "ClockRunning":
      return `, not before ${when(1)}`;
    case "TimelockUnauthorizedCaller":
      return ", only the timelock itself may";
    case "CallerIsNotExecutionCommittee":
      return ", in the mode only the execution committee executes";
    case "CallerIsNotActivationCommittee":
      return args[1] === ZeroAddress ? ", there is no such committee any more" : "";
    case "OperationTooNewForEmergency":
      return ", it was scheduled after the mode began";
    case "EmergencyModeActive":
      return `, the mode lasts until ${when(0)}`;
    case "EmergencyModeInactive":
      return ", there is no emergency mode";
    case "NotDeadlocked":
      return ", governance is not deadlocked";
    case "CallerCannotResume":
      return ", only governance may, or the tiebreaker in a deadlock";
    case "NoQuorum":
      return `, ${args[0] as bigint} of ${args[1] as bigint} approvals`;
    case "MotionTooYoung":
      return `, not before ${when(0)}`;
    case "GateNotRecordedSilent":
      return ", nobody has recorded that the gate fails";
    case "GateSilenceTooYoung":
      return `, not before ${when(0)}`;
    case "GovernorUnexpectedProposalState":
      return ", the timelock no longer knows it";
    case "NoDemand":
      return ", as many are leaving as are needed";
    case "StateRootMismatch":
      return ", no layout that the pool knows leads to the state's root";
    case "ProofsTooOld":
      return `, the oldest check is of ${when(0)}`;
    case "ProofsRecent":
      return `, the oldest check is ${formatDuration(args[0] as bigint, 2)} old, not more than ${formatDuration(args[1] as bigint)}`;
    case "NotYetDue":
      return `, not before ${when(1)}`;
    case "NotWindingDown":
      return ", the pool is not winding down";
    case "ERC4626ExceededMaxRedeem":
      return ", the vault cannot pay";
    default:
      return "";
  }
}
