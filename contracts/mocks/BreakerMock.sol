// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {CallTargetMock} from "./CallTargetMock.sol";

/// @title BreakerMock
/// @notice Stands for a hostile circuit breaker: names everything, and writes down every order to resume, fails at it or
/// calls back.
contract BreakerMock is CallTargetMock {
    function isNamed(address) external pure returns (bool) {
        return true;
    }
}
