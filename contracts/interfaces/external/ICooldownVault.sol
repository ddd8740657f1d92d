// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ICooldownVault
/// @notice What vaults of the cooldown kind add to ERC-4626: shares are burnt when the cooldown starts, assets wait in a
/// silo, and one cooldown at a time runs for each account: another one adds its assets and starts the time anew.
interface ICooldownVault {
    /// @notice Burns `shares` of the caller and lets their assets wait.
    /// @return assets What will be paid. [asset units]
    function cooldownShares(uint256 shares) external returns (uint256 assets);

    /// @notice Pays what has waited long enough.
    function unstake(address receiver) external;

    /// @notice When the caller may be paid, and how much. [unix seconds], [asset units]
    function cooldowns(address account) external view returns (uint104 cooldownEnd, uint152 underlyingAmount);

    /// @notice How long assets wait; 0 while the vault redeems at once. [seconds]
    function cooldownDuration() external view returns (uint24);
}
