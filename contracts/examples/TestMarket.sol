// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC4626} from "@openzeppelin/contracts/token/ERC20/extensions/ERC4626.sol";

/// @title TestMarket
/// @notice Stands for a money market, on a test network: takes deposits, gives them back, and earns nothing by itself.
contract TestMarket is ERC4626 {
    constructor(IERC20 asset_) ERC20("Test market, a stand-in", "tMARKET") ERC4626(asset_) {}
}
