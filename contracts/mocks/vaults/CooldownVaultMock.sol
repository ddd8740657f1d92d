// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";
import {CooldownSilo} from "./CooldownSilo.sol";
import {UnrulyShare} from "./UnrulyShare.sol";

/// @title CooldownVaultMock
/// @notice Stands for a vault with a way out of its own, a cooldown: shares are burnt and priced when the cooldown
/// starts, the assets wait in a silo, and each further start restarts the cooldown of everything. While a duration is
/// set, `redeem` reverts although `maxRedeem` says that all can be redeemed. Anybody may set the duration.
contract CooldownVaultMock is ERC4626, UnrulyShare {
    struct Cooldown {
        uint256 end;
        uint256 assets;
    }

    /// @notice While there is a cooldown, nothing is redeemed at once. [seconds]
    error CooldownIsOn(uint256 duration);
    /// @notice There is no cooldown: redeem at once.
    error CooldownIsOff();
    /// @notice The cooldown lasts until `end`. [unix seconds]
    error CooldownNotOver(uint256 end);
    /// @notice More than the caller holds. [shares]
    error SharesExceeded(uint256 shares, uint256 balance);
    /// @notice Fewer shares would stay than the vault's minimum. [shares]
    error SupplyTooSmall(uint256 supply, uint256 minimum);

    CooldownSilo public immutable SILO;

    /// @notice Zero for redemption at once. [seconds]
    uint256 public cooldownDuration = 7 days;
    /// @notice No way out may leave fewer shares than this, unless it leaves none.
    uint256 public minimumSupply;
    mapping(address account => Cooldown) public cooldowns;

    constructor(IERC20 asset_) ERC20("Cooldown share", "cSHARE") ERC20Permit("Cooldown share") ERC4626(asset_) {
        SILO = new CooldownSilo(asset_);
    }

    // ---------------------------------------------------------------- switches

    function setCooldownDuration(uint256 duration) external {
        cooldownDuration = duration;
    }

    function setMinimumSupply(uint256 shares) external {
        minimumSupply = shares;
    }

    // ---------------------------------------------------------------- the way out

    /// @notice Burns `shares` of the caller and starts the cooldown of their worth, and of all that cools down already.
    function cooldownShares(uint256 shares) external asTold returns (uint256 assets) {
        if (cooldownDuration == 0) revert CooldownIsOff();
        uint256 balance = balanceOf(msg.sender);
        if (shares > balance) revert SharesExceeded(shares, balance);
        assets = previewRedeem(shares);
        Cooldown storage cooldown = cooldowns[msg.sender];
        cooldown.end = block.timestamp + cooldownDuration;
        cooldown.assets += assets;
        _withdraw(msg.sender, address(SILO), msg.sender, assets, shares);
    }

    /// @notice Pays `receiver` all that has cooled down for the caller; at once if the cooldown has been abolished.
    function unstake(address receiver) external asTold {
        Cooldown memory cooldown = cooldowns[msg.sender];
        if (block.timestamp < cooldown.end && cooldownDuration != 0) revert CooldownNotOver(cooldown.end);
        delete cooldowns[msg.sender];
        SILO.pay(receiver, cooldown.assets);
    }

    function redeem(uint256 shares, address receiver, address owner) public override asTold returns (uint256) {
        if (cooldownDuration != 0) revert CooldownIsOn(cooldownDuration);
        return super.redeem(shares, receiver, owner);
    }

    function withdraw(uint256 assets, address receiver, address owner) public override asTold returns (uint256) {
        if (cooldownDuration != 0) revert CooldownIsOn(cooldownDuration);
        return super.withdraw(assets, receiver, owner);
    }

    function previewRedeem(uint256 shares) public view override asTold returns (uint256) {
        return _told(super.previewRedeem(shares));
    }

    function convertToAssets(uint256 shares) public view override asTold returns (uint256) {
        return _told(super.convertToAssets(shares));
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

    function _withdraw(
        address caller,
        address receiver,
        address owner,
        uint256 assets,
        uint256 shares
    ) internal override {
        super._withdraw(caller, receiver, owner, assets, shares);
        uint256 left = totalSupply();
        if (left > 0 && left < minimumSupply) revert SupplyTooSmall(left, minimumSupply);
    }
}
