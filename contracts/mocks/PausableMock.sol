// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {PauseUntil} from "../libraries/PauseUntil.sol";
import {Answer, Misbehaviour} from "./Misbehaviour.sol";

/// @title PausableMock
/// @notice Stands for every contract a circuit breaker may name or a gate may register as a withdrawal blocker: honest to
/// begin with; any function can be told how to misbehave (a `pauseFor` that answers and does nothing, an `isPaused` that
/// lies, a view that burns its gas), to cost a lot, or to call back. Anybody may pause it.
contract PausableMock is IPausableUntil {
    using PauseUntil for PauseUntil.Context;

    /// @notice The caller brings less than the call uses. [gas]
    error TooLittleGas(uint256 available, uint256 needed);

    PauseUntil.Context private _pause;
    mapping(bytes4 selector => Answer) private _answers;
    mapping(bytes4 selector => uint256) private _costs;
    address private _reentryTarget;
    bytes private _reentryData;

    modifier asTold() {
        uint256 start = gasleft();
        uint256 cost = _costs[msg.sig];
        // Whoever sends too little learns it at once, and keeps the rest.
        if (start < cost) revert TooLittleGas(start, cost);
        while (start - gasleft() < cost) {}
        Misbehaviour.play(_answers[msg.sig]);
        _;
    }

    /// @notice How the function `selector` answers from now on.
    function setAnswer(bytes4 selector, Answer answer) external {
        _answers[selector] = answer;
    }

    /// @notice What the function `selector` uses up before it does anything. [gas]
    function setCost(bytes4 selector, uint256 cost) external {
        _costs[selector] = cost;
    }

    /// @notice The next order to pause or to resume first calls `target` with `data`, once; a failure is passed on.
    function setReentry(address target, bytes calldata data) external {
        _reentryTarget = target;
        _reentryData = data;
    }

    function pauseFor(uint256 duration) external asTold {
        _reenter();
        _pause.pauseFor(duration);
    }

    function resume() external asTold {
        _reenter();
        _pause.resume();
    }

    function isPaused() external view asTold returns (bool) {
        return _pause.isPaused();
    }

    function getResumeSinceTimestamp() external view asTold returns (uint256) {
        return _pause.resumesAt;
    }

    function _reenter() private {
        address target = _reentryTarget;
        if (target == address(0)) return;
        _reentryTarget = address(0);
        Address.functionCall(target, _reentryData);
    }
}
