// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title TestAsset
/// @notice Stands for what a vault holds, on a test network: anybody mints any amount, so it is worth nothing.
contract TestAsset is ERC20("Test asset, worth nothing", "tTEST") {
    function mint(address account, uint256 amount) external {
        _mint(account, amount);
    }
}
