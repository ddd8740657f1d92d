// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title CostlySupplyVaultMock
/// @notice Stands for an honest vault that needs much gas to tell its supply: whoever gives it less gets no answer.
contract CostlySupplyVaultMock is VaultMock {
    /// @notice The caller brings less than the answer uses. [gas]
    error TooLittleGas(uint256 available, uint256 needed);

    uint256 private _cost;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    /// @notice What {totalSupply} uses from now on. [gas]
    function setSupplyCost(uint256 cost) external {
        _cost = cost;
    }

    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        uint256 available = gasleft();
        if (available < _cost) revert TooLittleGas(available, _cost);
        while (available - gasleft() < _cost) {}
        return super.totalSupply();
    }
}
