// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconProofs} from "../BeaconProofs.sol";
import {Sha256} from "../Sha256.sol";

/// @title DepositData
/// @notice The SSZ root of a deposit, which the deposit contract asks for.
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/phase0/beacon-chain.md#depositdata
library DepositData {
    /// @notice A signature has another length. [bytes]
    error SignatureLengthMismatch(uint256 actual, uint256 expected);

    uint256 internal constant SIGNATURE_BYTES = 96;

    /// @param amount [gwei]
    function calcRoot(
        bytes calldata pubkey,
        bytes32 withdrawalCredentials,
        uint64 amount,
        bytes memory signature
    ) internal view returns (bytes32) {
        if (signature.length != SIGNATURE_BYTES) revert SignatureLengthMismatch(signature.length, SIGNATURE_BYTES);
        (bytes32 amountLeaf, , , ) = Sha256.leavesOf(amount, 0, 0, 0);
        bytes32 start;
        bytes32 middle;
        bytes32 end;
        assembly ("memory-safe") {
            start := mload(add(signature, 0x20))
            middle := mload(add(signature, 0x40))
            end := mload(add(signature, 0x60))
        }
        bytes32 signatureRoot = Sha256.pair(Sha256.pair(start, middle), Sha256.pair(end, 0));
        bytes32 message = Sha256.pair(BeaconProofs.calcPubkeyRoot(pubkey), withdrawalCredentials);
        return Sha256.pair(message, Sha256.pair(amountLeaf, signatureRoot));
    }
}
