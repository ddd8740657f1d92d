// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice Why the extension of a rage quit has started.
enum ExitEnd {
    /// It has not.
    None,
    /// Less than 1/64 of the shares is left.
    Redeemed,
    /// The vault says that less than 1/64 is left, has said so long enough, and has paid at least half.
    VaultsWord,
    /// The vault took nothing for too long: the shares are given back.
    CalledOff,
    /// The vault has held the shares for too long.
    ClockRanOut
}
