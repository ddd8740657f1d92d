// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

/// @notice Stands for a contract whose author has made one mistake: everything else is done by the code that
/// stood there, on the same storage. Its code is put there by the test.
abstract contract StandInMock is Proxy {
    /// @notice Where the code lies that stood there.
    address public immutable ORIGINAL;

    constructor(address original) {
        ORIGINAL = original;
    }

    /// @dev Whatever the original would do with the call in hand.
    function _callOriginal() internal {
        (bool success, bytes memory answer) = ORIGINAL.delegatecall(msg.data);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    function _implementation() internal view override returns (address) {
        return ORIGINAL;
    }
}
