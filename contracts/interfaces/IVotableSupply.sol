// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IVotableSupply
/// @notice Optional view, announced by ERC-165, of a vault some of whose shares cannot signal.
interface IVotableSupply {
    /// @notice Total supply less shares queued irrevocably, bonds and the treasury's, each counted once. [shares]
    function votableSupply() external view returns (uint256);
}
