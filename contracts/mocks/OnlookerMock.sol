// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title OnlookerMock
/// @notice Stands for somebody who asks many contracts many things at once, so that all answers are of the same moment
/// and a test that asks often takes little time.
contract OnlookerMock {
    /// @notice What each target answers to its question; reverts if one does not answer.
    function see(
        address[] calldata targets,
        bytes[] calldata questions
    ) external view returns (bytes[] memory answers) {
        answers = new bytes[](questions.length);
        for (uint256 i = 0; i < questions.length; ++i) {
            answers[i] = Address.functionStaticCall(targets[i], questions[i]);
        }
    }
}
