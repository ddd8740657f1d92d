// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title IWETH
/// @notice The two calls of WETH9 beside ERC-20.
interface IWETH is IERC20 {
    /// @notice Wraps what is sent.
    function deposit() external payable;

    /// @notice Sends `amount` to the caller as ETH. [wei]
    function withdraw(uint256 amount) external;
}
