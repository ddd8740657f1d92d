// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGate} from "../interfaces/IGate.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";

/// @title GateCalls
/// @notice How the timelock talks to its gate: one that reverts, burns its gas or answers anything but a boolean counts
/// as closed, and as silent when it is probed.
library GateCalls {
    /// @dev What any answer may cost. A gate with its escrow, a vault and blockers that all burn their gas needs less than
    /// 1,600,000. [gas]
    uint256 internal constant ANSWER_GAS = 1_700_000;

    /// @dev Four answers that burn all they get, after what EIP-150 holds back, and a rest to go on with. [gas]
    uint256 internal constant PROBE_GAS = 7_000_000;

    /// @notice Brings the gate up to date; whether an operation may be scheduled.
    function admitsSchedule(address gate) internal returns (bool) {
        return BoundedCall.callBool(gate, abi.encodeCall(IGate.admitSchedule, ()));
    }

    /// @notice Brings the gate up to date; whether an operation may execute.
    /// @param scheduledAt [unix seconds]
    function admitsExecution(address gate, bytes32 id, uint256 scheduledAt) internal returns (bool) {
        return BoundedCall.callBool(gate, abi.encodeCall(IGate.admitExecution, (id, scheduledAt)));
    }

    /// @notice Whether the gate answers all four questions, whatever the answers: one that fails would close the
    /// timelock for ever.
    /// @dev Whoever calls with too little gas cannot make an honest gate seem silent.
    function answers(address gate) internal returns (bool) {
        BoundedCall.requireGas(PROBE_GAS);
        bytes memory execution = abi.encodeCall(IGate.canExecute, (bytes32(0), block.timestamp));
        (bool schedules, ) = BoundedCall.readBool(gate, abi.encodeCall(IGate.canSchedule, ()), ANSWER_GAS);
        (bool executes, ) = BoundedCall.readBool(gate, execution, ANSWER_GAS);
        if (!schedules || !executes) return false;
        execution = abi.encodeCall(IGate.admitExecution, (bytes32(0), block.timestamp));
        return
            BoundedCall.answersBool(gate, abi.encodeCall(IGate.admitSchedule, ()), ANSWER_GAS) &&
            BoundedCall.answersBool(gate, execution, ANSWER_GAS);
    }

    /// @notice Whether an operation may execute in this very block.
    function canExecute(address gate, bytes32 id, uint256 scheduledAt) internal view returns (bool open) {
        (, open) = BoundedCall.readBool(gate, abi.encodeCall(IGate.canExecute, (id, scheduledAt)), ANSWER_GAS);
    }
}
