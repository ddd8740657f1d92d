// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a gate in which every poke moves R1 in force, a rule, by a little: an innocent function that everybody may call.
contract DriftingGateMock is StandInMock {
    /// @dev The machine's first word.
    bytes32 private immutable _MACHINE_SLOT;
    /// @dev One unit of R1 within that word.
    uint256 private immutable _UNIT;

    constructor(address original, bytes32 machineSlot, uint256 unit) StandInMock(original) {
        _MACHINE_SLOT = machineSlot;
        _UNIT = unit;
    }

    function poke() external {
        _callOriginal();
        StorageSlot.getUint256Slot(_MACHINE_SLOT).value += _UNIT;
    }
}
