// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title SupplyCost
/// @notice Stands for an honest vault's way of computing its supply at great expense: whoever sends it too little gas gets
/// no answer.
abstract contract SupplyCost {
    /// @notice What `totalSupply` uses, roughly. [gas]
    uint256 public supplyCost;

    /// @dev Runs out of gas before it answers, if there is not enough.
    modifier atSupplyCost() {
        uint256 start = gasleft();
        uint256 cost = supplyCost;
        while (start - gasleft() < cost) {}
        _;
    }

    function setSupplyCost(uint256 cost) external {
        supplyCost = cost;
    }
}
