// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IGate} from "../interfaces/IGate.sol";
import {Answer, Misbehaviour} from "./Misbehaviour.sol";

/// @title SwitchGateMock
/// @notice Stands for every gate a timelock may meet: open, closed, broken or hostile, function by function. Open to
/// begin with ({Answer.Honest} and {Answer.One} say yes, {Answer.Zero} says no).
contract SwitchGateMock is IGate {
    /// @notice What was asked last, to see what the timelock passes to its gate.
    bytes32 public lastId;
    uint256 public lastScheduledAt;
    uint256 public scheduleCount;
    uint256 public executionCount;

    mapping(bytes4 selector => Answer) internal _answers;
    address private _reentryTarget;
    bytes private _reentryData;

    function setAnswer(bytes4 selector, Answer answer) external {
        _answers[selector] = answer;
    }

    function setAllAnswers(Answer answer) external {
        _answers[IGate.canSchedule.selector] = answer;
        _answers[IGate.canExecute.selector] = answer;
        _answers[IGate.admitSchedule.selector] = answer;
        _answers[IGate.admitExecution.selector] = answer;
    }

    /// @notice The next admission calls `target` with `data` before it answers, once.
    function setReentry(address target, bytes calldata data) external {
        _reentryTarget = target;
        _reentryData = data;
    }

    function canSchedule() external view returns (bool) {
        Misbehaviour.play(_answers[msg.sig]);
        return true;
    }

    function canExecute(bytes32, uint256) external view returns (bool) {
        Misbehaviour.play(_answers[msg.sig]);
        return true;
    }

    function admitSchedule() external returns (bool) {
        ++scheduleCount;
        _reenter();
        Misbehaviour.play(_answers[msg.sig]);
        return true;
    }

    function admitExecution(bytes32 id, uint256 scheduledAt) external returns (bool) {
        ++executionCount;
        lastId = id;
        lastScheduledAt = scheduledAt;
        _reenter();
        Misbehaviour.play(_answers[msg.sig]);
        return true;
    }

    function _reenter() private {
        address target = _reentryTarget;
        if (target == address(0)) return;
        _reentryTarget = address(0);
        _call(target, _reentryData);
    }

    function _call(address target, bytes memory data) internal {
        Address.functionCall(target, data);
    }
}
