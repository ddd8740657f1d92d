// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

/// @title CallProbe
/// @notice Stands where an account stands, in a simulated call on a copy of a chain, and says which of many calls would
/// work if that account made them. Never deployed: the power audit puts its code there for the length of one call.
/// @dev Whoever else calls the account meets its own code, which lies at `ORIGINAL` meanwhile.
contract CallProbe is Proxy {
    struct Call {
        address target;
        bytes data;
    }

    /// @notice Where the account's own code lies meanwhile.
    address public constant ORIGINAL = 0x000000000000000000000000000000000000a0D1;
    /// @notice Every call is brought so much, or is not made. [gas]
    uint256 public constant CALL_GAS = 7_000_000;
    /// @dev What is left beside a call, and what EIP-150 holds back of it. [gas]
    uint256 private constant _REST_GAS = 200_000;
    /// @dev Of {attempt}: selector and target. [bytes]
    uint256 private constant _HEAD = 24;

    /// @notice Makes each call, and takes it back, until the gas does not suffice for the next.
    /// @return worked Whether each worked, of as many as were made.
    function probe(Call[] calldata calls) external returns (bool[] memory worked) {
        worked = new bool[](calls.length);
        uint256 made = 0;
        for (; made < calls.length; ++made) {
            if (gasleft() < CALL_GAS + _REST_GAS) break;
            worked[made] = _try(calls[made].target, calls[made].data);
        }
        assembly ("memory-safe") {
            mstore(worked, made)
        }
    }

    /// @notice Makes one call, and reverts with one word, which is not 0 if it worked. After the selector come the target,
    /// in 20 bytes, and the calldata.
    /// @dev Packed and copied as it is: everybody makes every call, and each step of the EVM is one that the chain records.
    function attempt() external {
        assembly ("memory-safe") {
            let size := sub(calldatasize(), _HEAD)
            let data := mload(0x40)
            calldatacopy(data, _HEAD, size)
            mstore(0, call(CALL_GAS, shr(96, calldataload(4)), 0, data, size, 0, 0))
            revert(0, 0x20)
        }
    }

    /// @dev In a frame that always reverts, so that nothing of the call stays.
    function _try(address target, bytes calldata data) private returns (bool worked) {
        bytes4 selector = this.attempt.selector;
        assembly ("memory-safe") {
            let message := mload(0x40)
            mstore(message, selector)
            mstore(add(message, 4), shl(96, target))
            calldatacopy(add(message, _HEAD), data.offset, data.length)
            pop(call(gas(), address(), 0, message, add(_HEAD, data.length), 0, 0x20))
            // Anything else is a call that used up what it was brought.
            worked := and(eq(returndatasize(), 0x20), mload(0))
        }
    }

    receive() external payable {}

    /// @inheritdoc Proxy
    function _implementation() internal pure override returns (address) {
        return ORIGINAL;
    }
}
