// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title CatchingTargetMock
/// @notice Stands for a target that makes calls of its own, several at once if need be, and shrugs when one fails.
contract CatchingTargetMock {
    /// @notice One of its own calls went well, or not.
    event Tried(uint256 indexed index, bool success, bytes returndata);

    /// @notice Calls each target in turn, whatever becomes of the others.
    function tryCalls(address[] calldata targets, bytes[] calldata payloads) external {
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool success, bytes memory returndata) = targets[i].call(payloads[i]);
            emit Tried(i, success, returndata);
        }
    }
}
