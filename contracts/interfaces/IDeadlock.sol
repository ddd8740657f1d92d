// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IDeadlock
/// @notice When governance is halted for so long that nobody's veto explains it, the tiebreaker may let through an
/// operation that the DAO has scheduled. It can write none of its own.
interface IDeadlock {
    /// @notice Only the timelock's tiebreaker may do this.
    error CallerIsNotTiebreaker(address caller, address tiebreaker);
    /// @notice Governance is not deadlocked in this block.
    error NotDeadlocked();
    /// @notice The operation `id` was never scheduled, is done, cancelled, or expired.
    error OperationNotPending(bytes32 id);
    /// @notice More withdrawal blockers than can be asked in one view.
    error TooManyBlockers(uint256 count, uint256 limit);
    /// @notice `blocker` does not answer whether it is paused, and until when.
    error BlockerWithoutAnswer(address blocker);

    /// @notice These contracts can keep stakers from leaving while they are paused.
    event WithdrawalBlockersSet(address[] blockers);
    /// @notice The gate lets the operation `id` that was scheduled at `scheduledAt` through while the deadlock lasts.
    event OperationReleased(bytes32 indexed id, uint256 scheduledAt);

    /// @notice Registers the pausable contracts without which a rage quit cannot finish. Only the timelock.
    function setWithdrawalBlockers(address[] calldata blockers) external;

    /// @notice Lets a pending operation through while the deadlock lasts. Only the timelock's tiebreaker, in a deadlock.
    /// Base delay, expiry and cancellation still apply; scheduled anew, it is not released, nor in a later halt.
    function release(bytes32 id) external;

    /// @notice Whether governance is deadlocked in this very block: outside Normal and VetoCooldown for the whole
    /// timeout, or in a rage quit while a withdrawal blocker stays paused beyond the timeout or fails to answer, or while
    /// the vault holds shares of the exit without progress.
    function isDeadlocked() external view returns (bool);

    /// @notice Since when governance is outside Normal and VetoCooldown; 0 while it is not. [unix seconds]
    function haltedSince() external view returns (uint256);

    /// @notice The registered withdrawal blockers.
    function withdrawalBlockers() external view returns (address[] memory);

    /// @notice When the released operation `id` had been scheduled; 0 if it was never released. [unix seconds]
    function releasedSchedule(bytes32 id) external view returns (uint256);
}
