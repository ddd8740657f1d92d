// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";

/// @title CooldownSilo
/// @notice Stands for the contract in which a cooldown vault keeps the assets of those who have left and not been paid.
contract CooldownSilo {
    using SafeERC20 for IERC20;

    /// @notice Only the vault may do this.
    error CallerIsNotVault(address caller, address vault);

    address private immutable _VAULT;
    IERC20 private immutable _ASSET;

    constructor(IERC20 asset) {
        _VAULT = msg.sender;
        _ASSET = asset;
    }

    function pay(address receiver, uint256 assets) external {
        if (msg.sender != _VAULT) revert CallerIsNotVault(msg.sender, _VAULT);
        _ASSET.safeTransfer(receiver, assets);
    }
}
