// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BeaconHeader, StateProof} from "./Beacon.sol";

/// @notice How far an operator has come.
enum OperatorStatus {
    /// No operator has this id.
    Unknown,
    /// Registered by itself: shares the cap of all that nobody has vetted.
    Unvetted,
    /// Let in by governance, under the cap of its own entity.
    Vetted,
    /// Gets no new stake, and its keys leave first.
    Retired
}

/// @notice An operator that a pool begins with: vetted, as everything else that stands in its configuration.
struct FirstOperator {
    address owner;
    /// From 1, in the order of their caps.
    uint32 entity;
    /// [wei]
    uint96 cap;
}

/// @notice How far a key of an operator has come. It never goes back.
enum KeyStatus {
    Unknown,
    /// The operator has deposited 1 ETH for it; nobody has proven what became of that.
    Predeposited,
    /// The pool has deposited 31 ETH.
    Activated
}

/// @notice What the pool holds and owes. [wei]
struct Books {
    /// In the pool, and nobody's.
    uint128 idle;
    /// In the pool, for requests that are finalised.
    uint128 reserved;
    /// What all vaults were last shown to be worth, what is in flight to them included.
    uint128 value;
    /// The part of `value` that is gain and has not been let in.
    uint128 carry;
    /// Fee on `carry`, not yet charged.
    uint128 due;
    /// What redemptions leave behind for slashed keys.
    uint128 haircut;
    /// When gain was last let in. [unix seconds]
    uint40 settledAt;
}

/// @notice A state of the beacon chain not older than an hour, and what it says.
struct RecentProof {
    /// Of an execution block whose parent beacon block the header is of. [unix seconds]
    uint256 timestamp;
    BeaconHeader header;
    StateProof proof;
}

/// @notice What a finished checkpoint has found.
struct CheckpointResult {
    /// When it was started. [unix seconds]
    uint40 startedAt;
    /// The fee that counted then. [1e18 = 100 %]
    uint64 fee;
    /// Keys of its set.
    uint16 keys;
    /// Of these, withdrawn for good.
    uint16 withdrawn;
    /// Keys activated since it was started.
    uint16 added;
    /// What keys of its set hold, and the vault held when it was started. [wei]
    uint256 total;
    /// What the vault held when it was started, which goes to the pool now. [wei]
    uint256 recorded;
}

/// @notice How much of an operator's stake could be made to exit.
struct ExitStanding {
    /// Shown to be exiting, and not yet withdrawn. [gwei]
    uint56 exiting;
    /// Asked to exit, not shown to. [gwei]
    uint56 requested;
    /// Until when what is asked counts as exiting. [unix seconds]
    uint40 requestedUntil;
    /// Keys that could exit, by what was last shown.
    uint16 ready;
    /// Of these, asked to exit.
    uint16 asked;
    /// Of these, shown to be too young.
    uint16 young;
    /// Until when that counts. [unix seconds]
    uint40 youngUntil;
}
