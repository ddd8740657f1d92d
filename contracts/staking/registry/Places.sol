// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Places
/// @notice The operators that may have keys: 64 at most, so that everything that looks at all of them is bounded. Beside
/// each the mark since when it has been checked, packed, because every deposit reads them all.
library Places {
    struct Context {
        uint256[] operators;
        /// By place; 0 for an operator without keys. [unix seconds]
        uint40[64] marks;
        /// By operator, from 1; 0 for none.
        mapping(uint256 operatorId => uint256 place) placeOf;
    }

    uint256 internal constant MAX = 64;

    function add(Context storage self, uint256 operatorId) internal {
        self.operators.push(operatorId);
        self.placeOf[operatorId] = self.operators.length;
    }

    /// @dev The last one moves into the gap.
    function remove(Context storage self, uint256 operatorId) internal {
        uint256 place = self.placeOf[operatorId];
        uint256 last = self.operators.length;
        if (place != last) {
            uint256 moved = self.operators[last - 1];
            self.operators[place - 1] = moved;
            self.placeOf[moved] = place;
            self.marks[place - 1] = self.marks[last - 1];
        }
        self.operators.pop();
        self.marks[last - 1] = 0;
        delete self.placeOf[operatorId];
    }

    function setMark(Context storage self, uint256 operatorId, uint40 mark) internal {
        self.marks[self.placeOf[operatorId] - 1] = mark;
    }

    function markOf(Context storage self, uint256 operatorId) internal view returns (uint256) {
        uint256 place = self.placeOf[operatorId];
        return place == 0 ? 0 : self.marks[place - 1];
    }

    /// @notice The oldest mark, or now. [unix seconds]
    function oldestMark(Context storage self) internal view returns (uint256 oldest) {
        oldest = block.timestamp;
        uint256 count = self.operators.length;
        for (uint256 i = 0; i < count; ++i) {
            uint256 mark = self.marks[i];
            if (mark != 0) oldest = Math.min(oldest, mark);
        }
    }
}
