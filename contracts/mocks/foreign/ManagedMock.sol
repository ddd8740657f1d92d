// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title ManagedMock
/// @notice Stands for a protocol of somebody else's that an AccessManager runs.
contract ManagedMock is AccessManaged {
    uint256 public fee;
    bool public isPaused;

    constructor(address manager) AccessManaged(manager) {}

    function setFee(uint256 newFee) external restricted {
        fee = newFee;
    }

    function pause() external restricted {
        isPaused = true;
    }
}
