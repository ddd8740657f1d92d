// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC7540VaultMock} from "./ERC7540VaultMock.sol";

/// @title PickyVaultMock
/// @notice Stands for a vault with asynchronous redemption that does not take every request.
contract PickyVaultMock is ERC7540VaultMock {
    /// @notice Which requests are refused.
    enum Refusal {
        None,
        /// Those of controllers that have made one before.
        Second,
        All
    }

    /// @notice The vault does not admit `controller`.
    error RequestRefused(address controller);

    Refusal private _refusal;
    mapping(address controller => bool) private _hasRequested;

    constructor(IERC20 asset_, Mode memory mode_) ERC7540VaultMock(asset_, mode_) {}

    /// @notice From now on requests are refused, or not.
    function setRefusal(Refusal refusal) external {
        _refusal = refusal;
    }

    function requestRedeem(uint256 shares, address controller, address owner) public override returns (uint256) {
        bool isRefused = _refusal == Refusal.All || (_refusal == Refusal.Second && _hasRequested[controller]);
        if (isRefused) revert RequestRefused(controller);
        _hasRequested[controller] = true;
        return super.requestRedeem(shares, controller, owner);
    }
}
