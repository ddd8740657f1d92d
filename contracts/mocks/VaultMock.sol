// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title VaultMock
/// @notice Stands for an honest ERC-4626 vault: its assets lie in it, a transfer to it is a gain, {slash} is a loss,
/// and it pays no more than its liquidity. The dishonest ones inherit from it.
contract VaultMock is ERC4626, ERC20Permit {
    using SafeERC20 for IERC20;

    /// @notice More than the vault has at hand. [asset units]
    error LiquidityExceeded(uint256 assets, uint256 liquidity);

    address private constant _NOWHERE = address(0xdead);

    uint256 private _liquidity = type(uint256).max;

    constructor(IERC20 asset_) ERC20("Vault share", "vSHARE") ERC20Permit("Vault share") ERC4626(asset_) {}

    /// @notice A loss: `assets` vanish.
    function slash(uint256 assets) external {
        IERC20(asset()).safeTransfer(_NOWHERE, assets);
    }

    /// @notice What may leave from now on, all redemptions together. [asset units]
    function setLiquidity(uint256 assets) external {
        _liquidity = assets;
    }

    /// @notice What may leave. [asset units]
    function liquidity() public view returns (uint256) {
        return Math.min(_liquidity, totalAssets());
    }

    function maxWithdraw(address account) public view virtual override returns (uint256) {
        return Math.min(previewRedeem(balanceOf(account)), liquidity());
    }

    function maxRedeem(address account) public view virtual override returns (uint256) {
        uint256 shares = balanceOf(account);
        return previewRedeem(shares) <= liquidity() ? shares : convertToShares(liquidity());
    }

    function decimals() public view override(ERC20, ERC4626) returns (uint8) {
        return super.decimals();
    }

    function _withdraw(
        address caller,
        address receiver,
        address account,
        uint256 assets,
        uint256 shares
    ) internal virtual override {
        if (assets > liquidity()) revert LiquidityExceeded(assets, liquidity());
        if (_liquidity != type(uint256).max) _liquidity -= assets;
        super._withdraw(caller, receiver, account, assets, shares);
    }
}
