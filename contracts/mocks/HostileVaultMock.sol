// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IVotableSupply} from "../interfaces/IVotableSupply.sol";
import {Answer, Misbehaviour} from "./Misbehaviour.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title HostileVaultMock
/// @notice Stands for every way an ERC-4626 vault can fail or deceive those who hold its shares: any of its functions
/// can be told how to misbehave, {maxRedeem} can lie, redemption can pay too little, refuse zero, or call back.
contract HostileVaultMock is VaultMock, IVotableSupply, IERC165 {
    /// @notice The redemption is for nothing, and the vault is told to refuse that.
    error NothingToRedeem();

    mapping(bytes4 selector => Answer) private _answers;
    bool private _isLyingAboutMaxRedeem;
    bool private _isRefusingZero;
    bool private _isAnnouncingVotableSupply;
    uint256 private _maxRedeemLie;
    uint256 private _votableSupply;
    uint256 private _withheld;
    address private _reentryTarget;
    bytes private _reentryData;

    /// @dev Only the function called from outside misbehaves: inside it, others stay honest.
    modifier asTold() {
        Misbehaviour.play(_answers[msg.sig]);
        _;
    }

    constructor(IERC20 asset_) VaultMock(asset_) {}

    // ---------------------------------------------------------------- what it is told

    /// @notice How the function `selector` answers from now on.
    function setAnswer(bytes4 selector, Answer answer) external {
        _answers[selector] = answer;
    }

    /// @notice From now on {maxRedeem} says `shares` to everybody; what can really be redeemed stays as it was.
    function setMaxRedeemLie(bool isLying, uint256 shares) external {
        _isLyingAboutMaxRedeem = isLying;
        _maxRedeemLie = shares;
    }

    /// @notice Whether redeeming for zero assets, or zero shares, reverts.
    function setRefusingZero(bool isRefusing) external {
        _isRefusingZero = isRefusing;
    }

    /// @notice Part of each redemption that is kept back although the return value and the event count it.
    /// @param part At most 1e18. [1e18 = 100 %]
    function setWithheld(uint256 part) external {
        _withheld = part;
    }

    /// @notice Whether the vault announces {votableSupply} by ERC-165, and what that says. [shares]
    function setVotableSupply(bool isAnnounced, uint256 supply) external {
        _isAnnouncingVotableSupply = isAnnounced;
        _votableSupply = supply;
    }

    /// @notice The next redemption calls `target` with `data` before it pays, once; a failure is passed on.
    function setReentry(address target, bytes calldata data) external {
        _reentryTarget = target;
        _reentryData = data;
    }

    /// @notice Makes anybody's shares vanish.
    function confiscate(address account, uint256 shares) external {
        _burn(account, shares);
    }

    // ---------------------------------------------------------------- what others see

    function votableSupply() external view asTold returns (uint256) {
        return _votableSupply;
    }

    function supportsInterface(bytes4 interfaceId) external view asTold returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            (interfaceId == type(IVotableSupply).interfaceId && _isAnnouncingVotableSupply);
    }

    function totalSupply() public view override(ERC20, IERC20) asTold returns (uint256) {
        return super.totalSupply();
    }

    function balanceOf(address account) public view override(ERC20, IERC20) asTold returns (uint256) {
        return super.balanceOf(account);
    }

    function totalAssets() public view override asTold returns (uint256) {
        return super.totalAssets();
    }

    function asset() public view override asTold returns (address) {
        return super.asset();
    }

    function convertToAssets(uint256 shares) public view override asTold returns (uint256) {
        return super.convertToAssets(shares);
    }

    function previewRedeem(uint256 shares) public view override asTold returns (uint256) {
        return super.previewRedeem(shares);
    }

    function maxWithdraw(address account) public view override asTold returns (uint256) {
        return super.maxWithdraw(account);
    }

    function maxRedeem(address account) public view override asTold returns (uint256) {
        return _isLyingAboutMaxRedeem ? _maxRedeemLie : super.maxRedeem(account);
    }

    function transfer(address to, uint256 shares) public override(ERC20, IERC20) asTold returns (bool) {
        return super.transfer(to, shares);
    }

    function transferFrom(
        address from,
        address to,
        uint256 shares
    ) public override(ERC20, IERC20) asTold returns (bool) {
        return super.transferFrom(from, to, shares);
    }

    function redeem(uint256 shares, address receiver, address account) public override asTold returns (uint256) {
        return super.redeem(shares, receiver, account);
    }

    function _withdraw(
        address caller,
        address receiver,
        address account,
        uint256 assets,
        uint256 shares
    ) internal override {
        if (_isRefusingZero && (assets == 0 || shares == 0)) revert NothingToRedeem();
        address target = _reentryTarget;
        if (target != address(0)) {
            _reentryTarget = address(0);
            Address.functionCall(target, _reentryData);
        }
        super._withdraw(caller, receiver, account, assets, shares);
    }

    function _transferOut(address to, uint256 assets) internal override {
        super._transferOut(to, assets - (assets * _withheld) / 1e18);
    }
}
