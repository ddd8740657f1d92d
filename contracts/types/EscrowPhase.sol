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
    /// The shares are in a vessel, and what the vault makes claimable is being claimed.
    Claiming,
    /// Everything is claimed; the extension period runs.
    Extension,
    /// The rage quit is complete; stakers wait for the withdrawal delay.
    Complete,
    /// Stakers withdraw their part of the assets.
    Withdrawing
}
