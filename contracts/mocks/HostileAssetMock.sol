// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {AssetMock} from "./AssetMock.sol";

/// @title HostileAssetMock
/// @notice Stands for every way an asset can make payments fail or deceive: it blocks accounts, charges for transfers,
/// shrinks balances, tells strangers of transfers.
contract HostileAssetMock is AssetMock {
    /// @notice `account` may not receive the asset.
    error AccountBlocked(address account);

    event CalledBack(bool success, bytes returnData);

    uint256 private constant _BASIS_POINTS = 10_000;

    mapping(address account => bool) private _isBlocked;
    uint256 private _fee;
    address private _reentryTarget;
    bytes private _reentryData;

    constructor(string memory name_, string memory symbol_, uint8 decimals_) AssetMock(name_, symbol_, decimals_) {}

    function setBlocked(address account, bool isBlocked) external {
        _isBlocked[account] = isBlocked;
    }

    /// @notice What a transfer costs from now on; the fee is burnt. [10,000 = 100 %]
    function setFee(uint256 fee) external {
        _fee = fee;
    }

    /// @notice Makes anybody's tokens vanish, as a token does whose balances follow a loss.
    function confiscate(address account, uint256 amount) external {
        _burn(account, amount);
    }

    /// @notice After the next transfer `target` is called with `data`, once. Whether that failed stands in the event.
    function setReentry(address target, bytes calldata data) external {
        _reentryTarget = target;
        _reentryData = data;
    }

    function _update(address from, address to, uint256 amount) internal virtual override {
        if (_isBlocked[to]) revert AccountBlocked(to);
        bool isTransfer = from != address(0) && to != address(0);
        uint256 charge = isTransfer ? (amount * _fee) / _BASIS_POINTS : 0;
        if (charge > 0) super._update(from, address(0), charge);
        super._update(from, to, amount - charge);
        address target = _reentryTarget;
        if (!isTransfer || target == address(0)) return;
        _reentryTarget = address(0);
        (bool success, bytes memory returnData) = target.call(_reentryData);
        emit CalledBack(success, returnData);
    }
}
