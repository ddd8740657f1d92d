// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IVessel
/// @notice Holds the shares, then the assets, of one rage quit. Nobody governs it; it obeys its escrow alone.
/// @dev One implementation for each way of leaving a vault; every vessel is a minimal clone of it.
interface IVessel {
    error CallerIsNotEscrow(address caller, address escrow);
    error NoCode(address account);

    /// @notice Asks the vault to redeem `shares` that the vessel holds; nothing to do where redemption is immediate.
    function open(uint256 shares) external;

    /// @notice Turns at most `maxShares` into assets, as many as the vault lets go.
    /// @return shares Redeemed by this call. [shares]
    function claim(uint256 maxShares) external returns (uint256 shares);

    /// @notice Pays `assets` to `receiver`.
    function pay(address receiver, uint256 assets) external;

    /// @notice Whether the vault values `shares` at nothing, and has nothing to pay out that is fulfilled already;
    /// false if it does not say. [shares]
    function isWorthless(uint256 shares) external view returns (bool);

    /// @notice Assets the vessel holds. [asset units]
    function assets() external view returns (uint256);

    /// @notice The vault's asset.
    function ASSET() external view returns (address);

    /// @notice The token stakers hold.
    function SHARE() external view returns (address);

    /// @notice The vault that redeems it.
    function VAULT() external view returns (address);
}
