// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {GovernanceState} from "../types/GovernanceState.sol";

/// @title IGovernanceState
/// @notice The state of governance, for contracts other than the timelock.
interface IGovernanceState {
    /// @notice The state a poke in this block would leave behind.
    function effectiveState() external view returns (GovernanceState);
}
