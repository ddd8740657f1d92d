// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Address} from "@openzeppelin/contracts/utils/Address.sol";

/// @title ActorMock
/// @notice Stands for any account, in whose place its code is put: it makes one call and looks at what has come of it, so
/// that a test learns both from a call that is simulated and leaves nothing behind.
contract ActorMock {
    /// @notice Calls `target`, then asks `onlooker`.
    /// @param question Whose code is what the onlooker is asked: too long to be sent every time.
    /// @return success Whether the call went through.
    /// @return seen What the onlooker answered; nothing if the call reverted.
    function act(
        address target,
        uint256 value,
        bytes calldata data,
        address onlooker,
        address question
    ) external payable returns (bool success, bytes memory seen) {
        (success, ) = target.call{value: value}(data);
        if (success) seen = Address.functionStaticCall(onlooker, question.code);
    }
}
