// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGate} from "../interfaces/IGate.sol";

/// @title CostlyGateMock
/// @notice Stands for an honest gate that needs much gas to answer: whoever gives it less gets no answer.
contract CostlyGateMock is IGate {
    /// @notice The caller brings less than an answer uses. [gas]
    error TooLittleGas(uint256 available, uint256 needed);

    /// @dev [gas]
    uint256 private constant _PORTION = 5_000;

    uint256 private _cost;

    /// @notice What each of the four answers uses from now on. [gas]
    function setCost(uint256 cost) external {
        _cost = cost;
    }

    function canSchedule() external view returns (bool) {
        return _think();
    }

    function canExecute(bytes32, uint256) external view returns (bool) {
        return _think();
    }

    function admitSchedule() external view returns (bool) {
        return _think();
    }

    function admitExecution(bytes32, uint256) external view returns (bool) {
        return _think();
    }

    /// @dev A precompile that is given nonsense uses up what it gets: much gas in few steps.
    function _think() private view returns (bool) {
        uint256 available = gasleft();
        uint256 cost = _cost;
        if (available < cost) revert TooLittleGas(available, cost);
        while (available - gasleft() + 2 * _PORTION < cost) {
            assembly ("memory-safe") {
                pop(staticcall(_PORTION, 0x08, 0x00, 0x01, 0x00, 0x00))
            }
        }
        while (available - gasleft() < cost) {}
        return true;
    }
}
