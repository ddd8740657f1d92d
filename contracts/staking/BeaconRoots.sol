// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconHeader} from "../types/Beacon.sol";

/// @title BeaconRoots
/// @notice Roots of beacon blocks, as EIP-4788 serves them for about 27 hours.
/// @custom:source https://github.com/ethereum/EIPs/blob/f767a1e8078e17c9b381a91d35a09492189ede1b/EIPS/eip-4788.md
library BeaconRoots {
    /// @notice EIP-4788 knows no root for that time. [unix seconds]
    error RootNotServed(uint256 timestamp);
    /// @notice The payload of that time names `actual` as its parent, so it is the payload of another block.
    error ParentRootMismatch(bytes32 actual, bytes32 expected);

    /// @notice The predeploy of EIP-4788.
    address internal constant PREDEPLOY = 0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02;

    /// @notice Root of the parent of the beacon block whose payload is the execution block of that time.
    /// @param timestamp Of an execution block. [unix seconds]
    function parentRootAt(uint256 timestamp) internal view returns (bytes32) {
        (bool success, bytes memory answer) = PREDEPLOY.staticcall(abi.encode(timestamp));
        if (!success || answer.length != 32) revert RootNotServed(timestamp);
        return abi.decode(answer, (bytes32));
    }

    /// @notice Reverts unless the payload of the block with this header was executed: in Gloas it may be withheld, and then
    /// withdrawals have left the state and reached nobody.
    /// @dev On one chain a block has one child, so an execution block that names this block's parent is this block's own.
    /// The header must be that of a block of this chain.
    /// @param timestamp Of that execution block. [unix seconds]
    function checkExecuted(BeaconHeader calldata header, uint256 timestamp) internal view {
        bytes32 parentRoot = parentRootAt(timestamp);
        if (parentRoot != header.parentRoot) revert ParentRootMismatch(parentRoot, header.parentRoot);
    }
}
