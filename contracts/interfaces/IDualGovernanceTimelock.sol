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

    error DelayOutOfBounds(uint256 delay, uint256 floor, uint256 ceiling);
    error ZeroAdmin();
    error DelayBoundsInverted(uint256 floor, uint256 ceiling);
    error BoundTooLong(uint256 bound, uint256 limit);
    error BoundZero();
    error TiebreakerBoundsInverted(uint256 floor, uint256 ceiling);
    /// @notice `account` has no code, and cannot be what it should be: a fallback gate, or the target of a call with data.
    error NoCode(address account);
    /// @notice Without `account` nobody could propose anything ever again: give the role to another one first.
    error LastProposer(address account);
    error GraceBelowFallback(uint256 grace, uint256 minimum);
    error OperationExpired(bytes32 id, uint256 expiredAt);
    error SchedulingClosed(address gate);
    error ExecutionClosed(bytes32 id, address gate);
    error GateWithoutAnswer(address gate);
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
