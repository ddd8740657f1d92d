// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {GovernanceState} from "./GovernanceState.sol";

/// @notice The persisted state of the gate: one storage slot.
struct Machine {
    GovernanceState state;
    /// Consecutive rage quits; 0 after a cooldown, saturating at 255.
    uint8 round;
    /// The configuration that new activations use.
    uint16 currentConfig;
    /// The configuration frozen at the last activation.
    uint16 frozenConfig;
    /// R1 in force: the current one in Normal, elsewhere the one frozen at the last activation. [1e18 = 100 %]
    uint64 signallingThreshold;
    /// How long a lock made now binds its owner; current or frozen like R1. [seconds]
    uint24 minLock;
    /// Last entry to VetoSignalling from Normal, VetoCooldown or RageQuit. [unix seconds]
    uint40 activatedAt;
    /// The state may be left by time strictly after this moment; 0 in Normal, and in RageQuit until the extension is seen
    /// to have started. [unix seconds]
    uint40 phaseEndsAt;
    /// When R2 was first seen in this activation; 0 if it is not counted. [unix seconds]
    uint40 rageQuitThresholdAt;
}

/// @notice Votable supplies the gate has recorded: one storage slot.
struct SupplyRecord {
    /// The last supply the escrow could read. [shares]
    uint128 last;
    /// The lowest since Normal was last left or RageQuit last entered. [shares]
    uint128 lowest;
}

/// @notice What a transition is decided on, beside the machine itself.
struct Reading {
    /// Block time. [unix seconds]
    uint256 timestamp;
    /// Shares that signal. [shares]
    uint256 locked;
    /// The present votable supply, or the last recorded one if the vault did not answer. [shares]
    uint256 supply;
    /// The lowest votable supply of the round, the present one included; in Normal the present one. [shares]
    uint256 lowestSupply;
    /// Support measured against the present supply. [1e18 = 100 %]
    uint256 supportNow;
    /// Support measured against the lowest recorded supply; never below `supportNow`. [1e18 = 100 %]
    uint256 supportMax;
    /// The running rage quit is complete strictly after this moment; 0 before that is known, and outside RageQuit.
    /// [unix seconds]
    uint256 completeAfter;
}
