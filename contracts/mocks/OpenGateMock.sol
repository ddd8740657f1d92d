// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGate} from "../interfaces/IGate.sol";

/// @title OpenGateMock
/// @notice Stands for a gate that never objects: a timelock behind it behaves as OpenZeppelin's own.
contract OpenGateMock is IGate {
    function canSchedule() external pure returns (bool) {
        return true;
    }

    function canExecute(bytes32, uint256) external pure returns (bool) {
        return true;
    }

    function admitSchedule() external pure returns (bool) {
        return true;
    }

    function admitExecution(bytes32, uint256) external pure returns (bool) {
        return true;
    }
}
