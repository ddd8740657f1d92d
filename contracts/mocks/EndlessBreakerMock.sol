// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a breaker that forgets that its one seal has been used.
contract EndlessBreakerMock is StandInMock {
    bytes32 private immutable _SEALED_AT_SLOT;

    constructor(address original, bytes32 sealedAtSlot) StandInMock(original) {
        _SEALED_AT_SLOT = sealedAtSlot;
    }

    function seal(address[] calldata) external {
        _callOriginal();
        StorageSlot.getUint256Slot(_SEALED_AT_SLOT).value = 0;
    }
}
