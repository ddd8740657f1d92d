// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title HungryVaultMock
/// @notice Stands for an honest vault that computes its supply at great expense: whoever sends it too little gas hears
/// nothing.
contract HungryVaultMock is VaultMock {
    /// @notice What {totalSupply} uses up, roughly. [gas]
    uint256 public appetite;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    function setAppetite(uint256 newAppetite) external {
        appetite = newAppetite;
    }

    function totalSupply() public view override(ERC20, IERC20) returns (uint256) {
        uint256 start = gasleft();
        uint256 end = appetite;
        // Runs out of gas before it answers, if there is not enough.
        while (start - gasleft() < end) {}
        return super.totalSupply();
    }
}
