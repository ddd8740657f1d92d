// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice What signalling is decided on: one storage slot. A uint24 holds up to 194 days.
struct SignallingConfig {
    /// R1: support that activates veto signalling. [1e18 = 100 %]
    uint64 signallingThreshold;
    /// R2: support that ends in a rage quit. [1e18 = 100 %]
    uint64 rageQuitThreshold;
    /// Lmin: extension of the timelock at R1. [seconds]
    uint24 minDuration;
    /// Lmax: extension of the timelock at R2. [seconds]
    uint24 maxDuration;
    /// How long everybody may still lock after R2 was crossed late. [seconds]
    uint24 joinWindow;
    /// Least stay in VetoSignalling since its last (re)activation. [seconds]
    uint24 minActive;
    /// Stay in VetoSignallingDeactivation before the cooldown. [seconds]
    uint24 deactivation;
}

/// @notice What is needed beside signalling: one storage slot.
struct PhaseConfig {
    /// How long a lock binds its owner. [seconds]
    uint24 minLock;
    /// Stay in VetoCooldown. [seconds]
    uint24 cooldown;
    /// Wait after the exit of a rage quit, before governance may go on. [seconds]
    uint32 rageQuitExtension;
    /// Wmin: withdrawal delay of round 0, after the extension. [seconds]
    uint32 withdrawalMinDelay;
    /// Wmax: the longest withdrawal delay. [seconds]
    uint32 withdrawalMaxDelay;
    /// Wgrowth: growth of the withdrawal delay per consecutive round. [seconds]
    uint32 withdrawalDelayGrowth;
}

/// @notice The rules of the gate. Checked as a whole by `ConfigChecks`.
struct DualGovernanceConfig {
    SignallingConfig signalling;
    PhaseConfig phases;
}
