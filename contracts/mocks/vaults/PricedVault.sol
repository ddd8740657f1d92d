// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IERC7575} from "../../interfaces/external/IERC7575.sol";
import {UnrulyShare} from "./UnrulyShare.sol";
import {UnrulyShareMock} from "./UnrulyShareMock.sol";

/// @title PricedVault
/// @notice Stands for the assets of a vault, its share, its own or apart, and its price, which somebody sets:
/// whatever the vault holds, a whole share (1e18) is worth {price}. Deposits are immediate.
abstract contract PricedVault is UnrulyShare, IERC7575 {
    using SafeERC20 for IERC20;

    event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares);

    uint256 private constant _ONE_SHARE = 1e18;

    /// @notice What a whole share is worth; may be 0 for a while. [asset units]
    uint256 public price;
    /// @notice The price is rounded down to a multiple of this: a price of few decimals. Zero for no rounding.
    uint256 public priceStep;

    IERC20 private immutable _ASSET;
    /// @dev Zero if the vault is its own share.
    UnrulyShareMock private immutable _APART;

    constructor(IERC20 asset_, bool isApart) ERC20("Gallery share", "gSHARE") ERC20Permit("Gallery share") {
        _ASSET = asset_;
        _APART = isApart ? new UnrulyShareMock(address(asset_)) : UnrulyShareMock(address(0));
        price = 10 ** IERC20Metadata(address(asset_)).decimals();
    }

    function setPrice(uint256 newPrice) external {
        price = newPrice;
    }

    function setPriceStep(uint256 step) external {
        priceStep = step;
    }

    function deposit(uint256 assets, address receiver) external returns (uint256 shares) {
        shares = convertToShares(assets);
        _ASSET.safeTransferFrom(msg.sender, address(this), assets);
        _mintShares(receiver, shares);
        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function convertToAssets(uint256 shares) public view asTold returns (uint256) {
        return _told(_worth(shares));
    }

    function convertToShares(uint256 assets) public view returns (uint256) {
        return Math.mulDiv(assets, _ONE_SHARE, _present());
    }

    function totalAssets() external view returns (uint256) {
        return _worth(IERC20(share()).totalSupply());
    }

    function asset() external view returns (address) {
        return address(_ASSET);
    }

    function share() public view returns (address) {
        return _isApart() ? address(_APART) : address(this);
    }

    // ---------------------------------------------------------------- internal

    function _worth(uint256 shares) internal view returns (uint256) {
        return Math.mulDiv(shares, _present(), _ONE_SHARE);
    }

    /// @dev Rounded as a price is that this vault writes down.
    function _rounded(uint256 exactPrice) internal view returns (uint256) {
        return priceStep == 0 ? exactPrice : exactPrice - (exactPrice % priceStep);
    }

    function _pay(address receiver, uint256 assets) internal {
        _ASSET.safeTransfer(receiver, assets);
    }

    function _mintShares(address account, uint256 shares) internal {
        if (_isApart()) _APART.mint(account, shares);
        else _mint(account, shares);
    }

    function _burnShares(address account, uint256 shares) internal {
        if (_isApart()) _APART.burn(account, shares);
        else _burn(account, shares);
    }

    function _moveShares(address from, address to, uint256 shares) internal {
        if (_isApart()) _APART.move(from, to, shares);
        else _transfer(from, to, shares);
    }

    function _spend(address account, address spender, uint256 shares) internal {
        if (_isApart()) _APART.spendAllowance(account, spender, shares);
        else _spendAllowance(account, spender, shares);
    }

    function _present() private view returns (uint256) {
        return _rounded(price);
    }

    function _isApart() private view returns (bool) {
        return address(_APART) != address(0);
    }
}
