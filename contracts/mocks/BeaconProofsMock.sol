// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconProofs} from "../staking/BeaconProofs.sol";
import {BeaconRoots} from "../staking/BeaconRoots.sol";
import {BeaconHeader, StateProof, ValidatorFields} from "../types/Beacon.sol";

/// @title BeaconProofsMock
/// @notice Stands for a contract that is shown proofs, and does nothing with them.
contract BeaconProofsMock {
    function checkHeader(bytes32 blockRoot, BeaconHeader calldata header) external view {
        BeaconProofs.checkHeader(blockRoot, header);
    }

    function checkState(
        bytes32 stateRoot,
        bytes32 withdrawalCredentials,
        StateProof calldata proof
    ) external view returns (uint256[] memory, uint256[] memory, uint64[] memory) {
        return BeaconProofs.checkState(stateRoot, withdrawalCredentials, proof);
    }

    /// What a contract pays that keeps nothing of what it is shown.
    function takeState(bytes32 stateRoot, bytes32 withdrawalCredentials, StateProof calldata proof) external view {
        BeaconProofs.checkState(stateRoot, withdrawalCredentials, proof);
    }

    function calcPubkeyRoot(bytes calldata pubkey) external view returns (bytes32) {
        return BeaconProofs.calcPubkeyRoot(pubkey);
    }

    function calcValidatorRoot(
        bytes32 withdrawalCredentials,
        ValidatorFields calldata fields
    ) external view returns (bytes32) {
        return BeaconProofs.calcValidatorRoot(withdrawalCredentials, fields);
    }

    function parentRootAt(uint256 timestamp) external view returns (bytes32) {
        return BeaconRoots.parentRootAt(timestamp);
    }

    function checkExecuted(BeaconHeader calldata header, uint256 timestamp) external view {
        BeaconRoots.checkExecuted(header, timestamp);
    }
}
