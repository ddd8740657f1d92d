// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Misbehaviour} from "./Misbehaviour.sol";
import {SwitchGateMock} from "./SwitchGateMock.sol";

/// @title DeadlockGateMock
/// @notice Stands for a gate that knows states, deadlocks and releases: says whatever it is told to say of them, and may
/// call back or fail when it is to release something.
contract DeadlockGateMock is SwitchGateMock {
    /// @notice The test told the mock to fail.
    error ToldToFail();

    /// @notice What was released last, and how often anything was.
    bytes32 public lastRelease;
    uint256 public releaseCount;

    uint256 private _state;
    bool private _isDeadlocked;
    bool private _isFailing;
    address private _releaseTarget;
    bytes private _releaseData;

    /// @param state Any word, also one that names no state.
    function setState(uint256 state) external {
        _state = state;
    }

    function setDeadlocked(bool isDeadlocked_) external {
        _isDeadlocked = isDeadlocked_;
    }

    function setFailing(bool isFailing) external {
        _isFailing = isFailing;
    }

    /// @notice The next release calls `target` with `data`, once; a failure is passed on.
    function setReentryOfRelease(address target, bytes calldata data) external {
        _releaseTarget = target;
        _releaseData = data;
    }

    function release(bytes32 id) external {
        if (_isFailing) revert ToldToFail();
        lastRelease = id;
        ++releaseCount;
        address target = _releaseTarget;
        if (target == address(0)) return;
        _releaseTarget = address(0);
        _call(target, _releaseData);
    }

    function effectiveState() external view returns (uint256) {
        Misbehaviour.play(_answers[msg.sig]);
        return _state;
    }

    function isDeadlocked() external view returns (bool) {
        Misbehaviour.play(_answers[msg.sig]);
        return _isDeadlocked;
    }
}
