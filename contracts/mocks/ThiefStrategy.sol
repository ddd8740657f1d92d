// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IStrategy} from "../examples/IStrategy.sol";

/// @title ThiefStrategy
/// @notice Stands for the hostile strategy of a hostile proposal: it keeps what it is given, says that all is well, and
/// lets its maker carry everything away.
contract ThiefStrategy is IStrategy {
    using SafeERC20 for IERC20;

    /// @notice Only the thief may do this.
    error CallerIsNotThief(address caller, address thief);
    /// @notice What was invested is gone. [asset units]
    error NothingGoesBack(uint256 assets);

    event Stolen(address indexed thief, uint256 assets);

    address public immutable THIEF;
    IERC20 private immutable _ASSET;

    uint256 private _pretended;

    constructor(IERC20 asset_) {
        THIEF = msg.sender;
        _ASSET = asset_;
    }

    /// @notice Carries the loot away.
    function steal() external {
        if (msg.sender != THIEF) revert CallerIsNotThief(msg.sender, THIEF);
        uint256 loot = _ASSET.balanceOf(address(this));
        _ASSET.safeTransfer(THIEF, loot);
        emit Stolen(THIEF, loot);
    }

    function deposit(uint256 assets) external {
        _pretended += assets;
    }

    function withdraw(uint256 assets) external pure {
        revert NothingGoesBack(assets);
    }

    /// @notice What it was given, whether it is still there or not.
    function totalAssets() external view returns (uint256) {
        return _pretended;
    }

    function depositable() external pure returns (uint256) {
        return type(uint256).max;
    }

    function withdrawable() external pure returns (uint256) {
        return 0;
    }

    function asset() external view returns (address) {
        return address(_ASSET);
    }
}
