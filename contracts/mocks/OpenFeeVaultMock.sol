// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a vault whose author has forgotten to ask who sets the fee.
contract OpenFeeVaultMock is StandInMock {
    bytes32 private immutable _FEE_SLOT;

    constructor(address original, bytes32 feeSlot) StandInMock(original) {
        _FEE_SLOT = feeSlot;
    }

    function setFee(uint256 newFee) external {
        StorageSlot.getUint256Slot(_FEE_SLOT).value = newFee;
    }
}
