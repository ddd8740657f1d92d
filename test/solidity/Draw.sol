// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// Numbers drawn from one fuzzed seed, the ends of a range more often than their share.
library Draw {
    struct Urn {
        uint256 seed;
    }

    function number(Urn memory self, uint256 min, uint256 max) internal pure returns (uint256) {
        uint256 word = _word(self);
        uint256 choice = word >> 248;
        if (choice < 32) return min;
        if (choice < 64) return max;
        uint256 span = max - min;
        return span == type(uint256).max ? word : min + (word % (span + 1));
    }

    function chance(Urn memory self, uint256 oneIn) internal pure returns (bool) {
        return _word(self) % oneIn == 0;
    }

    /// A moment next to one of `moments`, or any moment in [min, max]; never outside.
    function moment(
        Urn memory self,
        uint256[] memory moments,
        uint256 min,
        uint256 max
    ) internal pure returns (uint256 chosen) {
        chosen = number(self, min, max);
        if (chance(self, 4)) return chosen;
        uint256 near = moments[_word(self) % moments.length] + (_word(self) % 3);
        if (near > min && near - 1 <= max) chosen = near - 1;
    }

    function _word(Urn memory self) private pure returns (uint256) {
        self.seed = uint256(keccak256(abi.encode(self.seed)));
        return self.seed;
    }
}
