// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IPausableUntil} from "../interfaces/external/IPausableUntil.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a vault whose pause also holds those who want to leave.
contract PausableExitVaultMock is StandInMock {
    /// @notice The vault is paused, and lets nobody out.
    error Paused();

    constructor(address original) StandInMock(original) {}

    function redeem(uint256, address, address) external returns (uint256) {
        if (IPausableUntil(address(this)).isPaused()) revert Paused();
        _fallback();
    }
}
