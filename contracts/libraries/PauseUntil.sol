// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title PauseUntil
/// @notice A pause that ends by itself. Calls nobody; who may pause is the contract's affair.
library PauseUntil {
    struct Context {
        // From when on it runs again; 2^256 − 1 if only a resumption ends the pause. [unix seconds]
        uint256 resumesAt;
    }

    /// @notice A pause runs until `resumesAt`. [unix seconds]
    error AlreadyPaused(uint256 resumesAt);
    /// @notice No pause runs.
    error NotPaused();
    /// @notice A pause must last for some time.
    error ZeroDuration();

    /// @notice Paused until `resumesAt`. [unix seconds]
    event Paused(uint256 resumesAt);
    event Resumed();

    /// @param duration 2^256 − 1 for until {resume}; what would overflow counts as that. [seconds]
    function pauseFor(Context storage self, uint256 duration) internal {
        if (isPaused(self)) revert AlreadyPaused(self.resumesAt);
        if (duration == 0) revert ZeroDuration();
        bool isBounded = duration <= type(uint256).max - block.timestamp;
        self.resumesAt = isBounded ? block.timestamp + duration : type(uint256).max;
        emit Paused(self.resumesAt);
    }

    function resume(Context storage self) internal {
        if (!isPaused(self)) revert NotPaused();
        self.resumesAt = block.timestamp;
        emit Resumed();
    }

    function isPaused(Context storage self) internal view returns (bool) {
        return block.timestamp < self.resumesAt;
    }
}
