// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC7540VaultMock} from "./ERC7540VaultMock.sol";
import {SupplyCost} from "./SupplyCost.sol";

/// @title CostlySupplyRequestVaultMock
/// @notice Stands for an honest vault that needs much gas to report its supply and redeems on request.
contract CostlySupplyRequestVaultMock is ERC7540VaultMock, SupplyCost {
    constructor(IERC20 asset_, Mode memory mode_) ERC7540VaultMock(asset_, mode_) {}

    function totalSupply() public view override atSupplyCost returns (uint256) {
        return super.totalSupply();
    }
}
