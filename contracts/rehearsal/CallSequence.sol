// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title CallSequence
/// @notice Makes several calls in one transaction, and returns what each answered. For rehearsals on a snapshot: whoever
/// can call it acts in its name, so nothing may ever be left in it.
contract CallSequence {
    struct Call {
        address target;
        bytes data;
    }

    struct Answer {
        bool success;
        bytes data;
    }

    /// @notice Makes all `calls`, also when some fail.
    function run(Call[] calldata calls) external returns (Answer[] memory answers) {
        answers = new Answer[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (answers[i].success, answers[i].data) = calls[i].target.call(calls[i].data);
        }
    }
}
