// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IFallbackGate} from "../interfaces/IFallbackGate.sol";
import {IGate} from "../interfaces/IGate.sol";
import {IGovernanceState} from "../interfaces/IGovernanceState.sol";
import {GovernanceState} from "../types/GovernanceState.sol";

/// @title FallbackGate
/// @notice Lets everything be scheduled, and executed after one long delay that nothing can change.
/// @dev Installing it cancels every pending operation, so whatever it is asked about was scheduled under it.
contract FallbackGate is IFallbackGate {
    /// @inheritdoc IFallbackGate
    uint256 public immutable DELAY;

    /// @param delay From scheduling to execution. [seconds]
    constructor(uint256 delay) {
        if (delay == 0 || delay > type(uint32).max) revert DelayOutOfRange(delay, type(uint32).max);
        DELAY = delay;
    }

    /// @inheritdoc IGate
    function canExecute(bytes32, uint256 scheduledAt) external view returns (bool) {
        return _hasWaited(scheduledAt);
    }

    /// @inheritdoc IGate
    function admitExecution(bytes32, uint256 scheduledAt) external view returns (bool) {
        return _hasWaited(scheduledAt);
    }

    /// @inheritdoc IGate
    function canSchedule() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IGate
    function admitSchedule() external pure returns (bool) {
        return true;
    }

    /// @inheritdoc IGovernanceState
    function effectiveState() external pure returns (GovernanceState) {
        return GovernanceState.Normal;
    }

    function _hasWaited(uint256 scheduledAt) private view returns (bool) {
        return scheduledAt <= block.timestamp && block.timestamp - scheduledAt >= DELAY;
    }
}
