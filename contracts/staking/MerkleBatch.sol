// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Sha256} from "./Sha256.sol";

/// @title MerkleBatch
/// @notice Works out the root of a tree of SHA-256 from many of its leaves at once. Nodes that the leaves give themselves,
/// and nodes over nothing but zeros, are not brought.
///
///                 root
///               /      \
///             ·          ·          Leaves 1 and 2 are proven, of 3. Brought is leaf 0 alone: 1 and 2 meet at the root,
///           /   \      /   \        and what stands right of 2 is zero.
///          0    [1]  [2]    0
///
/// @dev Leaves are taken from the left. Each climbs to where its way meets that of the next one, and waits there; the last
/// climbs to the root and takes on its way everybody who waits. Nodes are read in this order.
library MerkleBatch {
    struct Batch {
        /// Places of the leaves in the whole list, ascending, none twice.
        uint256[] positions;
        bytes32[] leaves;
        /// Where in calldata the next node is.
        uint256 next;
        /// Roots of trees of nothing, by depth.
        bytes32[] zeros;
        /// The subtree in work: the first place, the last one that is set, counted from the first, and its depth.
        uint256 first;
        uint256 last;
        uint256 depth;
        /// Nodes that wait for their right side: two words each, where they wait (a place in `zeros`) and the node. Below
        /// the first stands one that waits nowhere.
        uint256[] waiting;
        /// The last of them.
        uint256 top;
    }

    /// @notice The proof brings more or fewer nodes than its leaves need. [nodes]
    error NodeCountMismatch(uint256 actual, uint256 expected);

    /// Subtrees of a progressive tree with 2^64 leaves.
    uint256 private constant _MAX_SUBTREES = 33;

    /// @notice Root of a binary tree.
    /// @param size How many leaves are set; the rest is zero. Above every position.
    /// @param depth 2^depth leaves in all.
    function calcRoot(
        Batch memory self,
        bytes32[] calldata nodes,
        uint256 size,
        uint256 depth
    ) internal view returns (bytes32 root) {
        _begin(self, nodes, depth);
        (self.first, self.last, self.depth) = (0, size - 1, depth);
        root = _subtreeRoot(self, 0, self.positions.length);
        _checkNodes(self, nodes);
    }

    /// @notice Root of a progressive tree (EIP-7916): subtrees of 1, 4, 16, … leaves, each beside all that follow.
    /// @dev A subtree without leaves of the batch is brought by its root; all behind the last leaf's subtree by one root.
    /// @param size How many leaves are set. Above every position.
    function calcProgressiveRoot(
        Batch memory self,
        bytes32[] calldata nodes,
        uint256 size
    ) internal view returns (bytes32 root) {
        _begin(self, nodes, _depthOfLast(size));
        bytes32[] memory roots = new bytes32[](_MAX_SUBTREES);
        uint256 count = 0;
        (self.first, self.depth) = (0, 0);
        for (uint256 from = 0; from < self.positions.length; ++count) {
            uint256 end = self.first + (1 << self.depth);
            uint256 to = from;
            while (to < self.positions.length && self.positions[to] < end) ++to;
            self.last = Math.min(size, end) - 1 - self.first;
            roots[count] = from == to ? _take(self) : _subtreeRoot(self, from, to);
            from = to;
            (self.first, self.depth) = (end, self.depth + 2);
        }
        root = self.first < size ? _take(self) : bytes32(0);
        while (count != 0) root = Sha256.pair(roots[--count], root);
        _checkNodes(self, nodes);
    }

    /// @dev Root of the subtree in work from the leaves `from` to `to`.
    function _subtreeRoot(Batch memory self, uint256 from, uint256 to) private view returns (bytes32 node) {
        uint256[] memory waiting = self.waiting;
        uint256 bottom;
        assembly ("memory-safe") {
            bottom := add(waiting, 0x20)
        }
        self.top = bottom;
        // Positions ascend from `first` on; loops are bounded by arrays.
        unchecked {
            for (uint256 i = from + 1; i < to; ++i) _climb(self, i - 1, self.positions[i] - self.first);
            return _climb(self, to - 1, type(uint256).max);
        }
    }

    /// @dev From the leaf with this index to where its way meets that from the place `following`, or to the subtree's root.
    /// Its node waits there. Nodes are read without a look at the bound: {_checkNodes} counts them at the end.
    function _climb(Batch memory self, uint256 index, uint256 following) private view returns (bytes32 node) {
        bool success = true;
        bytes32[] memory zeros = self.zeros;
        uint256 depth = self.depth;
        uint256 last = self.last;
        uint256 next = self.next;
        uint256 top = self.top;
        uint256 position;
        unchecked {
            position = self.positions[index] - self.first;
        }
        node = self.leaves[index];
        assembly ("memory-safe") {
            let zero := add(zeros, 0x20)
            let end := add(zero, shl(5, depth))
            // The node's own half of the 64 bytes that are hashed: the right one if its place is odd.
            let half := shl(5, and(position, 1))
            mstore(half, node)
            for {} lt(zero, end) {
                zero := add(zero, 0x20)
            } {
                let neighbour := xor(position, 1)
                if eq(neighbour, following) {
                    break
                }
                let beside := xor(half, 0x20)
                switch eq(mload(top), zero)
                case 1 {
                    mstore(beside, mload(add(top, 0x20)))
                    top := sub(top, 0x40)
                }
                default {
                    switch gt(neighbour, last)
                    case 1 {
                        mstore(beside, mload(zero))
                    }
                    default {
                        mstore(beside, calldataload(next))
                        next := add(next, 0x20)
                    }
                }
                position := shr(1, position)
                following := shr(1, following)
                last := shr(1, last)
                half := shl(5, and(position, 1))
                success := and(staticcall(gas(), 2, 0x00, 0x40, half, 0x20), success)
            }
            node := mload(half)
            top := add(top, 0x40)
            mstore(top, zero)
            mstore(add(top, 0x20), node)
        }
        if (!success) revert Sha256.HashFailed();
        self.next = next;
        self.top = top;
    }

    function _take(Batch memory self) private pure returns (bytes32 node) {
        uint256 next = self.next;
        assembly ("memory-safe") {
            node := calldataload(next)
        }
        self.next = next + 32;
    }

    function _begin(Batch memory self, bytes32[] calldata nodes, uint256 depth) private view {
        uint256 start;
        assembly ("memory-safe") {
            start := nodes.offset
        }
        self.next = start;
        self.zeros = Sha256.zeroRoots(depth);
        // At most one waits at every height.
        self.waiting = new uint256[](2 * (depth + 2));
    }

    /// @dev Whatever was read beyond the end of the nodes comes to light here.
    function _checkNodes(Batch memory self, bytes32[] calldata nodes) private pure {
        uint256 start;
        assembly ("memory-safe") {
            start := nodes.offset
        }
        uint256 taken = (self.next - start) / 32;
        if (taken != nodes.length) revert NodeCountMismatch(nodes.length, taken);
    }

    /// @dev Depth of the subtree of a progressive tree that has the last of `size` leaves.
    function _depthOfLast(uint256 size) private pure returns (uint256 depth) {
        for (uint256 end = 1; end < size; end += 1 << depth) depth += 2;
    }
}
