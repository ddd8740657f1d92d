// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title FeeOnTransferVaultMock
/// @notice Stands for a vault whose share charges for transfers: less arrives than was sent.
contract FeeOnTransferVaultMock is VaultMock {
    uint256 private constant _BASIS_POINTS = 10_000;

    /// @notice What a transfer costs; the fee is burnt. [10,000 = 100 %]
    uint256 public fee;

    constructor(IERC20 asset_, uint256 fee_) VaultMock(asset_) {
        fee = fee_;
    }

    function setFee(uint256 newFee) external {
        fee = newFee;
    }

    function _update(address from, address to, uint256 shares) internal override {
        bool isTransfer = from != address(0) && to != address(0);
        uint256 charge = isTransfer ? (shares * fee) / _BASIS_POINTS : 0;
        if (charge > 0) super._update(from, address(0), charge);
        super._update(from, to, shares - charge);
    }
}
