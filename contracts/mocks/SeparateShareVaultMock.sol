// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7575} from "../interfaces/external/IERC7575.sol";
import {ShareMock} from "./ShareMock.sol";

/// @title SeparateShareVaultMock
/// @notice Stands for a vault that redeems at once and keeps its share in a contract of its own (ERC-7575), from which
/// it takes what is redeemed by an allowance, as any other contract would have to.
contract SeparateShareVaultMock is IERC165, IERC7575 {
    using SafeERC20 for IERC20;

    bytes4 private constant _VAULT_ID = 0x2f0a18c5;

    address private immutable _ASSET;
    address private immutable _SHARE;

    /// @param share_ What the vault says its share is, right or wrong; zero for a share of its own making.
    constructor(address asset_, address share_) {
        _ASSET = asset_;
        _SHARE = share_ == address(0) ? address(new ShareMock(asset_)) : share_;
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = Math.mulDiv(assets, IERC20(_SHARE).totalSupply() + 1, totalAssets() + 1);
        IERC20(_ASSET).safeTransferFrom(msg.sender, address(this), assets);
        ShareMock(_SHARE).mint(receiver, shares);
    }

    function redeem(uint256 shares, address receiver, address owner) external returns (uint256 assets) {
        assets = convertToAssets(shares);
        IERC20(_SHARE).safeTransferFrom(owner, address(this), shares);
        ShareMock(_SHARE).burn(address(this), shares);
        IERC20(_ASSET).safeTransfer(receiver, assets);
    }

    function maxRedeem(address owner) external view returns (uint256) {
        return IERC20(_SHARE).balanceOf(owner);
    }

    function convertToAssets(uint256 shares) public view returns (uint256) {
        return Math.mulDiv(shares, totalAssets() + 1, IERC20(_SHARE).totalSupply() + 1);
    }

    function totalAssets() public view returns (uint256) {
        return IERC20(_ASSET).balanceOf(address(this));
    }

    function asset() external view returns (address) {
        return _ASSET;
    }

    function share() external view returns (address) {
        return _SHARE;
    }

    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IERC165).interfaceId || interfaceId == _VAULT_ID;
    }
}
