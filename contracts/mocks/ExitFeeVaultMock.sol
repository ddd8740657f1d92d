// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title ExitFeeVaultMock
/// @notice Stands for a vault that keeps a part of what is redeemed, rounded in its own favour, and refuses to redeem
/// what leaves nothing to pay.
contract ExitFeeVaultMock is VaultMock {
    /// @notice After the fee nothing is left to pay.
    error NothingToPay();

    uint256 private constant _BASIS_POINTS = 10_000;

    /// @notice Stays with those who stay. [10,000 = 100 %]
    uint256 public immutable FEE;

    constructor(IERC20 asset_, uint256 fee) VaultMock(asset_) {
        FEE = fee;
    }

    function previewRedeem(uint256 shares) public view override returns (uint256) {
        uint256 assets = super.previewRedeem(shares);
        return assets - Math.mulDiv(assets, FEE, _BASIS_POINTS, Math.Rounding.Ceil);
    }

    function _withdraw(
        address caller,
        address receiver,
        address account,
        uint256 assets,
        uint256 shares
    ) internal override {
        if (assets == 0) revert NothingToPay();
        super._withdraw(caller, receiver, account, assets, shares);
    }
}
