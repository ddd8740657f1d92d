// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC7540VaultMock} from "./ERC7540VaultMock.sol";

/// @title HungryAsyncVaultMock
/// @notice Stands for an honest vault with asynchronous redemption that computes its supply at great expense: whoever
/// sends it too little gas hears nothing.
contract HungryAsyncVaultMock is ERC7540VaultMock {
    /// @notice What {totalSupply} uses up, roughly. [gas]
    uint256 public appetite;

    constructor(IERC20 asset_, Mode memory mode_) ERC7540VaultMock(asset_, mode_) {}

    function setAppetite(uint256 newAppetite) external {
        appetite = newAppetite;
    }

    function totalSupply() public view override returns (uint256) {
        uint256 start = gasleft();
        uint256 end = appetite;
        // Runs out of gas before it answers, if there is not enough.
        while (start - gasleft() < end) {}
        return super.totalSupply();
    }
}
