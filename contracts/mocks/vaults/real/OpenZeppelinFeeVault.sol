// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title OpenZeppelinFeeVault
/// @notice OpenZeppelin's ERC4626 with a fee on leaving that is paid out to somebody, as its documentation advises.
contract OpenZeppelinFeeVault is ERC4626 {
    using SafeERC20 for IERC20;

    uint256 private constant _BASIS_POINTS = 10_000;

    /// @notice [10,000 = 100 %]
    uint256 public immutable FEE;
    address public immutable TREASURY;

    constructor(IERC20 asset_, uint256 fee, address treasury) ERC20("OpenZeppelin fee vault", "ozFEE") ERC4626(asset_) {
        FEE = fee;
        TREASURY = treasury;
    }

    function previewWithdraw(uint256 assets) public view override returns (uint256) {
        uint256 fee = Math.mulDiv(assets, FEE, _BASIS_POINTS - FEE, Math.Rounding.Ceil);
        return super.previewWithdraw(assets + fee);
    }

    function previewRedeem(uint256 shares) public view override returns (uint256) {
        uint256 assets = super.previewRedeem(shares);
        return assets - Math.mulDiv(assets, FEE, _BASIS_POINTS, Math.Rounding.Ceil);
    }

    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override {
        uint256 fee = Math.saturatingSub(convertToAssets(shares), assets);
        super._withdraw(caller, receiver, owner, assets, shares);
        if (fee > 0) IERC20(asset()).safeTransfer(TREASURY, fee);
    }
}
