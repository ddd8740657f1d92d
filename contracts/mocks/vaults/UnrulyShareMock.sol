// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ShareMock} from "../ShareMock.sol";
import {UnrulyShare} from "./UnrulyShare.sol";

/// @title UnrulyShareMock
/// @notice Stands for the share of a vault that keeps it in a contract of its own, under an issuer's thumb.
contract UnrulyShareMock is ShareMock, UnrulyShare {
    constructor(address asset_) ShareMock(asset_) {}

    // ---------------------------------------------------------------- inherited twice

    function totalSupply() public view override(ERC20, UnrulyShare) returns (uint256) {
        return super.totalSupply();
    }

    function balanceOf(address account) public view override(ERC20, UnrulyShare) returns (uint256) {
        return super.balanceOf(account);
    }

    function approve(address spender, uint256 shares) public override(ERC20, UnrulyShare) returns (bool) {
        return super.approve(spender, shares);
    }

    function transfer(address to, uint256 shares) public override(ERC20, UnrulyShare) returns (bool) {
        return super.transfer(to, shares);
    }

    function transferFrom(address from, address to, uint256 shares) public override(ERC20, UnrulyShare) returns (bool) {
        return super.transferFrom(from, to, shares);
    }

    function _update(address from, address to, uint256 shares) internal override(ERC20, UnrulyShare) {
        super._update(from, to, shares);
    }

    function _isVault(address account) internal view override returns (bool) {
        return account == VAULT;
    }
}
