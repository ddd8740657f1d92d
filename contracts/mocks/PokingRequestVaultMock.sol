// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SupplyCost} from "./SupplyCost.sol";
import {RequestVaultMock} from "./vaults/RequestVaultMock.sol";

/// @title PokingRequestVaultMock
/// @notice Stands for a vault with asynchronous redemption whose share has transfer hooks that an attacker uses for one
/// call, before and after every change of balances, and which computes its supply at great expense.
contract PokingRequestVaultMock is RequestVaultMock, SupplyCost {
    address private _target;
    bytes private _data;

    constructor(IERC20 asset_) RequestVaultMock(asset_, false) {}

    /// @notice From now on every change of balances calls `target` with `data`, twice; zero for no call.
    function setCallback(address target, bytes calldata data) external {
        _target = target;
        _data = data;
    }

    function totalSupply() public view override atSupplyCost returns (uint256) {
        return super.totalSupply();
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
