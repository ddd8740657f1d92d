// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {SupplyCost} from "./SupplyCost.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title CostlySupplyVaultMock
/// @notice Stands for an honest vault that needs much gas to report its supply and redeems at once.
contract CostlySupplyVaultMock is VaultMock, SupplyCost {
    constructor(IERC20 asset_) VaultMock(asset_) {}

    function totalSupply() public view override(ERC20, IERC20) atSupplyCost returns (uint256) {
        return super.totalSupply();
    }
}
