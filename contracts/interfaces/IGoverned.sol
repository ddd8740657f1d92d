// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDualGovernanceTimelock} from "./IDualGovernanceTimelock.sol";

/// @title IGoverned
/// @notice What the timelock decides about, unless stakers are leaving because of a decision.
interface IGoverned {
    /// @notice Only the timelock.
    error NotGovernance(address caller);
    /// @notice Governance changes nothing while stakers leave because of it.
    error RageQuitRunning();

    /// @notice Where decisions come from. Its present gate says whether RageQuit runs.
    function TIMELOCK() external view returns (IDualGovernanceTimelock);
}
