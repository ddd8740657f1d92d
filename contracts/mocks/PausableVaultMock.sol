// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {PauseUntil} from "../libraries/PauseUntil.sol";
import {VaultMock} from "./VaultMock.sol";

/// @title PausableVaultMock
/// @notice Stands for a vault whose redemptions can be paused, as a withdrawal queue's can: the kind that keeps a rage
/// quit from finishing. Honest otherwise; shares can be transferred, and locked, while it is paused.
contract PausableVaultMock is VaultMock, IPausableUntil {
    using PauseUntil for PauseUntil.Context;

    /// @notice Only the circuit breaker may do this.
    error CallerIsNotBreaker(address caller, address breaker);
    /// @notice Only who deployed the vault may name its breaker.
    error CallerIsNotDeployer(address caller, address deployer);
    /// @notice The breaker is named once.
    error BreakerAlreadyBound(address breaker);

    address private immutable _DEPLOYER;

    address public breaker;
    PauseUntil.Context private _pause;

    modifier onlyBreaker() {
        if (msg.sender != breaker) revert CallerIsNotBreaker(msg.sender, breaker);
        _;
    }

    constructor(IERC20 asset_) VaultMock(asset_) {
        _DEPLOYER = msg.sender;
    }

    /// @notice Names who may pause, once: the circuit breaker exists only after the vault.
    function bindBreaker(address breaker_) external {
        if (msg.sender != _DEPLOYER) revert CallerIsNotDeployer(msg.sender, _DEPLOYER);
        if (breaker != address(0)) revert BreakerAlreadyBound(breaker);
        breaker = breaker_;
    }

    /// @inheritdoc IPausableUntil
    function pauseFor(uint256 duration) external onlyBreaker {
        _pause.pauseFor(duration);
    }

    /// @inheritdoc IPausableUntil
    function resume() external onlyBreaker {
        _pause.resume();
    }

    /// @inheritdoc IPausableUntil
    function getResumeSinceTimestamp() external view returns (uint256) {
        return _pause.resumesAt;
    }

    /// @inheritdoc IPausableUntil
    function isPaused() public view returns (bool) {
        return _pause.isPaused();
    }

    function maxWithdraw(address account) public view override returns (uint256) {
        return isPaused() ? 0 : super.maxWithdraw(account);
    }

    function maxRedeem(address account) public view override returns (uint256) {
        return isPaused() ? 0 : super.maxRedeem(account);
    }
}
