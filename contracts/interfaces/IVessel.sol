// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title IVessel
/// @notice Holds shares, then assets, of one rage quit. Nobody governs it; it obeys its escrow alone.
/// @dev One implementation knows the ways of leaving one vault; every vessel is a minimal clone of it. A DAO whose vault
/// is left in a way of its own brings its own implementation: see `docs/vaults.md`.
interface IVessel {
    /// @notice Only the escrow that made the vessel may call this.
    error CallerIsNotEscrow(address caller, address escrow);
    /// @notice Only the vessel itself may do this, within {beginExit}.
    error CallerIsNotVessel(address caller, address vessel);
    /// @notice The vault takes nothing, in no way.
    error ExitRefused(address vault);
    /// @notice The vault did not take exactly what it was asked to take. [shares]
    error SharesNotTaken(uint256 balance, uint256 expected);
    /// @notice The vault values what it should redeem at nothing, or does not say although it used to. [shares]
    error NoPrice(uint256 shares);
    /// @notice The vault paid less than it had promised for this very block. [asset units]
    error PriceTooLow(uint256 paid, uint256 promised);
    /// @notice More requests with an id of their own are open than can be watched. [requests]
    error TooManyRequests(uint256 limit);

    /// @notice Asks the vault for the `shares` that the vessel has just received; if it refuses, for the half, and so on.
    /// What the vault does not take goes back to the escrow in the same call. Reverts if it takes nothing.
    /// @param least Less than this is not asked for, unless the vault lets go no more. [shares]
    /// @return way In which of the implementation's ways the vault took them.
    /// @return taken What the vault took. [shares]
    /// @return redeemed What of it was turned into assets at once; 0 if the vault pays later. [shares]
    function beginExit(uint256 shares, uint256 least) external returns (uint256 way, uint256 taken, uint256 redeemed);

    /// @notice Claims what the vault has made claimable, hands every share back to the escrow, and forwards all assets.
    /// Nothing that fails keeps the rest from happening.
    /// @param payer The vessel that pays the epoch's stakers; assets stay here if it is this one.
    /// @return redeemed Shares that this call turned into assets. [shares]
    function claim(address payer) external returns (uint256 redeemed);

    /// @notice Pays `amount` of the asset to `receiver`. [asset units]
    function pay(address receiver, uint256 amount) external;

    /// @notice Asked for and not yet claimable, as the vault says; reverts if it does not. [shares]
    function pendingShares() external view returns (uint256);

    /// @notice Asked for and not yet claimed, claimable or not, as the vault says; reverts if it does not. [shares]
    function requestedShares() external view returns (uint256);

    /// @notice What the vault says that `shares` are worth; reverts if it does not. [asset units]
    function worthOf(uint256 shares) external view returns (uint256);

    /// @notice Assets the vessel holds. [asset units]
    function assets() external view returns (uint256);

    /// @notice The vault's asset.
    function ASSET() external view returns (address);

    /// @notice The token stakers hold.
    function SHARE() external view returns (address);

    /// @notice The vault that redeems it.
    function VAULT() external view returns (address);
}
