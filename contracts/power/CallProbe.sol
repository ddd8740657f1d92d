// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";

/// @title CallProbe
/// @notice Stands where an account stands, in a simulated call on a copy of a chain, and tells which of many calls would
/// work if that account made them. Never deployed: the power audit puts its code there for the length of one call.
/// @dev Whoever else calls the account meets its own code, which lies at `ORIGINAL` meanwhile.
contract CallProbe is Proxy {
    struct Call {
        address target;
        bytes data;
    }

    /// @notice Whether the call worked. Thrown, so that nothing of it stays.
    error Outcome(bool worked);

    /// @notice Where the account's own code lies meanwhile.
    address public constant ORIGINAL = 0x000000000000000000000000000000000000a0D1;
    /// @notice Every call is brought so much, or is not made. [gas]
    uint256 public constant CALL_GAS = 7_000_000;
    /// @dev What is left beside a call, and what EIP-150 holds back of it. [gas]
    uint256 private constant _REST_GAS = 200_000;

    /// @notice Makes each call, and takes it back, until the gas does not suffice for the next.
    /// @return worked Whether each worked, of as many as were made.
    function probe(Call[] calldata calls) external returns (bool[] memory worked) {
        worked = new bool[](calls.length);
        uint256 made = 0;
        for (; made < calls.length; ++made) {
            if (gasleft() < CALL_GAS + _REST_GAS) break;
            try this.attempt(calls[made]) {} catch (bytes memory reason) {
                // Anything else is a call that used up what it was brought.
                worked[made] = keccak256(reason) == keccak256(abi.encodeWithSelector(Outcome.selector, true));
            }
        }
        assembly ("memory-safe") {
            mstore(worked, made)
        }
    }

    /// @notice Makes one call, and reverts with what became of it.
    function attempt(Call calldata call_) external {
        (bool worked, ) = call_.target.call{gas: CALL_GAS}(call_.data);
        revert Outcome(worked);
    }

    receive() external payable {}

    /// @inheritdoc Proxy
    function _implementation() internal pure override returns (address) {
        return ORIGINAL;
    }
}
