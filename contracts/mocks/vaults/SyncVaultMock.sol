// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {UnrulyShare} from "./UnrulyShare.sol";

/// @title SyncVaultMock
/// @notice Stands for the vaults that redeem at once (ERC-4626) that stakers meet in practice, honest to begin with: one
/// whose assets are lent out, that then refuses or pays a fraction; one that shows no maximum or too much of it; one
/// with an exit fee, shown or not; one whose price is written by somebody, is 0 for a while, or has few decimals. All of
/// it can be switched by anybody while somebody is leaving.
contract SyncVaultMock is ERC4626, UnrulyShare {
    using SafeERC20 for IERC20;

    enum Rule {
        /// Redeems what is not there at a loss: burns all the shares and pays what it has.
        RealisesLoss,
        /// Says that nothing can be redeemed, and redeems.
        SaysNoMaximum,
        /// Says that everything can be redeemed, liquid or not.
        SaysFullMaximum,
        /// Previews leave out the exit fee.
        HidesFee,
        /// Redeems nothing.
        RefusesRedemption,
        /// Does not redeem for zero assets.
        RefusesZero,
        /// Pays admitted receivers only.
        HasReceiverList
    }

    /// @notice Lent out: less can be paid than is due. [asset units]
    error Illiquid(uint256 assets, uint256 liquidity);
    /// @notice The vault redeems nothing for anybody.
    error RedemptionRefused();
    /// @notice The shares are worth nothing.
    error NothingToPay();
    /// @notice Fewer shares would stay than the vault's minimum. [shares]
    error SupplyTooSmall(uint256 supply, uint256 minimum);

    uint256 private constant _BASIS_POINTS = 10_000;

    /// @notice Lent out and still owed. [asset units]
    uint256 public lent;
    /// @notice Stays with those who stay. [10,000 = 100 %]
    uint256 public exitFee;
    /// @notice Part of each payment that is kept back although the return value counts it. [1e18 = 100 %]
    uint256 public withheld;
    /// @notice What a whole share is worth, if somebody wrote it; else it follows from what the vault has.
    uint256 public writtenPrice;
    bool public isPriceWritten;
    /// @notice The price is rounded down to a multiple of this. Zero for no rounding. [asset units]
    uint256 public priceStep;
    /// @notice No redemption may leave fewer shares than this, unless it leaves none.
    uint256 public minimumSupply;
    uint256 private _rules;

    constructor(IERC20 asset_) ERC20("Gallery share", "gSHARE") ERC20Permit("Gallery share") ERC4626(asset_) {}

    // ---------------------------------------------------------------- switches

    function setRule(Rule rule, bool isOn_) external {
        uint256 bit = 1 << uint8(rule);
        _rules = isOn_ ? _rules | bit : _rules & ~bit;
    }

    function setExitFee(uint256 fee) external {
        exitFee = fee;
    }

    function setWithheld(uint256 part) external {
        withheld = part;
    }

    function setPrice(bool isWritten, uint256 price) external {
        isPriceWritten = isWritten;
        writtenPrice = price;
    }

    function setPriceStep(uint256 step) external {
        priceStep = step;
    }

    function setMinimumSupply(uint256 shares) external {
        minimumSupply = shares;
    }

    // ---------------------------------------------------------------- the market

    function borrow(uint256 assets) external {
        lent += assets;
        IERC20(asset()).safeTransfer(msg.sender, assets);
    }

    function repay(uint256 assets) external {
        IERC20(asset()).safeTransferFrom(msg.sender, address(this), assets);
        lent = Math.saturatingSub(lent, assets);
    }

    /// @notice A loss: `assets` of what is lent will never come back.
    function writeOff(uint256 assets) external {
        lent = Math.saturatingSub(lent, assets);
    }

    /// @notice What can be paid now. [asset units]
    function liquidity() public view returns (uint256) {
        return IERC20(asset()).balanceOf(address(this));
    }

    // ---------------------------------------------------------------- ERC-4626

    function redeem(uint256 shares, address receiver, address owner) public override asTold returns (uint256 assets) {
        if (isOn(Rule.RefusesRedemption)) revert RedemptionRefused();
        if (isOn(Rule.HasReceiverList) && !isAdmitted[receiver]) revert AccountNotAdmitted(receiver);
        uint256 due = _due(shares);
        uint256 available = liquidity();
        if (due > available && !isOn(Rule.RealisesLoss)) revert Illiquid(due, available);
        if (due == 0 && isOn(Rule.RefusesZero)) revert NothingToPay();
        assets = Math.min(due, available);
        // Who redeems bears what cannot be paid: it is no longer owed to anybody.
        lent = Math.saturatingSub(lent, due - assets);
        if (msg.sender != owner) _spendAllowance(owner, msg.sender, shares);
        _burn(owner, shares);
        IERC20(asset()).safeTransfer(receiver, assets - Math.mulDiv(assets, withheld, _WHOLE));
        emit Withdraw(msg.sender, receiver, owner, assets, shares);
        uint256 left = totalSupply();
        if (left > 0 && left < minimumSupply) revert SupplyTooSmall(left, minimumSupply);
    }

    function maxRedeem(address owner) public view override asTold returns (uint256) {
        if (isOn(Rule.SaysNoMaximum)) return 0;
        uint256 shares = balanceOf(owner);
        if (isOn(Rule.SaysFullMaximum) || isOn(Rule.RealisesLoss)) return _told(shares);
        if (isOn(Rule.RefusesRedemption)) return 0;
        uint256 due = _due(shares);
        uint256 available = liquidity();
        return _told(due <= available ? shares : Math.mulDiv(shares, available, due));
    }

    function previewRedeem(uint256 shares) public view override asTold returns (uint256) {
        return _told(isOn(Rule.HidesFee) ? _convertToAssets(shares, Math.Rounding.Floor) : _due(shares));
    }

    function convertToAssets(uint256 shares) public view override asTold returns (uint256) {
        return _told(_convertToAssets(shares, Math.Rounding.Floor));
    }

    function totalAssets() public view override asTold returns (uint256) {
        return _told(liquidity() + lent);
    }

    function isOn(Rule rule) public view returns (bool) {
        return _rules & (1 << uint8(rule)) != 0;
    }

    // ---------------------------------------------------------------- inherited twice

    function decimals() public view override(ERC20, ERC4626) returns (uint8) {
        return super.decimals();
    }

    function totalSupply() public view override(ERC20, IERC20, UnrulyShare) returns (uint256) {
        return super.totalSupply();
    }

    function balanceOf(address account) public view override(ERC20, IERC20, UnrulyShare) returns (uint256) {
        return super.balanceOf(account);
    }

    function approve(address spender, uint256 shares) public override(ERC20, IERC20, UnrulyShare) returns (bool) {
        return super.approve(spender, shares);
    }

    function transfer(address to, uint256 shares) public override(ERC20, IERC20, UnrulyShare) returns (bool) {
        return super.transfer(to, shares);
    }

    function transferFrom(
        address from,
        address to,
        uint256 shares
    ) public override(ERC20, IERC20, UnrulyShare) returns (bool) {
        return super.transferFrom(from, to, shares);
    }

    function _update(address from, address to, uint256 shares) internal override(ERC20, UnrulyShare) {
        super._update(from, to, shares);
    }

    // ---------------------------------------------------------------- internal

    function _convertToAssets(uint256 shares, Math.Rounding rounding) internal view override returns (uint256) {
        uint256 one = 10 ** decimals();
        if (!isPriceWritten && priceStep == 0) return super._convertToAssets(shares, rounding);
        uint256 price = isPriceWritten ? writtenPrice : super._convertToAssets(one, Math.Rounding.Floor);
        if (priceStep > 0) price -= price % priceStep;
        return Math.mulDiv(shares, price, one, rounding);
    }

    function _due(uint256 shares) private view returns (uint256) {
        uint256 assets = _convertToAssets(shares, Math.Rounding.Floor);
        return assets - Math.mulDiv(assets, exitFee, _BASIS_POINTS, Math.Rounding.Ceil);
    }
}
