// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title PokingVaultMock
/// @notice Stands for an immediate vault whose share has transfer hooks that an attacker uses for one call, before and
/// after every change of balances.
contract PokingVaultMock is VaultMock {
    event CalledBack(bool success, bytes returnData);

    address private _target;
    bytes private _data;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    /// @notice From now on every change of balances calls `target` with `data`, twice; zero for no call.
    function setCallback(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    function _update(address from, address to, uint256 shares) internal override {
        _callBack();
        super._update(from, to, shares);
        _callBack();
    }

    function _callBack() private {
        if (_target == address(0)) return;
        (bool success, bytes memory returnData) = _target.call(_data);
        emit CalledBack(success, returnData);
    }
}
