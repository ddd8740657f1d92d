// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IStrategy
/// @notice Where a vault's assets work. A strategy serves one vault, and the vault trusts it with everything in it:
/// who chooses the strategy can take the assets.
interface IStrategy {
    /// @notice Takes charge of `assets` that the vault has just transferred to the strategy; sends back to the vault
    /// what it cannot place. Only the vault. [asset units]
    function deposit(uint256 assets) external;

    /// @notice Transfers `assets` to the vault, or a little more where it cannot be split; else reverts. Only the vault.
    /// [asset units]
    function withdraw(uint256 assets) external;

    /// @notice What leaving completely would bring, liquidity aside; rounded down. [asset units]
    function totalAssets() external view returns (uint256);

    /// @notice What can be deposited in this block. [asset units]
    function depositable() external view returns (uint256);

    /// @notice What can be withdrawn in this block; never more than {totalAssets}. [asset units]
    function withdrawable() external view returns (uint256);

    /// @notice The token it works with.
    function asset() external view returns (address);
}
