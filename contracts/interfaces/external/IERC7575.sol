// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IERC7575
/// @notice The one view of ERC-7575 that matters here: where a vault keeps its shares.
/// @custom:source https://eips.ethereum.org/EIPS/eip-7575
interface IERC7575 {
    /// @notice The ERC-20 token of the vault's shares.
    function share() external view returns (address);
}
