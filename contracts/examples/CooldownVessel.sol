// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC4626} from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import {ICooldownVault} from "../interfaces/external/ICooldownVault.sol";
import {IVessel} from "../interfaces/IVessel.sol";
import {Vessel} from "../escrow/exits/Vessel.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";

/// @title CooldownVessel
/// @notice Leaves a vault of the cooldown kind: `cooldownShares`, then `unstake`; or `redeem` while no cooldown is set. The
/// example of how a vault with a way of its own is brought in: see `docs/vaults.md`.
/// @dev Such a vault burns shares when the cooldown starts, so they are redeemed, as far as the escrow counts, when they
/// are paid. A second cooldown would start the first one's time anew: the vessel refuses one while another runs.
contract CooldownVessel is Vessel {
    /// @dev The two ways.
    uint256 private constant _COOLDOWN = 0;
    uint256 private constant _REDEEM = 1;

    /// @notice A cooldown runs already; another vessel has one of its own. [unix seconds]
    error CooldownRuns(uint256 endsAt);

    /// @dev Shares that cool down. [shares]
    uint256 private _cooling;

    constructor(IERC4626 vault) Vessel(vault) {}

    /// @inheritdoc IVessel
    function pendingShares() external view returns (uint256) {
        return _isDue() ? 0 : _cooling;
    }

    /// @inheritdoc IVessel
    function requestedShares() external view returns (uint256) {
        return _cooling;
    }

    /// @dev Everything at once: the vault has no bound, and a part would start the time anew for the rest.
    function _plan(uint256 shares, uint256) internal view override returns (Try[] memory tries) {
        tries = new Try[](1);
        tries[0] = Try(ICooldownVault(VAULT).cooldownDuration() == 0 ? _REDEEM : _COOLDOWN, shares);
    }

    function _beginExit(uint256 way, uint256 shares) internal override returns (uint256) {
        if (way == _REDEEM) return _redeemNow(shares);
        (uint256 endsAt, uint256 waiting) = ICooldownVault(VAULT).cooldowns(address(this));
        if (waiting != 0) revert CooldownRuns(endsAt);
        ICooldownVault(VAULT).cooldownShares(shares);
        _cooling += shares;
        return 0;
    }

    function _claim() internal override returns (uint256 redeemed) {
        if (_cooling == 0) return 0;
        // Asked as a stranger would be: a vault that does not answer, or burns its gas, must not make a claim fail.
        BoundedCall.requireGas(_CLAIM_GAS);
        (bool answered, uint256 pending) = BoundedCall.read(address(this), IVessel.pendingShares.selector, _VIEW_GAS);
        if (!answered || pending != 0) return 0;
        if (!_order(abi.encodeCall(ICooldownVault.unstake, (address(this))), _REST_GAS)) return 0;
        redeemed = _cooling;
        _cooling = 0;
    }

    function _isDue() private view returns (bool) {
        (uint256 endsAt, ) = ICooldownVault(VAULT).cooldowns(address(this));
        return block.timestamp >= endsAt || ICooldownVault(VAULT).cooldownDuration() == 0;
    }
}
