// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title BitSet
/// @notice Sets of places, 0 to 255, in one word.
library BitSet {
    function bit(uint256 place) internal pure returns (uint256) {
        return 1 << place;
    }

    function has(uint256 set, uint256 place) internal pure returns (bool) {
        return (set >> place) & 1 != 0;
    }

    /// @notice The lowest place of a set, which must not be empty.
    function lowest(uint256 set) internal pure returns (uint256) {
        unchecked {
            return Math.log2(set & (~set + 1));
        }
    }

    /// @notice The lowest place that is not in the set, which must not be full.
    function lowestFree(uint256 set) internal pure returns (uint256) {
        return lowest(~set);
    }

    /// @notice How many places are in the set: bits are added up in ever wider lanes.
    function count(uint256 set) internal pure returns (uint256) {
        if (set == type(uint256).max) return 256;
        unchecked {
            set -= (set >> 1) & 0x5555555555555555555555555555555555555555555555555555555555555555;
            set =
                (set & 0x3333333333333333333333333333333333333333333333333333333333333333) +
                ((set >> 2) & 0x3333333333333333333333333333333333333333333333333333333333333333);
            set = (set + (set >> 4)) & 0x0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F;
            return (set * 0x0101010101010101010101010101010101010101010101010101010101010101) >> 248;
        }
    }
}
