// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IEmergencyProtection} from "./IEmergencyProtection.sol";
import {IGate} from "./IGate.sol";
import {IGateRecovery} from "./IGateRecovery.sol";

/// @title IDualGovernanceTimelock
/// @notice What dual governance adds to OpenZeppelin's `TimelockController`.
interface IDualGovernanceTimelock is IEmergencyProtection, IGateRecovery {
    /// @notice What the timelock remembers of an operation beside its OpenZeppelin timestamp.
    struct Operation {
        /// When it was scheduled. [unix seconds]
        uint40 scheduledAt;
        /// Position in the order of scheduling, from 1; 0 for an operation that is unknown, cancelled or done.
        uint40 sequence;
        /// Whether it only withdraws other operations, and so passes every gate without the base delay.
        bool isDeEscalation;
    }

    /// @notice The delay is outside its bounds. [seconds]
    error DelayOutOfBounds(uint256 delay, uint256 floor, uint256 ceiling);
    /// @notice Without an admin nobody could ever set a gate.
    error ZeroAdmin();
    /// @notice The floor of the base delay is above its ceiling. [seconds]
    error DelayBoundsInverted(uint256 floor, uint256 ceiling);
    /// @notice A bound is longer than any timelock needs. [seconds]
    error BoundTooLong(uint256 bound, uint256 limit);
    /// @notice A bound that must be above 0 is 0.
    error BoundZero();
    /// @notice The floor of the tiebreaker's timeout is above its ceiling. [seconds]
    error TiebreakerBoundsInverted(uint256 floor, uint256 ceiling);
    /// @notice Without `account` nobody could propose anything ever again: give the role to another one first.
    error LastProposer(address account);
    /// @notice What is scheduled under the fallback gate would expire before it could execute. [seconds]
    error GraceBelowFallback(uint256 grace, uint256 minimum);
    /// @notice The operation's grace is over. [unix seconds]
    error OperationExpired(bytes32 id, uint256 expiredAt);
    /// @notice The gate does not let anything be scheduled now, or does not answer.
    error SchedulingClosed(address gate);
    /// @notice The gate does not let this operation execute now, or does not answer.
    error ExecutionClosed(bytes32 id, address gate);
    /// @notice `gate` does not answer every question that a gate is asked.
    error GateWithoutAnswer(address gate);
    /// @notice The caller is neither a canceller nor the timelock itself.
    error CallerCannotDeEscalate(address caller);

    /// @notice The timelock asks `newGate` from now on.
    event GateSet(address indexed oldGate, address indexed newGate);
    /// @notice Every pending operation up to and including `sequence` is cancelled.
    event CancelledThrough(uint40 sequence);

    /// @notice The least base delay that `updateDelay` accepts. [seconds]
    function DELAY_FLOOR() external view returns (uint256);

    /// @notice The greatest base delay that `updateDelay` and `schedule` accept. [seconds]
    function DELAY_CEILING() external view returns (uint256);

    /// @notice An operation expires this long after its base delay. [seconds]
    function GRACE() external view returns (uint256);

    /// @notice The gate asked before anything is scheduled or executed; zero until the deployment sets it.
    function gate() external view returns (IGate);

    /// @notice The newest place in the order of scheduling. A change of the gate by an operation takes one, too.
    function lastSequence() external view returns (uint40);

    /// @notice The record of operation `id`.
    function getOperation(bytes32 id) external view returns (Operation memory);

    /// @notice When operation `id` expires; 0 unless it is pending or expired. [unix seconds]
    function getExpiry(bytes32 id) external view returns (uint256);

    /// @notice Replaces the gate and cancels every pending operation.
    /// @dev Callable by the timelock itself; by an admin only while there is no gate.
    function setGate(IGate newGate) external;

    /// @notice De-escalation: cancels the pending operations among `ids`, skips the others.
    /// @dev Callable by a canceller, or by the timelock for what was scheduled before the calling operation.
    function cancelOperations(bytes32[] calldata ids) external;

    /// @notice De-escalation: cancels every pending operation.
    /// @dev Callable by a canceller, or by the timelock for what was scheduled before the calling operation.
    function cancelAllOperations() external;
}
