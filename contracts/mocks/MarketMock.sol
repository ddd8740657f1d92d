// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title MarketMock
/// @notice Stands for a money market that speaks ERC-4626: anybody lends by depositing and, without collateral,
/// borrows; interest drips in over time, what is lent out cannot be withdrawn, and a bad debt is a loss to all lenders.
contract MarketMock is ERC4626 {
    using SafeERC20 for IERC20;

    /// @notice More than is owed. [asset units]
    error DebtExceeded(uint256 assets, uint256 debt);

    /// @notice Lent out and still owed. [asset units]
    uint256 public debt;
    /// @notice The most the market takes. [asset units]
    uint256 public depositCap = type(uint256).max;

    uint256 private _dripAmount;
    uint256 private _dripStart;
    uint256 private _dripEnd;

    constructor(IERC20 asset_) ERC20("Market deposit", "mDEP") ERC4626(asset_) {}

    /// @notice Takes `assets` from the caller and lets them become interest evenly over `duration`.
    /// @param duration Zero for at once. [seconds]
    function drip(uint256 assets, uint256 duration) external {
        uint256 stillDripping = undripped();
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), assets);
        _dripAmount = stillDripping + assets;
        _dripStart = block.timestamp;
        _dripEnd = block.timestamp + duration;
    }

    function borrow(uint256 assets) external {
        debt += assets;
        IERC20(asset()).safeTransfer(msg.sender, assets);
    }

    function repay(uint256 assets) external {
        writeOff(assets);
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), assets);
    }

    /// @notice A loss: `assets` of the debt will never be repaid.
    function writeOff(uint256 assets) public {
        if (assets > debt) revert DebtExceeded(assets, debt);
        debt -= assets;
    }

    function setDepositCap(uint256 assets) external {
        depositCap = assets;
    }

    /// @notice Interest paid in that nobody has earned yet. [asset units]
    function undripped() public view returns (uint256) {
        if (block.timestamp >= _dripEnd) return 0;
        return Math.mulDiv(_dripAmount, _dripEnd - block.timestamp, _dripEnd - _dripStart);
    }

    /// @notice What can be withdrawn, all lenders together. [asset units]
    function liquidity() public view returns (uint256) {
        return IERC20(asset()).balanceOf(address(this)) - undripped();
    }

    function totalAssets() public view override returns (uint256) {
        return liquidity() + debt;
    }

    function maxDeposit(address) public view override returns (uint256) {
        return Math.saturatingSub(depositCap, totalAssets());
    }

    function maxMint(address account) public view override returns (uint256) {
        uint256 assets = maxDeposit(account);
        return depositCap == type(uint256).max ? depositCap : convertToShares(assets);
    }

    function maxWithdraw(address account) public view override returns (uint256) {
        return Math.min(previewRedeem(balanceOf(account)), liquidity());
    }

    function maxRedeem(address account) public view override returns (uint256) {
        uint256 shares = balanceOf(account);
        return previewRedeem(shares) <= liquidity() ? shares : convertToShares(liquidity());
    }
}
