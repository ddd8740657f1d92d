// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice How the state of the beacon chain is laid out as a tree.
enum StateLayout {
    /// Electra and Fulu: containers and lists of fixed depth.
    Electra,
    /// Gloas, and forks that keep to EIP-7688: progressive containers and lists.
    Gloas
}

/// @notice The header of a beacon block. Its SSZ root is the block's root.
struct BeaconHeader {
    uint64 slot;
    uint64 proposerIndex;
    bytes32 parentRoot;
    bytes32 stateRoot;
    bytes32 bodyRoot;
}

/// @notice A validator as the state has it, but for its withdrawal credentials, which a caller knows.
struct ValidatorFields {
    /// SSZ root of the public key.
    bytes32 pubkeyRoot;
    /// [gwei]
    uint64 effectiveBalance;
    bool slashed;
    /// Epochs; 2^64 − 1 for what has not been decided.
    uint64 activationEligibilityEpoch;
    uint64 activationEpoch;
    uint64 exitEpoch;
    uint64 withdrawableEpoch;
}

/// @notice What a state says of many validators at once.
struct StateProof {
    StateLayout layout;
    /// How many validators the state has.
    uint64 length;
    /// The seven nodes beside the way from the two lists to the state's root, from below.
    bytes32[7] stateNodes;
    /// Whose fields are proven: ascending, five bytes each, big-endian.
    bytes fieldIndices;
    ValidatorFields[] fields;
    /// Nodes beside the ways of these validators; if there are none, the one root of the list.
    bytes32[] fieldNodes;
    /// Whose balances are proven: ascending, five bytes each, big-endian.
    bytes balanceIndices;
    /// The leaves that hold them, four balances each, as they stand in the state.
    bytes32[] balanceChunks;
    /// Nodes beside the ways of these leaves; if there are none, the one root of the list.
    bytes32[] balanceNodes;
}
