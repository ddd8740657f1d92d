// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ToldAnswers} from "./ToldAnswers.sol";

/// @title UnrulyShare
/// @notice Stands for what an issuer can do to a vault's share, all of it while somebody is leaving: pause it, block an
/// account, admit holders by a list, burn or seize anybody's shares, charge for transfers, call strangers in a
/// transfer. Anybody may throw the switches.
abstract contract UnrulyShare is ERC20Permit, ToldAnswers {
    /// @notice When the hook is called.
    enum Moment {
        Never,
        Before,
        After
    }

    /// @notice No share moves.
    error SharePaused();
    /// @notice `account` may neither send nor receive.
    error AccountBlocked(address account);
    /// @notice `account` is not on the issuer's list.
    error AccountNotAdmitted(address account);

    event CalledBack(bool success, bytes returnData);

    uint256 private constant _BASIS_POINTS = 10_000;

    bool public isSharePaused;
    /// @notice Whether only admitted accounts may send and receive the share.
    bool public hasHolderList;
    /// @notice What a transfer costs, but for those of the vault; the fee is burnt. [10,000 = 100 %]
    uint256 public transferFee;
    mapping(address account => bool) public isAdmitted;
    mapping(address account => bool) public isBlocked;

    bool private _isIssuerActing;
    Moment private _moment;
    address private _target;
    bytes private _data;

    /// @dev The issuer is asked by nobody.
    modifier asIssuer() {
        _isIssuerActing = true;
        _;
        _isIssuerActing = false;
    }

    // ---------------------------------------------------------------- what an issuer would do

    function setSharePaused(bool isPaused) external {
        isSharePaused = isPaused;
    }

    function setBlocked(address account, bool isBlocked_) external {
        isBlocked[account] = isBlocked_;
    }

    function setHolderList(bool isKept) external {
        hasHolderList = isKept;
    }

    function setAdmitted(address account, bool isAdmitted_) external {
        isAdmitted[account] = isAdmitted_;
    }

    function setTransferFee(uint256 fee) external {
        transferFee = fee;
    }

    /// @notice Burns `shares` of `account`.
    function clawBack(address account, uint256 shares) external asIssuer {
        _burn(account, shares);
    }

    /// @notice Moves `shares` of `account` without being asked, as an operator over all accounts can.
    function seize(address account, address to, uint256 shares) external asIssuer {
        _transfer(account, to, shares);
    }

    /// @notice The next change of balances calls `target` with `data`, once. Whether that failed stands in the event.
    function setHook(Moment moment, address target, bytes calldata data) external {
        _moment = moment;
        _target = target;
        _data = data;
    }

    // ---------------------------------------------------------------- what others see

    function totalSupply() public view virtual override asTold returns (uint256) {
        return _told(super.totalSupply());
    }

    function balanceOf(address account) public view virtual override asTold returns (uint256) {
        return _told(super.balanceOf(account));
    }

    function approve(address spender, uint256 shares) public virtual override asTold returns (bool) {
        return super.approve(spender, shares);
    }

    function transfer(address to, uint256 shares) public virtual override asTold returns (bool) {
        return super.transfer(to, shares);
    }

    function transferFrom(address from, address to, uint256 shares) public virtual override asTold returns (bool) {
        return super.transferFrom(from, to, shares);
    }

    // ---------------------------------------------------------------- internal

    /// @dev The vault itself, wherever it keeps its share, and nobody at all stand on every list.
    function _isVault(address account) internal view virtual returns (bool) {
        return account == address(this);
    }

    function _update(address from, address to, uint256 shares) internal virtual override {
        if (!_isIssuerActing) {
            if (isSharePaused) revert SharePaused();
            _checkHolder(from);
            _checkHolder(to);
        }
        _callBackAt(Moment.Before);
        uint256 charge = _isCharged(from, to) ? (shares * transferFee) / _BASIS_POINTS : 0;
        if (charge > 0) super._update(from, address(0), charge);
        super._update(from, to, shares - charge);
        _callBackAt(Moment.After);
    }

    function _checkHolder(address account) private view {
        if (account == address(0) || _isVault(account)) return;
        if (isBlocked[account]) revert AccountBlocked(account);
        if (hasHolderList && !isAdmitted[account]) revert AccountNotAdmitted(account);
    }

    function _isCharged(address from, address to) private view returns (bool) {
        return from != address(0) && to != address(0) && !_isVault(from) && !_isVault(to);
    }

    function _callBackAt(Moment moment) private {
        if (_moment != moment) return;
        _moment = Moment.Never;
        (bool success, bytes memory returnData) = _target.call(_data);
        emit CalledBack(success, returnData);
    }
}
