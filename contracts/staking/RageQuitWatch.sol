// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IDualGovernanceTimelock} from "../interfaces/IDualGovernanceTimelock.sol";
import {IGovernanceState} from "../interfaces/IGovernanceState.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {GovernanceState} from "../types/GovernanceState.sol";

/// @title RageQuitWatch
/// @notice Whether stakers are leaving because of governance, as the timelock's present gate says.
library RageQuitWatch {
    /// @dev What the gate may use to answer, as the timelock grants it. [gas]
    uint256 private constant _ANSWER_GAS = 1_700_000;
    /// @dev That and what is left to the caller. [gas]
    uint256 private constant _REQUIRED_GAS = 1_800_000;

    /// @notice Whether the gate says RageQuit. For what governance does: silence does not stop it.
    function isRunning(IDualGovernanceTimelock timelock) internal view returns (bool) {
        (bool answered, bool isRageQuit) = _ask(address(timelock.gate()));
        return answered && isRageQuit;
    }

    /// @notice Whether RageQuit may be running: the gate says so, does not answer, or is the fallback gate, which always
    /// says Normal. For what lets stakers out.
    function mayBeRunning(IDualGovernanceTimelock timelock) internal view returns (bool) {
        address gate = address(timelock.gate());
        if (gate == address(timelock.FALLBACK_GATE())) return true;
        (bool answered, bool isRageQuit) = _ask(gate);
        return !answered || isRageQuit;
    }

    function _ask(address gate) private view returns (bool answered, bool isRageQuit) {
        BoundedCall.requireGas(_REQUIRED_GAS);
        uint256 state;
        (answered, state) = BoundedCall.read(gate, IGovernanceState.effectiveState.selector, _ANSWER_GAS);
        answered = answered && state <= uint256(type(GovernanceState).max);
        isRageQuit = answered && state == uint256(GovernanceState.RageQuit);
    }
}
