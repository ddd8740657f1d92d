// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {IGateRecovery} from "../interfaces/IGateRecovery.sol";

/// @title GateRecovery
/// @notice Who breaks a deadlock, after how long, and since when the gate is on record as silent. Calls nobody.
library GateRecovery {
    struct Context {
        address tiebreaker;
        uint32 timeout;
        // Read only where a flag beside the gate says so; 0 while the gate answers.
        uint40 silentSince;
    }

    /// @param tiebreaker Zero for none.
    /// @param timeout How long a deadlock must last. [seconds]
    function set(Context storage self, address tiebreaker, uint256 timeout, uint256 floor, uint256 ceiling) internal {
        if (timeout < floor || timeout > ceiling) {
            revert IGateRecovery.TiebreakerTimeoutOutOfRange(timeout, floor, ceiling);
        }
        self.tiebreaker = tiebreaker;
        self.timeout = uint32(timeout);
        emit IGateRecovery.TiebreakerSet(tiebreaker, timeout);
    }

    function recordSilence(Context storage self, address gate) internal {
        self.silentSince = uint40(block.timestamp);
        emit IGateRecovery.GateSilent(gate);
    }

    function endSilence(Context storage self, address gate) internal {
        self.silentSince = 0;
        emit IGateRecovery.GateSilenceEnded(gate);
    }

    /// @notice Reverts unless the caller may replace `gate` as far as the record goes.
    function checkReplacement(Context storage self, address gate) internal view {
        if (msg.sender != self.tiebreaker) revert IGateRecovery.CallerIsNotTiebreaker(msg.sender, self.tiebreaker);
        if (self.silentSince == 0) revert IGateRecovery.GateNotRecordedSilent(gate);
        uint256 replaceableAt = uint256(self.silentSince) + self.timeout;
        if (block.timestamp < replaceableAt) revert IGateRecovery.GateSilenceTooYoung(replaceableAt);
    }
}
