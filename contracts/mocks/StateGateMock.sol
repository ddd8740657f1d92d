// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGovernanceState} from "../interfaces/IGovernanceState.sol";
import {GovernanceState} from "../types/GovernanceState.sol";
import {Answer, Misbehaviour} from "./Misbehaviour.sol";
import {OpenGateMock} from "./OpenGateMock.sol";

/// @title StateGateMock
/// @notice Stands for a gate in any of its states, or one that does not answer; never objects to an operation.
contract StateGateMock is OpenGateMock, IGovernanceState {
    GovernanceState private _state;
    Answer private _answer;

    function setState(GovernanceState state) external {
        _state = state;
    }

    function setAnswer(Answer answer) external {
        _answer = answer;
    }

    function effectiveState() external view returns (GovernanceState) {
        Misbehaviour.play(_answer);
        return _state;
    }
}
