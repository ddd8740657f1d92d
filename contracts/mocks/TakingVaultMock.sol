// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {StorageSlot} from "@openzeppelin/contracts/utils/StorageSlot.sol";
import {StandInMock} from "./StandInMock.sol";

/// @notice Stands for a vault in which whoever lets fees accrue is paid a share of somebody who has not agreed.
contract TakingVaultMock is StandInMock {
    bytes32 private immutable _BALANCES_SLOT;
    address private immutable _VICTIM;

    constructor(address original, bytes32 balancesSlot, address victim) StandInMock(original) {
        _BALANCES_SLOT = balancesSlot;
        _VICTIM = victim;
    }

    function accrueFee() external {
        _callOriginal();
        --_balanceOf(_VICTIM).value;
        ++_balanceOf(msg.sender).value;
    }

    function _balanceOf(address account) private view returns (StorageSlot.Uint256Slot storage) {
        return StorageSlot.getUint256Slot(keccak256(abi.encode(account, _BALANCES_SLOT)));
    }
}
