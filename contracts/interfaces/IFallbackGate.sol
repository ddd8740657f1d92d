// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGate} from "./IGate.sol";
import {IGovernanceState} from "./IGovernanceState.sol";

/// @title IFallbackGate
/// @notice The gate of last resort: a long, fixed delay instead of a state machine, so that every staker can leave by
/// the ordinary queue. It always says that governance is Normal.
interface IFallbackGate is IGate, IGovernanceState {
    /// @notice The delay is 0, or longer than any operation lives. [seconds]
    error DelayOutOfRange(uint256 delay, uint256 limit);

    /// @notice From the scheduling of an operation to its earliest execution. [seconds]
    function DELAY() external view returns (uint256);
}
