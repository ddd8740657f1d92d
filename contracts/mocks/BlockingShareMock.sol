// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title BlockingShareMock
/// @notice Stands for a vault whose share can be paused, or blocked for some accounts.
contract BlockingShareMock is VaultMock {
    /// @notice No share moves.
    error SharePaused();
    /// @notice `account` may neither send nor receive.
    error AccountBlocked(address account);

    bool public isPaused;
    mapping(address account => bool) public isBlocked;

    constructor(IERC20 asset_) VaultMock(asset_) {}

    function setPaused(bool paused) external {
        isPaused = paused;
    }

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function _update(address from, address to, uint256 shares) internal override {
        if (isPaused) revert SharePaused();
        if (isBlocked[from]) revert AccountBlocked(from);
        if (isBlocked[to]) revert AccountBlocked(to);
        super._update(from, to, shares);
    }
}
