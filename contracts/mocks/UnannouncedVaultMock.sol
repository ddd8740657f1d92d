// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title UnannouncedVaultMock
/// @notice Stands for vaults that redeem, and yet promise 0 to everybody: ERC-4626 lets `maxRedeem` say too little.
contract UnannouncedVaultMock is VaultMock {
    /// @notice There is nothing to redeem `shares` with. [shares]
    error Illiquid(uint256 shares);

    bool public isIlliquid;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    function setIlliquid(bool isIlliquid_) external {
        isIlliquid = isIlliquid_;
    }

    function redeem(uint256 shares, address receiver, address owner) public override returns (uint256 assets) {
        if (isIlliquid) revert Illiquid(shares);
        assets = previewRedeem(shares);
        _withdraw(msg.sender, receiver, owner, assets, shares);
    }

    function maxRedeem(address) public pure override returns (uint256) {
        return 0;
    }
}
