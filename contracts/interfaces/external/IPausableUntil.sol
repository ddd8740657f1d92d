// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IPausableUntil
/// @notice The shape the field has agreed on for a contract that can be paused for a time.
/// @custom:source Lido `PausableUntil` and `GateSeal` (lidofinance/lido-dao, lidofinance/gate-seals).
interface IPausableUntil {
    /// @notice Whether it is paused in this very block.
    function isPaused() external view returns (bool);

    /// @notice From when on it runs again; 2^256 − 1 if only {resume} ends the pause. [unix seconds]
    function getResumeSinceTimestamp() external view returns (uint256);

    /// @notice Pauses it for `duration` from now; 2^256 − 1 for until {resume}. Not while it is paused. [seconds]
    function pauseFor(uint256 duration) external;

    /// @notice Ends a running pause.
    function resume() external;
}
