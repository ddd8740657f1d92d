// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IGate
/// @notice What a timelock asks before it schedules or executes. A gate has no power of its own: it answers.
/// @dev A gate that reverts, burns its gas or answers anything but a boolean counts as closed.
interface IGate {
    /// @notice Whether an operation may be scheduled in this very block.
    function canSchedule() external view returns (bool);

    /// @notice Whether an operation may execute in this very block, as far as the gate is concerned.
    /// @param id Identifier of the operation.
    /// @param scheduledAt When it was scheduled. [unix seconds]
    function canExecute(bytes32 id, uint256 scheduledAt) external view returns (bool);

    /// @notice Brings the gate up to date, then answers as {canSchedule} does.
    function admitSchedule() external returns (bool);

    /// @notice Brings the gate up to date, then answers as {canExecute} does.
    function admitExecution(bytes32 id, uint256 scheduledAt) external returns (bool);
}
