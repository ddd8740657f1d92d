// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconHeader, StateLayout, StateProof, ValidatorFields} from "../types/Beacon.sol";
import {MerkleBatch} from "./MerkleBatch.sol";
import {Sha256} from "./Sha256.sol";

/// @title BeaconProofs
/// @notice What the beacon chain's state says of validators, proven against the root of a block. Stores nothing, and calls
/// nobody but the precompile of SHA-256.
///
///     block root ← header ← state root ← validators ← fields of a validator        8 leaves
///                                      ← balances   ← four balances                1 leaf
///
/// @dev Two layouts are known, for good. A proof of one is never accepted for a state of the other: its way leads through a
/// leaf of that state that holds a number of 8 bytes, so some hash of the proof would have to end in 24 zero bytes.
/// Electra's way passes node 4, in Gloas the genesis time; Gloas's passes node 89, in Electra the next withdrawal index.
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/ssz/simple-serialize.md#merkleization
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/electra/beacon-chain.md#beaconstate
/// @custom:source https://github.com/ethereum/consensus-specs/blob/a08d8a6e2b45f0b8c0d379abc15583427c643689/specs/gloas/beacon-chain.md#beaconstate
library BeaconProofs {
    /// @notice The header hashes to `actual`, which is not the root of the block asked about.
    error BlockRootMismatch(bytes32 actual, bytes32 expected);
    /// @notice What the proof says hashes to `actual`, which is not the root of the state asked about.
    error StateRootMismatch(bytes32 actual, bytes32 expected);
    /// @notice A state cannot have that many validators. [validators]
    error LengthOutOfRange(uint256 actual, uint256 limit);
    /// @notice The state has `limit` validators, so none with this index. [validator index]
    error IndexOutOfRange(uint256 actual, uint256 limit);
    /// @notice Indices must ascend: this one follows `previous`. [validator index]
    error IndexNotAscending(uint256 actual, uint256 previous);
    /// @notice Packed indices are not a whole number of `unit`s. [bytes]
    error IndicesMisaligned(uint256 actual, uint256 unit);
    /// @notice There must be fields for each index, and no more. [validators]
    error FieldCountMismatch(uint256 actual, uint256 expected);
    /// @notice There must be each leaf that the indices need, and no more; while they run short, `expected` counts those needed so far. [leaves]
    error ChunkCountMismatch(uint256 actual, uint256 expected);
    /// @notice A public key has another length. [bytes]
    error PubkeyLengthMismatch(uint256 actual, uint256 expected);

    /// @notice Validators that a state can have. Indices are below.
    uint256 internal constant MAX_VALIDATORS = 1 << 40;
    /// @notice Bytes of an index.
    uint256 internal constant INDEX_BYTES = 5;
    /// @notice Bytes of a public key.
    uint256 internal constant PUBKEY_BYTES = 48;
    /// @notice Balances in a leaf.
    uint256 internal constant BALANCES_PER_CHUNK = 4;
    /// @notice Depths of Electra's lists.
    uint256 internal constant VALIDATORS_DEPTH = 40;
    uint256 internal constant BALANCES_DEPTH = 38;

    /// @notice Reverts unless `header` is that of the block.
    function checkHeader(bytes32 blockRoot, BeaconHeader calldata header) internal view {
        bytes32 root = calcBlockRoot(header);
        if (root != blockRoot) revert BlockRootMismatch(root, blockRoot);
    }

    /// @notice Reverts unless the state with this root says what `proof` says.
    /// @dev An empty proof is true of every state, and says nothing.
    /// @param withdrawalCredentials Of all validators whose fields are proven.
    /// @return fieldIndices Whose fields are proven, in the order of `proof.fields`.
    /// @return balanceIndices Whose balances are proven.
    /// @return balances In the same order. [gwei]
    function checkState(
        bytes32 stateRoot,
        bytes32 withdrawalCredentials,
        StateProof calldata proof
    ) internal view returns (uint256[] memory fieldIndices, uint256[] memory balanceIndices, uint64[] memory balances) {
        if (proof.length > MAX_VALIDATORS) revert LengthOutOfRange(proof.length, MAX_VALIDATORS);
        fieldIndices = unpackIndices(proof.fieldIndices, proof.length);
        balanceIndices = unpackIndices(proof.balanceIndices, proof.length);
        bytes32 validatorsRoot = _calcValidatorsRoot(withdrawalCredentials, proof, fieldIndices);
        bytes32 balancesRoot;
        (balancesRoot, balances) = _calcBalancesRoot(proof, balanceIndices);
        bytes32 root =
            proof.layout == StateLayout.Electra
                ? _calcElectraRoot(validatorsRoot, balancesRoot, proof.stateNodes)
                : _calcGloasRoot(validatorsRoot, balancesRoot, proof.stateNodes);
        if (root != stateRoot) revert StateRootMismatch(root, stateRoot);
    }

    /// @notice SSZ root of a header, which is the block's root.
    function calcBlockRoot(BeaconHeader calldata header) internal view returns (bytes32) {
        (bytes32 slot, bytes32 proposerIndex, , ) = Sha256.leavesOf(header.slot, header.proposerIndex, 0, 0);
        bytes32 numbers = Sha256.pair(slot, proposerIndex);
        bytes32 roots = Sha256.pair(header.parentRoot, header.stateRoot);
        bytes32 nothing = Sha256.pair(0, 0);
        bytes32 rest = Sha256.pair(Sha256.pair(header.bodyRoot, 0), nothing);
        return Sha256.pair(Sha256.pair(numbers, roots), rest);
    }

    /// @notice SSZ root of a public key of 48 bytes.
    function calcPubkeyRoot(bytes calldata pubkey) internal view returns (bytes32) {
        if (pubkey.length != PUBKEY_BYTES) revert PubkeyLengthMismatch(pubkey.length, PUBKEY_BYTES);
        return Sha256.pair(bytes32(pubkey), bytes32(bytes16(pubkey[32:])));
    }

    /// @notice SSZ root of a validator.
    function calcValidatorRoot(
        bytes32 withdrawalCredentials,
        ValidatorFields calldata fields
    ) internal view returns (bytes32) {
        bytes32[8] memory leaves;
        leaves[0] = fields.pubkeyRoot;
        leaves[1] = withdrawalCredentials;
        (leaves[2], leaves[3], , ) = Sha256.leavesOf(fields.effectiveBalance, fields.slashed ? 1 : 0, 0, 0);
        (leaves[4], leaves[5], leaves[6], leaves[7]) = Sha256.leavesOf(
            fields.activationEligibilityEpoch,
            fields.activationEpoch,
            fields.exitEpoch,
            fields.withdrawableEpoch
        );
        return Sha256.rootOf(leaves);
    }

    /// @notice Indices of five bytes each, which must ascend and be below `limit`.
    function unpackIndices(bytes calldata packed, uint256 limit) internal pure returns (uint256[] memory indices) {
        if (packed.length % INDEX_BYTES != 0) revert IndicesMisaligned(packed.length, INDEX_BYTES);
        indices = new uint256[](packed.length / INDEX_BYTES);
        uint256 next = 0;
        for (uint256 i = 0; i < indices.length; ++i) {
            uint256 index;
            assembly ("memory-safe") {
                index := shr(216, calldataload(add(packed.offset, mul(i, INDEX_BYTES))))
            }
            if (index >= limit) revert IndexOutOfRange(index, limit);
            if (index < next) revert IndexNotAscending(index, next - 1);
            indices[i] = index;
            next = index + 1;
        }
    }

    function _calcValidatorsRoot(
        bytes32 withdrawalCredentials,
        StateProof calldata proof,
        uint256[] memory indices
    ) private view returns (bytes32) {
        ValidatorFields[] calldata fields = proof.fields;
        if (fields.length != indices.length) revert FieldCountMismatch(fields.length, indices.length);
        if (indices.length == 0) return _onlyNode(proof.fieldNodes);
        MerkleBatch.Batch memory batch;
        batch.positions = indices;
        batch.leaves = new bytes32[](indices.length);
        for (uint256 i = 0; i < indices.length; ++i) {
            batch.leaves[i] = calcValidatorRoot(withdrawalCredentials, fields[i]);
        }
        return _calcListRoot(proof, batch, proof.fieldNodes, proof.length, VALIDATORS_DEPTH);
    }

    function _calcBalancesRoot(
        StateProof calldata proof,
        uint256[] memory indices
    ) private view returns (bytes32 root, uint64[] memory balances) {
        bytes32[] calldata chunks = proof.balanceChunks;
        balances = new uint64[](indices.length);
        uint256[] memory positions = new uint256[](chunks.length);
        uint256 count = 0;
        for (uint256 i = 0; i < indices.length; ++i) {
            uint256 position = indices[i] / BALANCES_PER_CHUNK;
            if (count == 0 || position != positions[count - 1]) {
                if (count == chunks.length) revert ChunkCountMismatch(chunks.length, count + 1);
                positions[count++] = position;
            }
            balances[i] = balanceIn(chunks[count - 1], indices[i]);
        }
        if (count != chunks.length) revert ChunkCountMismatch(chunks.length, count);
        if (count == 0) return (_onlyNode(proof.balanceNodes), balances);
        MerkleBatch.Batch memory batch;
        (batch.positions, batch.leaves) = (positions, chunks);
        uint256 size = (uint256(proof.length) + BALANCES_PER_CHUNK - 1) / BALANCES_PER_CHUNK;
        root = _calcListRoot(proof, batch, proof.balanceNodes, size, BALANCES_DEPTH);
    }

    /// @notice The balance of validator `index` in the leaf that holds it. [gwei]
    function balanceIn(bytes32 chunk, uint256 index) internal pure returns (uint64) {
        return Sha256.numberIn(chunk, index % BALANCES_PER_CHUNK);
    }

    /// @dev Both lists end with their length, which is the same.
    function _calcListRoot(
        StateProof calldata proof,
        MerkleBatch.Batch memory batch,
        bytes32[] calldata nodes,
        uint256 size,
        uint256 depth
    ) private view returns (bytes32) {
        bytes32 root =
            proof.layout == StateLayout.Electra
                ? MerkleBatch.calcRoot(batch, nodes, size, depth)
                : MerkleBatch.calcProgressiveRoot(batch, nodes, size);
        (bytes32 length, , , ) = Sha256.leavesOf(proof.length, 0, 0, 0);
        return Sha256.pair(root, length);
    }

    /// @dev The root of a list of which nothing is proven.
    function _onlyNode(bytes32[] calldata nodes) private pure returns (bytes32) {
        if (nodes.length != 1) revert MerkleBatch.NodeCountMismatch(nodes.length, 1);
        return nodes[0];
    }

    /// @dev A container of depth 6: the lists are nodes 75 and 76, beside 74 and 77.
    function _calcElectraRoot(
        bytes32 validators,
        bytes32 balances,
        bytes32[7] calldata nodes
    ) private view returns (bytes32) {
        bytes32 node18 = Sha256.pair(nodes[0], Sha256.pair(nodes[1], validators));
        bytes32 node19 = Sha256.pair(Sha256.pair(balances, nodes[2]), nodes[3]);
        bytes32 node4 = Sha256.pair(nodes[4], Sha256.pair(node18, node19));
        return Sha256.pair(Sha256.pair(node4, nodes[5]), nodes[6]);
    }

    /// @dev A progressive container: the lists are nodes 358 and 359, in the subtree of fields 5 to 20, which is node 22.
    function _calcGloasRoot(
        bytes32 validators,
        bytes32 balances,
        bytes32[7] calldata nodes
    ) private view returns (bytes32) {
        bytes32 node89 = Sha256.pair(nodes[0], Sha256.pair(validators, balances));
        bytes32 node22 = Sha256.pair(Sha256.pair(nodes[1], node89), nodes[2]);
        bytes32 node5 = Sha256.pair(nodes[4], Sha256.pair(node22, nodes[3]));
        return Sha256.pair(Sha256.pair(nodes[5], node5), nodes[6]);
    }
}
