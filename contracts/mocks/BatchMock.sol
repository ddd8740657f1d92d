// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title BatchMock
/// @notice Stands for a caller that sends many calls to one contract in one transaction, so that a test makes a long
/// history in little time.
contract BatchMock {
    function run(address target, bytes[] calldata calls) external {
        for (uint256 i = 0; i < calls.length; ++i) Address.functionCall(target, calls[i]);
    }
}
