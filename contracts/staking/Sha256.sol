// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title Sha256
/// @notice SHA-256 of two words, as SSZ hashes its trees, and what goes with it.
library Sha256 {
    /// @notice The precompile of SHA-256 did not answer.
    error HashFailed();

    /// The first number of a leaf.
    uint256 private constant _FIRST = 0xFFFFFFFFFFFFFFFF << 192;
    uint256 private constant _EVEN_BYTES = 0x00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF00FF;
    uint256 private constant _EVEN_PAIRS = 0x0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF0000FFFF;
    uint256 private constant _EVEN_QUADS = 0x00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF00000000FFFFFFFF;

    /// @dev Solidity's own copies its input to fresh memory every time.
    function pair(bytes32 left, bytes32 right) internal view returns (bytes32 node) {
        bool success;
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            success := staticcall(gas(), 2, 0x00, 0x40, 0x00, 0x20)
            node := mload(0x00)
        }
        if (!success) revert HashFailed();
    }

    /// @notice Root of a tree of eight leaves, which are overwritten.
    function rootOf(bytes32[8] memory leaves) internal view returns (bytes32 root) {
        bool success;
        assembly ("memory-safe") {
            // Each pair leaves its node where the pair above finds it.
            success := staticcall(gas(), 2, leaves, 0x40, leaves, 0x20)
            success := and(staticcall(gas(), 2, add(leaves, 0x40), 0x40, add(leaves, 0x20), 0x20), success)
            success := and(staticcall(gas(), 2, add(leaves, 0x80), 0x40, add(leaves, 0x40), 0x20), success)
            success := and(staticcall(gas(), 2, add(leaves, 0xc0), 0x40, add(leaves, 0x60), 0x20), success)
            success := and(staticcall(gas(), 2, leaves, 0x40, leaves, 0x20), success)
            success := and(staticcall(gas(), 2, add(leaves, 0x40), 0x40, add(leaves, 0x20), 0x20), success)
            success := and(staticcall(gas(), 2, leaves, 0x40, leaves, 0x20), success)
            root := mload(leaves)
        }
        if (!success) revert HashFailed();
    }

    /// @notice Roots of trees of nothing, by depth: 0 to `depth`.
    function zeroRoots(uint256 depth) internal view returns (bytes32[] memory roots) {
        roots = new bytes32[](depth + 1);
        bool success = true;
        assembly ("memory-safe") {
            let at := add(roots, 0x20)
            let end := add(at, shl(5, depth))
            for {} lt(at, end) {} {
                mstore(0x00, mload(at))
                mstore(0x20, mload(at))
                at := add(at, 0x20)
                success := and(staticcall(gas(), 2, 0x00, 0x40, at, 0x20), success)
            }
        }
        if (!success) revert HashFailed();
    }

    /// @notice Four numbers as SSZ writes them into leaves of their own: little-endian, then zeros.
    function leavesOf(
        uint64 a,
        uint64 b,
        uint64 c,
        uint64 d
    ) internal pure returns (bytes32 leafA, bytes32 leafB, bytes32 leafC, bytes32 leafD) {
        uint256 word = _reverseEach((uint256(a) << 192) | (uint256(b) << 128) | (uint256(c) << 64) | d);
        return (
            bytes32(word & _FIRST),
            bytes32((word << 64) & _FIRST),
            bytes32((word << 128) & _FIRST),
            bytes32(word << 192)
        );
    }

    /// @notice One of the four numbers that SSZ packs into a leaf.
    /// @param lane 0 to 3.
    function numberIn(bytes32 leaf, uint256 lane) internal pure returns (uint64) {
        return uint64(_reverseEach(uint256(leaf)) >> (192 - 64 * lane));
    }

    /// @dev The bytes of each of four numbers in the opposite order.
    function _reverseEach(uint256 word) private pure returns (uint256) {
        word = ((word & _EVEN_BYTES) << 8) | ((word >> 8) & _EVEN_BYTES);
        word = ((word & _EVEN_PAIRS) << 16) | ((word >> 16) & _EVEN_PAIRS);
        return ((word & _EVEN_QUADS) << 32) | ((word >> 32) & _EVEN_QUADS);
    }
}
