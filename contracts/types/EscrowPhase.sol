// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice The life of one epoch of the escrow. An epoch only ever moves to the next phase.
enum EscrowPhase {
    /// No such epoch has been opened yet.
    None,
    /// Shares may be locked and unlocked.
    Signalling,
    /// A rage quit closed the epoch; its shares are still in the escrow.
    Closed,
    /// The vault has taken shares at least once; what it makes claimable is being claimed.
    Claiming,
    /// Everything is redeemed, or a clock has run out; the extension runs.
    Extension,
    /// The rage quit is complete; stakers wait for the withdrawal delay.
    Complete,
    /// Stakers withdraw their part of the assets.
    Withdrawing
}
