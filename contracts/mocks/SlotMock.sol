// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title SlotMock
/// @notice Stands for the least that a decision can do: it fills one empty storage slot. Anybody may.
contract SlotMock {
    uint256 public value;

    function set(uint256 newValue) external {
        value = newValue;
    }
}
